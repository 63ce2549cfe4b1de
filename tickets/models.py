"""The rows of tickets, gathered from their rooms."""

from tickets.conversation.models import Conversation

__all__ = ["Conversation"]
