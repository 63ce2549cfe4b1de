"""Whatever is done to history by hand is found, and at its exact place where there is one."""

import random
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from audit.chain import Entry, Head, Key, link, mac_of
from audit.models import Body, Event
from audit.verify import Counts, Fault, verify
from tests.audit.chains import (
    START,
    STREAMS,
    drop_triggers,
    entry,
    make_links,
    sql,
    undone,
    write,
    write_streams,
)

pytestmark = pytest.mark.django_db
LENGTH = 8
SEED = 20261123


def places(faults: list[Fault]) -> list[tuple[str, int, str]]:
    """Return what the tests compare: stream, number and kind."""
    return [(fault.stream, fault.number, fault.kind) for fault in faults]


def test_a_history_as_written_has_no_fault_and_is_counted() -> None:
    heads = write_streams(LENGTH)
    counts = Counts()
    assert list(verify(heads=heads, counts=counts)) == []
    assert (counts.streams, counts.events, counts.erased) == (3, 24, 0)
    assert list(verify(["run:b"], heads)) == []
    assert list(verify(["run:b"])) == []


def _flip(value: str, dice: random.Random) -> str:
    place = dice.randrange(len(value))
    return value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :]


def _mutate(event: Event, body: Body, column: str, dice: random.Random) -> object:
    """Return another value for a column, as near to the true one as it can be."""
    row: object = body if column in {"salt", "body", "erased_at"} else event
    value = getattr(row, column)
    if column in {"at", "performed_at"}:
        step = timedelta(microseconds=dice.choice([-1, 1, 3_600_000_000]))
        return dice.choice([value + step, value + step, START]) if column == "at" else value + step
    if column == "erased_at":
        return START
    if column == "actor_id":
        return dice.choice([None, value + 1])
    if column == "command_id":
        return dice.choice([None, UUID(int=value.int + 1)])
    if column == "key_id":
        return dice.choice(["nobody's", "other"])
    if column == "kind":
        return dice.choice(["step.skipped", value + " "])
    return _flip(value, dice) if value else dice.choice(["x", "0" * 64])


COLUMNS = [
    *("kind", "actor_kind", "actor_id", "cause", "at", "performed_at", "body_digest"),
    *("previous_mac", "mac", "key_id", "command_id", "command_digest"),
    *("salt", "body", "erased_at"),
]


def test_seven_hundred_random_changes_of_every_column_are_each_found_in_place(
    settings: object,
) -> None:
    settings.AUDIT_KEYS = {**settings.AUDIT_KEYS, "other": b"another key"}  # type: ignore[attr-defined]
    heads = write_streams(LENGTH)
    drop_triggers()
    dice = random.Random(SEED)
    events = {(row.stream, row.number): row for row in Event.objects.all()}
    bodies = {(row.stream, row.number): row for row in Body.objects.all()}
    for turn in range(700):
        place = dice.choice(sorted(events))
        column = COLUMNS[turn % len(COLUMNS)]
        other = _mutate(events[place], bodies[place], column, dice)
        model = Body if column in {"salt", "body", "erased_at"} else Event
        kinds = {"body_changed"} if model is Body else {"changed"}
        with undone():
            model.objects.filter(stream=place[0], number=place[1]).update(**{column: other})
            faults = list(verify(heads=heads))
        said = f"seed {SEED} turn {turn}: {place} {column} = {other!r}: {faults}"
        assert faults, said
        assert (faults[0].stream, faults[0].number) == place, said
        assert faults[0].kind in kinds, said
        assert len(faults) == 1, said
    assert list(verify(heads=heads)) == []


def _shift(stream: str, first: int, by: int) -> None:
    """Renumber the end of a stream, events and bodies alike."""
    for table in ("audit_event", "audit_body"):
        where = f"UPDATE {table} SET number = number + %s WHERE stream = %s AND number >= %s"  # noqa: S608
        sql(where, 1_000, stream, first)
        sql(where, by - 1_000, stream, 1_000)


def _remove(stream: str, number: int) -> None:
    for table in ("audit_event", "audit_body"):
        sql(f"DELETE FROM {table} WHERE stream = %s AND number = %s", stream, number)  # noqa: S608


def _forge(stream: str, number: int) -> None:
    """Insert an event made with a key of one's own."""
    forged = link(Key(settings.AUDIT_KEY_ID, b"mine"), stream, Head(), entry(number), START)
    object.__setattr__(forged, "number", number)
    write([forged])


def _swap(table: str, stream: str, one: int, two: int) -> None:
    where = f"UPDATE {table} SET number = %s WHERE stream = %s AND number = %s"  # noqa: S608
    sql(where, 5_000, stream, one)
    sql(where, one, stream, two)
    sql(where, two, stream, 5_000)


def _removed(stream: str, number: int, dice: random.Random) -> tuple[int, str]:
    _remove(stream, number)
    return number, "missing"


