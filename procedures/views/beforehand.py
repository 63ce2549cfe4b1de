"""What has to be looked at elsewhere before a step is completed from the run's own page."""

from collections.abc import Callable

from procedures.definition import Step
from procedures.views.run import RunVisit

# Says what to look at and where; empty where nothing is in the way.
Question = Callable[[RunVisit, Step], str]

_questions: list[Question] = []


def register(question: Question) -> None:
    """Ask this before each completion; it must cost nothing where it is about another step."""
    if question not in _questions:
        _questions.append(question)


def what_first(visit: RunVisit, step: Step) -> str:
    """Return the first thing that has to be looked at; empty for nothing."""
    return next((words for words in (ask(visit, step) for ask in _questions) if words), "")
