"""Who may do what: role × command × relation as data, and the one function everybody asks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

TENANT = ("site_admin", "mail_admin", "member", "tenant_manager")
VENDOR = ("support", "manager")
EVERYBODY = (*TENANT, *VENDOR)

# What a person is to the object at hand, beyond the roles they hold. Whoever asks works it out.
RELATIONS: Mapping[str, str] = {
    "opener": "holds one of the roles that open this procedure",
    "own": "asked for the run, joined it, or it is about their mailbox",
    "requester": "asked for the run or joined it",
    "step_role": "holds a role that the step names, or is what it names (requester, owner)",
    "performer": "performs a step of the procedure, otherwise than as any member",
    "impartial": "neither asked for the run nor is concerned by the change",
    "impartial_performer": "impartial, and holds the role that performs what is approved",
    "last_resort": "impartial, while nobody of the company may approve",
    "declarer": "performs what is approved, while nobody may approve and the company allows it",
    "row_owner": "added these rows",
    "author": "wrote it",
    "not_requester": "did not ask for the run",
    "not_user": "did not use the slot",
    "self": "it is about themselves",
}

# What can be asked for. A command that is not here cannot be asked about.
COMMANDS: Mapping[str, str] = {
    "procedure.see": "read the procedures, ask what-if, search",
    "notice.see": "read one's own notices",
    "run.list": "list the runs that one may see, and one's own work",
    "run.open": "open a run, or join the one that collects",
    "run.open_for": "open a run for another person of the company",
    "run.see": "see one run",
    "run.see_all": "see every run of the company",
    "run.complete_step": "complete a step, or enter it late",
    "run.acknowledge": "acknowledge a caution",
    "run.skip_step": "skip a step that may be skipped",
    "run.record_incident": "record that a blocked step was done all the same",
    "run.look_up": "look at the DNS for a step",
    "run.approve": "approve",
    "run.reject": "send back to the request, or refuse finally",
    "run.declare": "declare oneself where nobody can approve",
    "run.override": "override a block that may be overridden",
    "run.amend": "change a value that was given",
    "run.withdraw": "withdraw rows from a run that collects",
    "run.go_back": "take a way back",
    "run.reconfirm": "stand by a completed step after the calendar has changed",
    "run.cancel": "cancel a run",
    "run.reopen": "reopen a completed run",
    "outage.prepare": "say which texts of an outage went out, and who has confirmed",
    "outage.check_list": "keep the check of a list of addresses with a change of domain",
    "feedback.give": "say how a change of domain went",
    "feedback.see": "see what people said of a change of domain",
    "text.report": "report that the text of a procedure is wrong",
    "tracking.manage": "make and revoke the link by which a run is followed without signing in",
    "talk.see": "read what is said about a run that one sees",
    "talk.see_internal": "read what the vendor's people say among themselves, and that they do",
    "talk.comment": "comment on a run, keep a draft, tell people of it",
    "talk.comment_internal": "comment for the vendor's people alone",
    "talk.attach": "attach files to a comment, and fetch them",
    "talk.remove_own": "remove a comment within 15 minutes; that it was there stays",
    "ledger.see": "see who used each day's sync",
    "ledger.claim_outside": "enter a sync that was pressed outside of the app",
    "ledger.give_back": "give a used sync back",
    "people.see": "see the people of the company",
    "people.invite": "invite a person, send again or revoke an invitation",
    "people.change_roles": "give and take roles",
    "people.deactivate": "deactivate or reactivate a person",
    "people.appoint_substitute": "appoint a stand-in, or end the time of one",
    "support_access.see": "see which visits support made",
    "support_access.end": "end a visit of support",
    "vendor.see_tenants": "list the companies that are served",
    "vendor.see_configuration": "read a company's configuration",
    "vendor.configure": "change a company's configuration",
    "vendor.create_tenant": "create a company",
    "vendor.manage_staff": "invite and deactivate people of the vendor, assign them to companies",
    "vendor.see_calendar": "see the calendar's versions and which tickets they touch",
    "vendor.change_calendar": "enter closing and extra days, store a new version of the calendar",
    "vendor.see_capacity": "see what the vendor has room for",
    "vendor.set_capacity": "change what the vendor has room for",
    "vendor.answer_text_reports": "answer reports that a text is wrong",
    "vendor.see_feedback": "see what people of all companies said",
    "vendor.visit": "visit a company without being assigned, with a reason",
    "ticket.see_queue": "see the tickets of the companies served",
    "ticket.assign": "take a ticket, give it to a colleague, release it",
    "ticket.open": "open a ticket for a company that is served",
    "view.save": "save views of the queue",
    "answer.use": "read the templates for answers and use them",
    "answer.manage": "write, change and retire templates for answers",
}


@dataclass(frozen=True, slots=True)
class Allow:
    """One row: a role may give a command, where the relation holds (empty: always)."""

    role: str
    command: str
    relation: str = ""


def _allow(command: str, *roles: str, relation: str = "") -> tuple[Allow, ...]:
    return tuple(Allow(role, command, relation) for role in roles)


ROWS: tuple[Allow, ...] = (
    *_allow("procedure.see", *EVERYBODY),
    *_allow("notice.see", *EVERYBODY),
    *_allow("run.list", *EVERYBODY),
    *_allow("run.open", *EVERYBODY, relation="opener"),
    *_allow("run.open_for", "support"),
    *_allow("run.see", "site_admin", "mail_admin", "tenant_manager", *VENDOR),
    *_allow("run.see", "member", relation="own"),
    *_allow("run.see_all", "site_admin", "mail_admin", "tenant_manager", *VENDOR),
    *_allow("run.complete_step", *EVERYBODY, relation="step_role"),
    *_allow("run.acknowledge", *EVERYBODY, relation="step_role"),
    *_allow("run.skip_step", *EVERYBODY, relation="step_role"),
    *_allow("run.record_incident", *EVERYBODY, relation="step_role"),
    *_allow("run.look_up", *EVERYBODY, relation="step_role"),
    *_allow("run.approve", "site_admin", "tenant_manager", relation="impartial"),
    *_allow("run.approve", "mail_admin", relation="impartial_performer"),
    *_allow("run.approve", "manager", relation="last_resort"),
    *_allow("run.reject", "site_admin", "tenant_manager", relation="impartial"),
    *_allow("run.reject", "mail_admin", relation="impartial_performer"),
    *_allow("run.reject", "manager", relation="last_resort"),
    *_allow("run.declare", *EVERYBODY, relation="declarer"),
    *_allow("run.override", "manager", relation="not_requester"),
    *_allow("run.amend", *EVERYBODY, relation="step_role"),
    *_allow("run.withdraw", *EVERYBODY, relation="row_owner"),
    *_allow("run.go_back", *EVERYBODY, relation="step_role"),
    *_allow("run.reconfirm", *EVERYBODY, relation="step_role"),
    *_allow("run.cancel", "site_admin"),
    *_allow("run.cancel", *EVERYBODY, relation="requester"),
    *_allow("run.cancel", *EVERYBODY, relation="performer"),
    *_allow("run.reopen", *EVERYBODY, relation="step_role"),
    *_allow("outage.prepare", "site_admin", "mail_admin", "support"),
    *_allow("outage.check_list", "site_admin", "mail_admin", "tenant_manager", "support"),
    *_allow("feedback.give", *TENANT),
    *_allow("feedback.see", *VENDOR),
    *_allow("text.report", *EVERYBODY),
    *_allow("tracking.manage", "site_admin", "tenant_manager", "support"),
    *_allow("talk.see", *EVERYBODY),
    *_allow("talk.see_internal", *VENDOR),
    *_allow("talk.comment", *EVERYBODY),
    *_allow("talk.comment_internal", *VENDOR),
    *_allow("talk.attach", *EVERYBODY),
    *_allow("talk.remove_own", *EVERYBODY, relation="author"),
    *_allow("ledger.see", *EVERYBODY),
    *_allow("ledger.claim_outside", "site_admin"),
    *_allow("ledger.give_back", "tenant_manager", "manager", relation="not_user"),
    *_allow("people.see", "site_admin", "tenant_manager"),
    *_allow("people.see", *TENANT, relation="self"),
    *_allow("people.invite", "site_admin"),
    *_allow("people.change_roles", "site_admin"),
    *_allow("people.deactivate", "site_admin"),
    *_allow("people.appoint_substitute", "site_admin"),
    *_allow("people.appoint_substitute", "mail_admin", "tenant_manager", relation="self"),
    *_allow("support_access.see", "site_admin", "tenant_manager"),
    *_allow("support_access.end", "site_admin"),
    *_allow("support_access.end", *VENDOR, relation="self"),
    *_allow("vendor.see_tenants", *VENDOR),
    *_allow("vendor.see_configuration", *VENDOR),
    *_allow("vendor.configure", "manager"),
    *_allow("vendor.create_tenant", "manager"),
    *_allow("vendor.manage_staff", "manager"),
    *_allow("vendor.see_calendar", *VENDOR),
    *_allow("vendor.change_calendar", "manager"),
    *_allow("vendor.see_capacity", *VENDOR),
    *_allow("vendor.set_capacity", "manager"),
    *_allow("vendor.answer_text_reports", "manager"),
    *_allow("vendor.see_feedback", "manager"),
    *_allow("vendor.visit", *VENDOR),
    *_allow("ticket.see_queue", *VENDOR),
    *_allow("ticket.assign", *VENDOR),
    *_allow("ticket.open", "support"),
    *_allow("view.save", *VENDOR),
    *_allow("answer.use", *VENDOR),
    *_allow("answer.manage", "manager"),
)


class UnknownCommand(ValueError):
    """Somebody asked about a command, or a relation, that the table does not know."""


def _by_command() -> dict[str, dict[str, frozenset[str]]]:
    found: dict[str, dict[str, set[str]]] = {command: defaultdict(set) for command in COMMANDS}
    for row in ROWS:
        if row.command not in COMMANDS or row.role not in EVERYBODY:
            raise UnknownCommand(f"{row.role} {row.command}")
        if row.relation and row.relation not in RELATIONS:
            raise UnknownCommand(row.relation)
        found[row.command][row.relation].add(row.role)
    return {
        command: {relation: frozenset(roles) for relation, roles in by_relation.items()}
        for command, by_relation in found.items()
    }


# Looked up for each command of the engine: made once, when this module is imported.
_ALLOWED: Mapping[str, Mapping[str, frozenset[str]]] = _by_command()
_NOBODY: frozenset[str] = frozenset()


def may(roles: Iterable[str], command: str, relations: Iterable[str] = ()) -> bool:
    """Say whether somebody with these roles may give a command, being this to its object.

    Whoever holds no role may do nothing. Raises UnknownCommand.
    """
    allowed = _ALLOWED.get(command)
    if allowed is None:
        raise UnknownCommand(command)
    held = roles if isinstance(roles, frozenset) else frozenset(roles)
    if not held.isdisjoint(allowed.get("", _NOBODY)):
        return True
    # A loop, since every command of the engine comes by here.
    for one in relations:  # noqa: SIM110
        if not held.isdisjoint(allowed.get(one, _NOBODY)):
            return True
    return False


def commands_of(roles: Iterable[str], relations: Iterable[str] = ()) -> frozenset[str]:
    """List every command that somebody may give, being this to its object."""
    held, are = frozenset(roles), tuple(relations)
    return frozenset(command for command in COMMANDS if may(held, command, are))


def roles_of(command: str, relation: str = "") -> tuple[str, ...]:
    """List the roles that may give a command where this relation holds, in a fixed order.

    Raises UnknownCommand.
    """
    if command not in COMMANDS:
        raise UnknownCommand(command)
    holders = _ALLOWED[command].get(relation, _NOBODY)
    return tuple(role for role in EVERYBODY if role in holders)