def _body_removed(stream: str, number: int, dice: random.Random) -> tuple[int, str]:
    sql("DELETE FROM audit_body WHERE stream = %s AND number = %s", stream, number)
    return number, "body_missing"


def _event_removed(stream: str, number: int, dice: random.Random) -> tuple[int, str]:
    sql("DELETE FROM audit_event WHERE stream = %s AND number = %s", stream, number)
    return number, "missing"


def _removed_and_closed(stream: str, number: int, dice: random.Random) -> tuple[int, str]:
    _remove(stream, number)
    _shift(stream, number + 1, -1)
    return (number, "swapped") if number < LENGTH else (LENGTH, "missing")


def _tail_cut(stream: str, number: int, dice: random.Random) -> tuple[int, str]:
    for each in range(number, LENGTH + 1):
        _remove(stream, each)
    return number, "missing"


def _appended(stream: str, number: int, dice: random.Random) -> tuple[int, str]:
    _forge(stream, LENGTH + 1)
    return LENGTH + 1, "inserted"


def _put_in(stream: str, number: int, dice: random.Random) -> tuple[int, str]:
    _shift(stream, number, 1)
    _forge(stream, number)
    return number, "inserted"


def _put_at_nothing(stream: str, number: int, dice: random.Random) -> tuple[int, str]:
    _forge(stream, 0)
    return 0, "inserted"


def _swapped(stream: str, number: int, dice: random.Random) -> tuple[int, str]:
    other = dice.choice([n for n in range(1, LENGTH + 1) if n != number])
    for table in dice.choice([["audit_event"], ["audit_event", "audit_body"]]):
        _swap(table, stream, number, other)
    return min(number, other), "swapped"


def _bodies_swapped(stream: str, number: int, dice: random.Random) -> tuple[int, str]:
    other = dice.choice([n for n in range(1, LENGTH + 1) if n != number])
    _swap("audit_body", stream, number, other)
    return min(number, other), "body_changed"


def _renumbered(stream: str, number: int, dice: random.Random) -> tuple[int, str]:
    for table in ("audit_event", "audit_body"):
        where = f"UPDATE {table} SET number = %s WHERE stream = %s AND number = %s"  # noqa: S608
        sql(where, LENGTH + 1 + dice.randrange(3), stream, number)
    return number, "missing"


def _moved_away(stream: str, number: int, dice: random.Random) -> tuple[int, str]:
    sql(
        "UPDATE audit_event SET stream = 'run:elsewhere' WHERE stream = %s AND number = %s",
        stream,
        number,
    )
    return number, "missing"


def _replayed(stream: str, number: int, dice: random.Random) -> tuple[int, str]:
    """Put a copy of a genuine event after the end."""
    event = Event.objects.get(stream=stream, number=number)
    body = Body.objects.get(stream=stream, number=number)
    for row in (event, body):
        row.pk, row.number = None, LENGTH + 1
        row.save(force_insert=True)
    return LENGTH + 1, "swapped"


def _forked(stream: str, number: int, dice: random.Random) -> tuple[int, str]:
    """Replace the end by one that was genuinely written after another event, as by a backup."""
    rows = make_links(stream, LENGTH)[number - 1 :]
    for each in range(number, LENGTH + 1):
        _remove(stream, each)
    write(rows)
    return (number, "bad_previous") if number > 1 else (LENGTH, "head_mismatch")


DAMAGES: list[Callable[[str, int, random.Random], tuple[int, str]]] = [
    _removed,
    _body_removed,
    _event_removed,
    _removed_and_closed,
    _tail_cut,
    _appended,
    _put_in,
    _put_at_nothing,
    _swapped,
    _bodies_swapped,
    _renumbered,
    _moved_away,
    _replayed,
    _forked,
]


def test_three_hundred_random_removals_insertions_and_swaps_are_each_found_in_place() -> None:
    heads = write_streams(LENGTH)
    drop_triggers()
    dice = random.Random(SEED)
    for turn in range(308):
        damage = DAMAGES[turn % len(DAMAGES)]
        stream, number = dice.choice(STREAMS), dice.randint(1, LENGTH)
        with undone():
            place, kind = damage(stream, number, dice)
            faults = [fault for fault in verify(heads=heads) if fault.stream == stream]
        said = f"seed {SEED} turn {turn}: {damage.__name__} {stream} {number}: {faults}"
        assert (stream, place, kind) in places(faults), said
        assert min(fault.number for fault in faults) == place, said
    assert list(verify(heads=heads)) == []


def test_events_that_follow_in_order_after_a_removed_one_are_reported_once() -> None:
    heads = write_streams(LENGTH)
    drop_triggers()
    _removed_and_closed("run:b", 4, random.Random(1))
    assert places(list(verify(heads=heads))) == [
        ("run:b", 4, "swapped"),
        ("run:b", LENGTH, "missing"),
    ]


