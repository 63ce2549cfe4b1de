"""Ask in a template what a view asks: whether who looks at the page may give a command."""

from django import template
from django.template import Context

from helpdesk.permissions import may as is_allowed

register = template.Library()


@register.simple_tag(takes_context=True)
def may(context: Context, command: str, *relations: str) -> bool:
    """Say whether the page's ``roles`` allow a command, being these to its object.

    ``{% may "people.invite" as inviting %}{% if inviting %}…``. Raises for an unknown command.
    """
    return is_allowed(frozenset(context.get("roles") or ()), command, relations)
