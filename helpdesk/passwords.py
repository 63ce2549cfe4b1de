"""Refuse long passwords that are only a common one stretched out; no rules of composition."""

import re
from functools import cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

FEWEST_LETTERS = 5
_ROWS = ("1234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
# What anybody would try first here.
_OURS = frozenset({"helpdesk", "procedurehelpdesk", "admin", "administrator", "groupware"})
_PADDING = re.compile(r"^[\d\W_]+|[\d\W_]+$")
_REPEATED = re.compile(r"^(.{1,8}?)\1+.{0,7}$", re.DOTALL)


class StretchedPasswordValidator:
    """Look at what is left of a password once digits around it and repetitions are taken away."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a stretched common password."""
        if _is_stretched(password.lower()):
            raise ValidationError(self.get_help_text(), code="password_stretched")

    def get_help_text(self) -> str:
        """Say what is refused."""
        return gettext("Not a common word or row of keys that is repeated or padded with digits.")


def _is_stretched(password: str) -> bool:
    if len(set(password)) < FEWEST_LETTERS or _is_row(password):
        return True
    repeated = _REPEATED.match(password)
    unit = repeated[1] if repeated else password
    cores = {unit, _PADDING.sub("", unit), _PADDING.sub("", password)}
    return any(core in _common() or core in _OURS for core in cores if core)


def _is_row(password: str) -> bool:
    return any(password in row * 8 or password in row[::-1] * 8 for row in _ROWS)


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)
