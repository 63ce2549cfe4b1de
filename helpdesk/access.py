"""Who may see a tenant: object or 404, the first line of every view."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest

from helpdesk.models import Assignment, Membership, SupportVisit, Tenant, User, VendorMembership
from helpdesk.people.models import Substitute
from helpdesk.prepared import Prepared

# What a stand-in holds meanwhile, as long as the absent person holds it.
STOOD_IN_FOR = frozenset({"site_admin", "mail_admin", "tenant_manager"})


def belongs_to(user: User | int, now: datetime, tenant_pk: str = "pk") -> Q:
    """Return the condition that a person is a member of a tenant or serves it.

    ``tenant_pk`` names the tenant's key as seen from the filtered rows.
    """
    member = Membership.objects.filter(user=user, tenant=OuterRef(tenant_pk))
    return Q(Exists(member)) | serves(user, now, tenant_pk)


def serves(user: User | int, now: datetime, tenant_pk: str = "pk") -> Q:
    """Return the condition that a vendor person is assigned to a tenant, or visits it now."""
    assigned = Assignment.objects.filter(user=user, tenant=OuterRef(tenant_pk))
    visiting = open_visits(now).filter(user=user, tenant=OuterRef(tenant_pk))
    vendor = VendorMembership.objects.filter(user=user)
    return (Q(Exists(assigned)) | Q(Exists(visiting))) & Q(Exists(vendor))


def open_visits(now: datetime) -> QuerySet[SupportVisit]:
    """Return the visits of vendor people that nobody has ended and whose time is not over."""
    return SupportVisit.objects.filter(ended_at=None, starts_at__lte=now, ends_at__gt=now)


def visit_by(user: User | int, now: datetime, tenant_pk: str = "pk") -> Subquery:
    """Return the id of the visit by which alone a person sees a tenant, else NULL."""
    member = Membership.objects.filter(user=user, tenant=OuterRef("tenant"))
    assigned = Assignment.objects.filter(user=user, tenant=OuterRef("tenant"))
    visits = open_visits(now).filter(user=user, tenant=OuterRef(tenant_pk))
    visits = visits.exclude(Exists(member)).exclude(Exists(assigned))
    return Subquery(visits.order_by("-pk").values("pk")[:1])


def stood_in(user: User | int, now: datetime) -> QuerySet[Membership]:
    """Return the roles of absent people that a person holds now as their stand-in.

    A stand-in is a member of the tenant; who is not any more stands in for nobody.
    """
    in_force = Substitute.objects.filter(
        stand_in=user,
        tenant=OuterRef("tenant"),
        absent=OuterRef("user"),
        starts_at__lte=now,
        ends_at__gt=now,
        ended_at=None,
    )
    member = Membership.objects.filter(user=user, tenant=OuterRef("tenant"))
    return Membership.objects.filter(
        Exists(in_force), Exists(member), role__in=STOOD_IN_FOR, user__is_active=True
    )


def holders_of(tenant_id: int, role: str, now: datetime) -> Q:
    """Return the condition that a person holds a role of a tenant, or stands in for a holder."""
    holders = Membership.objects.filter(tenant=tenant_id, role=role)
    held = Q(pk__in=holders.values("user"))
    if role not in STOOD_IN_FOR:
        return held
    in_force = Substitute.objects.filter(
        tenant=tenant_id,
        absent__in=holders.filter(user__is_active=True).values("user"),
        starts_at__lte=now,
        ends_at__gt=now,
        ended_at=None,
    )
    return held | Q(pk__in=in_force.values("stand_in"))


def _tenant_seen(user: int, slug: str, now: datetime) -> QuerySet[Tenant]:
    tenants = Tenant.objects.annotate(visit_id=visit_by(user, now))
    return tenants.filter(belongs_to(user, now), slug=slug)


def _tenants_seen(user: int, now: datetime) -> QuerySet[Tenant]:
    return Tenant.objects.filter(belongs_to(user, now)).order_by("name")


_TENANT = Prepared(_tenant_seen, user=int, slug=str, now=datetime)
_TENANTS = Prepared(_tenants_seen, user=int, now=datetime)


def tenants_of(user: User, now: datetime) -> list[Tenant]:
    """List the tenants a person belongs to, by name; one query."""
    return _TENANTS.ask(user=user.pk, now=now)


def tenant_or_404(user: User, slug: str, now: datetime) -> Tenant:
    """Return a tenant the person belongs to; one query.

    A stranger gets the same 404 for another's tenant as for one that does not exist.
    ``visit_id`` of what is returned is the visit by which alone they see it.
    """
    tenant = next(iter(_TENANT.ask(user=user.pk, slug=slug, now=now)), None)
    if tenant is None:
        raise Http404
    return tenant


def is_member(tenant: Tenant, user_id: int) -> bool:
    """Say whether an active person is a member of a tenant; one query."""
    here = Membership.objects.filter(tenant=tenant, user_id=user_id, user__is_active=True)
    return here.exists()


def member_by_address(tenant: Tenant, email: str) -> int | None:
    """Return the id of the active person of a tenant who has an address; one query."""
    here = Membership.objects.filter(tenant=tenant, user__email__iexact=email, user__is_active=True)
    return here.values_list("user_id", flat=True).first()


def remember_roles(request: HttpRequest, roles: frozenset[str]) -> None:
    """Keep what a page has read already, for its frame."""
    request.visit_roles = roles  # type: ignore[attr-defined]


def remembered_roles(request: HttpRequest) -> frozenset[str] | None:
    """Return the roles that the page has read; None where it has asked for none."""
    return getattr(request, "visit_roles", None)


def roles_in(user: User, tenant: Tenant, now: datetime) -> frozenset[str]:
    """List what a person may be within a tenant now, in one query.

    Their own roles, those they hold as a stand-in, and the vendor's where they serve it.
    """
    found = _ROLES.ask(user=user.pk, tenant=tenant.pk, now=now)
    return frozenset(role for (role,) in found)


def _roles_held(user: int, tenant: int, now: datetime) -> QuerySet[Any, tuple[str]]:
    own = Membership.objects.filter(user=user, tenant=tenant).values_list("role")
    lent = stood_in(user, now).filter(tenant=tenant).values_list("role")
    assigned = Assignment.objects.filter(user=user, tenant=tenant)
    visiting = open_visits(now).filter(user=user, tenant=tenant)
    vendor = VendorMembership.objects.filter(Exists(assigned) | Exists(visiting), user=user)
    return own.union(lent, vendor.values_list("role"))


_ROLES = Prepared(_roles_held, user=int, tenant=int, now=datetime)
