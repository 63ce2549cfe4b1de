"""How a route is called and who must get what: the words in which ``routes`` is written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from tests.matrix.driver import METHODS
from tests.matrix.personas import EVERYBODY, SIGNED_OUT, Names, mirrored, named
from tests.matrix.world import NOBODY, Side, World

# outcome -> who gets it; together everybody, nobody twice.
type Sets = Mapping[str, Names]
# own: A's object at A's address. foreign: B's at B's. nowhere: of no company at all.
# crossed: B's object at A's address. missing: at A's address, of nobody.
VARIANTS = ("own", "foreign", "nowhere", "crossed", "missing")
type Expected = Mapping[str, Sets]

MISSING_NUMBER = "987654"
MISSING = {
    "run": "MR-2026-9999",
    "claim": MISSING_NUMBER,
    "notice": MISSING_NUMBER,
    "visit": MISSING_NUMBER,
    "substitute": MISSING_NUMBER,
    "invitation": MISSING_NUMBER,
    "invitation_token": "z" * 43,
    "vendor_invitation": MISSING_NUMBER,
    "vendor_invitation_token": "z" * 43,
    "person": MISSING_NUMBER,
    "tracking_token": "z" * 43,
    "queue_view": MISSING_NUMBER,
    "text_report": MISSING_NUMBER,
    "text_answer": MISSING_NUMBER,
    **dict.fromkeys(
        ("comment", "internal_comment", "file", "internal_file"),
        "5f5d0a7e-0000-4000-8000-0000000000ff",
    ),
}


def sets(given: Mapping[str, Names] | None = None, rest: str = "404", out: str = "sign-in") -> Sets:
    """Say who gets what; whoever is not named gets ``rest``, the signed-out get ``out``."""
    found = dict(given or {})
    told = frozenset[str]().union(*found.values())
    assert sum(map(len, found.values())) == len(told), "somebody is named twice"
    for outcome, names in ((out, SIGNED_OUT - told), (rest, EVERYBODY - SIGNED_OUT - told)):
        if names:
            found[outcome] = found.get(outcome, frozenset()) | names
    return found


def everywhere(one: Sets) -> Expected:
    """Expect the same whatever the object is."""
    return dict.fromkeys(VARIANTS, one)


def of_company(
    given: Mapping[str, Names],
    rest: str = "404",
    absent: Mapping[str, Names] | None = None,
) -> Expected:
    """Expect this of A's object, the mirror of it of B's, and ``rest`` of what is not there.

    ``absent`` names who is told otherwise of an object that A does not have.
    """
    other = {outcome: mirrored(names) for outcome, names in given.items()}
    gone = sets(absent or {}, rest)
    return {
        "own": sets(given, rest),
        "foreign": sets(other, rest),
        "nowhere": sets({}, rest),
        "crossed": gone,
        "missing": gone,
    }


REFUSED = everywhere(sets({}, rest="405"))


@dataclass(frozen=True)
class Call:
    """One way to call a route.

    ``where`` names each parameter: ``tenant``; ``run:NAME``, ``claim``, ``notice:PERSON``,
    ``person:NAME`` and the like for objects of a company; ``=WORD`` for a word as it is.
    ``body`` is what POST sends, with ``{mark}`` for the company's word and ``person:NAME``
    for the number of somebody of it. ``fragment`` is a part
    of a page, or no page at all.
    """

    route: str
    where: Mapping[str, str] = field(default_factory=dict)
    label: str = ""
    body: Mapping[str, Any] | Callable[[Side], Mapping[str, Any]] = field(default_factory=dict)
    query: str = ""
    read: Expected = field(default_factory=lambda: REFUSED)
    write: Expected = field(default_factory=lambda: REFUSED)
    other: Expected = field(default_factory=lambda: REFUSED)
    options: Expected = field(default_factory=lambda: REFUSED)
    put: Expected | None = None
    fragment: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    # What it shows of B is the person's own: the invitation they hold, where they once served.
    own: bool = False
    # A further way to call a route: asked with what is new about it alone.
    again: bool = False
    # What looking at it may write to, and why.
    keeps: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name the call for people."""
        return f"{self.route}:{self.label}" if self.label else self.route

    @property
    def objects(self) -> list[str]:
        """List the parameters that name an object of a company."""
        return [one for one, what in self.where.items() if what != "tenant" and what[0] != "="]

    @property
    def variants(self) -> tuple[str, ...]:
        """List the objects it is asked of."""
        if "tenant" not in self.where.values():
            return ("own", "foreign", "missing") if self.objects else ("own",)
        return VARIANTS if self.objects else VARIANTS[:3]

    def expected(self, method: str, variant: str) -> Sets:
        """Return who must get what."""
        kinds = {"GET": self.read, "HEAD": self.read, "POST": self.write, "OPTIONS": self.options}
        kinds["PUT"] = self.put or self.other
        return kinds.get(method, self.other)[variant]

    def path(self, world: World, variant: str) -> str:
        """Return the address for a variant."""
        side = world.sides["b" if variant == "foreign" else "a"]
        found = {}
        for parameter, what in self.where.items():
            if what == "tenant":
                found[parameter] = NOBODY if variant == "nowhere" else side.mark
            elif what.startswith("="):
                found[parameter] = what[1:]
            elif variant == "missing":
                found[parameter] = MISSING[what.partition(":")[0]]
            else:
                owner = world.sides["b"] if variant in ("foreign", "crossed", "nowhere") else side
                found[parameter] = owner.find(what)
        address = reverse(self.route, kwargs=found)
        return f"{address}?{self.query}" if self.query else address

    def data(self, world: World, variant: str) -> dict[str, Any]:
        """Return what POST sends."""
        side = world.sides["b" if variant == "foreign" else "a"]
        body = self.body(side) if callable(self.body) else self.body
        return {key: _filled(value, side) for key, value in body.items()}


