"""Addresses of tickets; they come before the runs', whose last one takes any word."""

from django.urls import include, path

urlpatterns = [
    path("", include("tickets.queue.urls")),
    path("", include("tickets.conversation.urls")),
    path("", include("tickets.schedule.urls")),
    path("", include("tickets.dns_records.urls")),
    path("", include("tickets.outage.urls")),
    path("", include("tickets.tracking.urls")),
]
