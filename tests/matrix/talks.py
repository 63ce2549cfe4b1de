"""What is said about a run of each company: a comment with a file, and an internal one."""

import io
from datetime import timedelta
from uuid import uuid4

from tests.matrix.world import NOON, Side
from tickets.conversation import vault
from tickets.conversation.commenting import Said, add_comment
from tickets.conversation.models import Comment

# Stands in everything that the vendor's people say among themselves, in either company.
INTERNAL = ("zqinternal", "내부기밀어")
EARLIER = NOON - timedelta(minutes=5)


def tell_talks(side: Side) -> None:
    """Say something about the recovery, for everybody and for the vendor alone."""
    said = _say(side, "requester", f"{side.mark} 급합니다", f"{side.mark}.txt", internal=False)
    side.others |= {"comment": str(said.uid), "file": _file(said)}
    words = f"{' '.join(INTERNAL)} {side.mark}"
    kept = _say(side, "support", words, f"{INTERNAL[0]}-{side.mark}.txt", internal=True)
    side.others |= {"internal_comment": str(kept.uid), "internal_file": _file(kept)}


def _say(side: Side, who: str, words: str, file: str, *, internal: bool) -> Comment:
    stored = vault.keep(io.BytesIO(f"{words}\n".encode()), file, "txt")
    people = frozenset({side.people["manager"].pk}) if internal else frozenset()
    said = Said(words, internal, people, (stored,))
    author = side.people[who]
    return add_comment(side.runs["recovery"], said, author=author, submission=uuid4(), now=EARLIER)[
        0
    ]


def _file(comment: Comment) -> str:
    return str(comment.attachments.get().uid)
