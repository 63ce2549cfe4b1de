"""Invite the first manager of the vendor, or a tenant's first administrator, without demo data."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email, validate_slug
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from audit.chain import Entry
from helpdesk import history
from helpdesk.models import Membership, Role, Tenant, User, VendorMembership, VendorRole


class Command(BaseCommand):
    """Create the tenant and the person where missing, and print the link for a password."""

    help = "Create a site administrator and print a one-time link for choosing a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address and the tenant."""
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="the person's name")
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--tenant", metavar="SLUG")
        where.add_argument("--vendor", action="store_true", help="a manager of the vendor instead")
        parser.add_argument("--tenant-name", default="", help="needed when the tenant is new")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do everything or nothing; running it again prints a fresh link."""
        email, slug = options["email"].strip().lower(), options["tenant"]
        try:
            validate_email(email)
            if slug:
                validate_slug(slug)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        with transaction.atomic():
            if slug:
                tenant = _find_tenant(slug, options["tenant_name"])
                user = _find_user(email, options["name"])
                _grant(tenant, user, now=timezone.now())
                said = f"{email} administers {tenant.name} ({tenant.slug})."
            else:
                user = _find_user(email, options["name"])
                _make_manager(user, now=timezone.now())
                said = f"{email} is a manager of the vendor."
        self.stdout.write(said)
        if user.has_usable_password():
            return
        self.stdout.write("Choose a password within a day; the link works once:")
        self.stdout.write(_password_link(user))


def _find_tenant(slug: str, name: str) -> Tenant:
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None and not name:
        raise CommandError(f"there is no tenant {slug!r}; give --tenant-name to create it")
    return tenant or Tenant.objects.create(slug=slug, name=name)


def _find_user(email: str, name: str) -> User:
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, name=name or email)
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


def _grant(tenant: Tenant, user: User, *, now: datetime) -> None:
    tenant = Tenant.objects.select_for_update().get(pk=tenant.pk)
    granted = []
    for role in (Role.SITE_ADMIN, Role.MAIL_ADMIN):
        if Membership.objects.get_or_create(user=user, tenant=tenant, role=role)[1]:
            body = {"user": user.pk, "role": role.value}
            granted.append(Entry("membership.given", "system", None, body, cause="create_admin"))
    history.append(tenant, granted, now=now)


def _make_manager(user: User, *, now: datetime) -> None:
    desk = history.lock_vendor()
    if VendorMembership.objects.get_or_create(user=user, role=VendorRole.MANAGER)[1]:
        body = {"user": user.pk, "name": user.get_full_name(), "role": VendorRole.MANAGER.value}
        entry = Entry("membership.given", "system", None, body, cause="create_admin")
        history.append(desk, [entry], now=now)


def _password_link(user: User) -> str:
    key = default_token_generator.make_token(user)
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": key},
    )
    return f"{settings.BASE_URL}{path}"
