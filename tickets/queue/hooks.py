"""What the queue adds to the rest: a message to who is given a ticket, answers for comments."""

from django.utils.translation import gettext_lazy as _

from procedures import messages
from procedures.messages import Message
from tickets.conversation import initial
from tickets.queue.assigning import NOTICE
from tickets.queue.using import answer_asked


def register() -> None:
    """Tie it in; once, when the app is ready."""
    messages.register(Message(NOTICE, _("The ticket was given to you")))
    initial.register(answer_asked)
