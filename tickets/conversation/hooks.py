"""What the conversation adds to verification, worker, lists, notices and personal data."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from helpdesk.retention import Kind
from procedures import heads, invariants, messages, retention, sweeps
from procedures.messages import Message
from procedures.personal import beside, export
from procedures.selectors import unread as news
from tickets.conversation import models, personal, proving, unread
from tickets.conversation.commenting import MENTIONED
from tickets.conversation.models import Draft
from tickets.conversation.sweeping import sweep


def register() -> None:
    """Tie it in; once, when the app is ready."""
    heads.register(models.heads)
    invariants.register(proving.check)
    sweeps.register(sweep)
    retention.register(Kind("drafts", _old_drafts))
    messages.register(Message(MENTIONED, gettext_lazy("You were named in a comment")))
    news.register(unread.counts)
    beside.register(personal.TALKS)
    export.register("comments", personal.comments_of)
    export.register("drafts", personal.drafts_of)


def _old_drafts(before: datetime) -> QuerySet[Draft]:
    return Draft.objects.filter(at__lt=before)
