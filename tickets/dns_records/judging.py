"""Is what was found what is expected? Each kind of record is compared as mail servers read it.

Pure: no clock, no database, no DNS. Whatever strangers wrote into their zone is taken.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from procedures.rules import mx
from tickets.dns_records.expected import Wanted

# From good to bad, as the worst of several is chosen; "none" says that nothing is configured.
VERDICTS = ("none", "right", "unknown", "disagree", "extra", "missing", "wrong")
SETTLED = ("none", "right")


@dataclass(frozen=True, slots=True)
class Reply:
    """What one server says: its values, none of them, or None where that is not known.

    ``ttl`` in seconds, also of the answer that there is nothing. ``why`` it is not known:
    silent, lame, refused, servfail, alias, broken.
    """

    values: tuple[str, ...] | None
    ttl: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and a word about it: two (records), order, or why it is not known."""

    verdict: str
    reason: str = ""


def judge(wanted: Wanted, replies: Sequence[Reply]) -> Judgement:
    """Judge what all the servers say together.

    Servers that say different things disagree, whatever they say; one of which nothing is known
    leaves it unknown, never wrong.
    """
    if not wanted.expected:
        return Judgement("none")
    known = {_meaning(wanted, one.values) for one in replies if one.values is not None}
    if len(known) > 1:
        return Judgement("disagree")
    silent = [one.why for one in replies if one.values is None]
    if not known or silent:
        return Judgement("unknown", silent[0] if silent else "")
    return _compare(wanted, next(one.values for one in replies if one.values is not None))


def worst(verdicts: Iterable[str]) -> str:
    """Return the worst of some verdicts; what is not configured counts least."""
    return max(verdicts, key=VERDICTS.index, default="none")


def relevant(wanted: Wanted, values: Iterable[str]) -> tuple[str, ...]:
    """Leave out what stands at the same name for other purposes."""
    return tuple(one for one in values if _BELONGS.get(wanted.kind, _any)(one))


def _any(_value: str) -> bool:
    return True


def _is_spf(value: str) -> bool:
    return value.lower() == "v=spf1" or value.lower().startswith("v=spf1 ")


def _is_dmarc(value: str) -> bool:
    return value.lower().replace(" ", "").startswith("v=dmarc1")


_BELONGS: dict[str, Callable[[str], bool]] = {"spf": _is_spf, "dmarc": _is_dmarc}


def _meaning(wanted: Wanted, values: Sequence[str]) -> Hashable:
    """Return the same for two answers that say the same."""
    if wanted.kind == "mx":
        return mx.groups(values)
    if wanted.rtype == "TXT":
        read = _terms if wanted.kind == "spf" else _tags
        return tuple(sorted(tuple(read(one)) for one in values))
    return frozenset(_name(one) for one in values)


def _compare(wanted: Wanted, values: Sequence[str]) -> Judgement:
    if wanted.kind == "mx":
        return _compare_mx(wanted.expected, values)
    if wanted.rtype != "TXT":
        return _sets(map(_name, wanted.expected), map(_name, values))
    if len(values) > 1:
        # Mail servers then take none of them: RFC 7208 4.5, RFC 7489 6.6.3.
        return Judgement("wrong", "two")
    if not values:
        return Judgement("missing")
    if wanted.kind == "spf":
        return _compare_spf(_terms(wanted.expected[0]), _terms(values[0]))
    return _sets(_tags(wanted.expected[0]), _tags(values[0]))


def _compare_mx(expected: Sequence[str], values: Sequence[str]) -> Judgement:
    ours, theirs = mx.groups(expected), mx.groups(values)
    if ours == theirs:
        return Judgement("right")
    found = _sets(frozenset().union(*ours), frozenset().union(*theirs))
    return Judgement("wrong", "order") if found.verdict == "right" else found


def _compare_spf(expected: Sequence[str], found: Sequence[str]) -> Judgement:
    """Compare term by term; where the same ones come in another order, the last one decides."""
    if set(expected) == set(found):
        same = expected[-1] == found[-1]
        return Judgement("right") if same else Judgement("wrong", "order")
    return _sets(expected, found)


def _sets(expected: Iterable[Hashable], found: Iterable[Hashable]) -> Judgement:
    ours, theirs = frozenset(expected), frozenset(found)
    if ours == theirs:
        return Judgement("right")
    if not theirs or theirs < ours:
        return Judgement("missing")
    return Judgement("extra" if ours < theirs else "wrong")


def _name(value: str) -> str:
    return value.lower().removesuffix(".")


def _terms(value: str) -> list[str]:
    """Take an SPF record apart; a plus before a term says nothing."""
    return [one.removeprefix("+").removesuffix(".") for one in value.lower().split()]


def _tags(value: str) -> list[str]:
    """Take ``a=b; c=d`` apart; spaces count nowhere, case in keys alone."""
    found = []
    for part in filter(None, map(str.strip, value.split(";"))):
        name, equals, said = part.partition("=")
        name, said = name.strip().lower(), "".join(said.split())
        found.append(f"{name}{equals}{said if name == 'p' else said.lower()}")
    # What every key says unless it says otherwise.
    return sorted(one for one in found if one not in ("v=dkim1", "k=rsa"))
