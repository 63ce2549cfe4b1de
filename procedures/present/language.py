"""Texts of procedures in the reader's language, and the values that fill them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language

from procedures.rules.base import Text
from procedures.rules.wording import render


def language() -> str:
    """Return the reader's language as procedures know it: ko or en."""
    return "ko" if (get_language() or "ko").startswith("ko") else "en"


def zone() -> ZoneInfo:
    """Return the active zone, which a view sets to the tenant's."""
    current = get_current_timezone()
    return current if isinstance(current, ZoneInfo) else ZoneInfo(str(current))


def say(text: Text | None, params: Mapping[str, Any] | None = None) -> str:
    """Return a text in the reader's language, filled in; moments to the second."""
    if text is None:
        return ""
    shown = {
        key: value.replace(microsecond=0) if isinstance(value, datetime) else value
        for key, value in (params or {}).items()
    }
    return render(text, shown, language(), zone())


def moment(stored: str | None) -> datetime | None:
    """Read a moment as events keep it."""
    return datetime.fromisoformat(stored).astimezone(UTC) if stored else None
