"""The environment of `make setup` and `make run`: demo mode on one's own machine by default."""

import os
from pathlib import Path

LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}


def prepare() -> None:
    """Fill in what the settings leave off by default, and make the data folder private."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    hosts = {host.strip() for host in os.environ.get("ALLOWED_HOSTS", "").split(",")} - {""}
    if hosts <= LOOPBACK:
        os.environ.setdefault("DEMO", "1")
    root = Path(__file__).resolve().parent.parent
    var = Path(os.environ.get("HELPDESK_VAR") or root / "var")
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
