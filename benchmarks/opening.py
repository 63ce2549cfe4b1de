"""Open a thousand runs one by one, beside one set-based statement that writes as many."""

import time
from typing import Any

from benchmarks.anchor import DIGEST, STEPS
from benchmarks.product import Engine

RUNS = 1000

_SET_BASED = """
WITH opened AS (
    INSERT INTO anchor_run (event_number, event_mac, event_at, state, uid, reference, procedure,
        subject, opened_at, current_steps, waiting_roles, requester_id, tenant_id, version_id)
    SELECT 1, %(digest)s, now(), 'open', gen_random_uuid(), 'SB-' || (%(from)s + n), 'anchor',
        'anchor@example.com', now(), 'review', 'mail_admin', 1, 1, 1
    FROM generate_series(1, %(count)s) n RETURNING id, uid
), steps AS (
    INSERT INTO anchor_runstep (state, key, round, performed_at, recorded_at, late, note,
        actor_id, run_id)
    SELECT CASE place WHEN 1 THEN 'completed' ELSE 'pending' END, key, 1,
        CASE place WHEN 1 THEN now() END, CASE place WHEN 1 THEN now() END, false, '',
        CASE place WHEN 1 THEN 1 END, opened.id
    FROM opened, unnest(%(steps)s::text[]) WITH ORDINALITY AS step(key, place)
)
INSERT INTO anchor_event (stream, number, kind, actor_kind, actor_id, cause, at, performed_at,
    body_digest, previous_mac, mac, key_id, command_id, command_digest, body)
SELECT 'run:' || uid, 1, 'run.opened', 'user', 1, '', now(), now(), %(digest)s, '', %(digest)s,
    'anchor', gen_random_uuid(), %(digest)s, '{"actor": {"name": "Person 1"}}'
FROM opened"""


def compare_opening(contenders: dict[str, Any], passes: int) -> float:
    """Return runs a second opened by the engine, as a ratio to the set-based statement."""
    engine: Engine = contenders["engine"]
    anchor = contenders["anchor"].connection
    ratios = []
    for number in range(passes):
        start = time.perf_counter()
        arguments = {"digest": DIGEST, "steps": list(STEPS), "from": number * RUNS, "count": RUNS}
        anchor.execute(_SET_BASED, arguments)
        together = time.perf_counter() - start
        start = time.perf_counter()
        # As many as tell the rate; they are opened one by one, so it does not depend on number.
        for _ in range(RUNS // 4):
            engine.open_one()
        singly = (time.perf_counter() - start) * 4
        ratios.append(together / singly)
    return sorted(ratios)[len(ratios) // 2]
