"""The DNS of a run in the reader's words: what was expected, what was found, what that means."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.models import Tenant
from helpdesk.words import status_of
from procedures.change import Loaded
from procedures.models import Probe
from tickets.dns_records.expected import Wanted, wanted
from tickets.dns_records.findings import Finding
from tickets.dns_records.models import DnsCheck, DnsWatch

type Item = dict[str, Any]
KIND_NAMES = {
    "mx": "MX",
    "spf": "SPF",
    "dkim": "DKIM",
    "dmarc": "DMARC",
    "autodiscover": gettext_lazy("Autodiscover"),
}
# What the gates call it.
_OF_PROBE = {
    "right": "right", "wrong": "wrong", "disagree": "disagree", "timeout": "unknown",
    "none": "none",
}  # fmt: skip
# How low the TTL should be before the work, and how long before.
LOW_TTL = 300
LOWER_BEFORE = timedelta(days=2)
# A worker that sweeps every two seconds is late after this.
LATE = timedelta(minutes=1)


def state_of(verdict: str) -> str:
    """Name the badge of a verdict."""
    return f"dns_{verdict}"


def domains(loaded: Loaded, tenant: Tenant, check: DnsCheck | None, named: list[str]) -> list[Item]:
    """Shape each domain of the run with what the newest look found of it."""
    found = {one["domain"]: one for one in check.findings} if check else {}
    return [_domain(loaded, tenant, domain, found.get(domain), check) for domain in named]


def _domain(
    loaded: Loaded, tenant: Tenant, domain: str, found: Finding | None, check: DnsCheck | None
) -> Item:
    shown: Item = {"domain": domain, "role": _role(loaded, domain), "looked": found is not None}
    if found is None or check is None:
        # What is to be set can be read, and copied, before anybody looks.
        return shown | {"records": [_unseen(one) for one in wanted(tenant, domain)]}
    return shown | {
        "servers": found["servers"],
        "missing": found["missing"],
        "records": [_record(record, check.at) for record in found["records"]],
    }


def _role(loaded: Loaded, domain: str) -> str:
    if loaded.run.procedure != "domain_change":
        return _("Domain of the mail")
    return _("New main domain") if domain == loaded.values.get("new_main") else _("Multi domain")


def _unseen(one: Wanted) -> Item:
    return {
        "kind": str(KIND_NAMES[one.kind]),
        "name": one.name,
        "type": one.rtype,
        "state": "" if one.expected else state_of("none"),
        "expected": one.expected,
        "asked": False,
    }


def _record(record: Finding, at: datetime) -> Item:
    return {
        "kind": str(KIND_NAMES[record["kind"]]),
        "name": record["name"],
        "type": record["type"],
        "state": state_of(record["verdict"]),
        "reason": _reason(record["reason"]),
        "expected": record["expected"],
        "asked": bool(record["type"]),
        "answers": [_answer(one) for one in record["answers"]],
        "resolvers": [_resolver(one, at) for one in record["resolvers"]],
        "spread": _spread(record),
        "ttl": _seconds(record["ttl"]),
        "first_right": _moment(record["first_right"]),
        "right_since": _moment(record["right_since"]) if record["verdict"] == "right" else None,
        "old": _old(record),
    }


def _reason(code: str) -> str:
    return {
        "two": _("There are several such records; mail servers then take none of them."),
        "order": _("The names are right, their order is not."),
        **_unknown_words(),
    }.get(code, "")


def _unknown_words() -> dict[str, str]:
    return {
        "silent": _("no answer in time"),
        "lame": _("the server has no authority over the domain"),
        "refused": _("the server refused to answer"),
        "servfail": _("the server failed"),
        "alias": _("an alias leads elsewhere"),
        "broken": _("the answer cannot be read"),
    }


def _answer(one: Finding) -> Item:
    return {
        "servers": ", ".join(filter(None, one["servers"])),
        "values": one["values"],
        "more": one["more"],
        "why": _unknown_words().get(one["why"], ""),
    }


def _resolver(one: Finding, at: datetime) -> Item:
    """Say what a resolver has, and until when it may keep what is not right."""
    stale = one["verdict"] in ("wrong", "missing", "extra") and one["ttl"] is not None
    return {
        "name": one["name"],
        "state": state_of(one["verdict"]),
        "values": one["values"],
        "more": one["more"],
        "why": _unknown_words().get(one["why"], ""),
        "until": at + timedelta(seconds=one["ttl"]) if stale else None,
    }


def _spread(record: Finding) -> str:
    """Say how many of the resolvers have the right answer; nothing where that says nothing."""
    resolvers = record["resolvers"]
    if len(resolvers) < 2 or not record["expected"]:
        return ""
    right = sum(one["verdict"] == "right" for one in resolvers)
    return _("right at %(right)s of %(all)s") % {"right": right, "all": len(resolvers)}


def _old(record: Finding) -> Item | None:
    """Say what is known of the answer before the right one, and how long caches keep it."""
    old = record["old"]
    if not old:
        return None
    return {
        "at": _moment(old["at"]),
        "ttl": _seconds(old["ttl"]),
        "values": old["values"],
        "until": _moment(record["until"]),
        "now": record["verdict"] != "right",
    }


def _moment(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None


def _seconds(ttl: int | None) -> str:
    """Write a time to live in seconds, and in a larger unit where there is one."""
    if ttl is None:
        return ""
    for size, word in ((86400, _("%(n)s d")), (3600, _("%(n)s h")), (60, _("%(n)s min"))):
        if ttl >= size and ttl % size == 0:
            return f"{_('%(n)s s') % {'n': ttl}} ({word % {'n': ttl // size}})"
    return _("%(n)s s") % {"n": ttl}


def watches(loaded: Loaded, rows: list[DnsWatch], now: datetime) -> list[Item]:
    """Say when the DNS is looked at next by itself, and whether that is late."""
    shown = []
    for row in sorted(rows, key=lambda one: one.due_at):
        if row.state == "pending":
            if not _still_comes(loaded, row):
                continue
            late = row.due_at < now - LATE
            shown.append({"text": _reason_of(row), "at": row.due_at, "late": late})
        elif row.state == "ended":
            shown.append({"text": _("Given up after 14 days"), "at": row.settled_at, "late": False})
        elif row.state == "dead":
            words = _("Stopped after several failures; it was due")
            shown.append({"text": words, "at": row.due_at, "late": False})
    return shown


def _still_comes(loaded: Loaded, row: DnsWatch) -> bool:
    """Say whether a look is still wanted although the worker has not dropped it yet."""
    if loaded.run.state != "open":
        return False
    return row.reason != DnsWatch.Reason.BEFORE_WORK or _is_confirmed(loaded)


def _is_confirmed(loaded: Loaded) -> bool:
    step = loaded.steps.get("confirm_schedule")
    return loaded.run.state == "open" and step is not None and step.state == "completed"


def _reason_of(row: DnsWatch) -> str:
    return {
        "spreading": _("Again, until it is right"),
        "before_work": _("Before the work starts"),
        "after_resume": _("On the business day after service is resumed"),
    }[row.reason]


def looked_besides(check: DnsCheck | None, later: Mapping[str, Probe]) -> list[Item]:
    """List looks at the MX from the page of the procedure that came after this page's own."""
    shown = [
        {"domain": domain, "at": probe.at, "state": state_of(_OF_PROBE[probe.outcome])}
        for domain, probe in later.items()
        if check is None or probe.at > check.at
    ]
    return sorted(shown, key=lambda one: str(one["domain"]))


