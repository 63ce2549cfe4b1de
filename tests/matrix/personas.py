"""Everybody who may come to a door: each role in two companies, the vendor's people, strangers.

A name ends with its company: ``site_admin_a`` works in A, ``site_admin_b`` in B. What holds
of A's people in A holds of B's in B, so expectations are written for A and mirrored.
"""

from collections.abc import Iterable
from dataclasses import dataclass

type Names = frozenset[str]


@dataclass(frozen=True, slots=True)
class Persona:
    """One kind of person: what they hold in each company and at the vendor."""

    name: str
    a: tuple[str, ...] = ()
    b: tuple[str, ...] = ()
    vendor: str = ""
    # "a" or "b": assigned to it, visiting it with a reason.
    assigned: str = ""
    visits: str = ""


def _of_company(side: str) -> list[Persona]:
    def one(name: str, *roles: str, **more: str) -> Persona:
        held = {side: roles} if roles else {}
        return Persona(f"{name}_{side}", **held, **more)  # type: ignore[arg-type]

    return [
        one("requester", "member"),
        one("owner", "member"),
        one("participant", "member"),
        one("bystander", "member"),
        one("stand_in", "member"),
        one("mail_admin", "mail_admin"),
        one("site_admin", "site_admin"),
        one("boss", "tenant_manager"),
        one("several", "mail_admin", "tenant_manager"),
        one("support", vendor="support", assigned=side),
        one("manager", vendor="manager", assigned=side),
        one("visitor", vendor="support", visits=side),
        one("inspector", vendor="manager", visits=side),
    ]


_ALL = [
    *_of_company("a"),
    *_of_company("b"),
    Persona("both_ab", a=("member",), b=("mail_admin",)),
    Persona("both_ba", a=("mail_admin",), b=("member",)),
    # At the vendor, and nobody sent them.
    Persona("support_free", vendor="support"),
    Persona("manager_free", vendor="manager"),
    # The visit to B is over.
    Persona("visited", vendor="support"),
    # Assigned to B once, and no longer at the vendor.
    Persona("left_vendor", assigned="b"),
    # Had a role in B, and none any more.
    Persona("removed"),
    # Runs the installation: is_staff and is_superuser open no company.
    Persona("operator"),
    # A site admin of A whose account was switched off; the browser still has the session.
    Persona("deactivated"),
    Persona("anonymous"),
]
PERSONAS = {one.name: one for one in _ALL}
EVERYBODY: Names = frozenset(PERSONAS)
SIGNED_OUT: Names = frozenset({"deactivated", "anonymous"})
SIGNED_IN: Names = EVERYBODY - SIGNED_OUT


def named(*names: str) -> Names:
    """Return a set of personas; a name that is nobody's fails."""
    unknown = set(names) - EVERYBODY
    assert not unknown, f"no such persona: {sorted(unknown)}"
    return frozenset(names)


def holding(*roles: str) -> Names:
    """Return who holds one of the roles in A as a member of A."""
    return frozenset(one.name for one in _ALL if set(roles) & set(one.a))


def mirrored(names: Iterable[str]) -> Names:
    """Return the same people of the other company."""
    return frozenset(_other(name) for name in names)


def _other(name: str) -> str:
    if name in ("both_ab", "both_ba"):
        return f"both_{name[-2:][::-1]}"
    stem, _, side = name.rpartition("_")
    other = f"{stem}_{'b' if side == 'a' else 'a'}"
    return other if side in ("a", "b") and other in PERSONAS else name


# As seen from A.
MEMBERS: Names = holding("member", "mail_admin", "site_admin", "tenant_manager")
SERVING: Names = named("support_a", "manager_a", "visitor_a", "inspector_a")
INSIDE: Names = MEMBERS | SERVING
# The stand-in is a member who holds a site admin's role for some days.
SITE_ADMINS: Names = named("site_admin_a", "stand_in_a")
MAIL_ADMINS: Names = named("mail_admin_a", "several_a", "both_ba")
BOSSES: Names = named("boss_a", "several_a")
SUPPORTS: Names = named("support_a", "visitor_a")
MANAGERS: Names = named("manager_a", "inspector_a")
SEES_ALL: Names = SITE_ADMINS | MAIL_ADMINS | BOSSES | SERVING

# At the vendor, whatever company they serve.
EVERY_MANAGER: Names = MANAGERS | mirrored(MANAGERS) | named("manager_free")
EVERY_SUPPORT: Names = SUPPORTS | mirrored(SUPPORTS) | named("support_free", "visited")
EVERY_VENDOR: Names = EVERY_MANAGER | EVERY_SUPPORT
# Whoever may know of B; managers of the vendor know every company, on the vendor's pages.
KNOWS_B: Names = mirrored(INSIDE)
