"""Show the vendor's business days, enter closing and extra days, and refresh the table."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from helpdesk import holidays_kr
from helpdesk.calendars import (
    CalendarTable,
    Day,
    Difference,
    NoCalendar,
    load_table,
    newest,
    refresh_calendar,
)
from helpdesk.models import CalendarEntry

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_WEEKDAYS = "월화수목금토일"


class Command(BaseCommand):
    """Without options, show what is in force."""

    help = "Show the business days; --refresh stores a new version when something changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to show, what to enter and whether to refresh."""
        parser.add_argument("--refresh", action="store_true", help="freeze holidays and entries")
        parser.add_argument("--year", type=int, help="list the days of a year")
        entry = parser.add_mutually_exclusive_group()
        for name, what in (
            ("--add-closing", "the vendor is closed on this day"),
            ("--add-extra", "the vendor works on this day"),
            ("--remove-entry", "take an entered day back"),
        ):
            entry.add_argument(name, type=_date, metavar="DATE", help=what)
        parser.add_argument("--name-ko", default="", help="the day's name in Korean")
        parser.add_argument("--name-en", default="", help="the day's name in English")
        parser.add_argument("--source", default="", help="where this was announced")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Enter first, then refresh, then show."""
        entering = any(options[key] for key in ("add_closing", "add_extra", "remove_entry"))
        if entering:
            self._enter(options)
        if options["refresh"]:
            self._refresh()
        elif entering:
            self.stdout.write("It counts after: manage.py calendar --refresh")
        if options["year"] or not (entering or options["refresh"]):
            self._show(options["year"])

    def _enter(self, options: dict[str, Any]) -> None:
        if options["remove_entry"]:
            gone, _ = CalendarEntry.objects.filter(date=options["remove_entry"]).delete()
            if not gone:
                raise CommandError(f"nothing was entered for {options['remove_entry']}")
            return
        kind = "closing" if options["add_closing"] else "extra"
        day = options["add_closing"] or options["add_extra"]
        if not all(options[key].strip() for key in ("name_ko", "name_en", "source")):
            raise CommandError("give --name-ko, --name-en and --source")
        if not holidays_kr.FIRST <= day <= holidays_kr.LAST:
            raise CommandError(f"the table reaches from {holidays_kr.FIRST} to {holidays_kr.LAST}")
        if CalendarEntry.objects.filter(date=day).exclude(kind=kind).exists():
            raise CommandError(f"{day} is entered as the opposite; use --remove-entry {day} first")
        words = {key: options[key].strip() for key in ("name_ko", "name_en", "source")}
        CalendarEntry.objects.update_or_create(date=day, kind=kind, defaults=words)

    def _refresh(self) -> None:
        done = refresh_calendar(timezone.now())
        if not done.created:
            self.stdout.write(f"{done.table.label} is in force; nothing changed.")
            return
        self.stdout.write(f"{done.table.label} is in force now. What changed:")
        for difference in done.differences:
            self.stdout.write(_difference_line(difference))

    def _show(self, year: int | None) -> None:
        try:
            table = load_table(*newest())
        except NoCalendar as error:
            raise CommandError(str(error)) from error
        if year and not table.first.year <= year <= table.last.year:
            raise CommandError(f"the table reaches from {table.first} to {table.last}")
        self.stdout.write(
            f"{table.label}: {table.first} to {table.last}, "
            f"confirmed through {table.confirmed_through}, {len(table.days)} days"
        )
        years = [year] if year else range(table.first.year, table.last.year + 1)
        for each in years:
            provisional = " (provisional)" if each > table.confirmed_through.year else ""
            self.stdout.write(f"{each}: {business_days(table, each)} business days{provisional}")
        for day in table.days if year else ():
            if day.date.year == year:
                self.stdout.write(day_line(day))


def business_days(table: CalendarTable, year: int) -> int:
    """Count the business days of a year that the table covers."""
    extra = {day.date for day in table.days if day.kind == "extra"}
    off = {day.date for day in table.days if day.kind != "extra"} - extra
    first, last = max(date(year, 1, 1), table.first), min(date(year, 12, 31), table.last)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(day in extra or (day.weekday() < 5 and day not in off) for day in days)


def day_line(day: Day) -> str:
    """Write a day with its weekday, kind, both names and the source."""
    weekday = _WEEKDAYS[day.date.weekday()]
    source = f" [{day.source}]" if day.kind != "holiday" else ""
    return f"  {day.date} ({weekday}) {day.kind}: {day.name_ko} / {day.name_en}{source}"


def _difference_line(difference: Difference) -> str:
    return f"{_SIGNS[difference.change]}{day_line(difference.day)[1:]}"


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is no date such as 2026-12-31") from error
