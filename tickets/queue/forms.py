"""The forms of the queue: its filters, a saved view's name, to whom a ticket is given."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.models import User
from procedures.forms.filters import STATE_NAMES
from tickets.queue.asked import Asked
from tickets.queue.scope import Scope

NAME_LIMIT = 40
# The filters beside the text, in the order of the page.
MORE = ("company", "procedure", "state", "waiting", "assignee", "due", "sort")


class QueueFilter(forms.Form):
    """Everything the queue can be asked for."""

    q = forms.CharField(
        label=gettext_lazy("Number, subject or company"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"data-find": "", "type": "search"}),
    )
    company = forms.ChoiceField(label=gettext_lazy("Company"), required=False)
    procedure = forms.ChoiceField(label=gettext_lazy("Procedure"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    waiting = forms.ChoiceField(
        label=gettext_lazy("Waits for"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("vendor", gettext_lazy("Us")),
            ("company", gettext_lazy("The company")),
            ("nobody", gettext_lazy("Nobody")),
        ],
    )
    assignee = forms.ChoiceField(label=gettext_lazy("Assigned to"), required=False)
    due = forms.ChoiceField(
        label=gettext_lazy("Due"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("overdue", gettext_lazy("Overdue")),
            ("today", gettext_lazy("Today")),
            ("week", gettext_lazy("Within 7 days")),
        ],
    )
    sort = forms.ChoiceField(
        label=gettext_lazy("Order"),
        required=False,
        choices=[
            ("due", gettext_lazy("Due next")),
            ("newest", gettext_lazy("Newest")),
            ("untouched", gettext_lazy("Longest untouched")),
        ],
    )

    def __init__(
        self,
        asked: Asked,
        scope: Scope,
        procedures: list[tuple[str, str]],
        people: list[User],
    ) -> None:
        values = {name: getattr(asked, name) for name in ("q", *MORE)}
        super().__init__(values, auto_id="queue_%s")
        self._offer("state", [*STATE_NAMES.items(), ("all", _("All"))])
        self._offer("procedure", [("", _("All")), *procedures])
        companies = [(one.slug, one.name) for one in scope.companies]
        self._offer("company", [("", _("All")), *companies])
        others = [(str(one.pk), one.get_full_name()) for one in people if one.pk != scope.user.pk]
        self._offer("assignee", [("", _("All")), ("me", _("Me")), ("nobody", _("Nobody")), *others])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def more(self) -> list[forms.BoundField]:
        """List the fields beside the text."""
        return [self[name] for name in MORE]

    def word(self, name: str, value: str) -> str:
        """Say a filter's value as its field offers it."""
        field = self.fields[name]
        choices = dict(field.choices) if isinstance(field, forms.ChoiceField) else {}  # type: ignore[arg-type]
        said = choices.get(value)
        return f"{field.label}: {said}" if said else f"{field.label}: {_('no longer offered')}"


class ViewNameForm(forms.Form):
    """Name a view; names are a person's own."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_LIMIT)

    def clean_name(self) -> str:
        """Take the name without line breaks and doubled spaces."""
        return " ".join(str(self.cleaned_data["name"]).split())


class SaveViewForm(ViewNameForm):
    """Save what is shown."""

    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=600)
    is_default = forms.BooleanField(label=gettext_lazy("Begin with this view"), required=False)

    def clean_query(self) -> str:
        """Keep what the queue can be asked for, and nothing else."""
        return Asked.parse(self.cleaned_data["query"]).query


class HolderForm(forms.Form):
    """Who held the ticket on the page, and the list to go back to."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    back = forms.CharField(widget=forms.HiddenInput, required=False, max_length=600)


class GiveForm(HolderForm):
    """Give a ticket to somebody who serves the company."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("To whom"), queryset=User.objects.none(), empty_label="—"
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kw: Any) -> None:
        super().__init__(*args, **kw)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people
