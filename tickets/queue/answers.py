"""Templates for answers: written by managers, told in the vendor's history, filled in for a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from helpdesk import history
from helpdesk.models import User
from helpdesk.vendor.standing import require
from procedures.change import Loaded
from tickets.queue.models import AnswerTemplate
from tickets.queue.placeholders import fill

COMMAND = "answer.manage"
TEXTS = ("title_ko", "title_en", "body_ko", "body_en")


class TitleTaken(Exception):
    """Another template that is in use has this title."""


@dataclass
class Changed(Exception):
    """Somebody else changed the template meanwhile."""

    stored: AnswerTemplate


def in_use() -> list[AnswerTemplate]:
    """List the templates in their order; one query."""
    rows = AnswerTemplate.objects.filter(retired_at=None)
    return list(rows.order_by("position", "pk"))


def rendered(template: AnswerTemplate, loaded: Loaded, language: str, now: datetime) -> str:
    """Fill a template in for a run, in ``ko`` or ``en``, in its company's zone.

    What is not known yet says so in its place; nothing is an error.
    """
    body = template.body_ko if language == "ko" else template.body_en
    return fill(body, loaded, language, now)


def create(texts: Mapping[str, str], *, actor: User, now: datetime) -> AnswerTemplate:
    """Write a new template. Raises TitleTaken, PermissionDenied."""
    with _titles_once(), transaction.atomic():
        desk = history.lock_vendor()
        require(actor, COMMAND)
        last = AnswerTemplate.objects.order_by("-position").values_list("position", flat=True)
        made = AnswerTemplate.objects.create(**_texts(texts), position=(last.first() or 0) + 10)
        told = {"answer": made.pk, **_texts(texts)}
        history.append(desk, [history.told_by("answer.created", actor, told)], now=now)
    return made


def change(
    template: AnswerTemplate,
    texts: Mapping[str, str],
    *,
    seen: int,
    actor: User,
    now: datetime,
) -> bool:
    """Change a template that still is as it was seen; say whether anything was different.

    Raises Changed, TitleTaken, PermissionDenied.
    """
    with _titles_once(), transaction.atomic():
        desk = history.lock_vendor()
        require(actor, COMMAND)
        stored = AnswerTemplate.objects.get(pk=template.pk)
        if stored.number != seen:
            raise Changed(stored)
        changes = {
            name: {"old": getattr(stored, name), "new": new}
            for name, new in _texts(texts).items()
            if getattr(stored, name) != new
        }
        if not changes:
            return False
        new = {name: one["new"] for name, one in changes.items()}
        AnswerTemplate.objects.filter(pk=stored.pk).update(**new, number=stored.number + 1)
        told = {"answer": stored.pk, "name": stored.title_ko, "changes": changes}
        history.append(desk, [history.told_by("answer.changed", actor, told)], now=now)
    return True


def retire(template: AnswerTemplate, *, actor: User, now: datetime) -> None:
    """Take a template out of use; it stays on record."""
    _move(template, "answer.retired", now, actor=actor, now=now)


def restore(template: AnswerTemplate, *, actor: User, now: datetime) -> None:
    """Take a template into use again. Raises TitleTaken."""
    _move(template, "answer.restored", None, actor=actor, now=now)


def _move(
    template: AnswerTemplate, kind: str, retired: datetime | None, *, actor: User, now: datetime
) -> None:
    with _titles_once(), transaction.atomic():
        desk = history.lock_vendor()
        require(actor, COMMAND)
        rows = AnswerTemplate.objects.filter(pk=template.pk, retired_at__isnull=retired is not None)
        if not rows.update(retired_at=retired):
            return
        told = {"answer": template.pk, "name": template.title_ko}
        history.append(desk, [history.told_by(kind, actor, told)], now=now)


class _titles_once:  # noqa: N801 — reads as a statement
    """Turn the unique rows of titles into TitleTaken."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        """Raise TitleTaken instead of the database's error."""
        if kind is not None and issubclass(kind, IntegrityError):
            raise TitleTaken


def _texts(given: Mapping[str, str]) -> dict[str, str]:
    return {name: given[name] for name in TEXTS}
