"""Answer a ticket with a template: choose one, see it filled in, copy it."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.vendor.standing import Sitting, vendor_page
from helpdesk.zones import zone_at
from procedures.models import Run
from tickets.queue import answers
from tickets.queue.present import page_of
from tickets.queue.scope import scope_of
from tickets.queue.using import LANGUAGES, loaded_for


@require_safe
@vendor_page("answer.use")
def ticket_answers(sitting: Sitting, company: str, ref: str) -> HttpResponse:
    """Show every template filled in for a ticket, in the language of who asked unless named."""
    run = _served(sitting, company, ref)
    chosen = sitting.request.GET.get("in", "")
    language = chosen if chosen in LANGUAGES else run.requester.language
    loaded = loaded_for(run, sitting.user, sitting.now)
    here = reverse("ticket_answers", args=[company, ref])
    rows = [
        {
            "title": one.title_en if language == "en" else one.title_ko,
            "text": answers.rendered(one, loaded, language, sitting.now),
            "href": f"{page_of(run)}?answer={one.pk}&in={language}#talk",
        }
        for one in answers.in_use()
    ]
    context = {
        "company": run.tenant,
        "reference": run.reference,
        "answers": rows,
        "language": language,
        "tabs": [
            {"label": word, "href": f"{here}?in={code}", "current": code == language}
            for code, word in (("ko", "한국어"), ("en", "English"))
        ],
        "crumbs": [
            {"label": _("Tickets"), "href": reverse("ticket_queue")},
            {"label": run.reference, "href": page_of(run)},
            {"label": _("Answer"), "href": ""},
        ],
    }
    with timezone.override(zone_at(run.tenant, sitting.now)):
        return sitting.draw("tickets/queue/using.html", context)


def _served(sitting: Sitting, company: str, ref: str) -> Run:
    """Return a ticket of a company that the person serves, or 404."""
    scope = scope_of(sitting.user, sitting.roles, sitting.now)
    runs = Run.objects.filter(tenant__in=list(scope.served), tenant__slug=company, reference=ref)
    run = runs.select_related("tenant", "requester").first()
    if run is None:
        raise Http404
    return run
