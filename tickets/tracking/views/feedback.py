"""Saying how a change went, by who sees the run; what was said, for the vendor's people."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.permissions import may
from helpdesk.vendor.standing import Sitting, vendor_page
from procedures.change import Loaded
from procedures.views.commands import SeeOther
from procedures.views.run import RunVisit
from tickets import page
from tickets.outage.access import of_change
from tickets.tracking import feedback
from tickets.tracking.forms import FeedbackForm
from tickets.tracking.models import Feedback

_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@of_change
def run_feedback(visit: RunVisit) -> HttpResponse:
    """Ask how it went; show the vendor's people what was said."""
    loaded = page.load(visit)
    if visit.request.method != "POST":
        return _draw(visit, loaded)
    if not may(loaded.actor.roles, "feedback.give"):
        raise PermissionDenied
    form = FeedbackForm(visit.request.POST)
    if not form.is_valid():
        return _draw(visit, loaded, form, 422)
    if not feedback.is_asked(loaded):
        form.add_error(None, _("You are asked once service is resumed."))
        return _draw(visit, loaded, form, 409)
    try:
        feedback.give(visit.run, user=visit.user, now=visit.now, **form.cleaned_data)
    except feedback.TooLate:
        form.add_error(None, too_late())
        return _draw(visit, loaded, form, 409)
    messages.success(visit.request, thanks())
    return SeeOther(_address(visit))


def thanks() -> str:
    """Thank whoever said something."""
    return _("Thank you. You can change it for seven days.")


def too_late() -> str:
    """Say that a week has passed."""
    return _("Seven days have passed: what you said stays.")


def part(
    given: Feedback | None, action: str, form: FeedbackForm | None, *, changeable: bool
) -> dict[str, Any]:
    """Shape the form for ``tickets/tracking/feedback_form.html``."""
    words = given.words if given else ""
    return {
        "form": form or FeedbackForm(initial={"words": words}, auto_id="feedback-%s"),
        "action": action,
        "given": given,
        "changeable": changeable,
        "faces": [
            {
                "value": value,
                "label": label,
                "icon": icon,
                "chosen": given is not None and given.rating == value,
            }
            for value, (label, icon) in feedback.FACES.items()
        ],
    }


def _draw(
    visit: RunVisit, loaded: Loaded, form: FeedbackForm | None = None, status: int = 200
) -> HttpResponse:
    roles = loaded.actor.roles
    given = feedback.given_by(visit.run, user=visit.user, link=None)
    asked = feedback.is_asked(loaded) and may(roles, "feedback.give")
    shown = part(given, _address(visit), form, changeable=feedback.may_change(given, visit.now))
    context = {
        "feedback": shown if asked or form else None,
        "is_time": feedback.is_asked(loaded),
        "results": feedback.results_of(visit.run) if may(roles, "feedback.see") else None,
    }
    template = "tickets/tracking/feedback.html"
    return page.draw(visit, loaded, template, context, _("How it went"), status)


def _address(visit: RunVisit) -> str:
    return reverse("run_feedback", args=[visit.tenant.slug, visit.run.reference])


@require_safe
@vendor_page("vendor.see_feedback")
def vendor_feedback(sitting: Sitting) -> HttpResponse:
    """Show managers how often each face was chosen, and what was said last."""
    counted = feedback.counts()
    rows = Feedback.objects.select_related("user", "run").order_by("-changed_at")
    context = {
        "stats": [
            {"label": feedback.FACES[value][0], "value": str(counted[value])} for value in counted
        ],
        "rows": [feedback.row_of(one) for one in rows[:_SHOWN]],
    }
    return sitting.draw("tickets/tracking/vendor_feedback.html", context)
