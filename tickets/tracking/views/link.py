"""The page on which support and the company's admins make and revoke a tracking link."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.permissions import may
from procedures.views.commands import SeeOther
from procedures.views.run import RunVisit
from tickets import page
from tickets.outage.access import of_change
from tickets.tracking import links


@require_safe
@of_change
def link_page(visit: RunVisit) -> HttpResponse:
    """Show whether there is a link, since when and by whom; never the link itself."""
    return _draw(visit)


@require_POST
@of_change
def link_make(visit: RunVisit) -> HttpResponse:
    """Make a link and show it this once."""
    _require(visit)
    token = links.make_link(visit.run, actor=visit.user, now=visit.now)
    return _draw(visit, f"{settings.BASE_URL}{reverse('track', args=[token])}")


@require_POST
@of_change
def link_revoke(visit: RunVisit) -> HttpResponse:
    """Let the link die."""
    _require(visit)
    if links.revoke_link(visit.run, actor=visit.user, now=visit.now):
        messages.success(visit.request, _("The link is revoked: it answers nothing any more."))
    else:
        messages.info(visit.request, _("There was no link to revoke."))
    return SeeOther(_address("tracking_link", visit))


def _require(visit: RunVisit) -> None:
    if not may(page.load(visit).actor.roles, "tracking.manage"):
        raise PermissionDenied


def _draw(visit: RunVisit, made: str = "") -> HttpResponse:
    loaded = page.load(visit)
    context = {
        "link": links.link_of(visit.run),
        "made": made,
        "may_manage": may(loaded.actor.roles, "tracking.manage"),
        "make_action": _address("tracking_link_make", visit),
        "revoke_action": _address("tracking_link_revoke", visit),
        "days_after": links.AFTER_CLOSE.days,
    }
    return page.draw(visit, loaded, "tickets/tracking/link.html", context, _("Tracking link"))


def _address(name: str, visit: RunVisit) -> str:
    return reverse(name, args=[visit.tenant.slug, visit.run.reference])
