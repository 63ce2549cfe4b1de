"""Say why an installation that others can reach must not start as it is configured."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from helpdesk.environment import LOOPBACK
from helpdesk.keys import KeyUnusable

# Keys that stand in books, examples and generators: whoever reads them can sign in as anybody.
KNOWN_KEY = re.compile(
    r"django-insecure|change[-_ ]?me|change[-_ ]?this|replace[-_ ]?me|your[-_ ]?(secret|key)"
    r"|example|insecure|password|secret[-_ ]?key|not[-_ ]?so[-_ ]?secret|test[-_ ]?key|dummy"
    r"|0123456789|abcdefgh|qwerty",
    re.IGNORECASE,
)
FEWEST_DIFFERENT_CHARACTERS = 10


@dataclass(frozen=True, slots=True)
class Setup:
    """What of the settings decides whether it is safe to start."""

    hosts: Sequence[str]
    production: bool
    debug: bool
    demo: bool
    https: bool
    url: str
    key_given: bool
    key_known: bool
    machines: int
    sqlite: bool


@dataclass(frozen=True, slots=True)
class Danger:
    """One reason not to start; the id is that of the system check."""

    id: str
    message: str


def is_exposed(hosts: Sequence[str]) -> bool:
    """Tell whether the installation answers to more than the names of its own machine."""
    return not LOOPBACK.issuperset(hosts)


def read_settings() -> None:
    """Read the settings; where they forbid the start, end the process with one clear line."""
    from django.conf import settings

    try:
        settings.DEBUG  # noqa: B018 - reading any of them reads them all
    except (ImproperlyConfigured, KeyUnusable) as error:
        sys.exit(f"helpdesk does not start: {error}")


def refuse(values: Mapping[str, Any]) -> None:
    """Raise ImproperlyConfigured, in one line, when these settings must not start."""
    if found := dangers(setup_of(values)):
        raise ImproperlyConfigured("; ".join(one.message for one in found))


def setup_of(values: Mapping[str, Any]) -> Setup:
    """Pick what matters out of the settings, given by name."""
    return Setup(
        hosts=values["ALLOWED_HOSTS"],
        production=values["PRODUCTION"],
        debug=values["DEBUG"],
        demo=values["DEMO"],
        https=values["SESSION_COOKIE_SECURE"] and values["CSRF_COOKIE_SECURE"],
        url=values["BASE_URL"],
        key_given=values["KEY_GIVEN"],
        key_known=values["KEY_KNOWN"],
        machines=values["MACHINES"],
        sqlite=values["DATABASES"]["default"]["ENGINE"].endswith("sqlite3"),
    )


def dangers(setup: Setup) -> list[Danger]:
    """List what forbids the start; empty for one's own machine and for what is safe."""
    found = list(_anywhere(setup))
    if setup.production or is_exposed(setup.hosts):
        found += _exposed(setup)
    return found


def _anywhere(setup: Setup) -> Iterator[Danger]:
    if any(host == "*" or host.startswith(".") for host in setup.hosts):
        yield Danger("helpdesk.E001", "ALLOWED_HOSTS must name the hosts, no '*' and no '.domain'")
    if setup.key_known:
        yield Danger("helpdesk.E005", "HELPDESK_SECRET_KEY is an example, not a secret")
    if setup.machines > 1 and setup.sqlite:
        yield Danger("helpdesk.E006", "SQLite serves one machine; HELPDESK_MACHINES says more")
    if setup.machines > 1 and not setup.key_given:
        # Each machine would make a key of its own, and none could verify another's history.
        yield Danger("helpdesk.E007", "HELPDESK_MACHINES needs one HELPDESK_SECRET_KEY for all")


def _exposed(setup: Setup) -> Iterator[Danger]:
    if setup.debug:
        yield Danger("helpdesk.E002", "HELPDESK_DEBUG is for one's own machine")
    if setup.demo:
        yield Danger("helpdesk.E003", "DEMO signs anybody in: own machine only")
    if not setup.https:
        yield Danger("helpdesk.E004", "HELPDESK_HTTPS is off: cookies travel in clear")
    if not setup.url.startswith("https://"):
        yield Danger("helpdesk.E008", "HELPDESK_URL must be the https address that mails link to")


def is_known(key: str) -> bool:
    """Tell whether a key given by hand is no secret: an example, or hardly random."""
    return bool(KNOWN_KEY.search(key)) or len(set(key)) < FEWEST_DIFFERENT_CHARACTERS
