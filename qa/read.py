"""Windows → for each sentence, how likely it answers, and where in it the answer would stand.

This is what a reader says; what it is made of is in `cross_encoder`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index import Span

LONGEST_ANSWER = 40  # tokens
TORN = 1000.0  # in log probability: what tears a bracket or quotation apart, where all do
PAIRED = dict.fromkeys("([{“", 1) | dict.fromkeys(")]}”", -1)
# What is one thing, however many tokens a model sees in it: addresses of pages and mail, paths,
# names of files, numbers of telephones. Each begins where no such thing goes on, so that long ones
# are looked at once.
WHOLE = re.compile(
    r"""
    (?<!\w)(?:\w+://|www\.)[^\s<>"`\])]+
    | (?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+
    | (?<![\w/.~])(?:~|\.{1,2})?/[\w.-]+(?:/[\w.-]+)*
    | (?<!\w)[A-Za-z]:\\[^\s<>"|]+
    | (?<![\w()-])\w[\w()-]*\.[a-z]\w{1,4}(?![\w.])
    | (?<![\w+])\+\d{1,3}(?:[ -]?\(\d{1,4}\)|[ -]\d(?!\d))?(?:[ -]?\d{2,4}){2,6}(?!\w)
    | (?<!\w)\(\d{3}\)[ ]?\d{3}-\d{4}(?!\w)
    """,
    re.VERBOSE,
)
ROW = re.compile(r"\|.*\|", re.DOTALL)
CELL = re.compile(r"(?<!\\)\|")  # the bar before a cell of a row; elsewhere not that in P(A|B)
CELL_APART = re.compile(r"(?:^|(?<=\s))\|(?=\s)")
ENDS_SENTENCE = ".,;:!?'"  # after an address, not of it
# "more than" something is another thing than not more than that.
THAN = re.compile(r"(?:more|less|\w+er)\s+than\b", re.IGNORECASE)
NOT = re.compile(r"\b(?:no|not|never|cannot|\w+n['’]t)\s+(?:\w+\s+){0,4}$", re.IGNORECASE)
NEGATED = 60  # characters before it, in which the "not" stands
SIGN = re.compile(r"(?:^|(?<=[\s(\[]))[-−+](?=\d)")
JOINED = "\u200d\ufe0e\ufe0f"  # to the character before: parts of one emoji
NOTHING = -20.0  # log-odds that a sentence answers of which a model sees nothing

Window = tuple[Span, ...]  # sentences of one paragraph that stand next to each other
Asked = tuple[str, Window]  # a question, and the window that it is asked of
Floats = NDArray[np.float32]
Offsets = NDArray[np.int64]


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
    return tuple(_decode(window[0].start, sentence, tokens) for sentence in window)


def _decode(base: int, sentence: Span, tokens: Tokens) -> Reading:
    start, end = sentence.start - base, sentence.end - base
    inside = np.flatnonzero((tokens.offsets[:, 0] < end) & (tokens.offsets[:, 1] > start))
    if not len(inside):  # nothing that the model has a token for
        return Reading(sentence, NOTHING, sentence, 0.0)
    first, last = int(inside[0]), int(inside[-1]) + 1
    places = np.clip(tokens.offsets[first:last] - start, 0, end - start)
    starts, ends = tokens.starts[first:last], tokens.ends[first:last]
    a, b = _best_stretch(starts, ends, opened(sentence.text)[places])
    best = float(starts[a] + ends[b])
    score = (
        float(tokens.sentence[first:last].mean())
        if tokens.sentence is not None
        else best - tokens.null
    )
    begins, stops = entire(sentence.text, int(places[a, 0]), int(places[b, 1]))
    answer = Span(sentence.document, sentence.start + begins, sentence.start + stops)
    return Reading(sentence, score, answer, float(np.exp(best)))


def entire(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch of a text, and with it the sign of the number it begins with, the "not" of what
    is not more than something, the rest of an address that it cuts, and the accents of its last
    letter."""
    if start and SIGN.match(text, start - 1):
        start -= 1
    negated = NOT.search(text, max(0, start - NEGATED), start) if THAN.match(text, start) else None
    if negated:
        start = negated.start()
    for match in WHOLE.finditer(text):
        first, last = match.start(), match.start() + len(match.group().rstrip(ENDS_SENTENCE))
        if first < end and start < last:
            start, end = min(start, first), max(end, last)
    while end < len(text) and (unicodedata.combining(text[end]) or text[end] in JOINED):
        end += 1
    return start, end


def _best_stretch(starts: Floats, ends: Floats, opened: Offsets) -> tuple[int, int]:
    """The first and last token of the likeliest answer that does not tear a bracket or quotation
    apart, if there is one; `opened` (tokens, 2) is what is open before and after each token."""
    best, most = (0, 0), -np.inf
    for length in range(min(LONGEST_ANSWER, len(starts))):
        count = len(starts) - length
        torn = opened[:count, 0] != opened[length:, 1]
        both = starts[:count] + ends[length:] - TORN * torn
        first = int(both.argmax())
        if both[first] > most:
            best, most = (first, first + length), both[first]
    return best


def opened(text: str) -> Offsets:
    """A number for what is open at each offset of a text, its end included: the same number at
    two of them means that as much is opened as closed between them, in one cell of a table."""
    steps = [PAIRED.get(character, 0) for character in text]
    depth = np.cumsum([0, *steps])
    quotes, code = (np.cumsum([0, *(c == mark for c in text)]) % 2 for mark in '"`')
    cells = np.zeros(len(text) + 1, np.int64)
    bars = CELL if ROW.fullmatch(text) else CELL_APART
    cells[[bar.end() for bar in bars.finditer(text)]] = len(text) + 1
    state: Offsets = 4 * (depth + cells.cumsum()) + 2 * quotes + code
    return state
