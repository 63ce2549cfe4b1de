"""Links are written with few statements and read back as they were."""

from datetime import datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.chain import Entry, Head, canonical, link
from audit.erase import erase
from audit.models import Body, Event
from audit.store import audit_key, insert_links
from audit.verify import verify
from tests.audit.chains import START, make_links, write, write_streams

pytestmark = pytest.mark.django_db
SEOUL = timezone(timedelta(hours=9))


def test_several_links_take_one_statement_on_postgresql_and_two_on_sqlite() -> None:
    with CaptureQueriesContext(connection) as seen:
        write(make_links("run:a", 5))
    assert len(seen) == (1 if connection.vendor == "postgresql" else 2)


def test_every_column_reads_back_through_the_orm_as_it_was_written() -> None:
    links = make_links("run:a", 3)
    write(links)
    events = list(Event.objects.filter(stream="run:a").order_by("number"))
    bodies = {body.number: body for body in Body.objects.filter(stream="run:a")}
    assert len(events) == 3
    for stored, given in zip(events, links, strict=True):
        for name in given.__slots__:
            row = bodies[given.number] if name in {"salt", "body"} else stored
            assert getattr(row, name) == getattr(given, name), name
        assert bodies[given.number].erased_at is None


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 7, 1, 8, 30, tzinfo=SEOUL),  # no microseconds, and the previous UTC day
        datetime(2026, 7, 1, 8, 30, 0, 120_000, tzinfo=SEOUL),  # trailing zeros
    ],
)
def test_times_are_stored_in_the_form_that_django_stores(moment: datetime) -> None:
    written = link(audit_key(), "run:a", Head(), Entry("k", "system", None, {}), moment)
    write([written])
    by_orm = Event.objects.get(stream="run:a")
    by_orm.pk, by_orm.stream = None, "run:b"
    by_orm.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT CAST(at AS TEXT), performed_at FROM audit_event")
        assert len(cursor.fetchall()) == 1
    assert by_orm.at == moment


def test_more_links_than_a_statement_takes_are_written_in_several() -> None:
    head = write(make_links("run:long", 1_203))
    assert head.number == 1_203
    assert list(verify(heads={"run:long": head})) == []


def test_a_number_that_is_taken_is_an_integrity_error() -> None:
    write(make_links("run:a", 2))
    with pytest.raises(IntegrityError), transaction.atomic():
        write(make_links("run:a", 1))


def test_nothing_to_write_is_no_statement() -> None:
    with CaptureQueriesContext(connection) as seen, connection.cursor() as cursor:
        insert_links(cursor, [], connection.vendor)
    assert len(seen) == 0


def test_an_event_is_never_dated_before_the_one_before_it() -> None:
    first, second = make_links("run:a", 2)
    after = Head(second.number, second.mac, second.at)
    third = link(audit_key(), "run:a", after, Entry("k", "user", 1, {}), START - timedelta(days=1))
    assert third.at == second.at
    head = write([first, second, third])
    assert list(verify(heads={"run:a": head})) == []


def test_erasing_empties_body_and_salt_and_the_chain_still_verifies() -> None:
    heads = write_streams()
    assert erase("run:a", 3, START)
    body = Body.objects.get(stream="run:a", number=3)
    assert (body.body, body.salt, body.erased_at) == ("", "", START)
    assert list(verify(heads=heads)) == []


def test_erasing_again_or_what_is_not_there_changes_nothing() -> None:
    write_streams()
    assert erase("run:a", 3, START)
    assert not erase("run:a", 3, START + timedelta(days=1))
    assert not erase("run:a", 99, START)
    assert Body.objects.get(stream="run:a", number=3).erased_at == START


def test_floats_and_unknown_things_have_no_canonical_form() -> None:
    for value in ({"a": 1.5}, {"a": [{"b": 0.1}]}, {"a": START}):
        with pytest.raises(TypeError):
            canonical(value)
    assert canonical({"나": 1, "가": [True, None]}) == '{"가":[true,null],"나":1}'
