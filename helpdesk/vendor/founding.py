"""Create a company and invite its first site admin: both or neither."""

from datetime import datetime

from django.db import transaction

from helpdesk import history
from helpdesk.models import Role, Tenant, User
from helpdesk.people import invitations
from helpdesk.vendor.standing import require

FIRST_ROLES = (Role.SITE_ADMIN, Role.MAIL_ADMIN)


def create_tenant(
    *,
    slug: str,
    name: str,
    zone: str,
    country: str,
    main_domain: str,
    admin_name: str,
    admin_email: str,
    language: str,
    actor: User,
    now: datetime,
) -> Tenant:
    """Create a company with one event, and mail its first admin an invitation.

    The first admin administers site and mail, until they share that with others.
    Raises IntegrityError where the short name was taken meanwhile.
    """
    with transaction.atomic():
        require(actor, "vendor.create_tenant")
        tenant = Tenant.objects.create(
            slug=slug, name=name, zone=zone, country=country, main_domain=main_domain
        )
        told = {
            "slug": slug,
            "name": name,
            "zone": zone,
            "country": country,
            "main_domain": main_domain,
        }
        history.append(tenant, [history.told_by("tenant.created", actor, told)], now=now)
        invitations.invite(
            tenant,
            email=admin_email,
            name=admin_name,
            language=language,
            roles=FIRST_ROLES,
            actor=actor,
            now=now,
        )
    return tenant
