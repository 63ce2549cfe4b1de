"""The window as a calendar entry that other programs read: one event for each ticket, for ever."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Alarm, Calendar, Event

from procedures.models import Run
from procedures.rules.base import Text
from tickets.schedule.window import Window

CONTENT_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"
_ALARMS = (timedelta(days=-1), timedelta(hours=-1))
_STATUS = {"confirmed": "CONFIRMED", "withdrawn": "CANCELLED", "cancelled": "CANCELLED"}
_TITLES: Mapping[str, Text] = {
    "": Text("[협의 중] 메일 도메인 변경: {domain}",
             "[Not settled] Change of mail domain: {domain}"),
    "confirmed": Text("메일 도메인 변경: {domain}", "Change of mail domain: {domain}"),
    "withdrawn": Text("[일정 다시 조율] 메일 도메인 변경: {domain}",
                      "[Being rescheduled] Change of mail domain: {domain}"),
    "cancelled": Text("[취소] 메일 도메인 변경: {domain}",
                      "[Cancelled] Change of mail domain: {domain}"),
}  # fmt: skip
_OUTAGE = Text(
    "작업을 시작할 때부터 재개할 때까지 메일을 쓸 수 없습니다.",
    "Mail is out of service from the start until it is resumed.",
)
_OPEN = Text(
    "아직 양쪽이 합의한 일정이 아닙니다. 바뀔 수 있습니다.",
    "Not agreed by both sides yet; it may change.",
)
_ALARM = Text(
    "메일 도메인 변경 작업이 곧 시작됩니다.", "The change of the mail domain starts soon."
)


def of_window(
    run: Run, window: Window, language: str, *, now: datetime, zone: ZoneInfo, link: str = ""
) -> bytes:
    """Write a window as an iCalendar file with one event, times in the zone given.

    The UID is the ticket's for ever; the sequence is the window's. ``link`` is where the
    reader learns more. Nothing internal is told: reference, domain, times.
    """
    say = _in(language)
    calendar = Calendar()
    calendar.add("prodid", "-//helpdesk//schedule//KO")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("calscale", "GREGORIAN")
    event = Event()
    event.add("uid", uid_of(run))
    event.add("sequence", window.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", window.start.astimezone(zone))
    event.add("dtend", window.end.astimezone(zone))
    event.add("status", _STATUS.get(window.state, "TENTATIVE"))
    title = say(_TITLES.get(window.state, _TITLES[""])).replace("{domain}", run.subject)
    event.add("summary", title)
    event.add("description", "\n".join(_lines(run, window, say)))
    event.add("categories", [run.reference])
    if link:
        event.add("url", link)
    # What nobody has confirmed announces no start.
    if window.fixed:
        for before in _ALARMS:
            event.add_component(_alarm(before, say(_ALARM)))
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def uid_of(run: Run) -> str:
    """Return the id by which programs know the ticket's window again."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return f"window-{run.uid}@{address.rpartition('@')[2] or 'localhost'}"


def _lines(run: Run, window: Window, say: Callable[[Text], str]) -> list[str]:
    open_yet = window.stands and not window.fixed
    return [say(_OUTAGE), *([say(_OPEN)] if open_yet else []), run.reference]


def _alarm(before: timedelta, words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", before)
    return alarm


def _in(language: str) -> Callable[[Text], str]:
    def say(text: Text) -> str:
        return text.ko if language == "ko" else text.en

    return say


__all__ = ["CONTENT_TYPE", "of_window", "uid_of"]
