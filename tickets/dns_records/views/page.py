"""The DNS of a run: what every server said at the newest look, looking now, and the past.

The page itself never asks the DNS: it shows what was kept.
"""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.models import Tenant
from procedures import engine, probes, store
from procedures.access import runs_of
from procedures.change import InvalidInput, Loaded, NotPossible
from procedures.decide.who import may_open
from procedures.present.looks import too_many
from procedures.present.verdicts import refusal_reason
from procedures.selectors.runs import newest_probes
from procedures.views.run import RunVisit
from tickets import page
from tickets.dns_records import checking, godomall, present, settling
from tickets.dns_records.access import domains_named, may_look, of_dns
from tickets.dns_records.models import DnsCheck, DnsWatch
from tickets.dns_records.planning import courses

PAGE = 20


@require_safe
@of_dns
def dns_page(visit: RunVisit) -> HttpResponse:
    """Show what is known of the DNS of the run."""
    loaded = page.load(visit)
    named = domains_named(loaded.procedure, loaded.values)
    newest = checking.newest(visit.run)
    rows, older = _past(visit)
    context = {
        "overall": present.state_of(newest.outcome) if newest else "",
        "check": newest,
        "domains": present.domains(loaded, visit.tenant, newest, named),
        "besides": present.looked_besides(newest, newest_probes(visit.run, "mx")),
        "watches": present.watches(loaded, list(DnsWatch.objects.filter(run=visit.run)), visit.now),
        "lowering": present.lowering(loaded, newest, visit.now),
        "godomall": _godomall(visit, loaded, newest, named),
        "may_look": may_look(loaded),
        "timeline": present.past(rows),
        "older": f"?before={older}#history" if older else "",
        "newer": "?#history" if "before" in visit.request.GET else "",
    }
    return page.draw(visit, loaded, "tickets/dns/page.html", context, _("DNS"))


@require_POST
@of_dns
def dns_check(visit: RunVisit) -> HttpResponse:
    """Ask the DNS now, for at most three seconds; keep what it says and show it."""
    if not may_look(page.load(visit)):
        raise Http404
    try:
        probes.reserve(visit.tenant, visit.now, visit.user.pk)
    except probes.TooManyChecks as many:
        messages.warning(visit.request, too_many(many))
        return _see(visit)
    seen = checking.look(visit.run, visit.now)
    (course,) = courses([visit.run])
    with transaction.atomic():
        kept = checking.keep(seen, actor=visit.user)
        settling.by_person(kept, course, visit.user, visit.now)
    messages.success(visit.request, _("The DNS was looked up."))
    return _see(visit)


@require_POST
@of_dns
def dns_godomall(visit: RunVisit) -> HttpResponse:
    """Open the linked run that asks Godomall to set the MX of one of the domains."""
    loaded = page.load(visit)
    domain = visit.request.POST.get("domain", "")
    if domain not in domains_named(loaded.procedure, loaded.values) or not _may_start(loaded):
        raise Http404
    try:
        run = godomall.start(visit.run, domain, actor=visit.user, now=visit.now)
    except NotPossible as error:
        messages.warning(visit.request, refusal_reason(error))
    except (InvalidInput, engine.Busy):
        messages.warning(visit.request, _("It could not be opened just now. Please try again."))
    else:
        if run is not None:
            return _see(visit, "run", run.reference)
        messages.warning(visit.request, _("It was refused. The company's history says why."))
    return _see(visit)


def _see(visit: RunVisit, route: str = "dns_page", reference: str = "") -> HttpResponse:
    reference = reference or visit.run.reference
    answer = HttpResponseRedirect(reverse(route, args=[visit.tenant.slug, reference]))
    answer.status_code = 303
    return answer


def _past(visit: RunVisit) -> tuple[list[DnsCheck], int | None]:
    """Read a page of looks, and where older ones begin."""
    rows = DnsCheck.objects.filter(run=visit.run).select_related("actor").order_by("-id")
    before = visit.request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.defer("findings")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def _may_start(loaded: Loaded) -> bool:
    version = store.newest_version(godomall.PROCEDURE)
    if loaded.run.procedure == godomall.PROCEDURE or loaded.run.state != "open" or not version:
        return False
    return may_open(loaded.actor.roles, store.procedure_of(version))


def _godomall(
    visit: RunVisit, loaded: Loaded, check: DnsCheck | None, named: list[str]
) -> list[dict[str, Any]]:
    """List the domains whose name servers are Godomall's, with their linked runs."""
    if check is None or loaded.run.procedure == godomall.PROCEDURE:
        return []
    tenant: Tenant = visit.tenant
    found = {one["domain"]: one["servers"] for one in check.findings}
    theirs = [one for one in named if godomall.are_theirs(tenant, found.get(one, []))]
    if not theirs:
        return []
    runs = godomall.runs_for(visit.run)
    visible = set(
        runs_of(visit.user, tenant, loaded.actor.roles)
        .filter(pk__in=[run.pk for run in runs.values()])
        .values_list("pk", flat=True)
    )
    return [
        {
            "domain": one,
            "servers": found[one],
            "run": runs[one] if one in runs and runs[one].pk in visible else None,
            "open": one in runs and runs[one].state == "open",
            "may_start": _may_start(loaded),
            "text": godomall.inquiry(tenant, one),
        }
        for one in theirs
    ]
