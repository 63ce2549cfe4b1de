"""Messages of whoever stands above the procedures: what they say, and which page they lead to."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Message:
    """A kind of message about a run; its mail is ``templates/mail/TEMPLATE.txt``.

    The number of its notices and deliveries is that of an event of the conversation about the
    run, not of the run itself. ``route`` takes slug and reference.
    """

    template: str
    title: str | Promise
    route: str = "run"


_known: dict[str, Message] = {}


def register(*messages: Message) -> None:
    """Make messages known; asked once for each, when the app is ready."""
    _known.update({one.template: one for one in messages})


def find(template: str) -> Message | None:
    """Return a message by its template; None for one of the procedures' own."""
    return _known.get(template)


def templates() -> frozenset[str]:
    """Name every template that is known."""
    return frozenset(_known)
