"""Addresses of the tracking page and of what people say afterwards."""

from django.urls import URLPattern, URLResolver, path

from tickets.tracking.views import feedback, link, public, reports

_RUN = "t/<slug:slug>/runs/<slug:ref>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("track/<str:token>/", public.track, name="track"),
    path("track/<str:token>/window.ics", public.track_calendar, name="track_calendar"),
    path("track/<str:token>/feedback/", public.track_feedback, name="track_feedback"),
    path(f"{_RUN}feedback/", feedback.run_feedback, name="run_feedback"),
    path("vendor/feedback/", feedback.vendor_feedback, name="vendor_feedback"),
    path("vendor/text-reports/", reports.vendor_text_reports, name="vendor_text_reports"),
    path(
        "vendor/text-reports/<int:report>/", reports.vendor_text_report, name="vendor_text_report"
    ),
    path("t/<slug:slug>/procedures/<slug:key>/wrong/", reports.text_report, name="text_report"),
    path(
        "t/<slug:slug>/notices/answers/<int:report>/read/", reports.answer_read, name="answer_read"
    ),
    path(f"{_RUN}tracking/", link.link_page, name="tracking_link"),
    path(f"{_RUN}tracking/make/", link.link_make, name="tracking_link_make"),
    path(f"{_RUN}tracking/revoke/", link.link_revoke, name="tracking_link_revoke"),
]
