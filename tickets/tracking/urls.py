"""Addresses of the tracking page and of what people say afterwards."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
