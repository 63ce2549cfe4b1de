"""Measure the engine on a throw-away PostgreSQL and on SQLite, and print one table."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import anchor, product
from benchmarks.counting import count_engine
from benchmarks.opening import compare_opening
from benchmarks.posts import compare_posts
from benchmarks.pure import compare_calendar, time_gates
from benchmarks.report import Row, table
from benchmarks.scale import compare_scale
from benchmarks.slices import CONTROL, Contender, Pool, Ratios, compare
from tests import postgres

WORKERS = 8


def _on_postgres(url: str, folder: str, worker: int) -> dict[str, Contender]:
    product.configure(url, folder)
    return {"anchor": anchor.Anchor(url, worker), "engine": product.Engine(worker)}


def _on_sqlite(path: str, folder: str, worker: int) -> dict[str, Contender]:
    product.configure(f"sqlite:///{path}", folder)
    return {"anchor": anchor.SqliteAnchor(path, worker), "engine": product.Engine(worker)}


def _settle(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
        connection.execute("CHECKPOINT")


def _rest() -> None:
    """Do nothing between warming up and measuring."""


def _measure(
    make: Callable[[int], dict[str, Contender]],
    workers: int,
    passes: int,
    settle: Callable[[], None],
    more: tuple[tuple[Callable[..., Any], tuple[Any, ...]], ...] = (),
) -> tuple[Ratios, Ratios, list[Any]]:
    """Return the engine's ratios, the control's, and what more calls in one process answer."""
    pool = Pool(make, workers)
    try:
        found = compare(pool, ("engine",), passes, settle)
        answers = [pool.ask("call", call, *given)[0] for call, given in more]
    finally:
        pool.stop()
    return found["engine"], found[CONTROL], answers


def _postgres_rows(url: str, folder: str, passes: int) -> list[Row]:
    make, settle = partial(_on_postgres, url, folder), partial(_settle, url)
    more = (
        (count_engine, ()),
        (compare_calendar, ()),
        (time_gates, ()),
        (compare_opening, (3,)),
        (compare_posts, (7,)),
    )
    one, control, answers = _measure(make, 1, passes, settle, more)
    counts, calendar, (gate, rule), opening, (post, statements) = answers
    _tell("1 worker", one, control)
    many, control, _none = _measure(make, WORKERS, passes, settle)
    _tell(f"{WORKERS} workers", many, control)
    return [
        Row("1  steps/s ÷ hand-written psycopg, 1 worker", one.rate, 0.5, 1.0),
        Row(f"1  steps/s ÷ hand-written psycopg, {WORKERS} workers", many.rate, 0.4, 0.85),
        Row("2  SQL per completed step", counts["complete"], 6, 3, more=False, digits=0),
        Row("2  SQL to open a run", counts["open"], 5, 2, more=False, digits=0),
        Row("3  SQL of the whole POST", statements, 10, 6, more=False, digits=0),
        Row(f"4  p95 of a step ÷ anchor's, {WORKERS} workers", many.p95, 2.0, 1.2, more=False),
        Row("6  open 1,000 runs ÷ one set-based statement", opening, 0.2, 0.6, binding=False),
        Row("7  +7 business days ÷ tuple and bisect", calendar, 0.3, 0.5, binding=False),
        Row(f"8  slowest gate ({rule}), CPU", gate * 1e6, 20, 5, more=False, binding=False,
            digits=1, unit=" µs"),
        Row("10 CPU of the POST ÷ leanest POST", post, 2.0, 1.2, more=False, binding=False),
    ]  # fmt: skip


def _scale_rows(url: str, folder: str) -> list[Row]:
    pool = Pool(partial(_on_postgres, url, folder), 1)
    try:
        rows: list[Row] = pool.ask("call", compare_scale)[0]
    finally:
        pool.stop()
    return rows


def _sqlite_rows(folder: str, passes: int) -> list[Row]:
    path = Path(folder, "bench.sqlite3")
    product.build_apart(f"sqlite:///{path}", folder, 1)
    anchor.create_sqlite(path)
    one, control, _none = _measure(partial(_on_sqlite, str(path), folder), 1, passes, _rest)
    _tell("SQLite", one, control)
    return [Row("9  SQLite (FULL): steps/s ÷ hand-written sqlite3", one.rate, 0.25, 0.45)]


def _tell(where: str, engine: Ratios, control: Ratios) -> None:
    low, high = engine.spread
    print(
        f"{where}: {engine.passes} passes, middle half {low:.2f} to {high:.2f}; "
        f"anchor beside itself {control.rate:.2f}, its p95 {control.p95:.2f}",
        flush=True,
    )


def _prepare(server: postgres.Postgres, folder: str) -> str:
    """Create database, tables and people; return the URL. Refuses a server without fsync."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            found = connection.execute(f"SHOW {name}").fetchone()
            if found != ("on",):
                raise RuntimeError(f"{name} is {found}; measuring without it would mean nothing")
        connection.execute("CREATE DATABASE bench")
    url = server.url("bench")
    product.build_apart(url, folder, WORKERS)
    with psycopg.connect(url, autocommit=True) as connection:
        anchor.create_postgres(connection, WORKERS)
    return url


def main() -> int:
    """Measure, print the table, and return 1 when a must is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--passes", type=int, default=12, help="how often each is measured")
    parser.add_argument(
        "--scale", action="store_true", help="only the pages at a million runs; takes minutes"
    )
    chosen = parser.parse_args()
    # Ended from outside, the server is stopped all the same.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as folder:
        server = postgres.start(fsync=True)
        try:
            url = _prepare(server, folder)
            if chosen.scale:
                rows = _scale_rows(url, folder)
            else:
                rows = _postgres_rows(url, folder, chosen.passes)
        finally:
            server.stop()
        if not chosen.scale:
            rows += _sqlite_rows(folder, chosen.passes)
    print()
    print(table(rows))
    return 0 if all(row.ok for row in rows if row.binding) else 1
