"""The list of runs: filtered, fifty a page, counted up to a thousand."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procedures import store
from procedures.access import runs_of
from procedures.forms.filters import RunFilter
from procedures.present.language import say
from procedures.present.run_cards import list_card
from procedures.selectors.run_list import COUNT_LIMIT, Page, Place, narrow, page_of
from procedures.selectors.unread import unread_of
from procedures.selectors.versions import newest_versions
from procedures.views.visit import Visit, tenant_page


@require_safe
@tenant_page
def run_list(visit: Visit) -> HttpResponse:
    """Show a page of the runs that this person may see."""
    form = RunFilter(visit.request.GET, procedures=_procedures())
    form.is_valid()
    chosen = {key: value for key, value in form.cleaned_data.items() if value}
    runs = narrow(
        runs_of(visit.user, visit.tenant, visit.roles),
        visit.user,
        state=chosen.get("state", ""),
        procedure=chosen.get("procedure", ""),
        mine=chosen.get("mine", False),
        text=chosen.get("q", "").replace("\x00", ""),
    )
    before, after = (Place.read(visit.request.GET.get(key, "")) for key in ("before", "after"))
    page = page_of(runs, before, after)
    unread = unread_of(visit.user, page.runs)
    action = reverse("run_list", args=[visit.tenant.slug])
    context = {
        "form": form,
        "action": action,
        "active": _active(form, chosen, action),
        "rows": [
            _row(list_card(run, visit.tenant.slug), unread.get(run.pk, 0)) for run in page.runs
        ],
        "columns": [_("Run"), _("Procedure"), _("Subject"), _("State"), _("Next"), _("Opened")],
        "count": _count(page),
        "older_url": _url(action, chosen, "before", page.older),
        "newer_url": _url(action, chosen, "after", page.newer),
    }
    return visit.draw("runs/page.html", context)


def _procedures() -> list[tuple[str, str]]:
    found = [store.procedure_of(pk) for pk in newest_versions()]
    return [(one.key, say(one.title)) for one in found]


def _row(card: dict[str, Any], unread: int) -> list[object]:
    next_ = " · ".join(part for part in (card["next_step"], card["who"]) if part)
    return [
        {"text": card["ref"], "href": card["href"], "unread": unread},
        card["title"],
        card["subject"],
        {"state": card["state"]},
        next_,
        {"at": card["opened_at"]},
    ]


def _active(form: RunFilter, chosen: dict[str, Any], action: str) -> list[dict[str, str]]:
    """List the filters in force, each with the address of the list without it."""
    active = []
    for key, value in chosen.items():
        rest = {other: _plain(kept) for other, kept in chosen.items() if other != key}
        choices = dict(getattr(form.fields[key], "choices", ()))
        label = form.fields[key].label if value is True else choices.get(value, value)
        href = f"{action}?{urlencode(rest)}" if rest else action
        active.append({"label": str(label), "href": href})
    return active


def _url(action: str, chosen: dict[str, Any], key: str, place: Place | None) -> str:
    if place is None:
        return ""
    kept = {name: _plain(value) for name, value in chosen.items()}
    return f"{action}?{urlencode({**kept, key: str(place)})}"


def _plain(value: Any) -> str:
    return "on" if value is True else str(value)


def _count(page: Page) -> str:
    if page.more_than_counted:
        return _("more than %(count)s runs") % {"count": f"{COUNT_LIMIT:,}"}
    return _("%(count)s runs") % {"count": page.count}
