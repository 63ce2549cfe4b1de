"""Type a moment in local time; one that does not exist, or exists twice, is asked back."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from procedures.present.language import zone as active_zone


def local_text(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment as ``datetime-local`` inputs hold it."""
    local = moment.astimezone(zone)
    exact = local.second or local.microsecond
    return local.strftime("%Y-%m-%dT%H:%M:%S" if exact else "%Y-%m-%dT%H:%M")


def exists(local: datetime, zone: ZoneInfo) -> bool:
    """Say whether a wall clock of the zone ever shows this time."""
    there_and_back = local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there_and_back.replace(tzinfo=None, fold=0) == local.replace(fold=0)


def is_twice(local: datetime, zone: ZoneInfo) -> bool:
    """Say whether wall clocks of the zone show this time twice."""
    if not exists(local, zone):
        return False
    offsets = {local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)}
    return len(offsets) > 1


def read_local(text: str, fold: str, zone: ZoneInfo) -> str:
    """Return what was typed as a moment in UTC; what is no local time is returned as typed.

    Raises ValidationError for a time that does not exist, and for one that exists twice
    while nobody has said which is meant.
    """
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return text
    if local.tzinfo or len(text) <= len("2026-11-23"):
        return text
    try:
        if not exists(local, zone):
            raise ValidationError(_("Clocks were put forward here; this time does not exist."))
        if is_twice(local, zone) and fold not in {"0", "1"}:
            raise ValidationError(_("Clocks were put back here; say which of the two you mean."))
        moment = local.replace(tzinfo=zone, fold=int(fold or 0) if is_twice(local, zone) else 0)
        return moment.astimezone(UTC).isoformat()
    except OverflowError:
        return text


def both_times(text: str, zone: ZoneInfo) -> list[tuple[str, str]]:
    """Return the two moments of a time that exists twice, as value and offset; else nothing."""
    try:
        local = datetime.fromisoformat(text)
        if local.tzinfo or not is_twice(local, zone):
            return []
    except (ValueError, OverflowError):
        return []
    return [
        (str(fold), f"{local:%H:%M} {local.replace(tzinfo=zone, fold=fold):%:z}") for fold in (0, 1)
    ]


class MomentWidget(forms.Widget):
    """A ``datetime-local`` input; beside it two choices when clocks show the time twice."""

    template_name = "run/widgets/moment.html"

    def format_value(self, value: Any) -> str:
        """Write a moment, or what was typed."""
        if isinstance(value, datetime):
            return local_text(value, active_zone())
        return value[0] if isinstance(value, tuple) else str(value or "")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the two choices, where there are two."""
        context = super().get_context(name, value, attrs)
        zone = active_zone()
        if isinstance(value, tuple):
            context["fold"] = value[1]
        elif isinstance(value, datetime):
            context["fold"] = str(value.astimezone(zone).fold)
        context["both"] = both_times(context["widget"]["value"], zone)
        context["zone"] = zone.key
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return what was typed and which of two times is meant."""
        return (data.get(name, ""), data.get(f"{name}_fold", ""))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Say whether the field was not sent at all."""
        return name not in data


class MomentField(forms.Field):
    """A moment, handed on as text with its offset; ``known`` keeps its parts of a second."""

    widget = MomentWidget

    def __init__(self, *, known: datetime | None = None, **kw: Any) -> None:
        self.known = known
        super().__init__(**kw)

    def clean(self, value: Any) -> str:
        """Read the local time in the active zone."""
        text, fold = value if isinstance(value, tuple) else (str(value or ""), "")
        zone = active_zone()
        return self._unchanged(text, fold, zone) or read_local(text, fold, zone)

    def _unchanged(self, text: str, fold: str, zone: ZoneInfo) -> str:
        if self.known is None or text != local_text(self.known, zone):
            return ""
        same = not fold or fold == str(self.known.astimezone(zone).fold)
        return self.known.astimezone(UTC).isoformat() if same else ""
