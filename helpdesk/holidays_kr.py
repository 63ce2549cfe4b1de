"""The public holidays of Korea, as the library knows them, in both languages."""

from collections.abc import Iterator
from datetime import date

import holidays
from holidays.countries import KR

SOURCE = f"holidays {holidays.__version__}"

# 2024 is the first year of the app's history; the library reaches well beyond 2032.
FIRST = date(2024, 1, 1)
LAST = date(2032, 12, 31)

# Substitute and temporary holidays of later years can still be proclaimed.
CONFIRMED_THROUGH = date(2026, 12, 31)


def public_holidays(first: date = FIRST, last: date = LAST) -> Iterator[tuple[date, str, str]]:
    """Yield (date, Korean name, English name) of each public holiday in order.

    Substitute, temporary and election days are among them, and 1 May from 2026 on, when
    it became a public holiday; before that it was a holiday of employees only.
    """
    years = range(first.year, last.year + 1)
    korean, english = KR(years=years, language="ko"), KR(years=years, language="en_US")
    for day in sorted(korean):
        if first <= day <= last:
            yield day, _joined(korean[day]), _joined(english[day])


def _joined(names: str) -> str:
    # Two holidays may fall on one day; the library parts them by a semicolon.
    return names.replace("; ", ", ")
