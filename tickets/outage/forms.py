"""The form into which a list of addresses is pasted or given as a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procedures.present.language import say
from tickets.outage.lists import MOST_BYTES, Unreadable, decode


class ListForm(forms.Form):
    """A list as text, or a file that takes its place; ``text`` of the cleaned data is the list."""

    text = forms.CharField(
        label=_("Paste the list"),
        required=False,
        strip=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_(
            "Old address, new address and, if you like, the kind: user, representative or "
            "mailing. Separated by commas, semicolons or tabs; up to 5,000 rows."
        ),
    )
    file = forms.FileField(
        label=_("Or a CSV file"),
        required=False,
        help_text=_("UTF-8 or CP949, as spreadsheets save it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )

    def clean(self) -> dict[str, Any]:
        """Read the file where one was given."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = cleaned.get("file")
        if given is not None:
            try:
                cleaned["text"] = decode(given.read(MOST_BYTES + 1))
            except Unreadable as error:
                self.add_error("file", say(error.text, {"most": 5000}))
        elif not (cleaned.get("text") or "").strip() and not self.errors:
            self.add_error("text", _("Paste a list, or choose a file."))
        return cleaned
