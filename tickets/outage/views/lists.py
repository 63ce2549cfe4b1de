"""Check a list of addresses against what the FAQ says; each wrong row is named, and why."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.permissions import may
from procedures.change import Loaded
from procedures.present.language import say
from procedures.views.commands import SeeOther
from procedures.views.run import RunVisit
from tickets import page
from tickets.conversation import stream
from tickets.outage.access import of_change
from tickets.outage.cells import to_csv
from tickets.outage.forms import ListForm
from tickets.outage.lists import MOST_ROWS, Row, Unreadable, check

# So many wrong rows are drawn; the file holds all of them.
_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@of_change
def list_check(visit: RunVisit) -> HttpResponse:
    """Show the form; check what was sent, and download or keep the result where asked."""
    loaded = page.load(visit)
    if visit.request.method != "POST":
        return _draw(visit, loaded, ListForm())
    form = ListForm(visit.request.POST, visit.request.FILES)
    if not form.is_valid():
        return _draw(visit, loaded, form, status=422)
    text = form.cleaned_data["text"]
    try:
        rows = check(text, loaded.facts)
    except Unreadable as error:
        form.add_error(None, say(error.text, {"most": MOST_ROWS}))
        return _draw(visit, loaded, form, status=422)
    wanted = visit.request.POST.get("then", "")
    if wanted == "download":
        return _download(rows, loaded.run.reference)
    if wanted == "keep":
        return _keep(visit, loaded, form, rows)
    # What was read of a file stands in the field from now on.
    again = ListForm(initial={"text": text})
    return _draw(visit, loaded, again, rows)


def _keep(visit: RunVisit, loaded: Loaded, form: ListForm, rows: list[Row]) -> HttpResponse:
    if not may(loaded.actor.roles, "outage.check_list"):
        form.add_error(None, _("This is not yours to keep with the ticket."))
        return _draw(visit, loaded, form, rows, status=403)
    wrong = [row.number for row in rows if row.wrong]
    body = {"rows": len(rows), "right": len(rows) - len(wrong), "wrong": wrong}
    with transaction.atomic():
        stream.record(
            visit.run, "list.checked", body, actor=visit.user, now=visit.now, internal=False
        )
    messages.success(visit.request, _("The check is kept with the ticket."))
    return SeeOther(_address(visit))


def _download(rows: list[Row], reference: str) -> HttpResponse:
    head = [_("Row"), _("Old address"), _("New address"), _("Kind"), _("Result"), _("Why")]
    table = [
        [
            row.number,
            row.old,
            row.new,
            row.kind,
            _("wrong") if row.wrong else _("right"),
            " / ".join(_reasons(row)),
        ]
        for row in rows
    ]
    return HttpResponse(
        to_csv([head, *table]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{reference}-list.csv"'},
    )


def _reasons(row: Row) -> list[str]:
    return [say(one.text, one.params) for one in row.wrong]


def _draw(
    visit: RunVisit,
    loaded: Loaded,
    form: ListForm,
    rows: list[Row] | None = None,
    status: int = 200,
) -> HttpResponse:
    wrong = [row for row in rows or () if row.wrong]
    context = {
        "form": form,
        "checked": rows is not None,
        "count": len(rows or ()),
        "right": len(rows or ()) - len(wrong),
        "wrong_count": len(wrong),
        "wrong": [
            {"number": row.number, "old": row.old, "new": row.new, "reasons": _reasons(row)}
            for row in wrong[:_SHOWN]
        ],
        "more": max(0, len(wrong) - _SHOWN),
        "may_keep": may(loaded.actor.roles, "outage.check_list"),
        "action": _address(visit),
        "pack_page": reverse("outage_pack", args=[visit.tenant.slug, visit.run.reference]),
    }
    return page.draw(
        visit, loaded, "tickets/outage/lists.html", context, _("Check of a list"), status
    )


def _address(visit: RunVisit) -> str:
    return reverse("outage_lists", args=[visit.tenant.slug, visit.run.reference])
