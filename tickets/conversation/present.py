"""Shape a conversation for its templates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.models import User
from procedures.models import Run
from procedures.rules.wording import iso
from tickets.conversation import visit
from tickets.conversation.commenting import REMOVABLE
from tickets.conversation.drafts import draft_of
from tickets.conversation.forms import CommentForm
from tickets.conversation.models import Attachment, Draft
from tickets.conversation.readers import readers_of
from tickets.conversation.reading import Remark, page_of

type Part = dict[str, Any]


def section(
    run: Run,
    user: User,
    slug: str,
    now: datetime,
    *,
    form: CommentForm | None = None,
    draft: Draft | None = None,
    first: str = "",
) -> Part:
    """Shape the whole of it: comments, and the form with what was typed or left as a draft.

    ``first`` are words that were asked for; they stand behind a draft, never instead of it.
    """
    draft = draft or (draft_of(user, run) if form is None else None)
    if form is None:
        form = make_form(run, now, draft=draft)
        if first:
            form.initial["text"] = "\n\n".join(t for t in (draft and draft.text, first) if t)
    return {
        **live_part(run, user, slug, now, since=run.looked_at),  # type: ignore[attr-defined]
        "form": form,
        "draft_at": draft.at if draft else None,
        "may_internal": visit.reads_internal(run),
        "send": _url("talk", run, slug),
        "answers": _answers(run, slug),
    }


def _answers(run: Run, slug: str) -> str:
    """Return where templates for answers are filled in, for the vendor's people."""
    return (
        reverse("ticket_answers", args=[slug, run.reference]) if visit.reads_internal(run) else ""
    )


def make_form(run: Run, now: datetime, *, draft: Draft | None = None, **kw: Any) -> CommentForm:
    """Make the form for whoever asked for the run."""
    readers = readers_of(run, now)
    return CommentForm(readers, internal=visit.reads_internal(run), draft=draft, **kw)


def live_part(
    run: Run,
    user: User,
    slug: str,
    now: datetime,
    *,
    since: datetime | None,
    before: UUID | None = None,
) -> Part:
    """Shape the part that is asked for again; ``since`` is where the divider stands."""
    remarks, older = page_of(run, visit.visible_comments(run), before=before)
    lines = [_line(one, user, run, slug, now) for one in remarks]
    fresh = _divide(lines, remarks, user, since)
    seen = {"seen": visit.mark_of(run)} | ({"since": iso(since)} if since else {})
    page = _url("talk", run, slug)
    return {
        "lines": lines,
        "older": f"{page}?before={remarks[0].row.uid}" if older else "",
        "live": "" if before else f"{_url('talk_live', run, slug)}?{urlencode(seen)}",
        "page": page,
        "fresh": fresh,
        "first_fresh": _("%(count)s new comments") % {"count": fresh},
        "read": _url("talk_read", run, slug) if visit.new_of(run) else "",
        "mark": visit.mark_of(run),
        "marked_at": iso(now),
    }


def _divide(
    lines: list[Part], remarks: Sequence[Remark], user: User, since: datetime | None
) -> int:
    """Mark the first comment that is new; return how many of others are."""
    if since is None:
        return 0
    fresh = [
        line
        for line, one in zip(lines, remarks, strict=True)
        if one.row.at > since and one.row.author_id != user.pk
    ]
    if fresh:
        fresh[0]["first_new"] = True
    return len(fresh)


def _line(one: Remark, user: User, run: Run, slug: str, now: datetime) -> Part:
    row = one.row
    mine = row.author_id == user.pk
    removable = mine and row.removed_at is None and now - row.at <= REMOVABLE
    return {
        "id": row.uid.hex,
        "author": row.author.get_full_name(),
        "mine": mine,
        "vendor": row.by_vendor,
        "internal": row.internal,
        "at": row.at,
        "text": one.text or "",
        "erased": one.text is None and row.removed_at is None,
        "removed_at": row.removed_at,
        "told": ", ".join(one.people),
        "files": [_file(file, run, slug) for file in one.files],
        "remove": _url("talk_remove", run, slug, row.uid) if removable else "",
    }


def _file(file: Attachment, run: Run, slug: str) -> Part:
    return {
        "name": file.name,
        "kind": file.kind.upper(),
        "size": size(file.size),
        "href": _url("talk_file", run, slug, file.uid),
    }


def size(count: int) -> str:
    """Write a number of bytes as people say it."""
    if count < 1024:
        return f"{count} B"
    if count < 1024 * 1024:
        return f"{count / 1024:.0f} KiB"
    return f"{count / 1024 / 1024:.1f} MiB"


def _url(name: str, run: Run, slug: str, *more: object) -> str:
    return reverse(name, args=[slug, run.reference, *more])
