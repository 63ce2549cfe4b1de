"""Write every sign-in, every failure and every change of a factor to the log, without secrets."""

import logging
from typing import Any

from allauth.account.signals import email_changed, password_changed, password_reset, password_set
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

logger = logging.getLogger("helpdesk.signin")

CHANGES = {
    "password changed": password_changed,
    "password reset": password_reset,
    "password set": password_set,
    "address changed": email_changed,
    "second factor added": authenticator_added,
    "second factor removed": authenticator_removed,
    "second factor renewed": authenticator_reset,
}


def connect() -> None:
    """Listen to what Django and allauth tell; they have no other place to be asked."""
    user_logged_in.connect(_told("signed in"), weak=False, dispatch_uid="log.in")
    user_logged_out.connect(_told("signed out"), weak=False, dispatch_uid="log.out")
    user_login_failed.connect(_failed, dispatch_uid="log.failed")
    for what, signal in CHANGES.items():
        signal.connect(_told(what), weak=False, dispatch_uid=f"log.{what}")


def masked(address: str) -> str:
    """Return enough of an address to tell attacks apart, and not who it is."""
    local, _, domain = address.strip().lower().partition("@")
    return f"{local[:1]}***@{domain[:100]}" if domain else "***"


def _told(what: str) -> Any:
    def tell(sender: Any, request: HttpRequest | None = None, user: Any = None, **kw: Any) -> None:
        logger.info("%s: person %s from %s", what, getattr(user, "pk", None), _place(request))

    return tell


def _failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kw: Any
) -> None:
    address = str(credentials.get("email") or credentials.get("username") or "")
    logger.warning("sign-in failed: %s from %s", masked(address), _place(request))


def _place(request: HttpRequest | None) -> str:
    if request is None:
        return "the console"
    try:
        return get_ip(request)
    except PermissionDenied:
        # A line in the log never keeps anybody from signing in.
        return "an unknown place"
