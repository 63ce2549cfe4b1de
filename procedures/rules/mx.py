"""Is the MX that was found the MX that is expected? Exact set, order of priorities, no case."""

from collections.abc import Iterable, Sequence

import idna

# What one authoritative server answers: its records, none at all, or None when unknown.
Answer = tuple[str, ...] | None


def normal_name(name: str) -> str:
    """Return a host name in lower-case ASCII without the trailing dot; raise ValueError."""
    bare = name.strip().removesuffix(".").lower()
    if not bare.isascii():
        try:
            bare = idna.encode(bare, uts46=True).decode()
        except idna.IDNAError as error:
            raise ValueError(name) from error
    return bare


def parse_record(line: str) -> tuple[int, str]:
    """Read ``10 mx1.example.com``; raise ValueError for anything else."""
    priority, name = line.split()
    if not (priority.isascii() and priority.isdigit() and int(priority) <= 65535):
        raise ValueError(line)
    return int(priority), normal_name(name)


def parse_records(lines: Iterable[str]) -> tuple[tuple[int, str], ...]:
    """Read several records, by priority and name; raise ValueError."""
    return tuple(sorted({parse_record(line) for line in lines}))


def groups(lines: Iterable[str]) -> tuple[frozenset[str], ...]:
    """Return the names, most preferred first; those of equal priority form a group.

    Only the order counts: 10 and 20 say the same as 1 and 5. Raises ValueError.
    """
    found: dict[int, set[str]] = {}
    for priority, name in parse_records(lines):
        found.setdefault(priority, set()).add(name)
    return tuple(frozenset(found[priority]) for priority in sorted(found))


def outcome(expected: Sequence[str], answers: Sequence[Answer]) -> str:
    """Compare: right, wrong, disagree, timeout (unknown), or none (nothing expected).

    ``answers`` has one entry a server. Servers that answer differently disagree, whatever
    they say; one that could not be asked leaves it unknown, never wrong.
    """
    if not expected:
        return "none"
    known = {groups(one) for one in answers if one is not None}
    if len(known) > 1:
        return "disagree"
    if not known or any(one is None for one in answers):
        return "timeout"
    return "right" if known == {groups(expected)} else "wrong"
