"""Addresses of the tracking page and of what people say afterwards."""

from django.urls import URLPattern, URLResolver, path

from tickets.tracking.views import link, public

_RUN = "t/<slug:slug>/runs/<slug:ref>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("track/<str:token>/", public.track, name="track"),
    path("track/<str:token>/window.ics", public.track_calendar, name="track_calendar"),
    path(f"{_RUN}tracking/", link.link_page, name="tracking_link"),
    path(f"{_RUN}tracking/make/", link.link_make, name="tracking_link_make"),
    path(f"{_RUN}tracking/revoke/", link.link_revoke, name="tracking_link_revoke"),
]
