"""A command, a loaded run and facts come to a change or a refusal: in memory, no clock."""

from datetime import datetime

from procedures import commands as c
from procedures.change import Change, Loaded
from procedures.decide import amend, approval, complete, lifecycle, ways

_HANDLERS = {
    c.CompleteStep: complete.complete_step,
    c.SkipStep: complete.skip_step,
    c.Approve: approval.approve,
    c.Reject: approval.reject,
    c.Acknowledge: approval.acknowledge,
    c.Override: approval.override,
    c.Amend: amend.amend,
    c.Join: amend.join,
    c.Withdraw: amend.withdraw,
    c.GoBack: ways.go_back,
    c.Reconfirm: ways.reconfirm,
    c.Cancel: lifecycle.cancel,
    c.Reopen: lifecycle.reopen,
    c.RecordIncident: lifecycle.record_incident,
    c.PassDeadline: lifecycle.pass_deadline,
}


def decide(loaded: Loaded, command: c.Command, now: datetime) -> Change:
    """Decide a command. Raises NotPossible or InvalidInput; a rule's no is a Change too."""
    return _HANDLERS[type(command)](loaded, command, now)  # type: ignore[operator]
