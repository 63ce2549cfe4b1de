"""Read which roles need a second factor; a name that is no role stops the start."""

from django.core.exceptions import ImproperlyConfigured

NAME = "HELPDESK_MFA_ROLES"
KNOWN = frozenset({"site_admin", "mail_admin", "member", "tenant_manager", "support", "manager"})
DEFAULT = frozenset({"support", "manager", "site_admin"})


def roles_from(words: list[str], *, demo: bool) -> frozenset[str]:
    """Return the roles; without words the default, which in demo mode is none."""
    if words == ["none"]:
        return frozenset()
    if not words:
        return frozenset() if demo else DEFAULT
    if unknown := sorted(set(words) - KNOWN):
        raise ImproperlyConfigured(
            f"{NAME}: {', '.join(unknown)} is no role; there are {', '.join(sorted(KNOWN))}, none"
        )
    return frozenset(words)
