"""One person of a company: roles, history, what is open, stand-ins; and what can be changed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.models import Substitute, User
from helpdesk.people import invitations, leaving, reading, roles, substitutes
from helpdesk.people.errors import Refused
from helpdesk.people.forms import ReactivateForm, ReasonForm
from helpdesk.people.views import person_parts as parts
from helpdesk.people.views.people import must, say_mailed
from helpdesk.permissions import may
from helpdesk.visit import Visit, tenant_page

type Page = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class PersonVisit:
    """A request about one person of a company."""

    visit: Visit
    person: User
    held: frozenset[str]

    def may(self, command: str) -> bool:
        """Say whether the visitor may give a command about this person."""
        return may(self.visit.roles, command, self.relations)

    @property
    def relations(self) -> tuple[str, ...]:
        """Return what the visitor is to this person."""
        return ("self",) if self.person.pk == self.visit.user.pk else ()


def of_person(command: str) -> Callable[[Page], Page]:
    """Hand a page its person: 403 to who may not, before anybody is looked for; else or 404."""

    def wrap(page: Page) -> Page:
        @wraps(page)
        def answer(visit: Visit, person: int, **kw: Any) -> HttpResponse:
            must(visit, command, *(("self",) if person == visit.user.pk else ()))
            found = reading.people_of(visit.tenant).filter(pk=person).first()
            if found is None:
                raise Http404
            held = frozenset(one.role for one in found.here)  # type: ignore[attr-defined]
            return page(PersonVisit(visit, found, held), **kw)

        return tenant_page(answer)

    return wrap


@require_safe
@of_person("people.see")
def person(asked: PersonVisit) -> HttpResponse:
    """Show a person."""
    return draw(asked)


@require_POST
@of_person("people.change_roles")
def give_role(asked: PersonVisit) -> HttpResponse:
    """Give one more role."""
    form = parts.give_form(asked, asked.visit.request.POST)
    return _carry_out(asked, "give", form, roles.give_role, _("The role is given."))


@require_POST
@of_person("people.change_roles")
def take_role(asked: PersonVisit) -> HttpResponse:
    """Take a role."""
    form = parts.take_form(asked, asked.visit.request.POST)
    return _carry_out(asked, "take", form, roles.take_role, _("The role is taken."))


@require_POST
@of_person("people.deactivate")
def deactivate(asked: PersonVisit) -> HttpResponse:
    """End what the person may do here, at once."""
    form = ReasonForm(asked.visit.request.POST, auto_id="leave_%s")
    return _carry_out(asked, "leave", form, leaving.deactivate, _("They are deactivated."))


@require_POST
@of_person("people.deactivate")
def reactivate(asked: PersonVisit) -> HttpResponse:
    """Take a person back with roles."""
    form = ReactivateForm(asked.visit.request.POST, auto_id="return_%s")

    def command(tenant: Any, person: User, *, roles: list[str], **kw: Any) -> None:
        sent = leaving.reactivate(tenant, person, given=roles, **kw)
        if sent:
            say_mailed(asked.visit, sent)

    return _carry_out(asked, "return", form, command, _("They are active again."))


@require_POST
@of_person("people.invite")
def send_link(asked: PersonVisit) -> HttpResponse:
    """Mail a link to a member who has no password yet."""
    visit = asked.visit
    try:
        sent = invitations.send_link(visit.tenant, asked.person, actor=visit.user, now=visit.now)
    except Refused as refused:
        messages.error(visit.request, refused.words)
    else:
        say_mailed(visit, sent)
    return _back(asked)


@require_POST
@of_person("people.appoint_substitute")
def appoint(asked: PersonVisit) -> HttpResponse:
    """Appoint a stand-in for this person."""
    form = parts.substitute_form(asked, asked.visit.request.POST)
    return _carry_out(asked, "stand_in", form, substitutes.appoint, _("The stand-in is appointed."))


@require_POST
@of_person("people.appoint_substitute")
def end_substitute(asked: PersonVisit, substitute: int) -> HttpResponse:
    """End the time of a stand-in of this person."""
    visit = asked.visit
    rows = Substitute.objects.filter(tenant=visit.tenant, absent=asked.person)
    found = rows.filter(pk=substitute).first()
    if found is None:
        raise Http404
    try:
        substitutes.end(found, actor=visit.user, now=visit.now)
    except Refused as refused:
        messages.error(visit.request, refused.words)
    else:
        messages.success(visit.request, _("The stand-in's time is ended."))
    return _back(asked)


def _carry_out(
    asked: PersonVisit, key: str, form: forms.Form, command: Callable[..., Any], done: str
) -> HttpResponse:
    """Carry a command out with what was typed, or draw the page again and say why not."""
    if not form.is_valid():
        return draw(asked, {key: form}, 422)
    visit = asked.visit
    try:
        command(visit.tenant, asked.person, actor=visit.user, now=visit.now, **form.cleaned_data)
    except Refused as refused:
        form.add_error(None, refused.words)
        return draw(asked, {key: form}, 409)
    messages.success(visit.request, done)
    return _back(asked)


def _back(asked: PersonVisit) -> HttpResponse:
    visit = asked.visit
    gone = asked.relations and not roles.roles_held(visit.tenant, visit.user)
    answer = redirect("home") if gone else redirect("person", visit.tenant.slug, asked.person.pk)
    answer.status_code = 303
    return answer


def draw(
    asked: PersonVisit, back: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    """Draw the page; ``back`` holds the form that was not carried out."""
    return asked.visit.draw("people/person.html", parts.context_of(asked, back or {}), status)
