"""Two companies with everybody in them, made alike, so that each can ask for the other's.

Whatever is B's carries one of ``CANARIES``, down to its reference numbers.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from helpdesk.models import (
    Assignment,
    Leaver,
    Membership,
    Substitute,
    SupportVisit,
    Tenant,
    User,
    VendorMembership,
)
from helpdesk.people import invitations
from procedures.models import Claim, Counter, Notice, Run
from tests.catalog.facts import kst
from tests.matrix.personas import PERSONAS, Persona
from tickets.dns_records import findings
from tickets.dns_records.asking import Seen, SeenDomain
from tickets.dns_records.expected import wanted
from tickets.dns_records.judging import Reply
from tickets.dns_records.models import DnsCheck
from tickets.queue.models import SavedView
from tickets.tracking import links
from tickets.tracking.models import TextReport, TrackingLink

NOON = kst("2026-11-23T12:00")
PASSWORD = "eine lange Kette 7"
HOUR = timedelta(hours=1)
MARKS = {"a": "hanbit", "b": "zqcanary"}
# What stands in every name, value, note, comment, address and number of B.
CANARIES = ("zqcanary", "카나리아", "-2026-77")
NOBODY = "zqcanarx"
FIRST_NUMBERS = {"a": 0, "b": 7700}
PREFIXES = ("SS", "MA", "EU", "RM", "ML", "MR", "AC", "DA", "MB", "DC", "GM")


@dataclass
class Side:
    """One company: its people by the name of their persona, and what can be asked for."""

    name: str
    tenant: Tenant
    people: dict[str, User] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    claim: int = 0
    notices: dict[str, int] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """Return the word that stands in everything of this company."""
        return MARKS[self.name]

    def find(self, what: str) -> str:
        """Return what stands in an address for something of this company."""
        kind, _, name = what.partition(":")
        if kind == "run":
            return self.runs[name].reference
        if kind == "notice":
            return str(self.notices[name])
        if kind == "person":
            return str(self.people[name].pk)
        return str(self.claim) if kind == "claim" else self.others[kind]


@dataclass
class World:
    """Both companies, and everybody who comes to their doors."""

    sides: dict[str, Side]
    people: dict[str, User]
    sessions: dict[str, str] = field(default_factory=dict)


def make_world() -> World:
    """Make both companies with everybody."""
    sides = {side: Side(side, _tenant(side)) for side in "ab"}
    people = {name: _user(one) for name, one in PERSONAS.items() if name != "anonymous"}
    for name, user in people.items():
        _place(PERSONAS[name], user, sides)
    for side in sides.values():
        side.people = {
            name.rpartition("_")[0]: user
            for name, user in people.items()
            if name.endswith(f"_{side.name}") and not name.startswith("both_")
        }
        _stand_in(side)
        side.people["left"] = _leaver(side)
    _strangers(people, sides)
    return World(sides, people)


def finish_world(world: World) -> None:
    """Switch off whoever is switched off; until then they could still sign in."""
    user = world.people["deactivated"]
    user.is_active = False
    user.save()


def _tenant(side: str) -> Tenant:
    mark = MARKS[side]
    tenant = Tenant.objects.create(
        slug=mark,
        name="한빛상사" if side == "a" else f"카나리아상사 {mark}",
        main_domain=f"{mark}.example",
        multi_domains=[f"two.{mark}.example"],
        services=["email", "approval"],
        expected_mx=[f"10 mx.{mark}.example"],
        name_server_suffixes=[f"ns.{mark}.example"],
        external_user_price=f"월 1,000원 {mark}",
        outlook_guide_url=f"https://guide.{mark}.example/",
        known_addresses=[f"known@{mark}.example"],
        reminder_addresses=[f"remind@{mark}.example"],
        self_declaration=True,
    )
    for prefix in PREFIXES:
        Counter.objects.create(tenant=tenant, prefix=prefix, year=2026, last=FIRST_NUMBERS[side])
    return tenant


def _user(one: Persona) -> User:
    foreign = one.name.endswith("_b")
    domain = f"{MARKS['b' if foreign else 'a']}.example"
    name = f"{'카나리아' if foreign else '한빛'} {one.name.replace('_', ' ')}"
    user = User.objects.create_user(f"{one.name.replace('_', '-')}@{domain}", PASSWORD, name=name)
    if one.name.startswith("several"):
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)
    if one.name == "operator":
        user.is_staff = user.is_superuser = True
        user.save()
    return user


def _place(one: Persona, user: User, sides: dict[str, Side]) -> None:
    for side, roles in (("a", one.a), ("b", one.b)):
        for role in roles:
            Membership.objects.create(user=user, tenant=sides[side].tenant, role=role)
    if one.vendor:
        VendorMembership.objects.create(user=user, role=one.vendor)
    if one.assigned:
        Assignment.objects.create(user=user, tenant=sides[one.assigned].tenant)
    if one.visits:
        _visit(user, sides[one.visits], NOON + 3 * HOUR)


def _visit(user: User, side: Side, until: datetime) -> None:
    visit = SupportVisit.objects.create(
        user=user,
        tenant=side.tenant,
        reason=f"{side.mark} 메일이 열리지 않는다는 문의",
        starts_at=NOON - HOUR,
        ends_at=until,
        viewed_at=NOON - HOUR,
    )
    side.others.setdefault("visit", str(visit.pk))


def _leaver(side: Side) -> User:
    foreign = side.name == "b"
    name = "카나리아 left" if foreign else "한빛 left"
    user = User.objects.create_user(f"left@{side.mark}.example", name=name, is_active=False)
    Leaver.objects.create(user=user, tenant=side.tenant, left_at=NOON - 24 * HOUR)
    return user


def _stand_in(side: Side) -> None:
    substitute = Substitute.objects.create(
        tenant=side.tenant,
        absent=side.people["site_admin"],
        stand_in=side.people["stand_in"],
        starts_at=NOON - 24 * HOUR,
        ends_at=NOON + 24 * HOUR,
        reason=f"{side.mark} 휴가",
        appointed_by=side.people["site_admin"],
        appointed_at=NOON - 24 * HOUR,
    )
    side.others["substitute"] = str(substitute.pk)


def _strangers(people: dict[str, User], sides: dict[str, Side]) -> None:
    """Place those who once had to do with a company: A's who is switched off, B's who are gone."""
    home, b = sides["a"].tenant, sides["b"].tenant
    Membership.objects.create(user=people["deactivated"], tenant=home, role="site_admin")
    Leaver.objects.create(user=people["removed"], tenant=b, left_at=NOON - 24 * HOUR)
    SupportVisit.objects.create(
        user=people["visited"],
        tenant=b,
        reason="카나리아 zqcanary 문의",
        starts_at=NOON - 2 * HOUR,
        ends_at=NOON,
    )


def invite(side: Side, people: dict[str, User]) -> None:
    """Invite somebody to the company, and to the vendor; the links are known here alone."""
    for what, tenant, actor, roles in (
        ("invitation", side.tenant, side.people["site_admin"], ["member"]),
        ("vendor_invitation", None, people["manager_free"], ["support"]),
    ):
        made = invitations.invite(
            tenant,
            email=f"{what.replace('_', '-')}@{side.mark}.example",
            name=f"{side.mark} 새 사람",
            language="ko",
            roles=roles,
            actor=actor,
            now=NOON - HOUR,
        )
        token = f"{what}-{side.mark}".ljust(43, "x")
        made.digest = invitations.digest(token)
        made.save()
        side.others |= {what: str(made.pk), f"{what}_token": token}


def tell(side: Side) -> None:
    """Tell everybody of the company, and keep the slot that can be given back."""
    run = side.runs["recovery"]
    for number, (name, user) in enumerate(side.people.items(), start=1000):
        notice = Notice.objects.create(
            run=run,
            number=number,
            recipient=user,
            template="run_cancelled",
            params={"reason": f"{side.mark} 알림"},
            at=NOON - HOUR,
        )
        side.notices[name] = notice.pk
    side.claim = Claim.objects.get(run=side.runs["failed"], until="forever").pk
    view = SavedView.objects.create(user=side.people["support"], name=f"{side.mark} 보기")
    side.others["queue_view"] = str(view.pk)


def follow(side: Side) -> None:
    """Make a tracking link of the company's change of domain, and reports of its requester."""
    token = f"tracking-{side.mark}".ljust(43, "x")
    TrackingLink.objects.create(
        run=side.runs["change"],
        digest=links.digest(token),
        made_at=NOON - HOUR,
        made_by=side.people["support"],
    )
    side.others["tracking_token"] = token
    for what, state in (("text_report", "new"), ("text_answer", "accepted")):
        made = TextReport.objects.create(
            tenant=side.tenant,
            reporter=side.people["requester"],
            submission=uuid4(),
            procedure="mail_recovery",
            version=1,
            wrong=f"{side.mark} 틀렸다",
            at=NOON - HOUR,
            state=state,
            answer=f"{side.mark} 고칩니다",
            answered_at=NOON,
            answered_by=side.people["manager"],
        )
        side.others[what] = str(made.pk)


def look_at_dns(side: Side) -> None:
    """Keep a look at the DNS of the change, with a word of the company in what was found."""
    run, mark = side.runs["change"], side.mark
    reply = Reply((f"10 mx.{mark}.example",), 60)
    seen = [
        SeenDomain(
            f"new.{mark}.example",
            (f"ns.{mark}.example",),
            records=[Seen(one, {f"ns.{mark}.example": reply}) for one in wanted(side.tenant, mark)],
        )
    ]
    found = findings.of_look(seen, [], NOON - HOUR)
    DnsCheck.objects.create(
        tenant=side.tenant, run=run, at=NOON - HOUR, outcome="wrong", findings=found
    )
