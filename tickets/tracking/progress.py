"""What a requester may know of a change of domain: where it stands, when, and what to do.

Nothing that anybody typed passes through here but the two moments of a confirmed window.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procedures import store
from procedures.change import Loaded
from procedures.decide import timers
from procedures.definition import Step
from procedures.models import Run
from procedures.present import run as parts
from procedures.present import steps
from procedures.present.language import say
from procedures.reasons import roles_text
from tickets.outage import present
from tickets.outage.models import SentText
from tickets.outage.outlook import waiting_count
from tickets.outage.state import Window, window_of

type Part = dict[str, Any]
_COMPANY = frozenset({"site_admin", "mail_admin", "member", "tenant_manager", "requester"})


def read(run: Run, now: datetime) -> Loaded:
    """Read the run as nobody in particular."""
    procedure = store.procedure_of(run.version_id)
    ask = store.Ask(actor_id=None, needs=store.needs_of(procedure.steps))
    return store.read(run, ask, now).loaded


def progress(loaded: Loaded, now: datetime) -> Part:
    """Gather what the page shows."""
    window = window_of(loaded, now)
    views = steps.views_of(loaded, now)
    ready = [view.step for view in views if view.ready]
    return {
        "title": say(loaded.procedure.title),
        "reference": loaded.run.reference,
        "state": str(loaded.run.state),
        "stages": parts.stages(loaded, views),
        "window": window,
        "headline": present.headline(window),
        "clocks": present.clocks(window),
        "facts": present.facts(window),
        "answers": _answers(loaded, window, ready),
        "waiting": [_waited_for(loaded, step) for step in ready],
        "notices": _notices(loaded, window),
    }


def _waited_for(loaded: Loaded, step: Step) -> Part:
    """Say what is waited for, of which side, by role; never by name."""
    roles = tuple(timers.told_roles(step, loaded)) or step.roles
    yours = [role for role in roles if role in _COMPANY]
    theirs = [role for role in roles if role not in _COMPANY]
    if yours and not theirs:
        who = _("Your company: %(roles)s") % {"roles": say(roles_text(tuple(yours)))}
    elif yours:
        who = _("Your company (%(roles)s) or the provider's support") % {
            "roles": say(roles_text(tuple(yours)))
        }
    else:
        who = _("The provider's support")
    return {"title": say(step.title), "who": who, "yours": bool(yours)}


def _answers(loaded: Loaded, window: Window, ready: list[Step]) -> Part:
    """Answer what happens next, when, and what the requester has to do."""
    return {
        "next": _next(window, ready),
        **_when(window),
        "todo": _todo(loaded, window, ready),
    }


def _next(window: Window, ready: list[Step]) -> str:
    texts = {
        "scheduled": _("The work starts at the time that was agreed on. Mail is out meanwhile."),
        "preparing": _("The work starts at the time that was agreed on. Mail is out meanwhile."),
        "out": _("The domain is being changed; after that it is tried, then mail is resumed."),
        "stabilising": _("The change is being tried; then mail is resumed."),
        "cancelled": _("Nothing: this change was cancelled."),
        "refused": _("Nothing: this change was refused."),
        "expired": _("Nothing: the time of this change is over."),
    }
    if window.state in texts:
        return texts[window.state]
    titles = ", ".join(say(step.title) for step in ready)
    return titles or _("Nothing more: everything is done.")


def _when(window: Window) -> Part:
    if window.is_out and window.end and window.end < window.now:
        words = _("It takes longer than planned; it was planned for")
        return {"when": words, "when_at": window.end}
    if window.is_out:
        return {"when": _("Planned resumption"), "when_at": window.end}
    if window.fixed and window.started is None and window.state in {"scheduled", "preparing"}:
        return {"when": _("Start of work"), "when_at": window.start}
    if window.state == "arranging":
        return {"when": _("A date is being arranged. None is fixed yet."), "when_at": None}
    if window.state in {"resumed", "rolled_back"}:
        return {"when": _("Mail has been working since"), "when_at": window.resumed}
    return {"when": _("Nothing is planned."), "when_at": None}


def _todo(loaded: Loaded, window: Window, ready: list[Step]) -> list[str]:
    """List what the requester's side has to do now; at least one sentence."""
    own = [say(step.title) for step in ready if _waited_for(loaded, step)["yours"]]
    found = [_("Waiting for your company: %(step)s") % {"step": title} for title in own]
    if window.state in {"scheduled", "preparing"}:
        found.append(_("Finish what must go out by mail before the start."))
    if window.is_out:
        found.append(_("Nothing: do not send mail until it is resumed."))
    if window.state == "resumed" and loaded.run.state == "open":
        left = waiting_count(loaded)
        if left:
            words = ngettext(
                "%(count)s Outlook user has still to correct the settings and say so.",
                "%(count)s Outlook users have still to correct the settings and say so.",
                left,
            )
            found.append(words % {"count": left})
    return found or [_("Nothing for now.")]


def _notices(loaded: Loaded, window: Window) -> list[Part]:
    """List what was told to the company: fired reminders and alarms, and texts that went out."""
    found: list[Part] = []
    for due in loaded.deadlines:
        step = loaded.procedure.step_by_key.get(due.step)
        timer = next((one for one in step.timers if one.key == due.key), None) if step else None
        if timer and due.state == "fired" and _COMPANY & set(timer.to):
            found.append({"at": due.due_at, "text": say(timer.text)})
    words = {
        "notice": _("The notice to users went out."),
        "reminder": _("The reminder to users went out."),
        "outlook": _("The guide for Outlook users went out."),
        "resumed": _("Users were told that mail works again."),
        "rolled_back": _("Users were told that the change was taken back."),
    }
    # What went out before a change was given up has gone out all the same.
    if window.fixed or window.given_up:
        sent = SentText.objects.filter(run=loaded.run, text__in=words)
        found += [{"at": one.at, "text": words[one.text]} for one in sent]
    return sorted(found, key=lambda one: one["at"], reverse=True)
