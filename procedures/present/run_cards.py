"""Runs as lists show them: what it is about, what comes next, for whom it waits."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from procedures import store
from procedures.models import Run
from procedures.present.language import say
from procedures.present.values import word
from procedures.reasons import ROLE_NAMES, roles_text

type Card = dict[str, Any]


def list_card(run: Run, slug: str, *, due: datetime | None = None, due_state: str = "") -> Card:
    """Shape a run for the component ``run_card``."""
    procedure = store.procedure_of(run.version_id)
    steps = [key for key in run.current_steps.split(",") if key in procedure.step_by_key]
    titles = [say(procedure.step_by_key[key].title) for key in steps[:1]]
    more = f" +{len(steps) - 1}" if len(steps) > 1 else ""
    return {
        "ref": run.reference,
        "title": say(procedure.title),
        "href": reverse("run", args=[slug, run.reference]),
        "state": str(run.state),
        "subject": subject(run),
        "next_step": (titles[0] + more) if titles and run.state == "open" else "",
        "who": who(waiting_roles(run)) if run.state == "open" else "",
        "due": due,
        "due_state": due_state,
        "opened_at": run.opened_at,
        "requester": run.requester.get_full_name(),
    }


def subject(run: Run) -> str:
    """Write what a run is about: a code by its label."""
    procedure = store.procedure_of(run.version_id)
    one = procedure.field_by_key.get(procedure.subject)
    if one is None or not run.subject:
        return run.subject
    if one.kind in {"choice", "country"} and "+" not in run.subject:
        return word(one, run.subject)
    return run.subject


def waiting_roles(run: Run) -> tuple[str, ...]:
    """Return the roles that a run waits for."""
    return tuple(role for role in run.waiting_roles.split(",") if role in ROLE_NAMES)


def who(roles: Iterable[str]) -> str:
    """Name roles in the reader's language."""
    names = tuple(roles)
    return say(roles_text(names)) if names else ""
