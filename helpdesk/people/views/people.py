"""The people of a company as a list, and inviting somebody to it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.models import Invitation, User
from helpdesk.people import invitations, reading
from helpdesk.people.errors import Refused
from helpdesk.people.forms import InviteForm, SearchForm
from helpdesk.people.words import role_names
from helpdesk.permissions import may
from helpdesk.visit import Visit, tenant_page

LAST_PAGE = 10_000


def must(visit: Visit, command: str, *relations: str) -> None:
    """Answer 403 unless this person may give a command here."""
    if not may(visit.roles, command, relations):
        raise PermissionDenied


@require_safe
@tenant_page
def people(visit: Visit) -> HttpResponse:
    """Show a page of the company's people, and who is invited."""
    must(visit, "people.see")
    form = SearchForm(visit.request.GET)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    number = _number(visit.request.GET.get("page", ""))
    listed = reading.page_of(visit.tenant, text, number)
    action = reverse("people", args=[visit.tenant.slug])
    may_invite = may(visit.roles, "people.invite")
    context = {
        "q": text,
        "action": action,
        "columns": [_("Name"), _("E-mail"), _("Roles"), _("State")],
        "rows": [_row(visit, person) for person in listed.people],
        "newer_url": _page_url(action, text, number - 1) if number > 1 else "",
        "older_url": _page_url(action, text, number + 1) if listed.more else "",
        "invited": [_invited(visit, one, may_invite) for one in _waiting(visit, number, text)],
        "may_invite": may_invite,
    }
    return visit.draw("people/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_page
def invite(visit: Visit) -> HttpResponse:
    """Ask for whom to invite, and send the invitation."""
    must(visit, "people.invite")
    if visit.request.method != "POST":
        return _invite_page(visit, InviteForm())
    form = InviteForm(visit.request.POST)
    if not form.is_valid():
        return _invite_page(visit, form, 422)
    try:
        sent = invitations.invite(
            visit.tenant, actor=visit.user, now=visit.now, **form.cleaned_data
        )
    except Refused as refused:
        form.add_error("email", refused.words)
        return _invite_page(visit, form, 409)
    say_mailed(visit, sent)
    return _back(visit)


@require_POST
@tenant_page
def send_again(visit: Visit, invitation: int) -> HttpResponse:
    """Send a new link; the old one dies."""
    must(visit, "people.invite")
    found = _invitation(visit, invitation)
    return _told(
        visit,
        lambda: say_mailed(visit, invitations.send_again(found, actor=visit.user, now=visit.now)),
    )


@require_POST
@tenant_page
def revoke(visit: Visit, invitation: int) -> HttpResponse:
    """Let an invitation's link die."""
    must(visit, "people.invite")
    found = _invitation(visit, invitation)

    def command() -> None:
        invitations.revoke(found, actor=visit.user, now=visit.now)
        messages.success(visit.request, _("The invitation is revoked."))

    return _told(visit, command)


def say_mailed(visit: Visit, sent: Invitation) -> None:
    """Say on the next page whether the mail left."""
    if sent.mailed:  # type: ignore[attr-defined]
        words = _("The invitation is on its way to %(email)s.") % {"email": sent.email}
        messages.success(visit.request, words)
    else:
        words = _("The invitation stands, but the mail could not be sent. Send it again later.")
        messages.warning(visit.request, words)


def _told(visit: Visit, command: Callable[[], None]) -> HttpResponse:
    try:
        command()
    except Refused as refused:
        messages.error(visit.request, refused.words)
    return _back(visit)


def _back(visit: Visit) -> HttpResponse:
    answer = redirect("people", slug=visit.tenant.slug)
    answer.status_code = 303
    return answer


def _invitation(visit: Visit, key: int) -> Invitation:
    rows = Invitation.objects.select_related("tenant", "invited_by")
    found = rows.filter(tenant=visit.tenant, pk=key).first()
    if found is None:
        raise Http404
    return found


def _invite_page(visit: Visit, form: InviteForm, status: int = 200) -> HttpResponse:
    crumbs = [
        {"label": _("People"), "href": reverse("people", args=[visit.tenant.slug])},
        {"label": _("Invite somebody"), "href": ""},
    ]
    return visit.draw("people/invite.html", {"form": form, "crumbs": crumbs}, status)


def _number(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= 6
    return min(max(int(text), 1), LAST_PAGE) if is_number else 1


def _page_url(action: str, text: str, number: int) -> str:
    kept = {"q": text} if text else {}
    return f"{action}?{urlencode({**kept, 'page': number})}"


def _row(visit: Visit, person: User) -> list[object]:
    href = reverse("person", args=[visit.tenant.slug, person.pk])
    held = [one.role for one in person.here]  # type: ignore[attr-defined]
    return [
        {"text": person.get_full_name(), "href": href},
        person.email,
        ", ".join(role_names(held)) or "—",
        {"state": state_of(person)},
    ]


def state_of(person: User) -> str:
    """Return the state of a person read by ``reading.people_of``, as badges name it."""
    if person.is_leaver or not person.is_active:  # type: ignore[attr-defined]
        return "deactivated"
    # Who never came in has no way in yet; a persona of the demo comes in by its link.
    came = person.has_usable_password() or person.last_login or person.persona
    return "active" if came else "invited"


def _waiting(visit: Visit, number: int, text: str) -> list[Invitation]:
    return list(reading.invitations_of(visit.tenant)) if number == 1 and not text else []


def _invited(visit: Visit, one: Invitation, may_invite: bool) -> dict[str, Any]:
    place = [visit.tenant.slug, one.pk]
    return {
        "name": one.name,
        "email": one.email,
        "roles": ", ".join(role_names(one.roles)),
        "by": one.invited_by.get_full_name() if one.invited_by else "",
        "state": "invited" if one.is_open(visit.now) else "expired",
        "until": one.expires_at,
        "again": reverse("invitation_send_again", args=place) if may_invite else "",
        "revoke": reverse("invitation_revoke", args=place) if may_invite else "",
    }
