"""Look at the DNS for a step: by the button, and by itself before a step that rests on it."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.redirects import local_or
from procedures import probes
from procedures.decide.who import may
from procedures.definition import Step
from procedures.present.looks import too_many
from procedures.views.run import RunVisit, load

_GOOD_FOR = timedelta(minutes=15)


def look_up(visit: RunVisit, step: Step) -> HttpResponse:
    """Ask the name servers now, store what they say, and show the run again."""
    if step.probe and may(load(visit), "run.look_up", step.roles):
        try:
            probes.check(visit.run, step.key, now=visit.now, actor_id=visit.user.pk)
            messages.success(visit.request, _("The DNS was looked up."))
        except probes.TooManyChecks as many:
            messages.warning(visit.request, too_many(many))
    run = reverse("run", args=[visit.tenant.slug, visit.run.reference])
    # A page beside the run's may hold the button, and is led back to.
    page = local_or(visit.request.GET.get("next", ""), run)
    response = HttpResponseRedirect(f"{page}#step-{step.key}")
    response.status_code = 303
    return response


def look_up_if_needed(visit: RunVisit, step: Step) -> None:
    """Look before a step is judged, when nobody looked within the last quarter of an hour."""
    if step.probe != "mx":
        return
    loaded = load(visit)
    early = loaded.procedure.waits_for(step.key, loaded.values, loaded.finished)
    if early or loaded.run.state != "open" or not may(loaded, "run.look_up", step.roles):
        return
    fresh = [p for p in (loaded.facts.probes or {}).values() if visit.now - p.at <= _GOOD_FOR]
    domains: set[str] = set()
    for key in step.probe_fields:
        value = loaded.values.get(key)
        domains.update(value if isinstance(value, tuple) else [value] if value else [])
    if domains <= {probe.domain for probe in fresh}:
        return
    try:
        probes.check(visit.run, step.key, now=visit.now, actor_id=visit.user.pk)
    except probes.TooManyChecks:
        # The rule then says that nobody has looked lately.
        return
