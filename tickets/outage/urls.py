"""Addresses of the window and the outage pack."""

from django.urls import URLPattern, URLResolver, path

from tickets.outage.views import lists, pack, pack_files, window

_RUN = "t/<slug:slug>/runs/<slug:ref>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_RUN}window/", window.window_page, name="outage_window"),
    path(f"{_RUN}window/live/", window.window_live, name="outage_live"),
    path(f"{_RUN}window/rollback/", window.roll_back, name="outage_rollback"),
    path(f"{_RUN}pack/", pack.pack_page, name="outage_pack"),
    path(f"{_RUN}pack/sent/", pack.pack_sent, name="outage_pack_sent"),
    path(f"{_RUN}pack/outlook/", pack.pack_outlook, name="outage_pack_outlook"),
    path(f"{_RUN}pack/texts.txt", pack_files.pack_text, name="outage_pack_text"),
    path(f"{_RUN}pack/pack.zip", pack_files.pack_zip, name="outage_pack_zip"),
    path(f"{_RUN}lists/", lists.list_check, name="outage_lists"),
]
