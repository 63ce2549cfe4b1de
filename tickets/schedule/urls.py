"""Addresses of the pages on which a date is agreed."""

from django.urls import path

from tickets.schedule.views import commands, page

_SCHEDULE = "t/<slug:slug>/runs/<slug:ref>/schedule/"

urlpatterns = [
    path(_SCHEDULE, page.run_schedule, name="run_schedule"),
    path(f"{_SCHEDULE}window.ics", page.run_schedule_ics, name="run_schedule_ics"),
    path(f"{_SCHEDULE}<slug:command>/", commands.run_schedule_command, name="run_schedule_command"),
]
