"""What is said of looks at the DNS, in the reader's words."""

from django.utils.translation import gettext as _

from procedures.present.language import language, zone
from procedures.probes import CHECKS, TooManyChecks
from procedures.rules.wording import show


def too_many(error: TooManyChecks) -> str:
    """Say that the hour has had its looks, and when the next may come."""
    told = {"count": CHECKS, "at": show(error.again_at, language(), zone())}
    words = _(
        "The DNS was looked at %(count)s times within an hour. It opens again at %(at)s; "
        "what is shown is the last answer."
    )
    return words % told
