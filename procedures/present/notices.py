"""Notices in the reader's words: what happened, to which run, where to go on."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from procedures import messages, store
from procedures.models import Notice
from procedures.present.language import say
from procedures.rules.wording import unpack

type Item = dict[str, Any]


def notice_item(notice: Notice, slug: str) -> Item:
    """Shape a notice for the page of notices."""
    run = notice.run
    title, detail = words(notice.template, notice.params)
    known = messages.find(notice.template)
    return {
        "id": notice.pk,
        "title": title,
        "detail": detail,
        "at": notice.at,
        "unread": notice.read_at is None,
        "reference": run.reference,
        "procedure": say(store.procedure_of(run.version_id).title),
        "href": reverse(known.route if known else "run", args=[slug, run.reference]),
    }


def words(template: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a notice says, and its detail: the steps, the reason, the timer's text."""
    titles = {
        "step_ready": _("It is your turn"),
        "run_opened": _("A new run was opened"),
        "run_completed": _("The run is completed"),
        "run_cancelled": _("The run was cancelled"),
        "run_refused": _("The run was refused finally"),
        "approval_rejected": _("The approval was refused"),
        "gate_overridden": _("A rule was overridden"),
        "incident": _("Something blocked was done all the same"),
        "deadline_remind": _("Reminder"),
        "deadline_alarm": _("Alarm"),
        "deadline_expire": _("The time is over"),
    }
    known = messages.find(template)
    title = str(known.title) if known else titles.get(template, template)
    return title, _detail(params)


def _detail(params: Mapping[str, Any]) -> str:
    steps = params.get("steps")
    if isinstance(steps, list):
        return ", ".join(_said(one) for one in steps)
    texts = params.get("texts")
    if isinstance(texts, list):
        # Reminders that waited together are told in one notice.
        return " · ".join(_said(one) for one in texts)
    if params.get("text"):
        return _said(params["text"])
    return str(params.get("reason") or "")


def _said(stored: Any) -> str:
    if isinstance(stored, Mapping) and {"ko", "en"} <= set(stored):
        return say(unpack(stored))
    return str(stored)
