"""Who may: what a person is to a run, put to the table of permissions."""

from collections.abc import Iterable, Mapping
from typing import Any

from helpdesk import permissions
from procedures.change import Loaded
from procedures.definition import Procedure, Step
from procedures.rules.facts import Person

_APPROVE_ANY = permissions.roles_of("run.approve", "impartial")
# Who approves anyway and performs is named first, as the one who performs.
_APPROVE_PERFORMED = {*permissions.roles_of("run.approve", "impartial_performer"), *_APPROVE_ANY}
LAST_RESORT = permissions.roles_of("run.approve", "last_resort")
OVERRIDERS = permissions.roles_of("run.override", "not_requester")
OPEN_FOR = permissions.roles_of("run.open_for")
_CANCEL_ANY = permissions.roles_of("run.cancel")


def relations(loaded: Loaded, person: Person, values: Mapping[str, Any]) -> frozenset[str]:
    """Add to a person's roles what they are to this run; who has left the tenant is nothing."""
    if not person.roles:
        return frozenset()
    roles = set(person.roles)
    if person.id is not None and (
        person.id == loaded.run.requester_id or person.id in loaded.participants
    ):
        roles.add("requester")
    mailbox = values.get("mailbox")
    if isinstance(mailbox, str) and person.email.lower() == mailbox.lower():
        roles.add("owner")
    return frozenset(roles)


def is_one_of(loaded: Loaded, roles: Iterable[str]) -> bool:
    """Say whether the actor holds one of the roles, or is it to this run."""
    return not relations(loaded, loaded.actor, loaded.values).isdisjoint(roles)


def may(loaded: Loaded, command: str, named: Iterable[str], relation: str = "step_role") -> bool:
    """Ask the table of permissions whether the actor may, who is perhaps one of those named."""
    held = (relation,) if is_one_of(loaded, named) else ()
    return permissions.may(loaded.actor.roles, command, held)


def performing_roles(procedure: Procedure, step: Step) -> tuple[str, ...]:
    """Name the roles that perform what a step approves."""
    return procedure.step_by_key[step.approves].roles if step.approves else step.roles


def approver_roles(procedure: Procedure, step: Step) -> tuple[str, ...]:
    """Name the roles that may approve: the performing role of the company, and its heads."""
    performing = [r for r in performing_roles(procedure, step) if r in _APPROVE_PERFORMED]
    return tuple(dict.fromkeys((*performing, *_APPROVE_ANY)))


def concerned(loaded: Loaded) -> frozenset[str]:
    """List the addresses of the people whom the change concerns."""
    found: set[str] = set()
    for one in loaded.procedure.fields:
        value = loaded.values.get(one.key)
        if one.concerns and value:
            found.update(str(v).lower() for v in (value if isinstance(value, tuple) else (value,)))
    return frozenset(found)


def excluded(loaded: Loaded, person: Person) -> str:
    """Say why a person may not approve, whatever their roles; empty when they may."""
    if person.id == loaded.run.requester_id or person.id in loaded.participants:
        return "own_request"
    if person.email.lower() in concerned(loaded):
        return "concerned"
    return ""


def eligible(loaded: Loaded, step: Step) -> tuple[Person, ...]:
    """List the people of the tenant who may approve."""
    return tuple(p for p in loaded.people if _entitled(loaded, step, p, "run.approve"))


def may_decide(loaded: Loaded, step: Step, command: str = "run.approve") -> bool:
    """Say whether the actor may approve (or ``run.reject``), the last resort included."""
    if _entitled(loaded, step, loaded.actor, command):
        return True
    stands_in = permissions.may(loaded.actor.roles, command, ("last_resort",))
    return stands_in and not excluded(loaded, loaded.actor) and not eligible(loaded, step)


def may_declare(loaded: Loaded, step: Step) -> bool:
    """Say whether a self-declaration of the actor may stand in for the approval."""
    if not loaded.self_declaration or eligible(loaded, step):
        return False
    performing = performing_roles(loaded.procedure, step)
    return may(loaded, "run.declare", performing, "declarer")


def may_override(loaded: Loaded) -> bool:
    """Say whether the actor may override a block: a vendor manager who did not ask."""
    own = loaded.actor.id == loaded.run.requester_id
    return permissions.may(loaded.actor.roles, "run.override", () if own else ("not_requester",))


def _entitled(loaded: Loaded, step: Step, person: Person, command: str) -> bool:
    performing = person.roles.intersection(performing_roles(loaded.procedure, step))
    by_role = permissions.may(person.roles, command, ("impartial",)) or permissions.may(
        performing, command, ("impartial_performer",)
    )
    return by_role and not excluded(loaded, person)


def may_open(roles: frozenset[str], procedure: Procedure) -> bool:
    """Say whether somebody with these roles may open a procedure."""
    return permissions.may(roles.intersection(procedure.openers), "run.open", ("opener",))


def may_open_for(roles: frozenset[str]) -> bool:
    """Say whether somebody with these roles may open a run for another person."""
    return permissions.may(roles, "run.open_for")


def cancel_roles(loaded: Loaded) -> tuple[str, ...]:
    """Name who may cancel: the requester, whoever performs a step, site_admin."""
    return tuple(dict.fromkeys(("requester", *_CANCEL_ANY, *_performers(loaded))))


def _performers(loaded: Loaded) -> list[str]:
    return [r for step in loaded.procedure.steps for r in step.roles if r != "member"]


def may_cancel(loaded: Loaded) -> bool:
    """Say whether the actor may end the run."""
    return may(loaded, "run.cancel", ("requester",), "requester") or may(
        loaded, "run.cancel", _performers(loaded), "performer"
    )
