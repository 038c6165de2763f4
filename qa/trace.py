"""Why an answer came first: which search found it, whether it was read, and what counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from index import Span


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of the ranking, and what it owes its place to.

    `by_meaning` and `by_words` are its ranks in the two searches, from 1; None where that one did
    not find it. `shares` says what each feature adds to the log-odds.
    """

    sentence: Span
    by_meaning: int | None
    by_words: int | None
    was_read: bool
    features: dict[str, float]
    shares: dict[str, float]
    odds: float

    def to_dict(self) -> dict[str, Any]:
        """`{source, start, end, text, by_meaning, by_words, was_read, features, shares, odds}`."""
        return {
            "source": self.sentence.document.source,
            "start": self.sentence.start,
            "end": self.sentence.end,
            "text": self.sentence.text,
            "by_meaning": self.by_meaning,
            "by_words": self.by_words,
            "was_read": self.was_read,
            "features": _rounded(self.features),
            "shares": _rounded(self.shares),
            "odds": round(self.odds, 4),
        }


@dataclass(frozen=True, slots=True)
class Trace:
    """The first sentences of a ranking, how many windows were read, and what the confidence of the
    answer is made of: the probability that the documents are about what is asked at all, times that
    of the quote if they are."""

    steps: tuple[Step, ...]
    windows_read: int
    confidence: dict[str, float]  # shares of the log-odds of the quote
    topic: dict[str, float]  # shares of those that the documents are about it

    def to_dict(self) -> dict[str, Any]:
        """`{windows_read, topic, confidence, steps}`."""
        return {
            "windows_read": self.windows_read,
            "topic": _rounded(self.topic),
            "confidence": _rounded(self.confidence),
            "steps": [step.to_dict() for step in self.steps],
        }


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}
