"""Draw icons, print times with their offset and name states, the same way on every page."""

import re
from datetime import datetime
from functools import lru_cache

from django import template
from django.utils import dateformat
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from lucide.templatetags.lucide import lucide

from helpdesk.words import Status, span_words, spell_span, status_of

register = template.Library()

_SEPARATOR = re.compile(r"\s+[->]\s+")


@register.simple_tag
def icon(name: str, size: int = 20, css: str = "") -> SafeString:
    """Return the inline SVG of a Lucide icon, hidden from assistive technology."""
    return _drawn(str(name), size, css)


# A page shows some thirty icons, and drawing one reads it from an archive.
@lru_cache(maxsize=512)
def _drawn(name: str, size: int, css: str) -> SafeString:
    # Names come from our templates and from `words`, never from a person's input.
    attributes = {"class": f"icon {css}".strip(), "aria-hidden": "true", "focusable": "false"}
    return mark_safe(lucide(name, size=size, **attributes))  # noqa: S308


@register.simple_tag
def status(code: str) -> Status:
    """Return the word, tone and icon of a run's, step's or deadline's state."""
    return status_of(str(code))


@register.filter
def when(moment: datetime | None) -> str:
    """Print a moment in the active zone with weekday and offset: 2026-11-23 (월) 20:30 +09:00."""
    if moment is None:
        return ""
    local = localtime(moment)
    clock = "H:i:s" if local.second else "H:i"
    return f"{dateformat.format(local, f'Y-m-d (D) {clock}')} {local:%:z}"


@register.filter
def iso(moment: datetime | None) -> str:
    """Print a moment for machines, in the active zone with its offset."""
    return "" if moment is None else localtime(moment).isoformat()


@register.simple_tag
def clock(moment: datetime | None) -> SafeString | str:
    """Print a moment as a `<time>` element: readable inside, exact in its attribute."""
    if moment is None:
        return "—"
    return format_html('<time datetime="{}">{}</time>', iso(moment), when(moment))


@register.filter
def relative(moment: datetime | None, now: datetime | None) -> str:
    """Say how long until or since a moment; empty where either of the two is missing."""
    if not moment or not now:
        return ""
    return spell_span((moment - now).total_seconds())


@register.simple_tag(name="span_words")
def print_span_words() -> str:
    """Hand the words of `relative` to the script that keeps a countdown ticking."""
    return "|".join(span_words())


@register.filter
def menu_parts(path: str) -> list[str]:
    """Split a menu path as the FAQ prints it into its stations, emphasis marks removed."""
    return [part.strip() for part in _SEPARATOR.split(path.replace("**", "")) if part.strip()]


@register.filter
def plain(path: str) -> str:
    """Return a menu path without the emphasis marks of its source."""
    return path.replace("**", "")


@register.filter
def nth(items: list[object], index: int) -> object:
    """Return one item of a list by its place; empty where the list is shorter."""
    return items[index] if index < len(items) else ""