def lowering(loaded: Loaded, check: DnsCheck | None, now: datetime) -> Item | None:
    """Say until when the TTL of the MX should be low, once the window is fixed."""
    start = loaded.values.get("work_start")
    begun = loaded.steps.get("start_work")
    if start is None or not _is_confirmed(loaded):
        return None
    if begun is not None and begun.state == "completed":
        return None
    rows = check.findings if check else []
    ttls = [(one["domain"], one["records"][0]["ttl"]) for one in rows if one["records"]]
    known = [(domain, ttl) for domain, ttl in ttls if ttl is not None]
    return {
        "by": start - LOWER_BEFORE,
        "passed": start - LOWER_BEFORE <= now,
        "known": bool(known),
        "lowered": bool(known) and len(known) == len(ttls) and all(t <= LOW_TTL for _d, t in known),
        "ttls": [
            {"domain": domain, "ttl": _seconds(ttl), "low": ttl <= LOW_TTL} for domain, ttl in known
        ],
    }


def past(rows: list[DnsCheck]) -> list[Item]:
    """List looks as a timeline, newest first."""
    return [_looked(row) for row in rows]


def _looked(row: DnsCheck) -> Item:
    status = status_of(state_of(row.outcome))
    return {
        "title": str(status.label),
        "actor": row.actor.get_full_name() if row.actor else _("by itself"),
        "at": row.at,
        "tone": status.tone,
        "icon": status.icon,
        "details": [_change(one) for one in row.changes],
    }


def _change(one: Mapping[str, Any]) -> str:
    words = [str(status_of(state_of(one[when])).label) for when in ("was", "is")]
    line = f"{KIND_NAMES[one['kind']]} {one['name']}: {words[0]} → {words[1]}"
    if one["found_before"] == one["found"]:
        return line
    before, after = (", ".join(one[key]) or "—" for key in ("found_before", "found"))
    return f"{line} ({before} → {after})"
