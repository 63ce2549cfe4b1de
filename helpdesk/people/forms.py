"""The forms about people: invite, roles, leaving, stand-ins, joining."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Invitation, User
from helpdesk.people.roles import GIVEN_HERE
from helpdesk.people.substitutes import LONGEST
from helpdesk.people.words import ROLES

REASON_LIMIT = 500


class NameField(forms.CharField):
    """A person's name: one line of printable characters."""

    def __init__(self, **kw: Any) -> None:
        super().__init__(label=_("Name"), max_length=120, **kw)

    def clean(self, value: Any) -> str:
        """Refuse what could break a line or turn the writing around in a mail or a list."""
        name: str = super().clean(value)
        if not name.isprintable():
            raise ValidationError(_("Use letters, digits and punctuation only."))
        return name


class SearchForm(forms.Form):
    """Find people by a part of their name or address."""

    q = forms.CharField(required=False, max_length=100)


class ReasonForm(forms.Form):
    """Why something about a person changes; it is kept in the history."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It is kept in the history."),
    )


class RolesField(forms.MultipleChoiceField):
    """One or more of the roles that are given on these pages."""

    def __init__(self, **kw: Any) -> None:
        super().__init__(
            label=_("Roles"),
            choices=[(role.value, ROLES[role]) for role in GIVEN_HERE],
            widget=forms.CheckboxSelectMultiple,
            **kw,
        )


class InviteForm(forms.Form):
    """Somebody who is to join the company."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    name = NameField()
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect, initial="ko"
    )
    roles = RolesField(
        initial=["member"],
        help_text=_("Mail admins are added afterwards, by the procedure for it."),
    )

    def clean_email(self) -> str:
        """Keep addresses in small letters, as accounts do."""
        return str(self.cleaned_data["email"]).lower()


class RoleForm(ReasonForm):
    """A role to give or to take; the choices are those possible for the person."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    field_order = ("role", "reason")

    def __init__(self, *args: Any, roles: list[str], **kw: Any) -> None:
        super().__init__(*args, **kw)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(role, ROLES[role]) for role in roles]


class ReactivateForm(ReasonForm):
    """The roles with which somebody comes back."""

    roles = RolesField(initial=["member"])
    field_order = ("roles", "reason")


class SubstituteForm(ReasonForm):
    """Who stands in, from which day to which."""

    stand_in = forms.ModelChoiceField(
        label=_("Stand-in"), queryset=User.objects.none(), empty_label=_("Choose somebody")
    )
    first = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Both days count in full."),
    )
    field_order = ("stand_in", "first", "last", "reason")

    def __init__(
        self, *args: Any, candidates: QuerySet[User], today: date | None = None, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        field = self.fields["stand_in"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = candidates
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Refuse days that are over, in the wrong order, or more than a year."""
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if last and self.today and last < self.today:
            self.add_error("last", _("This day is over."))
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        if first and last and last - first > LONGEST:
            self.add_error("last", _("Nobody stands in for more than a year."))
        return given


class JoinForm(forms.Form):
    """The name and the password of somebody who accepts an invitation."""

    name = NameField()
    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; not one that many people use."),
    )
    password2 = forms.CharField(
        label=_("Password again"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.invitation = invitation
        self.fields["name"].widget.attrs["autocomplete"] = "name"

    def clean(self) -> dict[str, Any]:
        """Hold the password to the rules, and make sure that it was typed as meant."""
        given = super().clean() or {}
        first, second = given.get("password1"), given.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ."))
        if first:
            person = User(email=self.invitation.email, name=given.get("name", ""))
            try:
                password_validation.validate_password(first, person)
            except ValidationError as error:
                self.add_error("password1", error)
        return given
