"""Addresses of the window and the outage pack."""

from django.urls import URLPattern, URLResolver, path

from tickets.outage.views import window

_RUN = "t/<slug:slug>/runs/<slug:ref>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_RUN}window/", window.window_page, name="outage_window"),
    path(f"{_RUN}window/live/", window.window_live, name="outage_live"),
    path(f"{_RUN}window/rollback/", window.roll_back, name="outage_rollback"),
]
