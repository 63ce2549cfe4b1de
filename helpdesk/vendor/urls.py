"""Addresses of the vendor's pages, and of what a company sees of its visits."""

from django.urls import path, re_path

from helpdesk.vendor.views import configuration, person, staff, tenants, visits

_COMPANY = "vendor/tenants/<slug:company>/"
_ACCESS = "t/<slug:slug>/support-access/"

urlpatterns = [
    path("vendor/tenants/", tenants.vendor_tenants, name="vendor_tenants"),
    path("vendor/new-tenant/", tenants.vendor_tenant_new, name="vendor_tenant_new"),
    path("vendor/visit/", tenants.vendor_visit, name="vendor_visit"),
    path(_COMPANY, configuration.vendor_tenant, name="vendor_tenant"),
    path(f"{_COMPANY}assign/", configuration.vendor_tenant_assign, name="vendor_tenant_assign"),
    path(
        f"{_COMPANY}assigned/<int:person>/end/",
        configuration.vendor_tenant_unassign,
        name="vendor_tenant_unassign",
    ),
    path(f"{_COMPANY}visit/", configuration.vendor_tenant_visit, name="vendor_tenant_visit"),
    path("vendor/staff/", staff.vendor_staff, name="vendor_staff"),
    path("vendor/staff/invite/", staff.vendor_staff_invite, name="vendor_staff_invite"),
    re_path(
        r"^vendor/staff/invitations/(?P<invitation>[0-9]{1,18})/(?P<command>revoke|again)/$",
        staff.vendor_invitation,
        name="vendor_invitation",
    ),
    path("vendor/staff/<int:person>/", person.vendor_person, name="vendor_person"),
    path(
        "vendor/staff/<int:person>/<slug:command>/",
        person.vendor_person_command,
        name="vendor_person_command",
    ),
    path(_ACCESS, visits.support_visits, name="support_visits"),
    path(f"{_ACCESS}<int:number>/end/", visits.support_visit_end, name="support_visit_end"),
]
