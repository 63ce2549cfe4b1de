"""What is asked of the queue: filters and order, as they stand in an address or a saved view."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from procedures.lifecycle import RunState

LONGEST = 100
STATES = ("open", *(state.value for state in RunState if state.value != "open"), "all")
WAITING = ("", "vendor", "company", "nobody")
DUE = ("", "overdue", "today", "week")
SORTS = ("due", "newest", "untouched")


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters and order; an empty one filters nothing.

    ``assignee`` is ``me``, ``nobody`` or a person's number. A company or person that is not
    among those offered fits no ticket: a view outlives what it was made for.
    """

    state: str = "open"
    procedure: str = ""
    company: str = ""
    waiting: str = ""
    assignee: str = ""
    due: str = ""
    q: str = ""
    sort: str = "due"

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Asked":
        """Read an address; what is no choice at all counts as not asked."""
        typed = {one.name: _text(given.get(one.name, one.default)) for one in fields(cls)}
        offered = {"state": STATES, "waiting": WAITING, "due": DUE, "sort": SORTS}
        for name, choices in offered.items():
            if typed[name] not in choices:
                typed[name] = getattr(cls(), name)
        if typed["due"] and typed["state"] != "open":
            # What has ended is due no more.
            typed["due"] = ""
        return cls(**typed)

    @classmethod
    def parse(cls, query: str) -> "Asked":
        """Read what ``query`` wrote."""
        return cls.read(dict(parse_qsl(query)))

    @property
    def query(self) -> str:
        """Write it for an address, without what is so anyway."""
        plain = asdict(Asked())
        return urlencode({k: v for k, v in asdict(self).items() if v != plain[k]})

    @property
    def order(self) -> str:
        """Return the order in force: only what is open has anything due."""
        return "newest" if self.sort == "due" and self.state != "open" else self.sort

    @property
    def filters(self) -> dict[str, str]:
        """Return the filters that are not so anyway."""
        plain = Asked()
        names = [one.name for one in fields(self) if one.name != "sort"]
        return {n: v for n in names if (v := getattr(self, n)) != getattr(plain, n)}

    def without(self, name: str) -> "Asked":
        """Return the same without one filter."""
        return replace(self, **{name: getattr(Asked(), name)})


def _text(value: Any) -> str:
    return str(value).replace("\x00", "").strip()[:LONGEST]
