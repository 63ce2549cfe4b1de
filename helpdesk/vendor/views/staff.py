"""The vendor's people: the list, and invitations to it."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.models import Invitation, User
from helpdesk.people import invitations
from helpdesk.people.errors import Refused
from helpdesk.vendor import paging
from helpdesk.vendor.staff_forms import ROLE_NAMES, InviteForm
from helpdesk.vendor.standing import Sitting, vendor_page

COMMAND = "vendor.manage_staff"


@require_safe
@vendor_page(COMMAND)
def vendor_staff(sitting: Sitting) -> HttpResponse:
    """List the vendor's people and open invitations."""
    return _page(sitting)


@require_POST
@vendor_page(COMMAND)
def vendor_staff_invite(sitting: Sitting) -> HttpResponse:
    """Invite somebody to the vendor's staff."""
    form = InviteForm(sitting.request.POST)
    if not form.is_valid():
        return _page(sitting, form=form, status=422)
    try:
        invitations.invite(None, **form.cleaned_data, actor=sitting.user, now=sitting.now)
    except Refused as refused:
        form.add_error("email", refused.words)
        return _page(sitting, form=form, status=409)
    messages.success(sitting.request, _("The invitation was sent."))
    return _again()


@require_POST
@vendor_page(COMMAND)
def vendor_invitation(sitting: Sitting, invitation: int, command: str) -> HttpResponse:
    """Revoke an invitation to the vendor's staff, or send it again."""
    found = Invitation.objects.filter(tenant=None, pk=invitation).first()
    if found is None:
        raise Http404
    act = invitations.revoke if command == "revoke" else invitations.send_again
    try:
        act(found, actor=sitting.user, now=sitting.now)
    except Refused as refused:
        return _page(sitting, why=refused.words, status=409)
    words = _("The invitation was revoked.")
    again = _("The invitation was sent again; the old link is dead.")
    messages.success(sitting.request, words if command == "revoke" else again)
    return _again()


def _again() -> HttpResponse:
    answer = redirect("vendor_staff")
    answer.status_code = 303
    return answer


def _page(
    sitting: Sitting, *, form: InviteForm | None = None, why: str = "", status: int = 200
) -> HttpResponse:
    page = paging.page_of(_staff(), sitting.request, reverse("vendor_staff"))
    context = {
        "page": page,
        "columns": [_("Name"), _("E-mail"), _("Roles"), _("Companies"), _("State")],
        "rows": [_row(one) for one in page.rows],
        "form": form or InviteForm(),
        "invitations": _open_invitations(sitting),
        "why": why,
    }
    return sitting.draw("vendor/staff.html", context, status=status)


def _staff() -> QuerySet[User]:
    staff = User.objects.filter(vendor_roles__isnull=False).distinct()
    staff = staff.prefetch_related("vendor_roles", "assignments")
    return staff.order_by("-is_active", "name", "pk")


def _row(person: User) -> list[object]:
    state = {"state": "completed", "text": _("Active")}
    if not person.is_active:
        state = {"state": "cancelled", "text": _("Deactivated")}
    return [
        {"text": person.get_full_name(), "href": reverse("vendor_person", args=[person.pk])},
        person.email,
        role_words([one.role for one in person.vendor_roles.all()]),
        {"text": str(len(person.assignments.all())), "number": True},
        state,
    ]


def role_words(roles: list[str]) -> str:
    """Name roles of the vendor in the active language."""
    return ", ".join(str(ROLE_NAMES.get(role, role)) for role in sorted(roles))


def _open_invitations(sitting: Sitting) -> list[dict[str, Any]]:
    rows = Invitation.objects.filter(
        tenant=None, used_at=None, revoked_at=None, expires_at__gt=sitting.now
    )
    return [
        {
            "number": one.pk,
            "name": one.name,
            "email": one.email,
            "roles": role_words(one.roles),
            "until": one.expires_at,
        }
        for one in rows.order_by("-pk")[: paging.ROWS]
    ]
