"""What pages of runs show of tickets."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from procedures.models import Run
from tickets import banners, places

register = template.Library()


@register.inclusion_tag("tickets/places.html", takes_context=True)
def ticket_places(context: Any, run: Run, slug: str) -> dict[str, Any]:
    """Show the pages of a ticket as tabs, where it has more than one."""
    return {"items": places.places_of(context["request"], run, slug, _("Procedure"))}


@register.inclusion_tag("tickets/banner.html", takes_context=True)
def ticket_banner(context: Any, run: Run, slug: str) -> dict[str, Any]:
    """Say on a run's page what of its date has to be looked at again."""
    return {"banners": banners.banners_of(run, slug, context["now"])}
