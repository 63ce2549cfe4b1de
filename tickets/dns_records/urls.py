"""Addresses of the DNS of a run."""

from django.urls import URLPattern, URLResolver, path

from tickets.dns_records.views import page

_DNS = "t/<slug:slug>/runs/<slug:ref>/dns/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_DNS, page.dns_page, name="dns_page"),
    path(f"{_DNS}check/", page.dns_check, name="dns_check"),
    path(f"{_DNS}godomall/", page.dns_godomall, name="dns_godomall"),
]
