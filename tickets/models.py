"""The rows of tickets, gathered from their rooms."""

from tickets.conversation.models import (
    Attachment,
    Comment,
    Conversation,
    Draft,
    FileSpace,
    Look,
)
from tickets.dns_records.models import DnsCheck, DnsWatch
from tickets.outage.models import OutlookAnswer, SentText
from tickets.queue.models import AnswerTemplate, SavedView, Ticket
from tickets.schedule.models import CalendarAlert, Capacity
from tickets.tracking.models import Feedback, TextReport, TrackingLink

__all__ = [
    "AnswerTemplate",
    "Attachment",
    "CalendarAlert",
    "Capacity",
    "Comment",
    "Conversation",
    "DnsCheck",
    "DnsWatch",
    "Draft",
    "Feedback",
    "FileSpace",
    "Look",
    "OutlookAnswer",
    "SavedView",
    "SentText",
    "TextReport",
    "Ticket",
    "TrackingLink",
]
