"""What the vendor has room for: read by its people, changed by managers."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.vendor.standing import Sitting, vendor_page
from tickets.schedule import told
from tickets.schedule.capacity import COMMAND, CapacityMoved, capacity, set_capacity
from tickets.schedule.vendor_forms import CapacityForm


@require_http_methods(["GET", "HEAD", "POST"])
@vendor_page("vendor.see_capacity")
def vendor_capacity(sitting: Sitting) -> HttpResponse:
    """Show it; a manager changes it."""
    if sitting.request.method != "POST":
        return _page(sitting)
    if not sitting.may(COMMAND):
        raise PermissionDenied
    form = CapacityForm(sitting.request.POST)
    if not form.is_valid():
        return _page(sitting, form=form, status=422)
    try:
        changes = set_capacity(
            form.values(),
            seen=form.cleaned_data["seen"],
            reason=form.cleaned_data["reason"],
            actor=sitting.user,
            now=sitting.now,
        )
    except CapacityMoved as moved:
        return _came_back(sitting, moved.stored)
    words = _("Changed. Windows that stand stay as they are.")
    messages.success(sitting.request, words if changes else _("Nothing was different."))
    answer = redirect("vendor_capacity")
    answer.status_code = 303
    return answer


def _came_back(sitting: Sitting, stored: dict[str, Any]) -> HttpResponse:
    """Keep what was typed, and show what is there now."""
    typed = sitting.request.POST.copy()
    typed["seen"] = json.dumps(stored)
    return _page(sitting, form=CapacityForm(typed), moved=told.room_items(stored), status=409)


def _page(
    sitting: Sitting,
    *,
    form: CapacityForm | None = None,
    moved: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    stored = capacity()
    manages = sitting.may(COMMAND)
    if form is None and manages:
        form = CapacityForm(initial={**stored, "seen": json.dumps(stored)})
    context = {
        "form": form if manages else None,
        "items": told.room_items(stored),
        "moved": moved,
        "timeline": told.vendor_timeline("capacity."),
        "crumbs": [
            {"label": _("Business days"), "href": reverse("vendor_calendar")},
            {"label": _("Room for windows"), "href": ""},
        ],
    }
    return sitting.draw("schedule/capacity.html", context, status=status)
