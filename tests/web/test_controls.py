"""Controls of docs/security.md that no other test is about."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from helpdesk.models import User
from procedures.models import Run
from tests.factories import Company
from tests.web.runs import korean_company, reviewed, url

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent
LONG = "Ünï 한글 " + "gana dara mabasa " * 4 + "끝 "
# Modules that could ask the world by HTTP.
CLIENTS = {"requests", "httpx", "aiohttp", "urllib3", "pycurl"}
CLIENT_MODULES = {"urllib.request", "http.client", "ftplib", "xmlrpc.client", "telnetlib"}
# What makes objects or code out of data.
DANGEROUS = {"pickle", "marshal", "shelve", "yaml", "dill", "jsonpickle"}


def sign_in(client: Client, password: str) -> bool:
    client.post("/account/login/", {"login": "kim@example.kr", "password": password})
    return "_auth_user_id" in client.session


@pytest.fixture
def kim() -> User:
    return User.objects.create_user("kim@example.kr", LONG, name="김하나")


@pytest.mark.parametrize("other", [LONG.strip(), LONG.lower(), LONG[:64], LONG + "x"])
def test_a_password_is_taken_exactly_as_it_was_typed(kim: User, other: str) -> None:
    assert not sign_in(Client(), other)
    assert sign_in(Client(), LONG)


def test_password_fields_hide_what_is_typed_and_let_managers_fill_it_in(kim: User) -> None:
    client = Client()
    client.force_login(kim)
    pages = (Client().get("/account/login/"), client.get("/account/password/change/"))
    for page in pages:
        soup = BeautifulSoup(page.content.decode(), "html.parser")
        fields = soup.select("input[name*=password]")
        assert fields
        assert {one.get("type") for one in fields} == {"password"}
        assert {one.get("autocomplete") for one in fields} <= {"current-password", "new-password"}
        assert not soup.select("[onpaste]")
    scripts = "".join(path.read_text() for path in (ROOT / "static/js").glob("*.js"))
    assert "paste" not in scripts


def test_a_fresh_installation_has_no_account(db: None) -> None:
    assert not User.objects.exists()


def test_signing_out_ends_the_session_wherever_its_key_was_kept(kim: User) -> None:
    client, thief = Client(), Client()
    assert sign_in(client, LONG)
    thief.cookies["sid"] = client.cookies["sid"].value
    assert thief.get("/account/").status_code == 200
    client.post("/account/logout/")
    assert thief.get("/account/").status_code == 302


def test_a_session_ends_after_eight_idle_hours(kim: User) -> None:
    client = Client()
    with time_machine.travel("2026-11-23T09:00+09:00", tick=False) as traveller:
        assert sign_in(client, LONG)
        traveller.shift(timedelta(hours=7, minutes=59))
        assert client.get("/account/").status_code == 200
        traveller.shift(timedelta(hours=8, minutes=1))
        assert client.get("/account/").status_code == 302


@pytest.fixture
def firm() -> Company:
    return korean_company()


def test_fields_that_a_form_does_not_have_are_never_stored(firm: Company) -> None:
    run = reviewed(firm)
    before = Run.objects.filter(pk=run.pk).values().get()
    more = {
        "state": "completed", "tenant": "999", "requester": "1", "actor": "1", "role": "manager",
        "is_staff": "1", "is_superuser": "1", "created_at": "2020-01-01", "version": "9",
        "event_number": "99", "opened_at": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    client = firm.signed_in("site_admin")
    client.post(f"{url(run)}cancel/", {**more, "reason": "끝"})
    after = Run.objects.filter(pk=run.pk).values().get()
    moved = {name for name in before if before[name] != after[name]}
    assert moved <= {
        "state", "closed_at", "event_number", "event_mac", "event_at", "current_steps",
        "waiting_roles",
    }  # fmt: skip
    assert after["event_number"] < 99
    client.post("/i18n/setlang/", {**more, "language": "en"})
    person = User.objects.get(pk=firm["site_admin"].pk)
    assert not person.is_staff
    assert not person.is_superuser


def test_every_writing_address_wants_the_token_of_its_page(firm: Company) -> None:
    run = reviewed(firm)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(firm["site_admin"])
    for path in (f"{url(run)}cancel/", "/t/hanbit/people/invite/", "/account/export/", "/theme/"):
        assert strict.post(path, {"reason": "x"}).status_code == 403
        json = strict.post(path, '{"reason": "x"}', content_type="application/json")
        assert json.status_code == 403
    assert Run.objects.get(pk=run.pk).state == "open"


def modules() -> list[Path]:
    folders = ("audit", "helpdesk", "procedures", "tickets")
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return found


def calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def test_nothing_asks_the_world_by_http() -> None:
    for path in modules():
        names = imported(path)
        assert not names & CLIENT_MODULES, path
        assert not {name.partition(".")[0] for name in names} & CLIENTS, path


def test_nothing_makes_code_or_objects_out_of_data() -> None:
    for path in modules():
        assert not {name.partition(".")[0] for name in imported(path)} & DANGEROUS, path
        assert not calls(path) & {"eval", "exec", "compile", "__import__"}, path


def test_every_package_of_the_lock_has_its_hash() -> None:
    for name in ("run", "test", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        entries = [line for line in text.splitlines() if line and line[0].isalpha()]
        assert entries
        assert text.count("--hash=sha256:") >= len(entries)
        assert all("==" in line for line in entries)


def test_no_template_marks_what_people_typed_as_safe() -> None:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        # Help texts are ours; Django writes those about passwords as a list.
        text = path.read_text(encoding="utf-8").replace("field.help_text|safe", "")
        assert "|safe" not in text, path
        assert "autoescape off" not in text, path
