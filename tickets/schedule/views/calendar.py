"""The vendor's calendar: its versions, their differences, the tickets they touch, and new days."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.models import CalendarVersion
from helpdesk.vendor.standing import Sitting, vendor_page
from procedures.calendar_facts import as_calendar, calendar_of
from tickets.schedule import told, vendor_days
from tickets.schedule.affected import affected_by, open_tickets
from tickets.schedule.vendor_forms import DayForm, RefreshForm, RemoveForm
from tickets.schedule.versions import (
    as_calendar_kind,
    chosen_version,
    difference_items,
    served_ids,
    ticket_items,
    version_rows,
)

type Context = dict[str, Any]
COMMAND = vendor_days.COMMAND


@require_safe
@vendor_page("vendor.see_calendar")
def vendor_calendar(sitting: Sitting) -> HttpResponse:
    """Show the versions and what the newest one touches; ``version`` chooses one to compare."""
    return _page(sitting)


@require_POST
@vendor_page(COMMAND)
def vendor_calendar_day(sitting: Sitting) -> HttpResponse:
    """Enter a closing or extra day."""
    form = DayForm(sitting.request.POST)
    if not form.is_valid():
        return _page(sitting, day_form=form, status=422)
    try:
        vendor_days.enter_day(form.cleaned_data, actor=sitting.user, now=sitting.now)
    except vendor_days.OppositeEntered:
        form.add_error("date", _("This day is entered as the opposite. Take that back first."))
        return _page(sitting, day_form=form, status=409)
    messages.success(sitting.request, _("Entered. It counts once a new version is stored."))
    return _again()


@require_POST
@vendor_page(COMMAND)
def vendor_calendar_remove(sitting: Sitting, entry: int) -> HttpResponse:
    """Take an entered day back."""
    form = RemoveForm(sitting.request.POST)
    if not form.is_valid():
        return _page(sitting, removing=(entry, form), status=422)
    try:
        reason = form.cleaned_data["reason"]
        vendor_days.remove_day(entry, reason=reason, actor=sitting.user, now=sitting.now)
    except vendor_days.EntryGone:
        return _page(sitting, why=_("Somebody has taken this day back already."), status=409)
    messages.success(sitting.request, _("Taken back. It counts once a new version is stored."))
    return _again()


@require_POST
@vendor_page(COMMAND)
def vendor_calendar_refresh(sitting: Sitting) -> HttpResponse:
    """Store the version that was looked at; no date is changed."""
    form = RefreshForm(sitting.request.POST)
    if not form.is_valid():
        return _page(sitting, refresh_form=form, status=422)
    given = form.cleaned_data
    try:
        table = vendor_days.refresh(
            given["digest"], reason=given["reason"], actor=sitting.user, now=sitting.now
        )
    except vendor_days.OtherPreview:
        words = _("Meanwhile something else would be stored. Look at it, then press again.")
        typed = sitting.request.POST.copy()
        typed["digest"] = _digest()
        return _page(sitting, refresh_form=RefreshForm(typed), why=words, status=409)
    words = _("%(version)s is in force. No date of any ticket was changed.")
    messages.success(sitting.request, words % {"version": table.label})
    return _again()


def _digest() -> str:
    coming = vendor_days.preview()
    return coming.table.digest if coming else ""


def _again() -> HttpResponse:
    answer = redirect("vendor_calendar")
    answer.status_code = 303
    return answer


def _page(
    sitting: Sitting,
    *,
    day_form: DayForm | None = None,
    refresh_form: RefreshForm | None = None,
    removing: tuple[int, RemoveForm] | None = None,
    why: str = "",
    status: int = 200,
) -> HttpResponse:
    versions = list(CalendarVersion.objects.order_by("-number"))
    served = served_ids(sitting)
    newest = versions[0] if versions else None
    known = list(open_tickets())
    touched = []
    if newest is not None:
        touched = affected_by(calendar_of(newest.number, newest.digest), known, sitting.now)
    context: Context = {
        "why": why,
        "versions": version_rows(versions),
        "compared": difference_items(chosen_version(sitting, versions)),
        "newest": f"KR-{newest.number}" if newest else "",
        "tickets": ticket_items(touched, served),
        "manages": sitting.may(COMMAND),
        "room_href": reverse("vendor_capacity"),
        "timeline": told.vendor_timeline("calendar."),
    }
    if sitting.may(COMMAND):
        context |= _desk(sitting, known, served, refresh_form, removing)
        context["day_form"] = day_form or DayForm(auto_id="day-%s")
    return sitting.draw("schedule/calendar.html", context, status=status)


def _desk(
    sitting: Sitting,
    known: list[Any],
    served: frozenset[int],
    refresh_form: RefreshForm | None,
    removing: tuple[int, RemoveForm] | None,
) -> Context:
    """Shape what a manager may change: the entries, and the version that would be stored."""
    entries = []
    for one in vendor_days.entries():
        came = removing[1] if removing and removing[0] == one.pk else None
        entries.append(
            {
                "entry": one,
                "kind": as_calendar_kind(one.kind),
                "action": reverse("vendor_calendar_remove", args=[one.pk]),
                "form": came or RemoveForm(auto_id=f"remove-{one.pk}-%s"),
            }
        )
    coming = vendor_days.preview()
    if coming is None:
        return {"entries": entries, "coming": None}
    would = affected_by(as_calendar(coming.table), known, sitting.now)
    form = refresh_form or RefreshForm(
        initial={"digest": coming.table.digest}, auto_id="refresh-%s"
    )
    return {
        "entries": entries,
        "coming": {
            "label": coming.table.label,
            "differences": difference_items(coming.differences),
            "tickets": ticket_items(would, served),
            "form": form,
        },
    }
