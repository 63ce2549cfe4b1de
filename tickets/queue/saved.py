"""A person's saved views of the queue: named once, few, one of them first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from helpdesk.models import User
from tickets.queue.asked import Asked
from tickets.queue.models import SavedView

MOST = 12


@dataclass
class NotSaved(Exception):
    """The view stays as it was; ``code`` says why: name_taken, too_many."""

    code: str


def views_of(user: User) -> list[SavedView]:
    """List a person's views in the order in which they were made; one query."""
    return list(SavedView.objects.filter(user=user).order_by("pk"))


def save(user: User, name: str, asked: Asked, *, is_default: bool) -> SavedView:
    """Save a view. Raises NotSaved: name_taken, too_many."""
    with _views_locked(user):
        own = SavedView.objects.filter(user=user)
        if own.count() >= MOST:
            raise NotSaved("too_many")
        _require_free(user, name)
        if is_default:
            own.update(is_default=False)
        return SavedView.objects.create(
            user=user, name=name, query=asked.query, is_default=is_default
        )


def rename(view: SavedView, name: str) -> None:
    """Give a view another name. Raises NotSaved: name_taken."""
    with _views_locked(view.user):
        _require_free(view.user, name, besides=view)
        SavedView.objects.filter(pk=view.pk).update(name=name)


def begin_with(view: SavedView) -> None:
    """Let the queue begin with a view; with the one it begins with already, no longer."""
    with _views_locked(view.user):
        begins = SavedView.objects.filter(pk=view.pk, is_default=True).exists()
        SavedView.objects.filter(user=view.user).update(is_default=False)
        SavedView.objects.filter(pk=view.pk).update(is_default=not begins)


def delete(view: SavedView) -> None:
    """Delete a view."""
    SavedView.objects.filter(pk=view.pk).delete()


COMMANDS: dict[str, Callable[[SavedView], None]] = {"default": begin_with, "delete": delete}


@contextmanager
def _views_locked(user: User) -> Iterator[None]:
    """Let one request at a time change a person's views, so that their number holds."""
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).only("pk").get(pk=user.pk)
        yield


def _require_free(user: User, name: str, besides: SavedView | None = None) -> None:
    named = SavedView.objects.filter(user=user, name__iexact=name)
    if besides is not None:
        named = named.exclude(pk=besides.pk)
    if named.exists():
        raise NotSaved("name_taken")
