"""What is unsafe does not start: each bad environment is refused by every door with one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpdesk import starting

ROOT = Path(__file__).resolve().parent.parent
RANDOM = "q7Xv2LmZ9pT4wRk8sYb1NcH6dJf3gAe5uVtQ0iOyWzEx"
SAFE = {
    "ALLOWED_HOSTS": "desk.helpdesk.kr",
    "HELPDESK_URL": "https://desk.helpdesk.kr",
    "HELPDESK_SECRET_KEY": RANDOM,
    "HELPDESK_TRUSTED_PROXIES": "1",
    "HELPDESK_SMTP_HOST": "smtp.helpdesk.kr",
    "DATABASE_URL": "postgres://app@db.helpdesk.kr/helpdesk",
}
UNSAFE = [
    ({"HELPDESK_DEBUG": "1"}, "HELPDESK_DEBUG is for one's own machine"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the hosts"),
    ({"ALLOWED_HOSTS": ".helpdesk.kr"}, "ALLOWED_HOSTS must name the hosts"),
    ({"HELPDESK_SECRET_KEY": "django-insecure-" + RANDOM}, "is an example, not a secret"),
    ({"HELPDESK_SECRET_KEY": "change-me" + RANDOM}, "is an example, not a secret"),
    ({"HELPDESK_SECRET_KEY": "x" * 64}, "is an example, not a secret"),
    ({"HELPDESK_SECRET_KEY": "short"}, "needs at least 32 characters"),
    ({"HELPDESK_HTTPS": "0"}, "HELPDESK_HTTPS is off"),
    ({"HELPDESK_URL": "http://desk.helpdesk.kr"}, "HELPDESK_URL must be the https address"),
    ({"DEMO": "1"}, "DEMO signs anybody in"),
    ({"HELPDESK_MACHINES": "2", "DATABASE_URL": ""}, "SQLite serves one machine"),
    ({"HELPDESK_MACHINES": "2", "HELPDESK_SECRET_KEY": ""}, "needs one HELPDESK_SECRET_KEY"),
    ({"ALLOWED_HOSTS": "localhost", "HELPDESK_PRODUCTION": "1", "HELPDESK_HTTPS": "0"}, "in clear"),
]
DOORS = {
    "manage": ["manage.py", "check"],
    "worker": ["manage.py", "worker", "--once"],
    "wsgi": ["-c", "import helpdesk.wsgi"],
    "serve": ["scripts/serve.py"],
}
DEPLOY = ["manage.py", "check", "--deploy", "--fail-level=WARNING"]


def start(door: str, var: Path, **change: str) -> "subprocess.CompletedProcess[str]":
    """Start a door of the installation in the safe environment, changed in one respect."""
    names = ("PATH", "HOME", "LANG")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return subprocess.run(
        [sys.executable, *DOORS.get(door, DEPLOY)],
        cwd=ROOT,
        env={**kept, "HELPDESK_VAR": str(var), **SAFE, **change},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(("change", "told"), UNSAFE, ids=lambda one: str(one)[:48])
def test_an_unsafe_installation_is_refused_in_one_line(
    tmp_path: Path, change: dict[str, str], told: str
) -> None:
    done = start("manage", tmp_path, **change)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("helpdesk does not start: ")
    assert told in done.stderr
    assert RANDOM not in done.stderr


@pytest.mark.parametrize("door", sorted(DOORS))
def test_no_door_starts_it(tmp_path: Path, door: str) -> None:
    done = start(door, tmp_path, HELPDESK_DEBUG="1", HELPDESK_HTTPS="0")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "HELPDESK_DEBUG" in done.stderr
    assert "HELPDESK_HTTPS" in done.stderr


def test_a_safe_installation_passes_the_checks_for_deployment(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    done = start("deploy", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_without_a_proxy_the_checks_for_deployment_warn(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    done = start("deploy", tmp_path, HELPDESK_TRUSTED_PROXIES="0")
    assert done.returncode == 1
    assert "helpdesk.W001" in done.stderr


@pytest.mark.parametrize("length", [32, 43, 64])
def test_random_keys_are_taken_for_what_they_are(length: int) -> None:
    for _ in range(200):
        assert not starting.is_known(os.urandom(length).hex())


def test_cookies_behind_https_are_bound_to_the_host_and_travel_encrypted(tmp_path: Path) -> None:
    names = "SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE"
    DOORS["cookies"] = [
        "-c",
        f"import helpdesk.settings as s; print(s.{names.replace(' ', ', s.')})",
    ]
    done = start("cookies", tmp_path)
    assert done.stdout.split() == ["__Host-sid", "__Host-csrf", "True", "True"]
