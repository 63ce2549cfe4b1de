"""Hand out a file of a comment: as a download of a fixed kind, and never as a page."""

import logging
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from helpdesk.access import remembered_roles, roles_in
from helpdesk.permissions import may
from procedures.views.run import RunVisit
from tickets.conversation import vault, visit
from tickets.conversation.kinds import KINDS
from tickets.conversation.models import Attachment, Comment

logger = logging.getLogger(__name__)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
}


@require_safe
@visit.of_talk
def talk_file(talk: RunVisit, file: UUID) -> Any:
    """Answer with the file, or 404 where the person may not read the comment."""
    comments = Comment.objects.filter(visit.visible_comments(talk.run), removed_at=None)
    rows = Attachment.objects.filter(uid=file, comment__in=comments, erased_at=None)
    found = rows.first()
    roles = remembered_roles(talk.request) or roles_in(talk.user, talk.tenant, talk.now)
    if found is None or not may(roles, "talk.attach"):
        raise Http404
    try:
        content = vault.path_of(found.uid).open("rb")
    except OSError as error:
        logger.exception("the file of attachment %s cannot be read", found.pk)
        raise Http404 from error
    response = FileResponse(content, content_type=KINDS[found.kind].mime)
    response["Content-Length"] = str(found.size)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    for name, value in HEADERS.items():
        response[name] = value
    return response
