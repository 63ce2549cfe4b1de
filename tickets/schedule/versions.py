"""Versions of the calendar and the tickets they touch, shaped for the vendor's page."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from helpdesk import calendars
from helpdesk.access import serves
from helpdesk.calendars import Difference, NoCalendar
from helpdesk.models import CalendarVersion, Tenant
from helpdesk.vendor.standing import Sitting
from procedures.present.language import language
from tickets.schedule.affected import Affected
from tickets.schedule.shown import changed

type Item = dict[str, Any]
_MOST = 200


def version_rows(versions: Sequence[CalendarVersion]) -> list[Item]:
    """List the versions, the newest first; each leads to its differences."""
    page = reverse("vendor_calendar")
    return [
        {
            "label": f"KR-{one.number}",
            "href": f"{page}?version={one.number}#differences",
            "at": one.created_at,
            "source": one.source,
            "confirmed_through": one.confirmed_through,
            "last": one.last,
            "newest": one is versions[0],
        }
        for one in versions
    ]


def chosen_version(
    sitting: Sitting, versions: Sequence[CalendarVersion]
) -> tuple[Difference, ...] | None:
    """Return by which days the chosen version, else the newest, differs from the one before.

    None for the first of all, which differs from nothing.
    """
    asked = sitting.request.GET.get("version", "")
    numbers = [one.number for one in versions]
    place = numbers.index(int(asked)) if _is_one(asked, numbers) else 0
    if place + 1 >= len(versions):
        return None
    after, before = versions[place], versions[place + 1]
    try:
        tables = [calendars.load_table(one.number, one.digest) for one in (before, after)]
    except NoCalendar:
        return None
    return tuple(calendars.differences(tables[0], tables[1]))


def _is_one(asked: str, numbers: Iterable[int]) -> bool:
    return asked.isascii() and asked.isdigit() and len(asked) < 10 and int(asked) in numbers


def difference_items(found: Iterable[Difference] | None) -> list[Item]:
    """Shape the days by which two versions differ."""
    ko = language() == "ko"
    return [
        {
            "sign": {"added": "+", "removed": "−", "changed": "~"}[one.change],
            "change": _change(one.change),
            "date": one.day.date,
            "weekday": date_format(one.day.date, "D"),
            "kind": as_calendar_kind(one.day.kind),
            "name": one.day.name_ko if ko else one.day.name_en,
            "source": one.day.source,
        }
        for one in list(found or ())[:_MOST]
    ]


def _change(change: str) -> str:
    return {"added": _("added"), "removed": _("removed"), "changed": _("renamed")}[change]


def as_calendar_kind(kind: str) -> str:
    """Name what kind of day it is."""
    return {
        "holiday": _("public holiday"),
        "closing": _("closed"),
        "extra": _("extra working day"),
    }.get(kind, kind)


def served_ids(sitting: Sitting) -> frozenset[int]:
    """List the companies that the reader serves; one query."""
    rows = Tenant.objects.filter(serves(sitting.user, sitting.now))
    return frozenset(rows.values_list("pk", flat=True))


def ticket_items(found: Iterable[Affected], served: frozenset[int]) -> Item:
    """List the tickets of the companies served; of the others only how many there are."""
    known = list(found)
    mine = [one for one in known if one.run.tenant_id in served]
    return {"rows": [_ticket(one) for one in mine], "others": len(known) - len(mine)}


def _ticket(one: Affected) -> Item:
    run = one.run
    return {
        "reference": run.reference,
        "company": run.tenant.name,
        "href": reverse("run_schedule", args=[run.tenant.slug, run.reference]),
        "start": one.start,
        "end": one.end,
        **changed(one),
    }
