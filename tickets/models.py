"""The rows of tickets, gathered from their rooms."""

from tickets.conversation.models import Conversation
from tickets.dns_records.models import DnsCheck, DnsWatch
from tickets.outage.models import OutlookAnswer, SentText
from tickets.queue.models import AnswerTemplate, SavedView, Ticket
from tickets.schedule.models import CalendarAlert, Capacity
from tickets.tracking.models import Feedback, TextReport, TrackingLink

__all__ = [
    "AnswerTemplate",
    "CalendarAlert",
    "Capacity",
    "Conversation",
    "DnsCheck",
    "DnsWatch",
    "Feedback",
    "OutlookAnswer",
    "SavedView",
    "SentText",
    "TextReport",
    "Ticket",
    "TrackingLink",
]
