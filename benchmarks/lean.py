"""The leanest page that completes a step: one statement, behind the product's middleware."""

from datetime import UTC, datetime

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path

from benchmarks.anchor import DIGEST, STEPS

_COMPLETE = """
WITH locked AS (
    SELECT id, uid, event_number FROM anchor_run
    WHERE id = %(run)s AND state = 'open' AND current_steps = %(step)s FOR UPDATE
), step AS (
    UPDATE anchor_runstep SET state = 'completed', performed_at = %(now)s, recorded_at = %(now)s,
        actor_id = %(actor)s
    FROM locked WHERE run_id = locked.id AND key = %(step)s AND round = 1
        AND anchor_runstep.state = 'pending'
    RETURNING run_id
), run AS (
    UPDATE anchor_run SET current_steps = %(next)s, event_number = locked.event_number + 1,
        event_mac = %(digest)s, event_at = %(now)s
    FROM locked, step WHERE anchor_run.id = locked.id RETURNING anchor_run.id
)
INSERT INTO anchor_event (stream, number, kind, actor_kind, actor_id, cause, at, performed_at,
    body_digest, previous_mac, mac, key_id, command_id, command_digest, body)
SELECT 'run:' || uid, event_number + 1, 'step.completed', 'user', %(actor)s, '', %(now)s, %(now)s,
    %(digest)s, %(digest)s, %(digest)s, 'lean', %(command)s, %(digest)s, %(body)s
FROM locked, run"""


def lean(request: HttpRequest) -> HttpResponse:
    """Complete a step of one of the anchor's runs and lead on."""
    step = request.POST["step"]
    values = {
        "run": int(request.POST["run"]),
        "step": step,
        "next": STEPS[STEPS.index(step) + 1],
        "now": datetime.now(UTC),
        # The anchor's people are its own.
        "actor": 1 if request.user.is_authenticated else None,
        "digest": DIGEST,
        "command": request.POST["command"],
        "body": '{"actor": {"name": "Person 1"}}',
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COMPLETE, values)
        if cursor.rowcount != 1:
            raise RuntimeError("the step was not completed")
    return HttpResponseRedirect("/")


urlpatterns = [path("lean/", lean), path("", include("helpdesk.urls"))]
