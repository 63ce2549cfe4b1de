"""The forms about the vendor's people and their visits."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.models import Tenant, User, VendorRole
from helpdesk.vendor.fields import reason_field
from helpdesk.vendor.visits import REASON_MIN, find_tenant

ROLE_NAMES = {
    "support": gettext_lazy("Support"),
    "manager": gettext_lazy("Vendor manager"),
}


class InviteForm(forms.Form):
    """Somebody is to work at the vendor."""

    email = forms.EmailField(label=gettext_lazy("E-mail"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        choices=list(ROLE_NAMES.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the invitation"),
        choices=settings.LANGUAGES,
        initial="ko",
        widget=forms.RadioSelect,
    )


class ReasonForm(forms.Form):
    """A change that only needs a reason."""

    reason = reason_field(gettext_lazy("Reason"))


class RoleForm(ReasonForm):
    """Give or take one role."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=list(ROLE_NAMES.items()), widget=forms.RadioSelect
    )
    field_order = ("role", "reason")

    def __init__(self, *args: Any, roles: list[VendorRole] | None = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if roles is not None:
            field = self.fields["role"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(str(role), ROLE_NAMES[role]) for role in roles]


class AssignPersonForm(forms.Form):
    """Let one of the vendor's people serve a company."""

    person = forms.ModelChoiceField(label=gettext_lazy("Person"), queryset=User.objects.none())

    def __init__(self, *args: Any, tenant: Tenant, **kw: Any) -> None:
        super().__init__(*args, **kw)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        staff = User.objects.filter(vendor_roles__isnull=False, is_active=True)
        staff = staff.exclude(assignments__tenant=tenant)
        field.queryset = staff.distinct().order_by("name", "pk")


class _CompanyForm(forms.Form):
    """A company named by its exact short name or domain; nobody browses what is not theirs."""

    company = forms.CharField(
        label=gettext_lazy("Company"),
        max_length=253,
        help_text=gettext_lazy("Its exact short name, or one of its domains."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_company(self) -> Tenant:
        """Return the company."""
        tenant = find_tenant(self.cleaned_data["company"])
        if tenant is None:
            raise ValidationError(_("No company has exactly this short name or domain."))
        return tenant


class AssignTenantForm(_CompanyForm):
    """Let a person serve one more company."""


class VisitReasonForm(forms.Form):
    """Say why a company is visited that one is not assigned to."""

    reason = reason_field(
        gettext_lazy("Reason"),
        gettext_lazy("At least 10 characters, such as the ticket. The company can read it."),
        least=REASON_MIN,
    )


class VisitForm(_CompanyForm, VisitReasonForm):
    """Visit a company that is named exactly."""

    field_order = ("company", "reason")
