"""Count several lists in one statement, each up to a thousand."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

LIMIT = 1_000


def capped_counts(lists: Sequence[QuerySet[Any]]) -> list[int]:
    """Return how many rows each list has, or one more than the limit; one statement for all."""
    pieces: list[str] = []
    params: list[Any] = []
    for rows in lists:
        try:
            sql, given = rows.order_by().values_list("pk")[: LIMIT + 1].query.sql_with_params()
        except EmptyResultSet:
            pieces.append("0")
            continue
        # What Django made of the conditions; their values travel as parameters.
        pieces.append(f"(SELECT COUNT(*) FROM ({sql}) AS c{len(pieces)})")  # noqa: S608
        params += given
    if not pieces:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(pieces), params)
        return list(cursor.fetchone())
