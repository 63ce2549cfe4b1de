"""What pages of runs show of tickets."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from helpdesk.access import remembered_roles
from helpdesk.models import Tenant
from helpdesk.permissions import may
from procedures import store
from procedures.models import Run
from procedures.present.language import say
from tickets import banners, places
from tickets.conversation import initial, present
from tickets.conversation.visit import talk_or_404
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


@register.simple_tag(takes_context=True)
def conversation(context: Any, run: Run, slug: str) -> dict[str, Any]:
    """Return what is said about a run, for ``conversation/section.html``."""
    request, now = context["request"], context["now"]
    if not may(remembered_roles(request) or (), "talk.see"):
        return {}
    _tenant, asked = talk_or_404(request.user, slug, run.reference, now)
    first = initial.text_for(request, run, now)
    return present.section(asked, request.user, slug, now, first=first)
