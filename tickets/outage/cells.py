"""Tables as CSV that a spreadsheet opens without running anything that somebody typed."""

import csv
import io
from collections.abc import Iterable, Sequence

# What makes a cell a formula, full-width forms included.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def safe(cell: object) -> str:
    """Return a cell as text: what would be a formula begins with an apostrophe."""
    text = str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(_DANGEROUS) else text


def to_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Write rows as UTF-8 with a byte order mark, which spreadsheets need for Korean."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
