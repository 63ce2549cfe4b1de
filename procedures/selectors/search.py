"""Which procedure is it? Ranks them by everyday words over phrases, questions and answers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log, sqrt

from procedures.definition import Procedure
from procedures.selectors.hints import Hints
from procedures.selectors.words import features

# How much a text counts: phrases are made for being found by.
_PHRASE, _QUESTION, _TITLE, _TOLD = 1.0, 1.0, 1.0, 0.7
# Where one word fits by its letters only, half of its weight.
_PAIR = 0.35
_WHOLE = 0.6
_LEAST = 0.12


@dataclass(frozen=True, slots=True)
class Hit:
    """A procedure that was found, and how well it fits: 1 is a phrase to the letter."""

    procedure: Procedure
    score: float


class Index:
    """The procedures made ready for searching. Built once for a set of versions."""

    def __init__(self, procedures: Iterable[Procedure]) -> None:
        self.entries = [(one, _texts(one)) for one in procedures]
        counted = Counter(
            feature
            for _one, texts in self.entries
            for feature in frozenset[str]().union(*(found for found, _weight in texts))
        )
        self._count = len(self.entries)
        self._seen = counted

    def find(self, query: str, hints: Hints | None = None, limit: int = 5) -> tuple[Hit, ...]:
        """Return the procedures that fit, best first; none when nothing fits.

        ``hints`` are what the query tells besides its words: a country speaks for travel.
        """
        asked = features(query)
        hits = [
            Hit(one, self._score(asked, texts) + (hints.favours(one) if hints else 0.0))
            for one, texts in self.entries
        ]
        best = max((hit.score for hit in hits), default=0.0)
        fit = [hit for hit in hits if hit.score >= max(_LEAST, best * 0.4)]
        return tuple(sorted(fit, key=lambda hit: -hit.score)[:limit])

    def _score(self, asked: frozenset[str], texts: list[tuple[frozenset[str], float]]) -> float:
        if not asked:
            return 0.0
        nearest = max(weight * self._alike(asked, found) for found, weight in texts)
        everything = frozenset[str]().union(*(found for found, _weight in texts))
        total = self._size(asked)
        covered = self._size(asked & everything) / total if total else 0.0
        return nearest + _WHOLE * covered**2 * min(1.0, self._size(asked & everything) / 4)

    def _alike(self, asked: frozenset[str], found: frozenset[str]) -> float:
        common = self._size(asked & found)
        return common / sqrt(self._size(asked) * self._size(found)) if common else 0.0

    def _size(self, names: frozenset[str]) -> float:
        return sum(self._weight(name) for name in names)

    def _weight(self, name: str) -> float:
        """Weigh a word by how few procedures know it; what all know says nothing."""
        known = self._seen.get(name, 0)
        rarity = log((self._count + 1) / known) if known else log(self._count + 1) * 0.5
        return rarity * (_PAIR if name.startswith("~") else 1.0)


def _texts(one: Procedure) -> list[tuple[frozenset[str], float]]:
    rows = [(phrase, _PHRASE) for phrase in one.phrases]
    rows += [(one.question, _QUESTION), (one.title.ko, _TITLE), (one.title.en, _TITLE)]
    rows += [(text, _TOLD) for text in (one.summary.ko, one.summary.en, *one.answer)]
    return [(features(text), weight) for text, weight in rows]
