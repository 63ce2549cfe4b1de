"""Pasted lists of addresses, read as spreadsheets write them and judged by the rules of the FAQ."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from procedures.rules import DomainRegistered, NoLocalPartChange, Text
from procedures.rules.facts import Facts
from procedures.rules.values import PROBLEMS, Problem, parse_address

MOST_ROWS = 5_000
MOST_BYTES = 1_000_000
MOST_COLUMNS = 20
LONGEST_CELL = 400

_OLD = frozenset(
    {"old", "before", "from", "old address", "기존", "기존 주소", "현재", "이전", "현재 주소"}
)
_NEW = frozenset(
    {"new", "after", "to", "new address", "새", "새 주소", "신규", "변경", "변경 주소", "이후"}
)
_KIND = frozenset({"kind", "type", "종류", "구분", "유형"})
KINDS: Mapping[str, str] = {
    "": "user", "user": "user", "사용자": "user", "개인": "user",
    "representative": "group", "대표메일": "group", "대표": "group",
    "mailing": "group", "mailing list": "group", "메일링": "group", "메일링리스트": "group",
}  # fmt: skip
_IDS, _DOMAINS = NoLocalPartChange("id_changes"), DomainRegistered("group_domains")

UNREADABLE = Text(
    "읽을 수 없는 파일입니다. CSV를 UTF-8이나 CP949로 저장하세요.",
    "The file cannot be read. Save the CSV as UTF-8 or CP949.",
)
TOO_LONG = Text(
    "{most}줄까지 확인할 수 있습니다. 나누어 확인하세요.", "At most {most} rows. Check it in parts."
)
EMPTY = Text("확인할 줄이 없습니다.", "There is no row to check.")
_TWO = Text(
    "기존 주소와 새 주소가 모두 필요합니다.", "Both the old and the new address are needed."
)
_KINDS = Text(
    "종류는 사용자, 대표메일, 메일링 중 하나여야 합니다.",
    "The kind is one of user, representative, mailing.",
)
_IDS_SAID = Text(
    "도메인 앞 아이디 변경 불가: {old}의 아이디는 바꿀 수 없습니다.",
    "The id before the domain cannot be changed: {old} must keep it.",
)
_UNKNOWN = Text(
    "{domains}{domains:은/는} 이 고객사의 도메인이 아닙니다.",
    "{domains}: not a domain of this company.",
)
_GROUP = Text(
    "대표메일·메일링은 메인/멀티도메인으로 등록되어 있어야 자동으로 변경됩니다. "
    "{domains}{domains:을/를} 먼저 등록하세요.",
    "Representative mail and mailing lists change by themselves only where the domain is "
    "registered as main or multi domain. Register {domains} first.",
)
_DROPPED = Text("{domain}{domain:은/는} 없앨 도메인입니다.", "{domain} is to be dropped.")
_TWICE = Text("{row}번째 줄과 같은 주소입니다.", "The same address as in row {row}.")


class Unreadable(ValueError):
    """What came in is no list; ``text`` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a row is wrong: a text and what fills it."""

    text: Text
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its number in the list, counted from one with the header; wrong or right."""

    number: int
    old: str
    new: str
    kind: str
    wrong: tuple[Wrong, ...] = ()


def decode(raw: bytes) -> str:
    """Return a file's text: UTF-8 with or without a mark, UTF-16 with one, or CP949.

    Raises Unreadable.
    """
    if len(raw) > MOST_BYTES:
        raise Unreadable(TOO_LONG)
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(UNREADABLE)


def check(text: str, facts: Facts) -> list[Row]:
    """Judge every row of a list against a run's facts. Raises Unreadable."""
    rows = [*_records(text)]
    if not rows:
        raise Unreadable(EMPTY)
    columns = _columns(rows[0][1])
    body = rows[1:] if columns else rows
    if not body:
        raise Unreadable(EMPTY)
    order = columns or {"old": 0, "new": 1, "kind": 2}
    seen: dict[str, dict[str, int]] = {"old": {}, "new": {}}
    return [_judge(number, cells, order, facts, seen) for number, cells in body]


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, each with its number."""
    if "\x00" in text:
        raise Unreadable(UNREADABLE)
    text = text.removeprefix("\ufeff")
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max("\t;,", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        count = 0
        for number, cells in enumerate(reader, start=1):
            if not any(cell.strip() for cell in cells):
                continue
            count += 1
            if count > MOST_ROWS + 1:
                raise Unreadable(TOO_LONG)
            yield number, [cell.strip()[:LONGEST_CELL] for cell in cells[:MOST_COLUMNS]]
    except csv.Error as error:
        raise Unreadable(UNREADABLE) from error


def _columns(cells: list[str]) -> dict[str, int]:
    """Recognise a header, named or not; empty where the first row is one of addresses."""
    if any("@" in cell for cell in cells[:2]):
        return {}
    found = {}
    for key, words, place in (("old", _OLD, 0), ("new", _NEW, 1), ("kind", _KIND, 2)):
        named = [at for at, cell in enumerate(cells) if cell.casefold() in words]
        found[key] = named[0] if named else place
    return found


def _judge(
    number: int,
    cells: list[str],
    order: Mapping[str, int],
    facts: Facts,
    seen: dict[str, dict[str, int]],
) -> Row:
    old, new, kind = (_cell(cells, order[key]) for key in ("old", "new", "kind"))
    wrong: list[Wrong] = []
    if not old or not new:
        return Row(number, old, new, kind, (Wrong(_TWO),))
    word = KINDS.get(kind.casefold())
    if word is None:
        wrong.append(Wrong(_KINDS))
    parsed = [_address(one, wrong) for one in (old, new)]
    if parsed[0] and parsed[1]:
        wrong += _against_rules(parsed[0], parsed[1], word or "user", facts)
    for key, address in zip(("old", "new"), parsed, strict=True):
        if address:
            first = seen[key].setdefault(address.casefold(), number)
            if first != number and Wrong(_TWICE, {"row": first}) not in wrong:
                wrong.append(Wrong(_TWICE, {"row": first}))
    return Row(number, old, new, kind, tuple(wrong))


def _cell(cells: list[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _address(typed: str, wrong: list[Wrong]) -> str:
    try:
        return parse_address(typed)
    except Problem as problem:
        wrong.append(Wrong(PROBLEMS[problem.code], problem.params))
        return ""


def _against_rules(old: str, new: str, kind: str, facts: Facts) -> Iterator[Wrong]:
    """Ask the rules of the procedure itself about one row."""
    values = dict(facts.values)
    ids = _IDS.judge(facts.but(values=values | {"id_changes": (f"{old} -> {new}",)}))
    if ids.level == "blocked":
        yield Wrong(_IDS_SAID, {"old": old})
    after = new.rpartition("@")[2]
    if after in (values.get("drop_domains") or ()):
        yield Wrong(_DROPPED, {"domain": after})
        return
    domains = _DOMAINS.judge(facts.but(values=values | {"group_domains": (old, new)}))
    if domains.level == "blocked":
        yield Wrong(_GROUP if kind == "group" else _UNKNOWN, domains.params)
