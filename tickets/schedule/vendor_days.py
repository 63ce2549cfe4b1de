"""Enter the vendor's own days and store new versions of the calendar; each kept in its history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from helpdesk import calendars, history
from helpdesk.calendars import CalendarTable, Refreshed
from helpdesk.models import CalendarEntry, User
from helpdesk.vendor.standing import require

COMMAND = "vendor.change_calendar"


class OppositeEntered(Exception):
    """The day is entered as the opposite already."""


class EntryGone(Exception):
    """Somebody has taken the day back already."""


class OtherPreview(Exception):
    """What would be stored is not what was looked at."""


def entries() -> list[CalendarEntry]:
    """List the days that were entered, by date."""
    return list(CalendarEntry.objects.select_related("entered_by").order_by("date", "kind"))


def preview() -> Refreshed | None:
    """Work out what a refresh would store; None where nothing has changed."""
    coming = calendars.preview_calendar()
    return coming if coming.created else None


def enter_day(values: Mapping[str, Any], *, actor: User, now: datetime) -> None:
    """Enter a closing or extra day; it counts once a version is stored.

    Raises OppositeEntered and PermissionDenied.
    """
    with transaction.atomic():
        desk = history.lock_vendor()
        require(actor, COMMAND)
        day, kind = values["date"], values["kind"]
        if CalendarEntry.objects.filter(date=day).exclude(kind=kind).exists():
            raise OppositeEntered
        words = {name: values[name] for name in ("name_ko", "name_en", "source")}
        CalendarEntry.objects.update_or_create(
            date=day, kind=kind, defaults={**words, "entered_by": actor}
        )
        told = {"date": day.isoformat(), "kind": kind, **words}
        history.append(desk, [history.told_by("calendar.day_entered", actor, told)], now=now)


def remove_day(pk: int, *, reason: str, actor: User, now: datetime) -> None:
    """Take an entered day back. Raises EntryGone and PermissionDenied."""
    with transaction.atomic():
        desk = history.lock_vendor()
        require(actor, COMMAND)
        entry = CalendarEntry.objects.filter(pk=pk).first()
        if entry is None:
            raise EntryGone
        told = {"date": entry.date.isoformat(), "kind": entry.kind, "name_ko": entry.name_ko,
                "name_en": entry.name_en, "reason": reason}  # fmt: skip
        entry.delete()
        history.append(desk, [history.told_by("calendar.day_removed", actor, told)], now=now)


def refresh(digest: str, *, reason: str, actor: User, now: datetime) -> CalendarTable:
    """Store the version that was looked at; no date of any ticket is changed.

    Raises OtherPreview where it is another one by now, and PermissionDenied.
    """
    with transaction.atomic():
        desk = history.lock_vendor()
        require(actor, COMMAND)
        coming = preview()
        if coming is None or coming.table.digest != digest:
            raise OtherPreview
        done = calendars.refresh_calendar(now)
        told = {
            "version": done.table.label,
            "reason": reason,
            "differences": [
                [one.change, one.day.date.isoformat(), one.day.kind, one.day.name_ko]
                for one in done.differences
            ],
        }
        history.append(desk, [history.told_by("calendar.stored", actor, told)], now=now)
    return done.table
