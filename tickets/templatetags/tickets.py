"""What pages of runs show of tickets."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from procedures.models import Run
from tickets import places

register = template.Library()


@register.inclusion_tag("tickets/places.html", takes_context=True)
def ticket_places(context: Any, run: Run, slug: str) -> dict[str, Any]:
    """Show the pages of a ticket as tabs, where it has more than one."""
    return {"items": places.places_of(context["request"], run, slug, _("Procedure"))}
