"""The filters of the list of runs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procedures.lifecycle import RunState

STATE_NAMES = {
    RunState.OPEN: _("In progress"),
    RunState.COMPLETED: _("Completed"),
    RunState.CANCELLED: _("Cancelled"),
    RunState.EXPIRED: _("Expired"),
    RunState.REFUSED: _("Refused"),
}


class RunFilter(forms.Form):
    """State, procedure, mine, text; what is not offered filters nothing."""

    state = forms.ChoiceField(label=_("State"), required=False)
    procedure = forms.ChoiceField(label=_("Procedure"), required=False)
    q = forms.CharField(label=_("Number or subject"), required=False, max_length=100)
    mine = forms.BooleanField(label=_("Only mine"), required=False)

    def __init__(self, *args: Any, procedures: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        states = [(state.value, name) for state, name in STATE_NAMES.items()]
        self._offer("state", [("", _("All")), *states])
        self._offer("procedure", [("", _("All")), *procedures])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
