"""Tickets as the queue shows them: what it is about, what comes next, whose it is, when."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.permissions import VENDOR
from procedures import store
from procedures.definition import Procedure
from procedures.models import Run
from procedures.present.language import say
from procedures.present.run_cards import subject, waiting_roles, who
from tickets.queue.reading import Due, Row
from tickets.queue.scope import Scope

type Card = dict[str, Any]


def card(row: Row, scope: Scope) -> Card:
    """Shape a ticket; of a company that is not served no more than an outline."""
    run = row.run
    procedure = store.procedure_of(run.version_id)
    served = scope.serves(run.tenant_id)
    waits = waits_for(run)
    return {
        "ref": run.reference,
        "title": say(procedure.title),
        "company": run.tenant.name,
        "served": served,
        "href": page_of(run) if served else reverse("vendor_tenant", args=[run.tenant.slug]),
        "assign_href": reverse("ticket_assignment", args=[run.tenant.slug, run.reference]),
        "answers_href": reverse("ticket_answers", args=[run.tenant.slug, run.reference]),
        "take_href": reverse("ticket_command", args=[run.tenant.slug, run.reference, "take"]),
        "subject": subject(run) if served else "",
        "requester": run.requester.get_full_name() if served else "",
        "state": str(run.state),
        "is_open": run.state == "open",
        "stage": stage(run, procedure),
        "next_step": next_step(run, procedure),
        "waits": waits,
        "waits_word": waits_word(waits) if run.state == "open" else "",
        "who": who(waiting_roles(run)) if run.state == "open" else "",
        "holder": row.holder.get_full_name() if row.holder else "",
        "mine": row.holder is not None and row.holder.pk == scope.user.pk,
        "seen": row.holder.pk if row.holder else "",
        "unread": row.unread,
        "due": row.due,
        "due_word": due_word(row.due),
        "tone": _tone(row, scope),
        "level": "overdue" if row.due and row.due.overdue else row.level,
        "window": window(row) if served else None,
        "opened_at": run.opened_at,
    }


def page_of(run: Run) -> str:
    """Return the address of a run's page."""
    return reverse("run", args=[run.tenant.slug, run.reference])


def waits_for(run: Run) -> str:
    """Say for whom an open run waits: vendor, company, both or nobody."""
    roles = set(waiting_roles(run))
    ours, theirs = bool(roles & set(VENDOR)), bool(roles - set(VENDOR))
    return ("both" if theirs else "vendor") if ours else "company" if theirs else "nobody"


def waits_word(waits: str) -> str:
    """Say it in words."""
    return {
        "vendor": _("Waits for us"),
        "company": _("Waits for the company"),
        "both": _("Waits for us or the company"),
        "nobody": _("Waits for nobody"),
    }[waits]


def due_word(due: Due | None) -> str:
    """Say what it is that comes."""
    if due is None:
        return ""
    words = {"expire": _("Expires"), "alarm": _("Alarm"), "remind": _("Reminder")}
    return _("Overdue since") if due.overdue else words.get(due.action, "")


def stage(run: Run, procedure: Procedure) -> str:
    """Name the stage of the next step."""
    titles = {one.key: one.title for one in procedure.stages}
    for key in run.current_steps.split(","):
        step = procedure.step_by_key.get(key)
        if step is not None and step.stage in titles:
            return say(titles[step.stage])
    return ""


def next_step(run: Run, procedure: Procedure) -> str:
    """Name the next step, and how many there are besides."""
    keys = [key for key in run.current_steps.split(",") if key in procedure.step_by_key]
    if not keys or run.state != "open":
        return ""
    more = f" +{len(keys) - 1}" if len(keys) > 1 else ""
    return say(procedure.step_by_key[keys[0]].title) + more


def window(row: Row) -> Card | None:
    """Return the window of a change of domain, and whether both sides have confirmed it."""
    start, end = row.known.values.get("work_start"), row.known.values.get("work_end")
    if row.run.procedure != "domain_change" or start is None or end is None:
        return None
    done = row.known.done
    held = row.run.state in {"open", "completed"} or "resume" in done
    return {"start": start, "end": end, "fixed": held and "confirm_schedule" in done}


def _tone(row: Row, scope: Scope) -> str:
    if row.due is None:
        return ""
    if row.due.overdue:
        return "stop"
    return "caution" if (row.due.at - scope.now).total_seconds() < 86_400 else ""
