"""Show every component in every state: the page to look at before building another."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from helpdesk import styleguide_lists as lists
from helpdesk import styleguide_samples as samples
from helpdesk.words import state_codes

_SERVICES = [("email", _("E-mail")), ("approval", _("Approval"))]


class SampleForm(forms.Form):
    """One field of each kind that the procedures use."""

    name = forms.CharField(label=_("Name"), max_length=40)
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=_("The approver reads this."),
    )
    service = forms.ChoiceField(label=_("Service"), choices=_SERVICES)
    scope = forms.ChoiceField(
        label=_("Who receives"),
        choices=[("unit", _("A whole unit")), ("people", _("Individuals"))],
        widget=forms.RadioSelect,
    )
    services = forms.MultipleChoiceField(
        label=_("Services in use"),
        choices=_SERVICES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    month = forms.CharField(
        label=_("Backup month"),
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "202408"}),
        help_text=_("Six digits, YYYYMM, for example 202408."),
    )
    start = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    performed_at = forms.DateTimeField(
        label=_("Done at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Empty means now. Earlier than ten minutes ago needs a note."),
        required=False,
    )
    rows = forms.CharField(
        label=_("Changed users"),
        widget=forms.Textarea(attrs={"rows": 4, "data-kind": "table"}),
        initial="kim.haneul, 김하늘, 입사\nlee.sora, 이소라, 부서 이동",
    )
    acknowledged = forms.BooleanField(label=_("I have read this and go on"))


class WhatIfForm(forms.Form):
    """The question of the what-if box."""

    at = forms.DateTimeField(
        label=_("Day and hour"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )


class CancelForm(forms.Form):
    """The reason that an abort needs."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Render the style guide in the reader's language and theme."""
    now = timezone.localtime()
    context = _plain_parts(now) | _forms() | {"now": now, "moments": _moments(now)}
    context["answer"] = {"at": now, "level": "blocked", "verdicts": context["verdicts"][2:3]}
    return render(request, "styleguide/index.html", context)


def _plain_parts(now: datetime) -> dict[str, Any]:
    korean = get_language() == "ko"
    return {
        "states": state_codes(),
        "tones": ("ok", "caution", "stop", "info"),
        "verdicts": samples.verdicts(now, korean=korean),
        "next_step": samples.next_step(now, korean=korean),
        "steps": samples.steps(now, korean=korean),
        "stages": samples.stages(korean=korean),
        "events": samples.events(now, korean=korean),
        "runs": samples.runs(now, korean=korean),
        "days": lists.days(korean=korean),
        "ledger": lists.ledger(now, korean=korean),
        "facts": lists.facts(now, korean=korean),
        "examples": samples.EXAMPLES,
        "menu_paths": samples.MENU_PATHS,
        "message": samples.MESSAGE[0 if korean else 1],
        "crumbs": lists.crumbs(korean=korean),
        "stats": lists.stats(korean=korean),
        "tabs": lists.tabs(korean=korean),
        "secondary": lists.secondary(korean=korean),
        "active_filters": lists.active_filters(korean=korean),
    }


def _forms() -> dict[str, Any]:
    wrong = SampleForm({"name": "", "month": "202413", "service": "fax", "rows": "김하늘"})
    wrong.add_error("month", _("Write the month as six digits, for example 202408."))
    return {
        "form": SampleForm(prefix="good"),
        "wrong": wrong,
        "step_form": SampleForm(prefix="step"),
        "whatif": WhatIfForm(prefix="whatif"),
        "cancel": CancelForm(prefix="cancel"),
        "dialog_form": CancelForm(prefix="dialog"),
        "filters": WhatIfForm(prefix="asked"),
        "list_filter": WhatIfForm(prefix="filter"),
    }


def _moments(now: datetime) -> list[tuple[datetime, str]]:
    return [
        (now + timedelta(days=6, hours=4), ""),
        (now + timedelta(hours=3, minutes=12), "caution"),
        (now + timedelta(minutes=9, seconds=30), "stop"),
        (now - timedelta(hours=2), "stop"),
    ]
