"""Send a comment: look at its files, write them, record it, and say at the field what is wrong."""

import logging
from typing import Any

from django.contrib import messages
from django.db import OperationalError
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
    recorded = False
    try:
        for file, name, kind in form.cleaned_data["attachments"]:
            files.append(vault.keep(file, name, kind))
        recorded = _record(talk, form, files)
    except OSError:
        # The disk is full, or not there: nothing is recorded without its files.
        logger.exception("a file could not be written")
        form.add_error("attachments", _("The files cannot be stored at the moment."))
        return 507
    except OperationalError:
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
    finally:
        if not recorded:
            vault.drop(one.uid for one in files)
    return 422 if form.errors else 0


def _record(talk: RunVisit, form: CommentForm, files: list[vault.Stored]) -> bool:
    """Return whether the comment is new, and with it its files."""
    given: dict[str, Any] = form.cleaned_data
    said = Said(given["text"], form.is_internal, form.told(), tuple(files))
    _comment, repeated = add_comment(
        talk.run, said, author=talk.user, submission=given["submission"], now=talk.now
    )
    if repeated:
        messages.info(talk.request, _("This was sent before; here is what is stored."))
    else:
        messages.success(talk.request, _("Your comment is added."))
    return not repeated
