"""Turn a code and its numbers into a sentence, with the right Korean particle."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from procedures.rules.base import Text

_SLOT = re.compile(r"\{(\w+)(?::([^{}/]+)/([^{}/]+))?\}")
_DAYS = {"ko": "월화수목금토일", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
# Whether the Korean reading of a last letter or digit ends in a consonant.
_CLOSED_DIGITS = frozenset("013678")
_CLOSED_LETTERS = frozenset("lmnr")
_LIQUID_ENDS = frozenset("178lr")


def ends_closed(word: str) -> bool:
    """Say whether a word, read in Korean, ends in a consonant (받침)."""
    for letter in reversed(word):
        if "가" <= letter <= "힣":
            return (ord(letter) - 0xAC00) % 28 != 0
        if letter.isascii() and letter.isalnum():
            low = letter.lower()
            return low in _CLOSED_DIGITS or low in _CLOSED_LETTERS
    return False


def particle(word: str, closed: str, open_: str) -> str:
    """Choose 을 or 를, 이 or 가, 은 or 는, 으로 or 로 after a word."""
    if closed == "으로" and _ends_in_rieul(word):
        return open_
    return closed if ends_closed(word) else open_


def _ends_in_rieul(word: str) -> bool:
    last = next((c for c in reversed(word) if c.isalnum()), "")
    if "가" <= last <= "힣":
        return (ord(last) - 0xAC00) % 28 == 8
    return last.lower() in _LIQUID_ENDS


def render(text: Text, params: Mapping[str, Any], language: str, zone: ZoneInfo) -> str:
    """Fill a text in. Braces that come with a value are printed, never interpreted."""
    template = text.ko if language == "ko" else text.en

    def fill(match: re.Match[str]) -> str:
        name, closed, open_ = match.groups()
        if name not in params:
            return match.group(0)
        word = show(params[name], language, zone)
        return particle(word, closed, open_) if closed else word

    return _SLOT.sub(fill, template)


def show(value: Any, language: str, zone: ZoneInfo) -> str:
    """Write one value the way a person of that language reads it."""
    if isinstance(value, Text):
        return value.ko if language == "ko" else value.en
    if isinstance(value, datetime):
        return _moment(value, language, zone)
    if isinstance(value, date):
        return f"{value.isoformat()}({_DAYS[language][value.weekday()]})"
    if isinstance(value, tuple | list):
        if value and isinstance(value[0], Text):
            # Names of holidays hang behind a sentence; without any, nothing hangs there.
            return " (" + ", ".join(show(v, language, zone) for v in value) + ")"
        return ", ".join(show(v, language, zone) for v in value)
    return "" if value is None else str(value)


def _moment(value: datetime, language: str, zone: ZoneInfo) -> str:
    local = value.astimezone(zone)
    clock = f"{local:%H:%M}"
    if local.microsecond:
        clock = f"{local:%H:%M:%S.%f}"
    elif local.second:
        clock = f"{local:%H:%M:%S}"
    return f"{local:%Y-%m-%d}({_DAYS[language][local.weekday()]}) {clock}"


_PLAIN = frozenset({str, int, bool, type(None)})


def pack(value: Any) -> Any:
    """Write a value in the JSON that events keep; ``unpack`` reads it back."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Text):
        return {"ko": value.ko, "en": value.en}
    if isinstance(value, datetime):
        return {"t": iso(value)}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Mapping):
        return {"m": {key: pack(inner) for key, inner in value.items()}}
    if isinstance(value, tuple | list):
        return [pack(inner) for inner in value]
    return value


def unpack(value: Any) -> Any:
    """Read what ``pack`` wrote."""
    if isinstance(value, list):
        return tuple(unpack(inner) for inner in value)
    if not isinstance(value, Mapping):
        return value
    if "t" in value:
        return datetime.fromisoformat(value["t"])
    if "d" in value:
        return date.fromisoformat(value["d"])
    if "m" in value:
        return {key: unpack(inner) for key, inner in value["m"].items()}
    return Text(value["ko"], value["en"])


@lru_cache(maxsize=4096)
def iso(moment: datetime) -> str:
    """Write a moment in UTC with all six digits, so that text sorts as time."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"
