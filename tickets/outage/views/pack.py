"""The pack: what is sent out around an outage, versioned with the window it tells of."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.permissions import may
from procedures.change import Loaded
from procedures.definition import Procedure
from procedures.present import steps
from procedures.present.language import moment, say
from procedures.present.values import label
from procedures.views.commands import SeeOther
from procedures.views.run import RunVisit
from procedures.views.run_forms import Desk
from tickets import page
from tickets.outage import outlook, sent
from tickets.outage.access import of_change
from tickets.outage.state import window_of
from tickets.outage.texts import TITLES, Ready, texts_of
from tickets.outage.versions import Moved, Version, current_of, moved_between, versions_of

type Part = dict[str, Any]


@require_safe
@of_change
def pack_page(visit: RunVisit) -> HttpResponse:
    """Show the pack, or plainly that no date is fixed."""
    loaded = page.load(visit)
    window, versions = window_of(loaded, visit.now), versions_of(loaded)
    current, before = current_of(window, versions)
    marks = sent.sent_of(visit.run)
    users = outlook.rows_of(loaded)
    ready = texts_of(loaded, window, current, before) if current else []
    may_prepare = may(loaded.actor.roles, "outage.prepare")
    context = {
        "window": window,
        "version": current,
        "versions": [_row(one) for one in reversed(versions)],
        "moved": _moved(loaded.procedure, before, current),
        "outdated": _outdated(visit, marks, current, versions),
        "texts": [_text(one, marks, current) for one in ready],
        "users": users,
        "users_left": sum(not one["done"] for one in users),
        "calendar_href": _address("run_schedule_ics", visit) if current else "",
        "guide": loaded.values.get("outlook_guide") or "",
        "may_prepare": may_prepare,
        "finish": _finish(visit, loaded, users),
        **{name: _address(name, visit) for name in _PAGES},
    }
    return page.draw(visit, loaded, "tickets/outage/pack.html", context, _("Notices to send"))


_PAGES = (
    "outage_pack", "outage_pack_sent", "outage_pack_outlook", "outage_pack_zip",
    "outage_pack_text", "outage_lists", "outage_window",
)  # fmt: skip


@require_POST
@of_change
def pack_sent(visit: RunVisit) -> HttpResponse:
    """Note that a text of the current version went out."""
    loaded = page.load(visit)
    if not may(loaded.actor.roles, "outage.prepare"):
        raise PermissionDenied
    window, versions = window_of(loaded, visit.now), versions_of(loaded)
    current, before = current_of(window, versions)
    text = visit.request.POST.get("text", "")
    asked = visit.request.POST.get("version", "")
    if current is None or asked != str(current.number):
        messages.error(visit.request, _("The window has moved meanwhile: look at the new texts."))
    elif text not in {one.key for one in texts_of(loaded, window, current, before)}:
        messages.error(visit.request, _("There is no such text in this pack."))
    elif sent.mark_sent(visit.run, text, window=current.number, actor=visit.user, now=visit.now):
        messages.success(visit.request, _("Noted as sent: %(text)s") % {"text": say(TITLES[text])})
    else:
        messages.info(visit.request, _("It was noted as sent before."))
    return SeeOther(_address("outage_pack", visit))


@require_POST
@of_change
def pack_outlook(visit: RunVisit) -> HttpResponse:
    """Note who has corrected the Outlook settings."""
    loaded = page.load(visit)
    if not may(loaded.actor.roles, "outage.prepare"):
        raise PermissionDenied
    chosen = visit.request.POST.getlist("address")
    count = outlook.note_answers(
        visit.run, chosen, known=outlook.users_of(loaded), actor=visit.user, now=visit.now
    )
    if count:
        messages.success(visit.request, _("Noted: %(count)s") % {"count": count})
    else:
        messages.info(visit.request, _("Nothing new was chosen."))
    return SeeOther(f"{_address('outage_pack', visit)}#outlook")


def _row(version: Version) -> Part:
    return {
        "number": version.number,
        "at": version.at,
        "start": version.start,
        "end": version.end,
    }


def _moved(procedure: Procedure, before: Version | None, current: Version | None) -> list[Part]:
    if before is None or current is None:
        return []
    return [_changed(procedure, one) for one in moved_between(before, current)]


def _changed(procedure: Procedure, one: Moved) -> Part:
    return {
        "field": label(procedure, one.field),
        "old": _shown(one.field, one.old),
        "new": _shown(one.field, one.new),
    }


def _shown(key: str, value: Any) -> datetime | str | None:
    return moment(value) if key.startswith("work_") else str(value or "—")


def _text(one: Ready, marks: list[sent.SentText], version: Version | None) -> Part:
    number = version.number if version else 0
    mark = next((m for m in marks if m.text == one.key and m.window == number), None)
    return {
        "key": one.key,
        "title": say(one.title),
        "bodies": [
            {"language": language, "text": body, "title": f"{say(one.title)} ({language})"}
            for language, body in one.bodies.items()
        ],
        "sent_at": mark.at if mark else None,
        "sent_by": mark.actor.get_full_name() if mark else "",
        "early": one.key in {"resumed", "rolled_back"},
    }


def _outdated(
    visit: RunVisit,
    marks: list[sent.SentText],
    current: Version | None,
    versions: list[Version],
) -> list[Part]:
    if not versions or (current is not None and current.number == 1):
        return []
    return [
        {**one, "title": say(TITLES[one["text"]])}
        for one in sent.outdated(visit.run, marks, current)
    ]


def _finish(visit: RunVisit, loaded: Loaded, users: list[Part]) -> Part:
    """Offer to complete the step once everybody has confirmed."""
    if not users or any(not one["done"] for one in users):
        return {}
    view = next(
        (v for v in steps.views_of(loaded, visit.now) if v.step.key == "outlook_confirmed"), None
    )
    if view is None or not view.ready or not view.mine:
        return {}
    desk = Desk(loaded, visit.tenant, visit.now)
    here = _address("outage_pack", visit)
    return {
        "action": f"{desk.action('complete', view.step.key)}?next={here}",
        "title": say(view.step.title),
        "submission": uuid4(),
        "users": "\n".join(one["address"] for one in users),
        **desk.marks(view),
    }


def _address(name: str, visit: RunVisit) -> str:
    return reverse(name, args=[visit.tenant.slug, visit.run.reference])
