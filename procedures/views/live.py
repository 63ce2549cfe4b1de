"""News about an open page: nothing while nothing is new, else its live part again."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.middleware import in_background
from procedures.rules.values import Problem, parse_datetime
from procedures.views.run import RunVisit, draw, of_run

_NEVER = datetime.max.replace(tzinfo=UTC)


@in_background
@require_safe
@of_run
def run_live(visit: RunVisit) -> HttpResponse:
    """Answer 204 until another event is there, or an answer of a rule has changed by itself."""
    asked = visit.request.GET
    unchanged = asked.get("seen") == str(visit.run.event_number)
    if unchanged and visit.now <= _until(asked.get("until", "")):
        return HttpResponse(status=204)
    return draw(visit, template="run/live.html")


def _until(typed: str) -> datetime:
    try:
        return parse_datetime(typed)
    except Problem:
        return _NEVER
