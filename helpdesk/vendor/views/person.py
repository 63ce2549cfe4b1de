"""One of the vendor's people: roles, companies served, the account, and its history."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.models import Tenant, User, VendorRole
from helpdesk.vendor import present, staff
from helpdesk.vendor.staff_forms import AssignTenantForm, ReasonForm, RoleForm
from helpdesk.vendor.standing import Sitting, vendor_page
from helpdesk.vendor.views.staff import COMMAND, role_words

type Forms = dict[str, forms.Form]
type Act = Callable[[Sitting, User, dict[str, Any]], None]


@require_safe
@vendor_page(COMMAND)
def vendor_person(sitting: Sitting, person: int) -> HttpResponse:
    """Show one of the vendor's people."""
    return _page(sitting, _staff_or_404(person))


@require_POST
@vendor_page(COMMAND)
def vendor_person_command(sitting: Sitting, person: int, command: str) -> HttpResponse:
    """Give or take a role, assign a company, end the account or open it again."""
    if command not in _COMMANDS:
        raise Http404
    who = _staff_or_404(person)
    form = _forms(who, {command: sitting.request.POST})[command]
    if not form.is_valid():
        return _page(sitting, who, back={command: form}, status=422)
    try:
        _COMMANDS[command](sitting, who, form.cleaned_data)
    except staff.StaffRefused as refused:
        return _page(sitting, who, back={command: form}, why=refused.words, status=409)
    answer = redirect("vendor_person", person=who.pk)
    answer.status_code = 303
    return answer


def _give(sitting: Sitting, who: User, given: dict[str, Any]) -> None:
    staff.give_role(who, given["role"], **_told(sitting, given))


def _take(sitting: Sitting, who: User, given: dict[str, Any]) -> None:
    staff.take_role(who, given["role"], **_told(sitting, given))


def _deactivate(sitting: Sitting, who: User, given: dict[str, Any]) -> None:
    staff.deactivate(who, **_told(sitting, given))


def _reactivate(sitting: Sitting, who: User, given: dict[str, Any]) -> None:
    staff.reactivate(who, **_told(sitting, given))


def _assign(sitting: Sitting, who: User, given: dict[str, Any]) -> None:
    staff.assign(given["company"], who, actor=sitting.user, now=sitting.now)


def _told(sitting: Sitting, given: dict[str, Any]) -> dict[str, Any]:
    return {"actor": sitting.user, "reason": given["reason"], "now": sitting.now}


_COMMANDS: dict[str, Act] = {
    "give": _give,
    "take": _take,
    "assign": _assign,
    "deactivate": _deactivate,
    "reactivate": _reactivate,
}


def _staff_or_404(person: int) -> User:
    who = User.objects.filter(pk=person, vendor_roles__isnull=False).first()
    if who is None:
        raise Http404
    return who


def _forms(who: User, sent: dict[str, Any]) -> Forms:
    """Make every form of the page; what was sent is bound to its own."""
    held = staff.roles_held(who)
    free = [role for role in VendorRole if role not in held]
    names = {command: f"{command}_%s" for command in _COMMANDS}
    return {
        "give": RoleForm(sent.get("give"), roles=free, auto_id=names["give"]),
        "take": RoleForm(
            sent.get("take"), roles=[VendorRole(one) for one in sorted(held)], auto_id=names["take"]
        ),
        "assign": AssignTenantForm(sent.get("assign"), auto_id=names["assign"]),
        "deactivate": ReasonForm(sent.get("deactivate"), auto_id=names["deactivate"]),
        "reactivate": ReasonForm(sent.get("reactivate"), auto_id=names["reactivate"]),
    }


def _page(
    sitting: Sitting, who: User, *, back: Forms | None = None, why: str = "", status: int = 200
) -> HttpResponse:
    held = staff.roles_held(who)
    made = {**_forms(who, {}), **(back or {})}
    companies = Tenant.objects.filter(assignments__user=who).order_by("name", "pk")
    context = {
        "person": who,
        "self": who.pk == sitting.user.pk,
        "role_words": role_words(sorted(held)),
        "companies": list(companies),
        "offers": _offers(sitting, who, held, made),
        "why": why,
        "crumbs": [
            {"label": _("Vendor staff"), "href": reverse("vendor_staff")},
            {"label": who.get_full_name(), "href": ""},
        ],
        "timeline": present.staff_timeline(who),
    }
    return sitting.draw("vendor/person.html", context, status=status)


def _offers(sitting: Sitting, who: User, held: frozenset[str], made: Forms) -> list[dict[str, Any]]:
    """List what may be done now, each a folded form."""
    words = {
        "assign": (_("Assign a company"), _("Assign"), "building-2", "primary"),
        "give": (_("Give a role"), _("Give the role"), "user-plus", "primary"),
        "take": (_("Take a role"), _("Take the role"), "user-minus", "danger"),
        "deactivate": (_("End the account"), _("Deactivate"), "user-x", "danger"),
        "reactivate": (_("Open the account again"), _("Reactivate"), "user-check", "primary"),
    }
    fit = {
        "assign": who.is_active,
        "give": who.is_active and who.pk != sitting.user.pk and len(held) < len(VendorRole),
        "take": who.is_active and len(held) > 1,
        "deactivate": who.is_active,
        "reactivate": not who.is_active,
    }
    return [
        {
            "label": label,
            "submit": submit,
            "icon": icon,
            "variant": variant,
            "form": made[command],
            "action": reverse("vendor_person_command", args=[who.pk, command]),
        }
        for command, (label, submit, icon, variant) in words.items()
        if fit[command] or made[command].is_bound
    ]
