"""Addresses of what is said about a run."""

from django.urls import path

from tickets.conversation.views import files, page, parts

_TALK = "t/<slug:slug>/runs/<slug:ref>/conversation/"

urlpatterns = [
    path(_TALK, page.talk, name="talk"),
    path(f"{_TALK}live/", parts.talk_live, name="talk_live"),
    path(f"{_TALK}read/", parts.talk_read, name="talk_read"),
    path(f"{_TALK}<uuid:comment>/remove/", parts.talk_remove, name="talk_remove"),
    path(f"{_TALK}files/<uuid:file>/", files.talk_file, name="talk_file"),
]
