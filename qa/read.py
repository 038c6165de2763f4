"""Question + passages → where the answer stands, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index import Span
from qa.answer import Passage

# P(the best sentence answers) = 1 / (1 + exp(-(SLOPE × score + INTERCEPT))): a logistic fit on
# shift_newwiki, half of its questions with the article that answers them, half without.
# Held-out half: AUROC .92, see benchmarks/RESULTS.md.
SLOPE, INTERCEPT = 5.3, -6.1

WORDS = ((0.8, "very likely"), (0.5, "likely"), (0.25, "possible"), (0.0, "weak"))


@dataclass(frozen=True, slots=True)
class Reading:
    """Where in a passage the answer stands, and the probability in [0, 1] that it does."""

    answer: Span
    confidence: float


class Reader(Protocol):
    """Whatever can point at the answer in a passage."""

    def read(self, question: str, passages: Sequence[Passage], /) -> list[Reading]:
        """One reading a passage, in their order."""


class SentenceReader:
    """Reads nothing: takes the sentence that was found, as sure as its score makes it."""

    def read(self, _question: str, passages: Sequence[Passage], /) -> list[Reading]:
        return [
            Reading(passage.best.sentence, confidence(passage.best.score)) for passage in passages
        ]


def confidence(score: float) -> float:
    """The probability that a sentence with this retrieval score answers the question."""
    return 1 / (1 + math.exp(-(SLOPE * score + INTERCEPT)))


def in_words(probability: float) -> str:
    """A probability in [0, 1] as one of four words."""
    return next((word for least, word in WORDS if probability >= least), WORDS[-1][1])
