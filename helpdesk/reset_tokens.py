"""Tokens of the links by which a password is chosen: they die with whatever they rest on."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from helpdesk.models import User


class ResetTokens(PasswordResetTokenGenerator):
    """Bind a link to password, last sign-in, address and epoch of a person who is active."""

    def _make_hash_value(self, user: AbstractBaseUser, timestamp: int) -> str:
        assert isinstance(user, User)
        return f"{super()._make_hash_value(user, timestamp)}:{user.sessions_epoch}"

    def check_token(self, user: Any, token: str | None) -> bool:
        """Refuse everybody who was deactivated, whatever they hold."""
        return bool(user and user.is_active) and super().check_token(user, token)