# Enough of each kind, where all of a kind go the same way.
_STRANGERS = named(
    "bystander_b", "site_admin_b", "support_b", "both_ab", "support_free", "manager_free",
    "visited", "left_vendor", "removed", "operator", "deactivated", "anonymous",
)  # fmt: skip
_INSIDE_A = named(
    "requester_a", "stand_in_a", "mail_admin_a", "site_admin_a", "boss_a", "support_a",
    "manager_a", "visitor_a",
)  # fmt: skip
_SOME = named(
    "requester_a", "site_admin_a", "support_a", "visitor_a", "site_admin_b", "both_ab",
    "support_free", "deactivated", "anonymous",
)  # fmt: skip
_FEW = named("site_admin_a", "bystander_a", "site_admin_b", "support_free", "deactivated")


def asked_by(call: "Call", method: str, variant: str) -> Names:
    """Return who asks: everybody for A's own, each kind of person for what is B's or nobody's."""
    expected = call.expected(method, variant)
    if method not in ("GET", "POST") or expected == REFUSED[variant]:
        return _FEW
    if len(set(expected) - {"sign-in"}) == 1 and variant == "own":
        return _INSIDE_A | _STRANGERS
    return {"own": EVERYBODY, "foreign": _INSIDE_A | _STRANGERS}.get(variant, _SOME)


def _filled(value: Any, side: Side) -> Any:
    if isinstance(value, list):
        return [_filled(one, side) for one in value]
    if value.startswith("person:"):
        return side.find(value)
    return value.replace("{mark}", side.mark)


def cells_of(call: Call) -> Iterator[tuple[str, str, Names]]:
    """Yield each method and variant a call is asked with, and by whom."""
    for variant in call.variants:
        for method in METHODS:
            near = variant in ("own", "foreign")
            if call.again and (not near or call.expected(method, variant) == REFUSED[variant]):
                continue
            if near or method in ("GET", "POST"):
                yield method, variant, asked_by(call, method, variant)
