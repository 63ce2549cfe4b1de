"""Start a run from a form: open it or say why not, whichever page the form stands on."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _

from helpdesk.access import member_by_address
from procedures import engine
from procedures.change import InvalidInput, NotPossible, Refusal
from procedures.definition import Procedure
from procedures.forms.start import StartForm
from procedures.models import Run
from procedures.present.language import say
from procedures.present.verdicts import judged_cards, refusal_reason
from procedures.reasons import REASONS
from procedures.views.visit import Visit


@dataclass(frozen=True, slots=True)
class NotStarted:
    """Nothing was opened: the status of the answer and what its page says."""

    status: int
    told: dict[str, Any] = field(default_factory=dict)


def start(
    visit: Visit, found: Procedure, form: StartForm, *, parent: Run | None = None
) -> Run | NotStarted:
    """Open a run with what was typed, or join the one that collects; tell the person.

    A form that came back has its problems at its fields and a new submission id.
    """
    if not form.is_valid() or not _asked_for(visit, form):
        return _back(form, 422)
    try:
        result = engine.open_run(
            visit.tenant,
            procedure=found.key,
            actor_id=visit.user.pk,
            now=visit.now,
            values=form.raw,
            requester_id=form.cleaned_data.get("requester_id"),
            submission=form.cleaned_data["submission"],
            parent=parent,
        )
    except InvalidInput as error:
        form.add_problems(error.problems)
        return _back(form, 422)
    except NotPossible as error:
        return _back(form, 409, why=refusal_reason(error))
    except engine.SubmissionReused:
        words = _("This form was sent before with other content. Look, then send it again.")
        return _back(form, 422, why=words)
    except engine.Busy:
        words = _("Many people are writing at once. Please send it again in a moment.")
        return _back(form, 503, why=words)
    if result.refusal is not None:
        return _refused(form, result.refusal)
    assert result.run is not None
    _tell(visit, result)
    return result.run


def _asked_for(visit: Visit, form: StartForm) -> bool:
    """Find for whom the run is asked; say at the field when there is no such person."""
    name = form.asked_by
    address = form.cleaned_data.get(name)
    if not address:
        return True
    form.cleaned_data["requester_id"] = member_by_address(visit.tenant, address)
    if form.cleaned_data["requester_id"] is None:
        form.add_error(name, say(REASONS["requester_unknown"]))
        return False
    return True


def _back(form: StartForm, status: int, **told: Any) -> NotStarted:
    form.renew()
    return NotStarted(status, told)


def _refused(form: StartForm, refusal: Refusal) -> NotStarted:
    verdicts = judged_cards(one for one in refusal.judged if one.verdict.level != "allowed")
    reference = str(refusal.params.get("reference", ""))
    why = refusal_reason(refusal)
    return _back(form, 422, why=why, verdicts=verdicts, open_reference=reference)


def _tell(visit: Visit, result: engine.Result) -> None:
    assert result.run is not None
    told = {"reference": result.run.reference}
    if result.joined:
        messages.success(visit.request, _("Your rows joined %(reference)s.") % told)
    elif not result.repeated:
        messages.success(visit.request, _("%(reference)s is open.") % told)
