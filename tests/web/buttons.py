"""Which commands a run's page offers, and which the engine takes when each is tried."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpResponse

from audit.models import Event
from helpdesk.models import User
from procedures import engine, store
from procedures.change import InvalidInput, Loaded, NotPossible
from procedures.models import Run
from tests.web.pages import all_forms
from tests.web.runs import url

# A no that the person can do something about: the button is theirs all the same.
REMEDIED = frozenset({"blocked", "missing_input", "acknowledgement_required", "late_needs_note"})
Ask = tuple[str, Any, dict[str, Any]]


def offered(page: HttpResponse, run: Run) -> set[str]:
    """Name the commands that a page has a form or a link for: ``review complete``, ``cancel``."""
    found: set[str] = set()
    for form in all_forms(page):
        path, _, query = form.action.partition("?")
        place = path.removeprefix(url(run)).strip("/")
        if not path.startswith(url(run)) or place.endswith("/probe"):
            continue
        if place.partition("/")[0] == "conversation":
            # What is said about a run is no command of the engine.
            continue
        if place == "reopen":
            found |= {f"reopen {step}" for step in form.ticks["chosen"]}
        elif place.startswith("steps/"):
            rule = form.values.get("rule", [""])[0]
            found.add(f"{place.removeprefix('steps/').replace('/', ' ')} {rule}".strip())
        elif not place.startswith("amend"):
            found.add(f"{place} {query.partition('=')[2]}".strip())
    edits = re.findall(r"\?edit=([a-z_]+)#amend", page.content.decode())
    return found | {f"amend {key}" for key in edits}


def looks(page: HttpResponse, run: Run) -> set[str]:
    """Name the steps for which a page offers to look at the DNS."""
    places = [form.action.removeprefix(url(run)) for form in all_forms(page)]
    return {one.split("/")[1] for one in places if one.endswith("/probe/")}


def universe(loaded: Loaded, now: datetime, rows: tuple[str, ...]) -> Iterator[Ask]:
    """Yield everything that could be asked of a run, fitting or not.

    Of a step whose turn it is not, completing it stands for all that is asked of a step.
    """
    procedure = loaded.procedure
    ready = procedure.ready(loaded.values, loaded.finished)
    why = {"reason": "까닭"}
    for step in procedure.steps:
        at = {"step": step.key}
        yield f"{step.key} complete", engine.complete_step, at
        yield f"reopen {step.key}", engine.reopen_run, {"steps": (step.key,), **why}
        if step not in ready:
            continue
        yield f"{step.key} skip", engine.skip_step, at | why
        yield f"{step.key} approve", engine.approve, at
        yield f"{step.key} declare", engine.approve, at | {"declare": True, "note": "까닭"}
        yield f"{step.key} reject", engine.reject, at | why
        yield f"{step.key} refuse", engine.reject, at | why | {"final": True}
        incident = {"performed_at": now, "note": "까닭"}
        yield f"{step.key} incident", engine.record_incident, at | incident
        for rule in sorted({gate.rule.name for gate in step.gates}):
            yield f"{step.key} override {rule}", engine.override, at | why | {"rule": rule}
    for way in procedure.returns:
        yield f"back {way.key}", engine.go_back, {"way": way.key, **why}
    for key in procedure.field_by_key:
        # No field takes this for a value, so that only who may is answered at the field.
        yield f"amend {key}", engine.amend_values, {"values": {key: {"no": "value"}}, **why}
    yield "cancel", engine.cancel_run, why
    yield "withdraw", engine.withdraw_rows, {"rows": rows}


class _Back(Exception):
    """Take back what was tried."""


def accepted(run: Run, user: User, now: datetime) -> set[str]:
    """Try everything and take it back; name what the engine did not refuse to this person."""
    loaded = store.read(run, store.Ask(actor_id=user.pk), now).loaded
    owned = store.row_owners(loaded) if loaded.procedure.joins else {}
    rows = tuple(row for row, owner in owned.items() if owner == user.pk)
    tried = universe(loaded, now, rows)
    return {name for name, command, kw in tried if _taken(name, command, run, user, now, kw)}


def _taken(
    name: str, command: Any, run: Run, user: User, now: datetime, kw: dict[str, Any]
) -> bool:
    taken = False
    try:
        with transaction.atomic():
            result = command(run, actor_id=user.pk, now=now, **kw)
            if result.done:
                newest = Event.objects.filter(stream=run.stream, number__gt=run.event_number)
                kinds = set(newest.values_list("kind", flat=True))
                # Who may approve does not need to declare.
                taken = "declare" not in name or "approval.declared" in kinds
            else:
                taken = result.refusal.code in REMEDIED
            raise _Back
    except InvalidInput:
        return True
    except NotPossible:
        return False
    except _Back:
        return taken
