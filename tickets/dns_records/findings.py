"""What one look found, as it is kept: each record with its verdict and its past.

The past of a record goes from look to look: when it was first right, since when it is right
without a break, and the answer before that with how long caches may keep it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from procedures.rules.wording import iso
from tickets.dns_records.asking import Seen, SeenDomain
from tickets.dns_records.judging import SETTLED, Reply, judge, worst

type Finding = dict[str, Any]
MOST_VALUES = 8
MOST_GROUPS = 4
LONGEST = 600
# A zone that answers with far more than any record needs is kept in short.
LARGEST = 200_000
_PAST = ("first_right", "right_since", "old", "until")


def of_look(seen: Iterable[SeenDomain], before: list[Finding], at: datetime) -> list[Finding]:
    """Write down what was seen, with the past that the look before knew."""
    known = {record["key"]: record for record in records_of(before)}
    made = [
        {
            "domain": one.domain,
            "servers": list(one.servers),
            "missing": one.missing,
            "records": [_record(seen, known.get(seen.wanted.key), at) for seen in one.records],
        }
        for one in seen
    ]
    return made if len(orjson.dumps(made)) <= LARGEST else _in_short(made)


def records_of(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield every record of every domain."""
    for one in findings:
        yield from one["records"]


def outcome_of(findings: Iterable[Finding]) -> str:
    """Return the worst verdict of all that is configured; none where nothing is."""
    return worst(record["verdict"] for record in records_of(findings))


def is_right(outcome: str) -> bool:
    """Say whether there is nothing left to be put right."""
    return outcome == "right"


def changes_between(before: list[Finding], after: list[Finding]) -> list[Finding]:
    """List the records of which another thing is known than at the look before."""
    known = {record["key"]: record for record in records_of(before)}
    changed = []
    for domain in after:
        for record in domain["records"]:
            was = known.get(record["key"])
            if was is None or _same(was, record):
                continue
            changed.append(
                {
                    "domain": domain["domain"],
                    "kind": record["kind"],
                    "name": record["name"],
                    "was": was["verdict"],
                    "is": record["verdict"],
                    "found_before": found_of(was)[:MOST_VALUES],
                    "found": found_of(record)[:MOST_VALUES],
                }
            )
    return changed


def _same(was: Finding, record: Finding) -> bool:
    return was["verdict"] == record["verdict"] and found_of(was) == found_of(record)


def found_of(record: Finding) -> list[str]:
    """List every value that any name server gave."""
    return sorted({value for one in record["answers"] for value in one["values"] or ()})


def _record(seen: Seen, before: Finding | None, at: datetime) -> Finding:
    wanted, replies = seen.wanted, list(seen.servers.values())
    judged = judge(wanted, replies)
    made: Finding = {
        "key": wanted.key,
        "kind": wanted.kind,
        "name": wanted.name,
        "type": wanted.rtype,
        "expected": list(wanted.expected),
        "verdict": judged.verdict,
        "reason": judged.reason,
        "ttl": max((r.ttl for r in replies if r.ttl is not None and r.values), default=None),
        "answers": _grouped(seen.servers),
        "resolvers": [
            {**_kept(reply), "name": name, "verdict": judge(wanted, [reply]).verdict}
            for name, reply in seen.resolvers.items()
        ],
    }
    return made | _past(seen, made, before or {}, at)


def _past(seen: Seen, made: Finding, before: Mapping[str, Any], at: datetime) -> Finding:
    """Carry the past on: an unknown answer leaves it as it was."""
    past = {name: before.get(name) for name in _PAST}
    verdict, now = made["verdict"], iso(at)
    if verdict == "right":
        past["first_right"] = past["first_right"] or now
        if not past["right_since"]:
            past["right_since"] = now
            old = past["old"]
            # It changed at some time between the two looks, at the latest just now.
            if old and old["ttl"] is not None:
                past["until"] = iso(at + timedelta(seconds=old["ttl"]))
    elif verdict not in (*SETTLED, "unknown"):
        past["right_since"] = past["until"] = None
        wrong = [r for r in seen.servers.values() if _is_old(seen, r)]
        ttls = [reply.ttl for reply in wrong if reply.ttl is not None]
        values = sorted({value for reply in wrong for value in reply.values or ()})
        past["old"] = {
            "at": now,
            "ttl": max(ttls, default=None),
            "values": [_cut(value) for value in values[:MOST_VALUES]],
        }
    return past


def _is_old(seen: Seen, reply: Reply) -> bool:
    return reply.values is not None and judge(seen.wanted, [reply]).verdict not in SETTLED


def _grouped(servers: Mapping[str, Reply]) -> list[Finding]:
    """Put servers together that say the same."""
    groups: dict[tuple[Any, ...], list[str]] = {}
    ttls: dict[tuple[Any, ...], list[int]] = {}
    for name, reply in servers.items():
        same = (reply.values, reply.why)
        groups.setdefault(same, []).append(name)
        if reply.ttl is not None:
            ttls.setdefault(same, []).append(reply.ttl)
    return [
        {**_kept(Reply(same[0], max(ttls.get(same, [0])), same[1])), "servers": names}
        for same, names in list(groups.items())[:MOST_GROUPS]
    ]


def _kept(reply: Reply) -> Finding:
    values = reply.values
    return {
        "values": None if values is None else [_cut(one) for one in values[:MOST_VALUES]],
        "more": max(len(values or ()) - MOST_VALUES, 0),
        "ttl": reply.ttl,
        "why": reply.why,
    }


def _cut(value: str, longest: int = LONGEST) -> str:
    return value if len(value) <= longest else value[: longest - 1] + "…"


def _in_short(made: list[Finding]) -> list[Finding]:
    for record in records_of(made):
        old = [record["old"]] if record["old"] else []
        for one in (*record["answers"], *record["resolvers"], *old):
            one["values"] = one["values"] and [_cut(value, 80) for value in one["values"][:2]]
    return made
