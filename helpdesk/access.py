"""Who may see a tenant: object or 404, the first line of every view."""

from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from helpdesk.models import Assignment, Membership, Tenant, User, VendorMembership

# A plain member sees their own runs only; everybody listed here sees all of the tenant.
SEES_ALL = frozenset({"site_admin", "mail_admin", "tenant_manager", "support", "manager"})


def belongs_to(user: User, tenant_pk: str = "pk") -> Q:
    """Return the condition that a person is a member of a tenant or serves it.

    ``tenant_pk`` names the tenant's key as seen from the filtered rows.
    """
    member = Membership.objects.filter(user=user, tenant=OuterRef(tenant_pk))
    return Q(Exists(member)) | serves(user, tenant_pk)


def serves(user: User, tenant_pk: str = "pk") -> Q:
    """Return the condition that a vendor person is assigned to a tenant."""
    assigned = Assignment.objects.filter(user=user, tenant=OuterRef(tenant_pk))
    vendor = VendorMembership.objects.filter(user=user)
    return Q(Exists(assigned)) & Q(Exists(vendor))


def tenant_or_404(user: User, slug: str) -> Tenant:
    """Return a tenant the person belongs to; one query.

    A stranger gets the same 404 for another's tenant as for one that does not exist.
    """
    tenant = Tenant.objects.filter(belongs_to(user), slug=slug).first()
    if tenant is None:
        raise Http404
    return tenant


def roles_in(user: User, tenant: Tenant) -> frozenset[str]:
    """List what a person may be within a tenant, vendor roles included; one query."""
    own = Membership.objects.filter(user=user, tenant=tenant).values_list("role")
    assigned = Assignment.objects.filter(user=user, tenant=tenant)
    vendor = VendorMembership.objects.filter(Exists(assigned), user=user).values_list("role")
    return frozenset(role for (role,) in own.union(vendor))
