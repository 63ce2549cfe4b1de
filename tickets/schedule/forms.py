"""The forms by which a date is agreed."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from procedures.forms.values import CommandForm, Known, ValuesForm, values_form
from procedures.rules.schedule import WorkWindow
from procedures.rules.timing import elapsed
from procedures.rules.values import LONG_LIMIT
from tickets.schedule.days import date_gates
from tickets.schedule.window import Window

# At night, when few write mail; only what a field starts with.
_HOUR = time(22, 0)


def _words(label: Any, help_text: Any = "", *, required: bool = True) -> Any:
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(
        label=label, help_text=help_text, widget=area, max_length=LONG_LIMIT, required=required
    )


def _acknowledgement() -> Any:
    return _words(
        _("What I have taken note of"),
        _("Write in your own words why you go on although care is needed. It is kept."),
        required=False,
    )


class ProposeForm(ValuesForm):
    """Propose a window."""

    acknowledgement = _acknowledgement()


class CounterForm(ValuesForm):
    """Propose another window, and say why."""

    reason = _words(_("Why another date?"), _("Support reads it, and it stays in the history."))


class AgreeForm(CommandForm):
    """Agree to the window shown."""

    note = _words(_("Note"), required=False)


class ConfirmForm(CommandForm):
    """Confirm the window that the company agreed to."""

    acknowledgement = _acknowledgement()
    collision_seen = forms.BooleanField(
        label=_("I have seen the collision"),
        help_text=_("It is kept in the conversation, for the vendor's people alone."),
        error_messages={"required": _("Look at the collision above, then tick this.")},
    )

    def without_collision(self) -> None:
        """Ask for no tick where nothing collides."""
        del self.fields["collision_seen"]


class ReasonForm(CommandForm):
    """Reschedule, or confirm again, with a reason."""

    reason = _words(_("Reason"))


def span_on(
    day: date, procedure: Any, values: Mapping[str, Any], window: Window | None, zone: ZoneInfo
) -> tuple[datetime, datetime]:
    """Return what the form starts with on a chosen day: the hour and length asked for so far."""
    wished = values.get("desired_start")
    begun = window.start if window else wished if isinstance(wished, datetime) else None
    hour = begun.astimezone(zone).time() if begun else _HOUR
    longest = next(g.rule for g in date_gates(procedure) if isinstance(g.rule, WorkWindow))
    length = window.end - window.start if window else timedelta(hours=longest.hours)
    start = datetime.combine(day, hour, zone)
    return start, elapsed(start, length)


def window_form(
    base: type[ValuesForm],
    known: Known,
    procedure: Any,
    keys: tuple[str, ...],
    *,
    data: Mapping[str, Any] | None = None,
    initial: Mapping[str, Any] | None = None,
    auto_id: str = "id_%s",
) -> ValuesForm:
    """Make a form that names a window, its times first."""
    made = values_form(
        procedure, keys, known, base=base, data=data, initial=initial, auto_id=auto_id
    )
    rest = [name for name in made.fields if name not in keys]
    made.order_fields([*keys, *rest])
    return made
