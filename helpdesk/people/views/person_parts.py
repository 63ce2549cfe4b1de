"""What the page of a person shows, and the forms that whoever looks at it may send."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.access import STOOD_IN_FOR
from helpdesk.models import Substitute
from helpdesk.people import duties, reading
from helpdesk.people.forms import ReactivateForm, ReasonForm, RoleForm, SubstituteForm
from helpdesk.people.roles import GIVEN_HERE
from helpdesk.people.views.people import state_of
from helpdesk.people.words import role_names, told
from helpdesk.zones import zone_at

if TYPE_CHECKING:
    from helpdesk.people.views.person import PersonVisit

type Context = dict[str, Any]
type Back = dict[str, forms.Form]


def context_of(asked: "PersonVisit", back: Back) -> Context:
    """Gather everything that the page draws."""
    visit, person = asked.visit, asked.person
    open_runs = duties.duties_of(visit.tenant, person)
    crumbs = []
    if asked.may("people.see") and not asked.relations:
        crumbs = [
            {"label": _("People"), "href": reverse("people", args=[visit.tenant.slug])},
            {"label": person.get_full_name(), "href": ""},
        ]
    return {
        "person": person,
        "crumbs": crumbs,
        "state": state_of(person),
        "role_names": role_names(asked.held),
        "mail_admin_link": asked.may("people.change_roles") and bool(asked.held),
        "parts": [part for part in (_give(asked, back), _take(asked, back)) if part],
        "standing": [_standing(asked, one) for one in _in_force(asked)],
        "appoint": _appoint(asked, back),
        "duties": open_runs,
        "leave": _leave(asked, back, len(open_runs)) or _return(asked, back),
        "link_action": _link(asked),
        "timeline": [told(event) for event in reading.history_of(visit.tenant, person)],
    }


def give_form(asked: "PersonVisit", data: Any = None) -> RoleForm:
    """Make the form that gives one of the roles the person does not hold."""
    free = [role.value for role in GIVEN_HERE if role not in asked.held]
    return RoleForm(data, roles=free, auto_id="give_%s")


def take_form(asked: "PersonVisit", data: Any = None) -> RoleForm:
    """Make the form that takes one of the roles the person holds."""
    held = [role.value for role in GIVEN_HERE if role in asked.held]
    return RoleForm(data, roles=held, auto_id="take_%s")


def substitute_form(asked: "PersonVisit", data: Any = None) -> SubstituteForm:
    """Make the form that appoints a stand-in."""
    visit = asked.visit
    today = visit.now.astimezone(zone_at(visit.tenant, visit.now)).date()
    return SubstituteForm(
        data,
        candidates=reading.candidates_of(visit.tenant, asked.person, visit.user),
        today=today,
        auto_id="stand_in_%s",
        initial={"first": today, "last": today},
    )


def _url(asked: "PersonVisit", name: str) -> str:
    return reverse(name, args=[asked.visit.tenant.slug, asked.person.pk])


def _give(asked: "PersonVisit", back: Back) -> Context | None:
    # Nobody gives a role to themselves, so they are not asked.
    form = back.get("give") or give_form(asked)
    offered = asked.may("people.change_roles") and asked.held and not asked.relations
    if not offered or not form.fields["role"].choices:  # type: ignore[attr-defined]
        return None
    return {
        "label": _("Give a role"),
        "icon": "user-round-plus",
        "action": _url(asked, "person_give_role"),
        "form": form,
        "submit": _("Give the role"),
    }


def _take(asked: "PersonVisit", back: Back) -> Context | None:
    form = back.get("take") or take_form(asked)
    if not asked.may("people.change_roles") or not form.fields["role"].choices:  # type: ignore[attr-defined]
        return None
    return {
        "label": _("Take a role"),
        "icon": "user-round-minus",
        "action": _url(asked, "person_take_role"),
        "form": form,
        "submit": _("Take the role"),
    }


def _leave(asked: "PersonVisit", back: Back, open_runs: int) -> Context | None:
    if not asked.held or not asked.may("people.deactivate"):
        return None
    text = _(
        "They lose all roles here at once: open pages, links and invitations stop working at "
        "the next request. What they did stays in the history."
    )
    if open_runs:
        text += " " + _(
            "Open runs they asked for or joined: %(count)s. These stay open; each next step "
            "waits with its role."
        ) % {"count": open_runs}
    return {
        "label": _("Deactivate"),
        "icon": "user-round-x",
        "text": text,
        "action": _url(asked, "person_deactivate"),
        "form": back.get("leave") or ReasonForm(auto_id="leave_%s"),
        "submit": _("Deactivate"),
        "variant": "danger",
    }


def _return(asked: "PersonVisit", back: Back) -> Context | None:
    if asked.held or not asked.may("people.deactivate"):
        return None
    return {
        "label": _("Reactivate"),
        "icon": "rotate-cw",
        "text": _("Without a password they are mailed a link to choose one."),
        "action": _url(asked, "person_reactivate"),
        "form": back.get("return") or ReactivateForm(auto_id="return_%s"),
        "submit": _("Reactivate"),
        "variant": "",
    }


def _link(asked: "PersonVisit") -> str:
    wanted = state_of(asked.person) == "invited" and asked.may("people.invite")
    return _url(asked, "person_send_link") if wanted else ""


def _in_force(asked: "PersonVisit") -> list[Substitute]:
    visit = asked.visit
    return list(reading.substitutes_of(visit.tenant, asked.person, visit.now))


def _standing(asked: "PersonVisit", one: Substitute) -> Context:
    own = one.absent_id == asked.person.pk
    ends = own and asked.may("people.appoint_substitute")
    place = [asked.visit.tenant.slug, asked.person.pk, one.pk]
    return {
        "absent": one.absent.get_full_name(),
        "stand_in": one.stand_in.get_full_name(),
        "first": one.starts_at,
        "last": one.ends_at - timedelta.resolution,
        "reason": one.reason,
        "by": one.appointed_by.get_full_name(),
        "now": one.is_in_force(asked.visit.now),
        "end": reverse("substitute_end", args=place) if ends else "",
    }


def _appoint(asked: "PersonVisit", back: Back) -> Context | None:
    if not asked.held & STOOD_IN_FOR or not asked.may("people.appoint_substitute"):
        return None
    return {
        "label": _("Appoint a stand-in"),
        "icon": "users-round",
        "text": _("The stand-in holds the admin roles of this person on these days."),
        "action": _url(asked, "substitute_appoint"),
        "form": back.get("stand_in") or substitute_form(asked),
        "submit": _("Appoint"),
    }
