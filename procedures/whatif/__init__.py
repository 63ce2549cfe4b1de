"""When would it be possible? One pure question for the command, the page and the API."""

from procedures.whatif.answer import (
    Answer,
    GateAnswer,
    ask,
    fields_asked,
    missing_inputs,
    plain,
    roles_of,
    steps_asked,
)
from procedures.whatif.question import BadQuestion, Question, read_moment, read_pairs
from procedures.whatif.stored import facts_alone, facts_of_tenant

__all__ = [
    "Answer",
    "BadQuestion",
    "GateAnswer",
    "Question",
    "ask",
    "facts_alone",
    "facts_of_tenant",
    "fields_asked",
    "missing_inputs",
    "plain",
    "read_moment",
    "read_pairs",
    "roles_of",
    "steps_asked",
]
