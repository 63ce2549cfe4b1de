"""What pages of runs show of tickets."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from helpdesk.models import Tenant
from procedures import store
from procedures.models import Run
from procedures.present.language import say
from tickets import banners, places
from tickets.tracking import reports
from tickets.tracking.models import TextReport

register = template.Library()


@register.inclusion_tag("tickets/places.html", takes_context=True)
def ticket_places(context: Any, run: Run, slug: str) -> dict[str, Any]:
    """Show the pages of a ticket as tabs, where it has more than one."""
    return {"items": places.places_of(context["request"], run, slug, _("Procedure"))}


@register.inclusion_tag("tickets/banner.html", takes_context=True)
def ticket_banner(context: Any, run: Run, slug: str) -> dict[str, Any]:
    """Say on a run's page what of its date has to be looked at again."""
    return {"banners": banners.banners_of(run, slug, context["now"])}


@register.inclusion_tag("tickets/tracking/answers.html", takes_context=True)
def text_answers(context: Any, tenant: Tenant) -> dict[str, Any]:
    """Show the answers to what a person reported, and to managers how much waits for theirs."""
    user = context["request"].user
    return {
        "answers": [_answer(one) for one in reports.answers_to(user, tenant)],
        "waiting": reports.waiting_for(user, tenant).count(),
        "slug": tenant.slug,
        "csrf_token": context.get("csrf_token"),
    }


def _answer(one: TextReport) -> dict[str, Any]:
    version = store.newest_version(one.procedure)
    title = say(store.procedure_of(version).title) if version else one.procedure
    return {
        "number": one.pk,
        "state": one.state,
        "answer": one.answer,
        "at": one.answered_at,
        "title": title,
    }
