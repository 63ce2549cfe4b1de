"""Addresses of the pages."""

from django.urls import path

from procedures.views import commands, live, run

_RUN = "t/<slug:slug>/runs/<slug:ref>/"

urlpatterns = [
    path(_RUN, run.run_page, name="run"),
    path(f"{_RUN}live/", live.run_live, name="run_live"),
    path(
        f"{_RUN}steps/<slug:step>/<slug:command>/", commands.step_command, name="run_step_command"
    ),
    path(f"{_RUN}<slug:command>/", commands.run_command, name="run_command"),
]
