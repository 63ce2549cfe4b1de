"""Two companies, their tickets and the people of the vendor who look after them."""

from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from helpdesk.models import Assignment, Tenant, User, VendorMembership
from procedures import engine
from procedures.models import Run
from tests.factories import Company, company

QUEUE = "/vendor/tickets/"


@dataclass
class Floor:
    """Support serves A; another serves B; the manager looks after both and serves A."""

    a: Company
    b: Company
    support: User
    colleague: User
    elsewhere: User
    manager: User

    def browser(self, user: User) -> Client:
        """Return a browser in which somebody is signed in."""
        client = Client()
        client.force_login(user)
        return client


def staff(name: str, role: str, *tenants: Tenant, language: str = "ko") -> User:
    """Make somebody at the vendor who serves these companies."""
    user = User.objects.create_user(f"{name}@vendor.example", name=name, language=language)
    VendorMembership.objects.create(user=user, role=role)
    for one in tenants:
        Assignment.objects.create(user=user, tenant=one)
    return user


def make_floor() -> Floor:
    """Make both companies and everybody."""
    a = company("hanbit", name="한빛상사")
    b = company("saebom", name="새봄디자인")
    Assignment.objects.filter(user__vendor_roles__isnull=False).delete()
    return Floor(
        a=a,
        b=b,
        support=staff("문지호", "support", a.tenant),
        colleague=staff("강은비", "support", a.tenant),
        elsewhere=staff("서라온", "support", b.tenant),
        manager=staff("배수현", "manager", a.tenant),
    )


def opened(firm: Company, procedure: str, who: str = "member", **values: Any) -> Run:
    """Open a run now."""
    result = engine.open_run(
        firm.tenant,
        procedure=procedure,
        actor_id=firm[who].pk,
        now=timezone.now(),
        values=values,
    )
    assert result.run is not None, result.refusal
    return result.run


def recovery(firm: Company, deleted_at: str, mailbox: str = "lost") -> Run:
    """Open a recovery; it is due a day after the deletion."""
    address = f"{mailbox}@{firm.tenant.slug}.example"
    return opened(firm, "mail_recovery", mailbox=address, deleted_at=deleted_at)


def sync(firm: Company, service: str = "email") -> Run:
    """Open a sync, which is never due."""
    return opened(firm, "service_sync", service=service, changes=["kim, 김하나, 신규"])


def references(text: str) -> list[str]:
    """List the numbers of tickets in the order of the page."""
    import re

    return re.findall(r"<code>([A-Z]{2}-\d{4}-\d{4})</code>", text)


def shown(user: User, query: str = "") -> list[str]:
    """Ask for the queue and list what it shows."""
    client = Client()
    client.force_login(user)
    answer = client.get(f"{QUEUE}?{query}" if query else QUEUE)
    assert answer.status_code == 200, answer.status_code
    return references(answer.content.decode())
