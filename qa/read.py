"""Windows → for each sentence, how likely it answers, and where in it the answer would stand.

This is what a reader says; what it is made of is in `cross_encoder`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index import Span
from qa.quote import Offsets, nesting, whole_tokens
from qa.windows import Window

LONGEST_ANSWER = 40  # tokens
TORN = 1000.0  # in log probability: what tears a bracket or quotation apart, where all do
NOTHING = -20.0  # log-odds that a sentence answers of which a model sees nothing

Asked = tuple[str, Window]  # a question, and the window that it is asked of
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of one sentence of a window.

    `score` is the log-odds that the sentence answers. `answer` is the likeliest answer in it, and
    `share` in [0, 1] how much of the probability of all stretches of the window it has.
    """

    sentence: Span
    score: float
    answer: Span
    share: float

    @property
    def is_sound(self) -> bool:
        """Whether these are numbers to rank by."""
        return math.isfinite(self.score) and 0 <= self.share <= 1

    def of_copy(self, sentence: Span) -> Reading:
        """The same of a sentence with the same words in another place."""
        shift = sentence.start - self.sentence.start
        answer = Span(sentence.document, self.answer.start + shift, self.answer.end + shift)
        return replace(self, sentence=sentence, answer=answer)


class Reader(Protocol):
    """Whatever can say which sentences of a window answer a question, and where in them."""

    def read(self, asked: Sequence[Asked], /) -> list[tuple[Reading, ...]]:
        """The readings of the sentences of each window, in their order."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a model says of the tokens of a window's text.

    `offsets` (tokens, 2) are where they stand in the text. `starts` and `ends` are log
    probabilities that an answer starts or ends there. `sentence` is what a token counts for its
    sentence; without it, an answer's lead over `null` counts: over the window holding none.
    """

    offsets: Offsets
    starts: Floats
    ends: Floats
    sentence: Floats | None
    null: float = 0.0


def decode(window: Window, tokens: Tokens) -> tuple[Reading, ...]:
    """The readings of a window's sentences from what a model says of its tokens."""
    return tuple(_decode(window, sentence, tokens) for sentence in window.sentences)


def _decode(window: Window, sentence: Span, tokens: Tokens) -> Reading:
    start, end = sentence.start - window.start, sentence.end - window.start
    inside = np.flatnonzero((tokens.offsets[:, 0] < end) & (tokens.offsets[:, 1] > start))
    if not len(inside):  # nothing that the model has a token for
        return Reading(sentence, NOTHING, sentence, 0.0)
    first, last = int(inside[0]), int(inside[-1]) + 1
    places = np.clip(tokens.offsets[first:last] - start, 0, end - start)
    starts, ends = tokens.starts[first:last], tokens.ends[first:last]
    walls = [wall - start for wall in window.walls if start < wall <= end]
    a, b = _best_stretch(starts, ends, nesting(sentence.text, walls)[places])
    best = float(starts[a] + ends[b])
    score = (
        float(tokens.sentence[first:last].mean())
        if tokens.sentence is not None
        else best - tokens.null
    )
    begins, stops = whole_tokens(sentence.text, int(places[a, 0]), int(places[b, 1]))
    answer = Span(sentence.document, sentence.start + begins, sentence.start + stops)
    return Reading(sentence, score, answer, min(1.0, float(np.exp(best))))


def _best_stretch(starts: Floats, ends: Floats, nested: Offsets) -> tuple[int, int]:
    """The first and last token of the likeliest answer that does not tear a bracket or quotation
    apart, if there is one; `nested` (tokens, 2) is what is open before and after each token."""
    best, most = (0, 0), -np.inf
    for length in range(min(LONGEST_ANSWER, len(starts))):
        count = len(starts) - length
        torn = nested[:count, 0] != nested[length:, 1]
        both = starts[:count] + ends[length:] - TORN * torn
        first = int(both.argmax())
        if both[first] > most:
            best, most = (first, first + length), both[first]
    return best
