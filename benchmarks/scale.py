"""Ask the pages of one tenant at 10,000 and at 1,000,000 runs."""

import statistics
import time
from datetime import UTC, datetime
from typing import Any

from benchmarks.posts import Posts
from benchmarks.report import Row

SMALL, LARGE = 10_000, 1_000_000
TIMES = 21

# Every run is a copy of one that the engine opened; one in ten is still open, as it is.
_COPY_RUNS = """
INSERT INTO procedures_run (event_number, event_mac, event_at, state, uid, reference, procedure,
    subject, opened_at, closed_at, current_steps, waiting_roles, requester_id, tenant_id,
    version_id)
SELECT event_number, event_mac, event_at, CASE WHEN n %% 10 = 0 THEN 'open' ELSE 'completed' END,
    gen_random_uuid(), 'SC-' || n, procedure, subject, opened_at - n * interval '1 minute',
    CASE WHEN n %% 10 = 0 THEN NULL ELSE now() END,
    CASE WHEN n %% 10 = 0 THEN current_steps ELSE '' END,
    CASE WHEN n %% 10 = 0 THEN waiting_roles ELSE '' END, requester_id, tenant_id, version_id
FROM procedures_run, generate_series(%s::int, %s::int) n WHERE id = %s"""
_COPY_STEPS = """
INSERT INTO procedures_runstep (state, key, round, performed_at, recorded_at, late, note, actor_id,
    run_id)
SELECT s.state, s.key, s.round, s.performed_at, s.recorded_at, s.late, s.note, s.actor_id, r.id
FROM procedures_run r, procedures_runstep s
WHERE s.run_id = %s AND r.id > %s AND r.reference LIKE 'SC-%%'"""


def grow(run_id: int, first: int, last: int) -> None:
    """Copy a run so that there are ``last`` of them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT max(id) FROM procedures_run")
        highest = cursor.fetchone()[0]
        cursor.execute(_COPY_RUNS, [first, last, run_id])
        cursor.execute(_COPY_STEPS, [run_id, highest])
        cursor.execute("VACUUM ANALYZE procedures_run")
        cursor.execute("VACUUM ANALYZE procedures_runstep")


def median_of_pages(posts: Posts, slug: str, count: int) -> dict[str, float]:
    """Return the median seconds of each page, the deep ones in the middle of the list."""
    from procedures.models import Run

    middle = Run.objects.get(reference=f"SC-{count // 2}")
    place = f"{middle.opened_at.isoformat()}_{middle.pk}".replace("+", "%2B")
    base = f"/t/{slug}/"
    pages = {
        "list, newest": (f"{base}runs/", ""),
        "list, middle": (f"{base}runs/", f"before={place}"),
        "list, open ones, middle": (f"{base}runs/", f"state=open&before={place}"),
        "list, one procedure": (f"{base}runs/", "procedure=mail_recovery"),
        "list, mine": (f"{base}runs/", "mine=on"),
        "run page": (f"{base}runs/{middle.reference}/", ""),
    }
    return {name: _median(posts, *page) for name, page in pages.items()}


def _median(posts: Posts, path: str, query: str) -> float:
    took = []
    for _ in range(TIMES):
        start = time.perf_counter()
        posts.get(path, query)
        took.append(time.perf_counter() - start)
    return statistics.median(took[1:])


def compare_scale(contenders: dict[str, Any]) -> list[Row]:
    """Return one row a page: its median at a million runs, as a ratio to that at ten thousand."""
    engine = contenders["engine"]
    posts = Posts(engine, contenders["anchor"])
    run = engine.open_one()
    # Copies are dated from the run's opening backwards.
    assert run.opened_at <= datetime.now(UTC)
    grow(run.pk, 1, SMALL)
    small = median_of_pages(posts, engine.tenant.slug, SMALL)
    grow(run.pk, SMALL + 1, LARGE)
    large = median_of_pages(posts, engine.tenant.slug, LARGE)
    return [
        Row(f"5  {name}: p50 at 1,000,000 ÷ 10,000", large[name] / small[name], 1.5, 1.3,
            more=False, binding=False)
        for name in small
    ]  # fmt: skip
