"""Who visits which tenant, when: the first line of every page of a tenant."""

from helpdesk.visit import Visit, tenant_page

__all__ = ["Visit", "tenant_page"]
