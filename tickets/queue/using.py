"""Fill templates in for one run: for the page that offers them, and as a comment's first words."""

from datetime import datetime

from django.http import HttpRequest

from helpdesk.access import roles_in
from helpdesk.models import User
from helpdesk.permissions import may
from procedures import store
from procedures.change import Loaded
from procedures.models import Run
from tickets.queue.answers import rendered
from tickets.queue.models import AnswerTemplate

LANGUAGES = ("ko", "en")


def loaded_for(run: Run, user: User, now: datetime) -> Loaded:
    """Read a run with what templates tell of it; ``run`` knows its tenant and who asked."""
    procedure = store.procedure_of(run.version_id)
    ask = store.Ask(actor_id=user.pk, needs=store.needs_of(procedure.steps))
    loaded = store.read(run, ask, now).loaded
    # Known already; asking again would cost two queries.
    loaded.run.tenant, loaded.run.requester = run.tenant, run.requester
    return loaded


def answer_asked(request: HttpRequest, run: Run, now: datetime) -> str:
    """Return the answer that ``?answer=ID`` asks for, ``in=en`` in English; else nothing.

    Only whoever may use templates gets one, and the language is who asked's unless named.
    """
    typed, user = request.GET.get("answer", ""), request.user
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 18):
        return ""
    if not isinstance(user, User) or not may(roles_in(user, run.tenant, now), "answer.use"):
        return ""
    template = AnswerTemplate.objects.filter(pk=int(typed), retired_at=None).first()
    if template is None:
        return ""
    language = request.GET.get("in", "")
    language = language if language in LANGUAGES else run.requester.language
    return rendered(template, loaded_for(run, user, now), language, now)
