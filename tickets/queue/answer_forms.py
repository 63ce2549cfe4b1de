"""The form of a template for answers: both languages, every name in braces known."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.queue.answers import TEXTS
from tickets.queue.models import AnswerTemplate
from tickets.queue.placeholders import NAMES, wrong_in

BODY_LIMIT = 5_000


def _title(label: str | Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=80)


def _body(label: str | Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=BODY_LIMIT, widget=forms.Textarea(attrs={"rows": 8})
    )


class AnswerForm(forms.Form):
    """Title and body in both languages."""

    title_ko = _title(gettext_lazy("Title in Korean"))
    body_ko = _body(gettext_lazy("Answer in Korean"))
    title_en = _title(gettext_lazy("Title in English"))
    body_en = _body(gettext_lazy("Answer in English"))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def clean_body_ko(self) -> str:
        """Refuse a name that stands for nothing."""
        return _known(self.cleaned_data["body_ko"])

    def clean_body_en(self) -> str:
        """Refuse a name that stands for nothing."""
        return _known(self.cleaned_data["body_en"])

    @property
    def texts(self) -> dict[str, str]:
        """Return what was typed. Call after ``is_valid``."""
        return {name: self.cleaned_data[name] for name in TEXTS}


def form_of(template: AnswerTemplate) -> AnswerForm:
    """Make the form of a template as it is stored."""
    stored = {name: getattr(template, name) for name in TEXTS}
    return AnswerForm(initial={**stored, "seen": template.number})


def _known(body: str) -> str:
    body = body.replace("\r\n", "\n")
    wrong = wrong_in(body)
    if wrong:
        words = _("Not known: %(wrong)s. Known are: %(names)s.")
        told = {"wrong": ", ".join(wrong), "names": ", ".join(f"{{{name}}}" for name in NAMES)}
        raise ValidationError(words, params=told)
    return body
