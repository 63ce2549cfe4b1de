"""Tenants and people for tests: every role of a company and of the vendor."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.test import Client

from helpdesk.models import Assignment, Membership, Tenant, User, VendorMembership
from tests.catalog.facts import kst

VENDOR_ROLES = frozenset({"support", "manager"})
NAMES = {
    "site_admin": "정민호",
    "mail_admin": "박서준",
    "member": "이소라",
    "tenant_manager": "최지우",
    "support": "윤가온",
    "manager": "한도윤",
}


def at(clock: str) -> datetime:
    """Read a wall-clock time of Seoul: ``at("2026-11-23T09:00")``."""
    return kst(clock)


def tenant(slug: str = "hanbit", **values: Any) -> Tenant:
    """Make a company with a domain and two services."""
    values = {
        "name": "한빛상사",
        "main_domain": f"{slug}.example",
        "services": ["email", "approval"],
        **values,
    }
    return Tenant.objects.create(slug=slug, **values)


def person(company: Tenant, *roles: str, name: str = "", email: str = "") -> User:
    """Make somebody with roles in a company; roles of the vendor come with an assignment."""
    local = "-".join(roles).replace("_", "-") or "nobody"
    user = User.objects.create_user(
        email or f"{local}@{company.slug}.example", name=name or NAMES.get(roles[0], "김하나")
    )
    for role in roles:
        if role in VENDOR_ROLES:
            VendorMembership.objects.create(user=user, role=role)
            Assignment.objects.get_or_create(user=user, tenant=company)
        else:
            Membership.objects.create(user=user, tenant=company, role=role)
    return user


@dataclass
class Company:
    """A tenant with one person a role."""

    tenant: Tenant
    people: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, role: str) -> User:
        """Return who has a role."""
        return self.people[role]

    def signed_in(self, role: str) -> Client:
        """Return a browser in which who has a role is signed in."""
        client = Client()
        client.force_login(self.people[role])
        return client


def company(slug: str = "hanbit", **values: Any) -> Company:
    """Make a company in which each role is held by one person."""
    made = tenant(slug, **values)
    return Company(made, {role: person(made, role) for role in NAMES})
