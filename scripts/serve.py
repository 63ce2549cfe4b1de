"""Run web server and worker together: both stop when one dies or when they are told to."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import FrameType

from environment import prepare

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
READY_SECONDS = 60.0
REQUEST_SECONDS = 30
GRACE_SECONDS = 8.0
# granian loses a signal that comes while it starts; nothing is in flight then.
STARTING_GRACE_SECONDS = 1.0
type Processes = dict[str, subprocess.Popen[bytes]]


class Told(Exception):
    """Somebody pressed Ctrl-C or asked the process to end."""


def main() -> int:
    """Start both, say where the app is, and watch; return the exit code."""
    prepare()
    from helpdesk.starting import read_settings

    read_settings()
    host = os.environ.get("HELPDESK_BIND", "127.0.0.1")
    port = int(os.environ.get("PORT") or 8000)
    if problem := _port_problem(host, port):
        print(problem, file=sys.stderr)
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _raise_told)
    running: Processes = {}
    grace = STARTING_GRACE_SECONDS
    try:
        running.update(web=_start(_web_command(host, port)))
        running.update(worker=_start([sys.executable, "manage.py", "worker"]))
        if _wait_until_ready(running, port):
            grace = GRACE_SECONDS
            _announce(port)
        return _watch(running)
    except Told:
        return 0
    finally:
        _stop(running, grace)


def _raise_told(number: int, frame: FrameType | None) -> None:
    # A second Ctrl-C must not interrupt the stopping.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Told


def _port_problem(host: str, port: int) -> str | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return f"port {port} is not free ({error.strerror}); choose another: make run PORT=8001"
    return None


def _web_command(host: str, port: int) -> list[str]:
    # One process with a few threads: SQLite has one writer, and counters stay together.
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": os.environ.get("HELPDESK_WEB_PROCESSES", "1"),
        "--blocking-threads": os.environ.get("HELPDESK_WEB_THREADS", "4"),
        "--backpressure": "64",
        # A client that never ends its headers holds nothing for long; the database ends
        # statements after 30 seconds by itself.
        "--http1-header-read-timeout": str(REQUEST_SECONDS * 1000),
        "--log-level": "warning",
    }
    pairs = [word for option in options.items() for word in option]
    return [sys.executable, "-m", "granian", *pairs, "--no-ws", "helpdesk.wsgi:application"]


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    # In a session of its own, so that Ctrl-C reaches this process alone, which stops both.
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)


def _wait_until_ready(running: Processes, port: int) -> bool:
    give_up = time.monotonic() + READY_SECONDS
    while time.monotonic() < give_up and not _dead(running):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5):
                return not _dead(running)
        except OSError:
            time.sleep(0.1)
    return False


def _announce(port: int) -> None:
    print(f"\nThe helpdesk answers at http://127.0.0.1:{port}/  (Ctrl-C stops it)", flush=True)
    if os.environ.get("DEMO") == "1":
        print("Sign in as (each link works once, for 30 minutes):", flush=True)
        subprocess.run([sys.executable, "manage.py", "signin_links"], cwd=ROOT, check=False)


def _watch(running: Processes) -> int:
    while not (dead := _dead(running)):
        time.sleep(0.2)
    name, code = dead
    print(f"the {name} ended by itself (exit code {code}); stopping", file=sys.stderr)
    return 1


def _dead(running: Processes) -> tuple[str, int] | None:
    for name, process in running.items():
        if (code := process.poll()) is not None:
            return name, code
    return None


def _stop(running: Processes, grace: float) -> None:
    for process in running.values():
        _signal(process, signal.SIGTERM)
    give_up = time.monotonic() + grace
    for process in running.values():
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0.1, give_up - time.monotonic()))
        # Whatever is left of the group: a leader that was killed leaves its children behind.
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # The process leads a group of its own, which outlives it while it has other members.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


if __name__ == "__main__":
    sys.exit(main())
