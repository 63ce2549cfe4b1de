"""Tell support once that a version of the calendar touches a date; no date is changed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction

from helpdesk import calendars
from procedures.calendar_facts import calendar_of
from procedures.models import Delivery
from tickets.conversation import stream
from tickets.schedule.affected import Affected, affected_by, open_tickets
from tickets.schedule.models import CalendarAlert

TEMPLATE = "calendar_changed"
# A date may be confirmed while a version is being stored, so it is looked again now and then.
AGAIN = timedelta(minutes=10)
_looked: dict[str, tuple[int, datetime]] = {}


def sweep(now: datetime, stop: Callable[[], bool]) -> None:
    """Tell of every ticket that the newest version touches and nobody was told of yet."""
    try:
        number, digest = calendars.newest()
    except calendars.NoCalendar:
        return
    place = str(connection.settings_dict["NAME"])
    seen, at = _looked.get(place, (0, now))
    if seen == number and timedelta(0) <= now - at < AGAIN:
        return
    told = CalendarAlert.objects.filter(version=number).values("run")
    waiting = open_tickets().exclude(pk__in=told)
    for one in affected_by(calendar_of(number, digest), waiting, now):
        if stop():
            return
        tell(one, number, now)
    _looked[place] = (number, now)


def tell(one: Affected, version: int, now: datetime) -> bool:
    """Note it in the conversation and tell support; once for each version, whoever is first."""
    with transaction.atomic():
        _row, first = CalendarAlert.objects.get_or_create(
            run=one.run, version=version, defaults={"at": now}
        )
        if not first:
            return False
        then, today = one.notice.first_then, one.notice.first_now
        body = {
            "version": f"KR-{version}",
            "judged_under": one.version,
            "first_then": then.isoformat() if then else None,
            "first_now": today.isoformat() if today else None,
            "confirmed": one.confirmed,
        }
        cause = f"calendar:KR-{version}"
        number = stream.record(
            one.run, "calendar.changed", body, actor=None, now=now, internal=True, cause=cause
        )
        Delivery.objects.create(
            run=one.run,
            number=number,
            channel="fanout",
            audience="support",
            template=TEMPLATE,
            params={"text": _words(one)},
            next_at=now,
        )
    return True


def _words(one: Affected) -> dict[str, str]:
    then, today = one.notice.first_then, one.notice.first_now
    return {
        "ko": f"영업일 달력이 바뀌었습니다. 가능한 첫 날짜: {then or '—'} → {today or '—'}",
        "en": f"The calendar has changed. First possible date: {then or '—'} → {today or '—'}",
    }
