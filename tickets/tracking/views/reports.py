"""Reporting that a text is wrong, and the list on which its owner answers."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.permissions import may
from helpdesk.redirects import local_or
from helpdesk.vendor.standing import Sitting, vendor_page
from helpdesk.visit import Visit, tenant_page
from procedures import store
from procedures.definition import Procedure
from procedures.present.language import say
from procedures.selectors.versions import newest_versions
from procedures.views.commands import SeeOther
from tickets.tracking import reports
from tickets.tracking.forms import AnswerForm, ReportForm
from tickets.tracking.models import TextReport

_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_page
def text_report(visit: Visit, key: str) -> HttpResponse:
    """Ask what is wrong with a text of a procedure, and pass it on to its owner."""
    if not may(visit.roles, "text.report"):
        raise PermissionDenied
    procedure = _procedure(key)
    asked = visit.request.GET.get("step", "")
    step = asked if asked in procedure.step_by_key else ""
    if visit.request.method != "POST":
        return _draw(visit, procedure, step, ReportForm(auto_id="report-%s"))
    form = ReportForm(visit.request.POST, auto_id="report-%s")
    if not form.is_valid():
        return _draw(visit, procedure, step, form, 422)
    if not ratelimit.consume(visit.request, action="text_report", user=visit.user):
        return ratelimit.respond_429(visit.request)
    reports.report(
        visit.tenant,
        procedure,
        step=step,
        sentence=form.cleaned_data["sentence"],
        wrong=form.cleaned_data["wrong"],
        reporter=visit.user,
        submission=form.cleaned_data["submission"],
        now=visit.now,
    )
    messages.success(visit.request, _("Thank you. The answer comes as a notice."))
    page = reverse("procedure", args=[visit.tenant.slug, procedure.key])
    return SeeOther(local_or(visit.request.GET.get("next", ""), page))


def _procedure(key: str) -> Procedure:
    version = store.newest_version(key)
    if version is None:
        raise Http404
    return store.procedure_of(version)


def _draw(
    visit: Visit, procedure: Procedure, step: str, form: ReportForm, status: int = 200
) -> HttpResponse:
    page = reverse("procedure", args=[visit.tenant.slug, procedure.key])
    found = procedure.step_by_key.get(step)
    context = {
        "form": form,
        "procedure_title": say(procedure.title),
        "step_title": say(found.title) if found else "",
        "text": say(found.text) if found else say(procedure.summary),
        "action": visit.request.get_full_path(),
        "crumbs": [
            {"label": say(procedure.title), "href": page},
            {"label": _("This text is wrong"), "href": ""},
        ],
    }
    return visit.draw("tickets/tracking/report.html", context, status)


@require_POST
@tenant_page
def answer_read(visit: Visit, report: int) -> HttpResponse:
    """Mark an answer as read."""
    mine = reports.answers_to(visit.user, visit.tenant).filter(pk=report)
    if not mine.update(read_at=visit.now):
        raise Http404
    return SeeOther(reverse("notices", args=[visit.tenant.slug]))


@require_safe
@vendor_page(reports.ANSWER)
def vendor_text_reports(sitting: Sitting) -> HttpResponse:
    """List the reports of one state, the newest first."""
    return _list(sitting)


@require_POST
@vendor_page(reports.ANSWER)
def vendor_text_report(sitting: Sitting, report: int) -> HttpResponse:
    """Accept or decline a report with an answer."""
    found = TextReport.objects.filter(pk=report).first()
    if found is None:
        raise Http404
    form = AnswerForm(sitting.request.POST, auto_id=f"answer-{found.pk}-%s")
    if not form.is_valid():
        return _list(sitting, (found.pk, form), 422)
    try:
        reports.answer(
            found,
            state=form.cleaned_data["state"],
            words=form.cleaned_data["answer"],
            actor=sitting.user,
            now=sitting.now,
        )
    except reports.AnsweredAlready:
        messages.error(sitting.request, _("It was answered already; that answer stays."))
    else:
        messages.success(sitting.request, _("Answered. Whoever reported it is told."))
    return SeeOther(reverse("vendor_text_reports"))


def _list(
    sitting: Sitting, back: tuple[int, AnswerForm] | None = None, status: int = 200
) -> HttpResponse:
    asked = sitting.request.GET.get("state", "")
    state = asked if asked in TextReport.State.values else str(TextReport.State.NEW)
    rows = TextReport.objects.filter(state=state).select_related(
        "tenant", "reporter", "answered_by"
    )
    page = reverse("vendor_text_reports")
    words = {"new": _("New"), "accepted": _("Accepted"), "declined": _("Declined")}
    titles = _titles()
    context = {
        "tabs": [
            {"label": label, "href": f"{page}?state={key}", "current": key == state}
            for key, label in words.items()
        ],
        "rows": [_row(one, titles, back) for one in rows.order_by("-pk")[:_PAGE]],
    }
    return sitting.draw("tickets/tracking/vendor_reports.html", context, status)


def _titles() -> dict[str, Procedure]:
    return {one.key: one for one in map(store.procedure_of, newest_versions())}


def _row(
    one: TextReport, procedures: dict[str, Procedure], back: tuple[int, AnswerForm] | None
) -> dict[str, Any]:
    procedure = procedures.get(one.procedure)
    step = procedure.step_by_key.get(one.step) if procedure else None
    form = back[1] if back and back[0] == one.pk else AnswerForm(auto_id=f"answer-{one.pk}-%s")
    return {
        "report": one,
        "title": say(procedure.title) if procedure else one.procedure,
        "step": say(step.title) if step else one.step,
        "form": form if one.state == TextReport.State.NEW else None,
    }
