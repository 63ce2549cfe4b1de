"""Read what is typed into a company's configuration: one line, one value, or why it is none."""

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

import idna
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_SERVICE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_LOCAL = re.compile(r"[a-z0-9](?:[a-z0-9._+-]{0,62}[a-z0-9])?")
_MX = re.compile(r"(\d{1,5})\s+(\S+)", re.ASCII)
_LONGEST_NAME = 253
_MOST_PREFERENCE = 65_535
MOST_LINES = 500


def domain(text: str) -> str:
    """Return a domain in lower-case ASCII (한글.kr becomes xn--…), without the trailing dot."""
    name = text.strip().removesuffix(".").lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode()
        except (idna.IDNAError, UnicodeError) as error:
            raise _no_domain(text) from error
    labels = name.split(".")
    if len(name) > _LONGEST_NAME or len(labels) < 2 or labels[-1].isdigit():
        raise _no_domain(text)
    if not all(_LABEL.fullmatch(label) and _decodes(label) for label in labels):
        raise _no_domain(text)
    return name


def _decodes(label: str) -> bool:
    """Say whether a label that claims to be punycode really is."""
    if not label.startswith("xn--"):
        return True
    try:
        idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        return False
    return True


def _no_domain(text: str) -> ValidationError:
    return ValidationError(_("“%(typed)s” is no domain name."), params={"typed": text})


def mx(text: str) -> str:
    """Return ``10 mx1.example.com`` of a priority and a host name."""
    found = _MX.fullmatch(text.strip())
    if not found or int(found[1]) > _MOST_PREFERENCE:
        raise ValidationError(
            _("“%(typed)s”: write priority and host, for example 10 mx1.example.com."),
            params={"typed": text},
        )
    return f"{int(found[1])} {domain(found[2])}"


def email(text: str) -> str:
    """Return a mail address in lower case."""
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError(
            _("“%(typed)s” is no e-mail address."), params={"typed": text}
        ) from error
    return address


def known_address(text: str) -> str:
    """Return an address that is in use: whole, or only the part before @."""
    typed = text.strip().lower()
    return typed if _LOCAL.fullmatch(typed) else email(text)


def service(text: str) -> str:
    """Return the code of a service, such as email."""
    code = text.strip().lower()
    if not _SERVICE.fullmatch(code):
        raise ValidationError(
            _("“%(typed)s”: a service is named in small Latin letters, such as email."),
            params={"typed": text},
        )
    return code


def lines(text: str, read: Callable[[str], str]) -> list[str]:
    """Read one value a line, in the order typed; none may be there twice.

    Raises ValidationError with every line that is wrong.
    """
    wrong: list[ValidationError] = []
    found: list[str] = []
    rows = [row for row in map(str.strip, text.splitlines()) if row]
    if len(rows) > MOST_LINES:
        raise ValidationError(_("At most %(most)s lines."), params={"most": MOST_LINES})
    for row in rows:
        try:
            value = read(row)
        except ValidationError as error:
            wrong.append(error)
            continue
        if value in found:
            twice = _("“%(typed)s” is listed twice.")
            wrong.append(ValidationError(twice, params={"typed": row}))
        found.append(value)
    if wrong:
        raise ValidationError(wrong)
    return found


@cache
def country_codes() -> frozenset[str]:
    """Return the officially assigned two-letter codes, as the time zone data list them."""
    table = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8")
    return frozenset(row[:2] for row in table.splitlines() if row and not row.startswith("#"))


@cache
def zone_names() -> tuple[str, ...]:
    """Return the zones that name a place, and UTC."""
    apart = ("Etc/", "posix/", "right/", "SystemV/", "US/", "Canada/", "Mexico/", "Brazil/")
    places = (name for name in available_timezones() if "/" in name and not name.startswith(apart))
    return (*sorted(places), "UTC")
