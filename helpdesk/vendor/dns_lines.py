"""Read the DNS records that are expected of a company: SPF, DKIM, DMARC, autodiscover.

``{domain}`` in a value stands for whichever domain is looked at.
"""

import ipaddress
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from helpdesk.vendor import values

DOMAIN = "{domain}"
LONGEST = 2_000
_SAMPLE = "sample.example"
_TERM = re.compile(
    r"[+?~-]?(?:all|(?:include|exists):\S+|(?:a|mx|ptr)(?:[:/]\S+)?|ip[46]:[0-9a-f.:/]+)"
    r"|(?:redirect|exp)=\S+",
    re.IGNORECASE,
)
_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9_-]{1,63})*")
_TAG = re.compile(r"[a-z][a-z0-9_]*", re.IGNORECASE)
_KEY = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_PORT = 65_535


def spf(text: str) -> str:
    """Return an SPF record with single spaces."""
    first, *terms = _plain(text).split(" ")
    if first.lower() != "v=spf1":
        raise _wrong(_("“%(typed)s”: an SPF record begins with v=spf1."), text)
    for term in terms:
        if not _TERM.fullmatch(term.replace(DOMAIN, _SAMPLE)):
            raise _wrong(_("“%(typed)s” is no part of an SPF record."), term)
    return " ".join(["v=spf1", *terms])


def dmarc(text: str) -> str:
    """Return a DMARC record with its tags in the order typed."""
    tags = _tags(text)
    if next(iter(tags.items()), None) != ("v", "DMARC1"):
        raise _wrong(_("“%(typed)s”: a DMARC record begins with v=DMARC1;"), text)
    if tags.get("p", "").lower() not in {"none", "quarantine", "reject"}:
        raise _wrong(_("“%(typed)s”: p is none, quarantine or reject."), text)
    return _joined(tags)


def dkim(text: str) -> str:
    """Return ``selector TXT v=DKIM1; p=…`` or ``selector CNAME host``."""
    selector, kind, value = _parts(text, 3, _("selector, TXT or CNAME, value"))
    selector, kind = selector.lower(), kind.upper()
    if not _SELECTOR.fullmatch(selector):
        raise _wrong(_("“%(typed)s” is no selector."), selector)
    if kind == "CNAME":
        return f"{selector} CNAME {host(value)}"
    if kind != "TXT":
        raise _wrong(_("“%(typed)s”: write TXT or CNAME after the selector."), text)
    tags = _tags(value)
    if tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
        raise _wrong(_("“%(typed)s”: a DKIM key has v=DKIM1 and p=."), text)
    tags["p"] = tags["p"].replace(" ", "")
    if not _KEY.fullmatch(tags["p"]):
        raise _wrong(_("“%(typed)s”: p is no key in base64."), text)
    return f"{selector} TXT {_joined(tags)}"


def autodiscover(text: str) -> str:
    """Return ``CNAME host``, ``A address`` or ``SRV priority weight port host``."""
    kind, value = _parts(text, 2, _("CNAME, A or SRV, then its value"))
    kind = kind.upper()
    if kind == "CNAME":
        return f"CNAME {host(value)}"
    if kind == "A":
        try:
            return f"A {ipaddress.IPv4Address(value)}"
        except ValueError as error:
            raise _wrong(_("“%(typed)s” is no IPv4 address."), value) from error
    if kind != "SRV":
        raise _wrong(_("“%(typed)s”: begin with CNAME, A or SRV."), text)
    *numbers, target = _parts(value, 4, _("SRV priority weight port host"))
    if not all(one.isascii() and one.isdigit() and int(one) <= _PORT for one in numbers):
        raise _wrong(_("“%(typed)s”: priority, weight and port are numbers up to 65535."), text)
    return " ".join(["SRV", *(str(int(one)) for one in numbers), host(target)])


def host(text: str) -> str:
    """Return a host name; ``{domain}`` in it stays as it is, and so do labels that begin with _."""
    name = text.strip().removesuffix(".").lower()
    plain = re.sub(r"(^|\.)_", r"\1", name.replace(DOMAIN, _SAMPLE))
    checked = values.domain(plain)
    # What is not ASCII is stored as the DNS writes it.
    return name if name.isascii() else checked.replace(_SAMPLE, DOMAIN)


def at_most_one(lines: list[str]) -> list[str]:
    """Refuse a second line."""
    if len(lines) > 1:
        raise ValidationError(_("Write one line: two such records count as none."))
    return lines


def aliases_alone(lines: list[str]) -> list[str]:
    """Refuse a CNAME beside another CNAME or an A, which no name may have."""
    named = [line for line in lines if not line.startswith("SRV ")]
    if len(named) > 1 and any(line.startswith("CNAME ") for line in named):
        raise ValidationError(_("A CNAME stands alone: write either one CNAME or A addresses."))
    return lines


def selectors_once(lines: list[str]) -> list[str]:
    """Refuse a selector with two values."""
    selectors = [line.partition(" ")[0] for line in lines]
    for one in selectors:
        if selectors.count(one) > 1:
            raise _wrong(_("The selector %(typed)s is listed twice."), one)
    return lines


def _plain(text: str) -> str:
    """Return the text with single spaces; what no record of these has is refused."""
    line = " ".join(text.split()).strip('"')
    if len(line) > LONGEST:
        raise ValidationError(_("At most %(most)s characters."), params={"most": LONGEST})
    if not line.isascii() or not line.isprintable():
        raise _wrong(_("“%(typed)s”: use plain Latin letters."), text)
    if re.search(r"[{}]", line.replace(DOMAIN, "")):
        raise _wrong(_("“%(typed)s”: {domain} is all that may stand in braces."), text)
    return line


def _parts(text: str, count: int, form: str) -> list[str]:
    found = _plain(text).split(" ", count - 1) if text.isascii() else text.split(None, count - 1)
    if len(found) != count:
        words = _("“%(typed)s”: write %(form)s.")
        raise ValidationError(words, params={"typed": text, "form": form})
    return found


def _tags(text: str) -> dict[str, str]:
    """Read ``a=b; c=d``."""
    found: dict[str, str] = {}
    for part in filter(None, map(str.strip, _plain(text).split(";"))):
        name, equals, value = (one.strip() for one in part.partition("="))
        if not equals or not _TAG.fullmatch(name) or name.lower() in found:
            raise _wrong(_("“%(typed)s”: write tags as name=value; with each once."), part)
        found[name.lower()] = value
    return found


def _joined(tags: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in tags.items())


def _wrong(words: str, typed: str) -> ValidationError:
    shown = typed if len(typed) <= 120 else typed[:119] + "…"
    return ValidationError(words, params={"typed": shown})
