"""Addresses of the pages on which a date is agreed, and of the vendor's days and room."""

from django.urls import path

from tickets.schedule.views import calendar, capacity, commands, page

_SCHEDULE = "t/<slug:slug>/runs/<slug:ref>/schedule/"
_CALENDAR = "vendor/calendar/"

urlpatterns = [
    path(_SCHEDULE, page.run_schedule, name="run_schedule"),
    path(f"{_SCHEDULE}window.ics", page.run_schedule_ics, name="run_schedule_ics"),
    path(f"{_SCHEDULE}<slug:command>/", commands.run_schedule_command, name="run_schedule_command"),
    path(_CALENDAR, calendar.vendor_calendar, name="vendor_calendar"),
    path(f"{_CALENDAR}days/", calendar.vendor_calendar_day, name="vendor_calendar_day"),
    path(
        f"{_CALENDAR}days/<int:entry>/remove/",
        calendar.vendor_calendar_remove,
        name="vendor_calendar_remove",
    ),
    path(f"{_CALENDAR}refresh/", calendar.vendor_calendar_refresh, name="vendor_calendar_refresh"),
    path("vendor/capacity/", capacity.vendor_capacity, name="vendor_capacity"),
]