def test_a_cut_tail_is_not_seen_without_heads_and_is_with_them() -> None:
    heads = write_streams(LENGTH)
    drop_triggers()
    _tail_cut("run:a", 5, random.Random(1))
    assert list(verify()) == []
    assert places(list(verify(heads=heads))) == [("run:a", 5, "missing")]


def test_a_stream_that_is_gone_or_that_nothing_owns_is_named() -> None:
    heads = {**write_streams(LENGTH), "run:gone": Head(3, "f" * 64), "run:new": Head()}
    write(make_links("run:stray", 2))
    assert places(list(verify(heads=heads))) == [
        ("run:stray", 1, "head_mismatch"),
        ("run:gone", 1, "missing"),
    ]


def test_a_head_that_names_another_last_event_is_a_mismatch() -> None:
    heads = write_streams(LENGTH)
    heads["run:a"] = Head(LENGTH, "0" * 64)
    heads["run:b"] = Head(LENGTH - 1, Event.objects.get(stream="run:b", number=LENGTH - 1).mac)
    assert places(list(verify(heads=heads))) == [
        ("run:a", LENGTH, "head_mismatch"),
        ("run:b", LENGTH, "head_mismatch"),
    ]


def test_a_chain_recomputed_without_the_key_fails_at_its_first_event() -> None:
    heads = write_streams(LENGTH)
    drop_triggers()
    for number in range(3, LENGTH + 1):
        _remove("run:a", number)
    kept = Event.objects.get(stream="run:a", number=2)
    forger = Key(settings.AUDIT_KEY_ID, b"guessed")
    head = write(make_links("run:a", LENGTH - 2, forger, Head(2, kept.mac, kept.at)))
    heads["run:a"] = head
    faults = list(verify(heads=heads))
    assert places(faults)[0] == ("run:a", 3, "changed")
    assert {fault.stream for fault in faults} == {"run:a"}


def test_a_key_that_is_missing_is_named_once_a_stream(settings: object) -> None:
    old = Key("old", b"retired")
    heads = {"run:a": write(make_links("run:a", 4, old)), "run:b": write(make_links("run:b", 4))}
    assert places(list(verify(heads=heads))) == [("run:a", 1, "unknown_key")]
    settings.AUDIT_KEYS = {**settings.AUDIT_KEYS, "old": old.secret}  # type: ignore[attr-defined]
    assert list(verify(heads=heads)) == []


def test_a_stream_written_before_and_after_a_change_of_key_verifies(settings: object) -> None:
    settings.AUDIT_KEYS = {**settings.AUDIT_KEYS, "old": b"retired"}  # type: ignore[attr-defined]
    head = write(make_links("run:a", 3, Key("old", b"retired")))
    head = write(make_links("run:a", 3, head=head))
    assert list(verify(heads={"run:a": head})) == []


def test_a_genuine_event_dated_before_the_one_before_it_is_told() -> None:
    one, two = make_links("run:a", 2)
    object.__setattr__(two, "at", one.at - timedelta(microseconds=1))
    object.__setattr__(two, "mac", mac_of(Key(two.key_id, settings.AUDIT_KEYS[two.key_id]), two))
    head = write([one, two])
    assert places(list(verify(heads={"run:a": head}))) == [("run:a", 2, "time_backwards")]


def test_values_that_a_column_should_not_hold_are_found_rather_than_raised() -> None:
    if connection.vendor == "postgresql":
        damages = ["UPDATE audit_body SET salt = 'zz'", "UPDATE audit_event SET at = 'infinity'"]
    else:
        damages = [
            "UPDATE audit_body SET salt = 'zz'",
            "UPDATE audit_event SET at = 'yesterday'",
            "UPDATE audit_event SET at = at || '+09:00'",
            "UPDATE audit_event SET command_id = 'none'",
            "UPDATE audit_event SET number = 'eight'",
            "UPDATE audit_event SET actor_id = x'00ff'",
            "UPDATE audit_body SET body = x'00'",
        ]
    heads = write_streams(LENGTH)
    drop_triggers()
    for damage in damages:
        with undone():
            sql(f"{damage} WHERE stream = 'run:a' AND number = 5")
            found = list(verify(heads=heads))
        assert ("run:a", 5) in {(fault.stream, fault.number) for fault in found}, damage


def test_a_body_without_an_event_is_found() -> None:
    heads = write_streams(LENGTH)
    Body.objects.create(stream="run:a", number=77, salt="", body="{}")
    faults = list(verify(heads=heads))
    assert places(faults) == [("run:a", 77, "inserted")]
    assert "body" in str(faults[0])


def test_an_event_without_a_person_or_a_command_verifies() -> None:
    quiet = Entry("deadline.passed", "system", None, {}, cause="deadline:1")
    head = write([link(_own_key(), "run:q", Head(), quiet, START)])
    assert list(verify(heads={"run:q": head})) == []


def _own_key() -> Key:
    return Key(settings.AUDIT_KEY_ID, settings.AUDIT_KEYS[settings.AUDIT_KEY_ID])
