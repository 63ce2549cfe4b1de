"""Send a comment: look at its files, write them, record it, and say at the field what is wrong."""

import logging
from typing import Any

from django.contrib import messages
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from procedures.views.run import RunVisit
from tickets.conversation import present, space, vault
from tickets.conversation.commenting import (
    CannotRead,
    Said,
    SubmissionReused,
    add_comment,
)
from tickets.conversation.forms import CommentForm

logger = logging.getLogger(__name__)


def send(talk: RunVisit, form: CommentForm) -> int:
    """Record a comment and return 0, or the status of the page that says why not.

    What is wrong stands at the field it is about.
    """
    if not form.is_valid():
        return 422
    files: list[vault.Stored] = []
    if not _store(form, files):
        return 507
    try:
        _record(talk, form, files)
    except (OperationalError, InterfaceError):
        logger.exception("the database was busy")
        busy = _("Many people are writing at once. Please send it again in a moment.")
        form.add_error(None, busy)
        return 503
    except space.Full as full:
        words = _("The company's room for files is used up: %(left)s are left.")
        form.add_error("attachments", words % {"left": present.size(full.left)})
    except SubmissionReused:
        words = _("This form was sent before with other content. Look, then send it again.")
        form.add_error(None, words)
    except CannotRead as unable:
        form.refuse(list(unable.ids))
        if "people" not in form.errors:
            form.add_error("people", _("Somebody of these cannot see this run any more."))
    return 422 if form.errors else 0


def _store(form: CommentForm, files: list[vault.Stored]) -> bool:
    """Write the files of a form, all or none; False when the disk is full, or not there."""
    try:
        for file, name, kind in form.cleaned_data["attachments"]:
            files.append(vault.keep(file, name, kind))
    except OSError:
        # Nothing is recorded without its files.
        logger.exception("a file could not be written")
        vault.drop(one.uid for one in files)
        form.add_error("attachments", _("The files cannot be stored at the moment."))
        return False
    return True


def _record(talk: RunVisit, form: CommentForm, files: list[vault.Stored]) -> None:
    """Record the comment and say so; its files go again where no row can name them."""
    given: dict[str, Any] = form.cleaned_data
    said = Said(given["text"], form.is_internal, form.told(), tuple(files))
    try:
        _comment, repeated = add_comment(
            talk.run, said, author=talk.user, submission=given["submission"], now=talk.now
        )
    except (OperationalError, InterfaceError):
        # The answer to COMMIT may have been lost, and then the rows stand: the sweep finds out.
        raise
    except Exception:
        vault.drop(one.uid for one in files)
        raise
    if repeated:
        vault.drop(one.uid for one in files)
        messages.info(talk.request, _("This was sent before; here is what is stored."))
    else:
        messages.success(talk.request, _("Your comment is added."))
