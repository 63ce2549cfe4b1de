"""What names a person in a text, and what stands there once they are erased."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from allauth.account.models import EmailAddress

from helpdesk.models import User
from helpdesk.people.models import Invitation

# A shorter name, of one letter, would be found in every other word.
SHORTEST_NAME = 2


@dataclass(frozen=True)
class Identity:
    """The addresses and the name of one person.

    ``name`` is empty where others have the same: then a text is theirs as much as his.
    """

    user_id: int
    emails: tuple[str, ...]
    name: str

    @property
    def pseudonym(self) -> str:
        """Return what pages show instead of the name."""
        return f"삭제된 사람 #{self.user_id}"

    @property
    def address(self) -> str:
        """Return an address that no mail can reach; it is one of a kind, too."""
        return f"erased-{self.user_id}@erased.invalid"

    def is_named_in(self, value: Any) -> bool:
        """Tell whether a text, or any text within lists and mappings, names the person."""
        return bool(self.scrub(value) != value)

    def scrub(self, value: Any) -> Any:
        """Return a value of JSON with every mention of the person replaced."""
        if isinstance(value, str):
            return self._scrub_text(value)
        if isinstance(value, Mapping):
            return {key: self.scrub(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.scrub(inner) for inner in value]
        return value

    def _scrub_text(self, text: str) -> str:
        found = self._addresses.sub(self.address, text)
        if self._name:
            found = self._name.sub(self.pseudonym, found)
        if found != text:
            # Beside a name or address the bare account is the same person: "kim, 김하나, 신규".
            found = self._accounts.sub(f"erased-{self.user_id}", found)
        return found

    @cached_property
    def _addresses(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w.+-])(?:{_any(self.emails)})(?![\w-]|\.\w)", re.IGNORECASE)

    @cached_property
    def _accounts(self) -> re.Pattern[str]:
        locals_ = {email.partition("@")[0] for email in self.emails}
        return re.compile(rf"(?<![\w.+-])(?:{_any(locals_)})(?![\w@+-]|\.\w)", re.IGNORECASE)

    @cached_property
    def _name(self) -> re.Pattern[str] | None:
        if len(self.name) < SHORTEST_NAME or "@" in self.name:
            return None
        # A Korean particle follows without a space; a Latin name ends where its word ends.
        end = "" if "가" <= self.name[-1] <= "힣" else "(?![A-Za-z0-9_])"
        return re.compile(rf"(?<!\w){re.escape(self.name)}{end}", re.IGNORECASE)


def identity_of(user: User) -> Identity:
    """Gather every address that was the person's, and the name where it means nobody else."""
    emails = {user.email.lower()}
    emails |= {row.lower() for row in _strings(EmailAddress.objects.filter(user=user), "email")}
    emails |= {row.lower() for row in _strings(Invitation.objects.filter(user=user), "email")}
    shared = User.objects.filter(name__iexact=user.name).exclude(pk=user.pk).exists()
    return Identity(user.pk, tuple(sorted(emails)), "" if shared else user.name.strip())


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _strings(rows: Any, column: str) -> Iterable[str]:
    return rows.values_list(column, flat=True)
