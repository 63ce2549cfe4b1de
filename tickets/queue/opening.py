"""The form in which support opens a ticket for a company: who of its people asks is chosen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from helpdesk.models import Membership, Tenant, User
from procedures import store
from procedures.decide.who import may_open
from procedures.definition import Procedure
from procedures.forms.fields import Known, RawField
from procedures.forms.start import StartForm, start_form
from procedures.present.language import say
from procedures.selectors.versions import newest_versions

FIRST = "domain_change"
# Of a company with more people the address is typed.
MOST = 300
_HEADS = ("site_admin", "mail_admin", "tenant_manager")


def opened_by(roles: frozenset[str]) -> list[Procedure]:
    """List the procedures that these roles open, the change of a domain first."""
    found = [store.procedure_of(pk) for pk in newest_versions()]
    allowed = [one for one in found if may_open(roles, one)]
    return sorted(allowed, key=lambda one: one.key != FIRST)


def people_of(tenant: Tenant) -> list[User]:
    """List the active people of a company, those who look after it first; one query."""
    rows = Membership.objects.filter(tenant=tenant, user__is_active=True)
    heads, others = dict[int, User](), dict[int, User]()
    for one in rows.select_related("user").order_by("user__name", "user_id"):
        (heads if one.role in _HEADS else others)[one.user_id] = one.user
    return [*heads.values(), *(user for pk, user in others.items() if pk not in heads)]


def open_form(
    procedure: Procedure,
    tenant: Tenant,
    user: User,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> StartForm:
    """Make the form: the company's configuration filled in, who asks chosen among its people."""
    known = Known(tenant, user.email, now)
    form = start_form(procedure, known, for_others=True, data=data)
    people = people_of(tenant)
    choices = [("", "—"), *((one.email, f"{one.get_full_name()} · {one.email}") for one in people)]
    widget = forms.Select(choices=choices) if len(people) <= MOST else forms.EmailInput()
    asks = procedure.field_by_key.get("requester")
    if asks is not None and "requester" in form.fields:
        form.asked_by = "requester"
        del form.fields["on_behalf_of"]
        form.fields["requester"] = RawField(
            _address, label=say(asks.label), help_text=say(asks.help), widget=widget
        )
    else:
        form.fields["on_behalf_of"] = RawField(
            _address,
            label=_("Who asks"),
            help_text=_("Empty means yourself."),
            required=False,
            widget=widget,
        )
        form.order_fields(["on_behalf_of"])
    return form


def _address(value: Any) -> str:
    return str(value or "").replace("\x00", "").strip()
