"""Who acts in the random worlds: every role, and several people for most of them."""

from procedures.rules.facts import Person

CAST = (
    ("anna", ("site_admin",)),
    ("bora", ("site_admin", "mail_admin")),
    ("chul", ("mail_admin",)),
    ("dana", ("member",)),
    ("eun", ("member",)),
    ("frank", ("tenant_manager",)),
    ("gaon", ("support",)),
    ("haru", ("manager",)),
    ("ina", ("manager", "support")),
)
VENDOR = frozenset({"support", "manager"})
DOMAIN = "w.example"


def address(name: str) -> str:
    return f"{name}@{DOMAIN}"


def person(number: int, name: str, roles: tuple[str, ...]) -> Person:
    kind = "support" if set(roles) & VENDOR else "user"
    return Person(number, address(name), name, frozenset(roles), kind)
