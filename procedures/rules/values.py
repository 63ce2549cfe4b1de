"""Read what was typed: one parser a kind of field, with a clear problem when it fails."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import idna

from procedures.rules.base import Text
from procedures.rules.countries import COUNTRY_CODES
from procedures.rules.wording import iso


@dataclass(frozen=True, slots=True)
class Problem(Exception):
    """Why a value cannot be taken, in words that say what to do."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


PROBLEMS: Mapping[str, Text] = {
    "required": Text("값을 입력하세요.", "Give a value."),
    "datetime": Text(
        "날짜, 시각, 시간대를 함께 입력하세요. 예: 2026-11-23T09:30+09:00",
        "Give date, time and offset. Example: 2026-11-23T09:30+09:00",
    ),
    "date": Text("날짜를 입력하세요. 예: 2026-11-23", "Give a date. Example: 2026-11-23"),
    "month": Text(
        "YYYYMM 형식의 여섯 자리 숫자로 입력하세요(2000년 1월부터). 예: 202408",
        "Give six digits, YYYYMM, from 200001. Example: 202408",
    ),
    "address": Text(
        "메일 주소를 입력하세요. 예: kim@example.co.kr",
        "Give an e-mail address. Example: kim@example.co.kr",
    ),
    "local_part": Text(
        "@ 앞부분만 영문 소문자, 숫자, . _ - 로 입력하세요. 예: contact",
        "Give only the part before @: letters, digits, . _ -. Example: contact",
    ),
    "domain": Text(
        "도메인 이름을 입력하세요. 예: example.co.kr", "Give a domain name. Example: example.co.kr"
    ),
    "country": Text(
        "국가를 두 글자 코드로 고르세요. 예: US", "Choose a country by its two letters. Example: US"
    ),
    "choice": Text("목록에서 하나를 고르세요.", "Choose one of the list."),
    "boolean": Text("예 또는 아니요로 답하세요.", "Answer yes or no."),
    "too_long": Text("{limit}자 이내로 줄이세요.", "Keep it within {limit} characters."),
    "control": Text("보이지 않는 제어 문자를 지우세요.", "Remove invisible control characters."),
    "change": Text(
        "{row}번째 줄: 아이디, 이름, 변경 내용을 쉼표로 나누어 입력하세요. 예: kim, 김하나, 신규",
        "Row {row}: give id, name and change, separated by commas. Example: kim, Kim Hana, new",
    ),
    "many": Text("{limit}개 이내로 줄이세요.", "Keep it to {limit} entries at most."),
    "single": Text("값을 하나만 입력하세요.", "Give one value only."),
}

_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(:\d{2})?(\.\d{1,6})?([Zz]|[+-]\d{2}:?\d{2})", re.ASCII
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH = re.compile(r"[0-9]{4}(0[1-9]|1[0-2])", re.ASCII)
_LOCAL = re.compile(r"[a-z0-9](?:[a-z0-9._+-]{0,62}[a-z0-9])?|[a-z0-9]", re.ASCII)
_LOCAL_TYPED = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
TEXT_LIMIT = 200
LONG_LIMIT = 4000
MANY_LIMIT = 500
YEARS = range(1970, 2200)


def _near[Day: date](day: Day, code: str) -> Day:
    """Refuse a year so far off that spans could not be added to it any more."""
    if day.year not in YEARS:
        raise Problem(code)
    return day


def parse_datetime(raw: str) -> datetime:
    """Read date, time and offset, at most six fraction digits; return UTC."""
    match = _MOMENT.fullmatch(raw)
    if not match:
        raise Problem("datetime")
    day, minute, second, fraction, offset = match.groups()
    if fraction and not second:
        raise Problem("datetime")
    micro = (fraction or ".0")[1:].ljust(6, "0")
    offset = "+00:00" if offset in "Zz" else offset
    try:
        moment = datetime.fromisoformat(f"{day}T{minute}{second or ':00'}.{micro}{offset}")
        return _near(moment.astimezone(UTC), "datetime")
    except (ValueError, OverflowError) as error:
        raise Problem("datetime") from error


