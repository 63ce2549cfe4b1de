"""Tell a supervisor whether the process lives and whether it can serve."""

from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

CLOCK_TOLERANCE = timedelta(seconds=2)


@login_not_required
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Answer without touching the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 503 and name what is wrong while the installation cannot serve."""
    parts = check_parts(timezone.now())
    status = 200 if all(value == "ok" for value in parts.values()) else 503
    return JsonResponse(parts, status=status)


def check_parts(now: datetime) -> dict[str, str]:
    """Return "ok" or a word for what is wrong, for each part a request depends on."""
    try:
        skew = abs(_database_time(now) - now)
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return {"database": "unreachable"}
    return {
        "database": "ok",
        "migrations": "pending" if behind else "ok",
        "clock": "ok" if skew <= CLOCK_TOLERANCE else "skewed",
    }


def _database_time(now: datetime) -> datetime:
    """Return the database's clock; SQLite has none but ours."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("SELECT 1")
            return now
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
