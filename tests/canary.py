"""Find a word in any column of any table, as a dump of the database would show it."""

import json

from django.db import connection


def where_is(word: str) -> list[str]:
    """Name table, column and text of each place that holds a word, escaped or not."""
    forms = {form.lower() for form in (word, json.dumps(word)[1:-1])}
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names from the catalogue
            columns = [one[0] for one in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    text = str(value).lower()
                    if any(form in text for form in forms):
                        found.append(f"{table}.{column}: {text[:200]}")
    return found