def parse_date(raw: str) -> date:
    """Read a local date."""
    if not _DATE.fullmatch(raw):
        raise Problem("date")
    try:
        return _near(date.fromisoformat(raw), "date")
    except ValueError as error:
        raise Problem("date") from error


def parse_month(raw: str) -> str:
    """Read YYYYMM exactly: ASCII, the whole value, nothing trimmed, from 200001."""
    if not _MONTH.fullmatch(raw) or raw < "200001":
        raise Problem("month")
    return raw


def parse_domain(raw: str) -> str:
    """Normalise a domain name to lower-case ASCII (IDNA 2008) without the trailing dot."""
    name = raw.strip().rstrip(".").lower()
    if not name or len(name) > 253 or "." not in name:
        raise Problem("domain")
    try:
        ascii_name = idna.encode(name, uts46=True).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise Problem("domain") from error
    if ascii_name.rpartition(".")[2].isdigit():
        raise Problem("domain")
    return ascii_name


def parse_address(raw: str) -> str:
    """Read an e-mail address; the local part keeps its case, the domain is normalised."""
    local, at, domain = raw.strip().rpartition("@")
    if not at or not _LOCAL_TYPED.fullmatch(local) or ".." in local or local[0] == ".":
        raise Problem("address")
    if local[-1] == ".":
        raise Problem("address")
    try:
        return f"{local}@{parse_domain(domain)}"
    except Problem as problem:
        raise Problem("address") from problem


def parse_local_part(raw: str) -> str:
    """Read the part before @ of an address to be made; stored in lower case."""
    local = raw.strip().lower()
    if not _LOCAL.fullmatch(local) or ".." in local:
        raise Problem("local_part")
    return local


def parse_country(raw: str) -> str:
    """Read an ISO 3166-1 alpha-2 code."""
    code = raw.strip().upper()
    if code not in COUNTRY_CODES:
        raise Problem("country")
    return code


def parse_boolean(raw: str) -> bool:
    """Read yes or no in the words of both languages."""
    word = raw.strip().lower()
    if word in {"true", "yes", "y", "1", "on", "예", "네"}:
        return True
    if word in {"false", "no", "n", "0", "off", "아니요", "아니오"}:
        return False
    raise Problem("boolean")


def _text(limit: int) -> Callable[[str], str]:
    def parse(raw: str) -> str:
        words = raw.replace("\r\n", "\n").strip()
        if not words:
            raise Problem("required")
        if len(words) > limit:
            raise Problem("too_long", {"limit": limit})
        if _CONTROL.search(words):
            raise Problem("control")
        return words

    return parse


def parse_change(raw: str) -> str:
    """Read one row of changed users: id, name, change; returned with single commas."""
    parts = [part.strip() for part in raw.replace("\t", ",").split(",")]
    if len(parts) != 3 or not all(parts) or _CONTROL.search(raw):
        raise Problem("change", {"row": 1})
    if len(raw) > TEXT_LIMIT:
        raise Problem("too_long", {"limit": TEXT_LIMIT})
    return ", ".join(parts)


PARSERS: Mapping[str, Callable[[str], Any]] = {
    "text": _text(TEXT_LIMIT),
    "long_text": _text(LONG_LIMIT),
    "choice": _text(TEXT_LIMIT),
    "boolean": parse_boolean,
    "date": parse_date,
    "datetime": parse_datetime,
    "month": parse_month,
    "address": parse_address,
    "local_part": parse_local_part,
    "domain": parse_domain,
    "country": parse_country,
    "change": parse_change,
}


def store_value(value: Any) -> Any:
    """Write a typed value as JSON."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [store_value(inner) for inner in value]
    return value


def load_value(kind: str, stored: Any) -> Any:
    """Read a stored value back into its type."""
    if isinstance(stored, list):
        return tuple(load_value(kind, inner) for inner in stored)
    if stored is None:
        return None
    if kind == "datetime":
        return datetime.fromisoformat(stored)
    if kind == "date":
        return date.fromisoformat(stored)
    return stored
