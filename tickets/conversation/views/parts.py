"""What an open page asks for by itself, and small commands about comments."""

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.middleware import in_background
from procedures.rules.values import Problem, parse_datetime
from procedures.views.run import RunVisit
from tickets.conversation import present, unread, visit
from tickets.conversation.commenting import TooLate, remove_comment
from tickets.conversation.models import Comment
from tickets.conversation.views.page import see_talk


@in_background
@require_safe
@visit.of_talk
def talk_live(talk: RunVisit) -> HttpResponse:
    """Answer 204 until somebody says something that this person may read."""
    asked = talk.request.GET
    if asked.get("seen") == visit.mark_of(talk.run):
        return HttpResponse(status=204)
    part = present.live_part(
        talk.run, talk.user, talk.tenant.slug, talk.now, since=_moment(asked.get("since", ""))
    )
    return render(talk.request, "conversation/live.html", {"talk": part, "now": talk.now})


@in_background
@require_POST
@visit.of_talk
def talk_read(talk: RunVisit) -> HttpResponse:
    """Note that a person has read as far as their page went."""
    given = talk.request.POST
    said, _dash, happened = given.get("seen", "").partition("-")
    if _is_count(said) and _is_count(happened):
        at = _moment(given.get("at", "")) or talk.now
        with transaction.atomic():
            unread.mark(
                talk.user,
                talk.run,
                talk=min(int(said), visit.told(talk.run)),
                events=min(int(happened), talk.run.event_number),
                at=min(at, talk.now),
            )
    if talk.request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return see_talk(talk)


@require_POST
@visit.of_talk
def talk_remove(talk: RunVisit, comment: UUID) -> HttpResponse:
    """Take one's own comment back."""
    found = Comment.objects.filter(visit.visible_comments(talk.run), uid=comment).first()
    if found is None:
        raise Http404
    found.run = talk.run
    if found.author_id != talk.user.pk:
        raise PermissionDenied
    try:
        if remove_comment(found, actor=talk.user, now=talk.now):
            messages.success(talk.request, _("Your comment is removed."))
    except TooLate:
        messages.error(
            talk.request, _("A comment can be removed within 15 minutes; that time is over.")
        )
    return see_talk(talk)


def _is_count(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 10


def _moment(typed: str) -> datetime | None:
    try:
        return parse_datetime(typed).astimezone(UTC)
    except (Problem, OverflowError):
        return None
