"""The small forms of what people say: a face and words, a wrong text, its answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from procedures.forms.values import CommandForm
from tickets.tracking.feedback import FACES, MOST_WORDS


class FeedbackForm(forms.Form):
    """A face, by the button that was pressed; words if somebody likes."""

    rating = forms.TypedChoiceField(
        choices=[(str(value), label) for value, (label, _icon) in FACES.items()], coerce=int
    )
    words = forms.CharField(
        label=_("What should we know?"),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReportForm(CommandForm):
    """What is wrong with a text, and which sentence it is."""

    sentence = forms.CharField(
        label=_("Which sentence?"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Copy it here, if it is one sentence."),
    )
    wrong = forms.CharField(
        label=_("What is wrong, and how is it right?"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    """Accept or decline a report; whoever reported it reads the answer."""

    state = forms.ChoiceField(choices=[("accepted", ""), ("declined", "")])
    answer = forms.CharField(
        label=_("Answer"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whoever reported it reads this."),
    )
