"""The rows of tickets, gathered from their rooms."""

from tickets.conversation.models import Conversation
from tickets.outage.models import OutlookAnswer, SentText
from tickets.tracking.models import Feedback, TextReport, TrackingLink

__all__ = [
    "Conversation", "Feedback", "OutlookAnswer", "SentText", "TextReport", "TrackingLink",
]  # fmt: skip
