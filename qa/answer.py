"""What a question comes back as: an Answer, quoted from Passages. Their JSON is documented here.

An answer is always a stretch of a document: `quote is None` says that the documents do not answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from index import Hit, Span
from index.language import SPLITTING
from qa.trace import Trace

NAMED = 3  # other places of a passage that are named
WORDS = ((0.8, "very likely"), (0.5, "likely"), (0.25, "perhaps"), (0.0, "weak"))


class State(StrEnum):
    """What the documents say: an answer, perhaps one, or none."""

    ANSWER = "answer"
    PERHAPS = "perhaps"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one document with the sentences found in it, in reading order.

    `score` is that of its best sentence; `answers` is what of it answers, the best first (several
    where a list has items or is spread over sentences), and `confidence` how probable it is that
    they do.
    """

    span: Span
    hits: tuple[Hit, ...]
    score: float
    answers: tuple[Span, ...] = ()
    confidence: float = 0.0  # in [0, 1]
    in_lines: bool = False  # whether its lines mean something, and none only wraps another

    @property
    def answer(self) -> Span | None:
        """The best of the answers, if there is one."""
        return self.answers[0] if self.answers else None

    @property
    def elsewhere(self) -> list[str]:
        """Where else the same stands: the names of other documents."""
        return list(self.span.document.copies)

    @property
    def best(self) -> Hit:
        """The sentence that answers best."""
        return max(self.hits, key=lambda hit: hit.score)

    def to_dict(self) -> dict[str, Any]:
        """`{document, title, source, copies, place, start, end, text, score, confidence,
        sentences, answers}`.

        `sentences` holds `{start, end, text, score}` in reading order, `answers` holds
        `{start, end, text}`. Offsets are code points of the document, half-open.
        """
        return {
            **_located(self.span),
            "score": round(self.score, 4),
            "confidence": round(self.confidence, 4),
            "sentences": [
                {**_stretch(hit.sentence), "score": round(hit.score, 4)} for hit in self.hits
            ],
            "answers": [_stretch(answer) for answer in self.answers],
        }


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another answer, and how probable it is."""

    quote: Span
    sentence: Span
    confidence: float  # in [0, 1]

    def to_dict(self) -> dict[str, Any]:
        """`{quote, sentence, confidence}`, stretches as in `Answer.to_dict`."""
        return {
            "quote": _located(self.quote),
            "sentence": _stretch(self.sentence),
            "confidence": round(self.confidence, 4),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question, quoted, and the passages it was looked for in, best first.

    `question` is what was asked: of a long text, the questions in it.
    `state` says whether the documents answer, perhaps answer or do not. `quote` is the answer
    itself (a date, a name, a clause) and `sentence` the one it stands in.
    Where several stretches of a passage make up the answer, `parts` has them all, the quote first;
    of a list, these are its items, and `sentence` is the one that introduces it;
    `places` has the places that give the same answer, the quote first. Without an answer, quote and
    sentence are None, the passages are near misses, and the alternatives what would have been
    quoted; `confidence` says how probable it is that the best of them answers after all.
    `unmentioned` are names and numbers of the question that neither the first passage nor the title
    of its document mentions; `misdated` are years that it does mention, where the sentence
    itself has another one. `foreign` is the language of the first passage as an ISO 639-1 code,
    where the models were not trained on it: less can be relied on there.
    """

    question: str
    quote: Span | None
    confidence: float  # in [0, 1]: how probable it is that the quote answers
    passages: tuple[Passage, ...]
    sentence: Span | None = None
    parts: tuple[Span, ...] = ()
    places: tuple[Span, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    unmentioned: tuple[str, ...] = ()
    misdated: tuple[str, ...] = ()
    foreign: str | None = None
    state: State = State.NONE
    trace: Trace | None = None

    @property
    def why_foreign(self) -> str:
        """A sentence that says what `foreign` means; empty where it is None."""
        if self.foreign is None:
            return ""
        name = SPLITTING.get(self.foreign, self.foreign).capitalize()
        return f"This text is in another language than English ({name}), which lowers confidence."

    def to_dict(self, *, trace: bool = False) -> dict[str, Any]:
        """`{question, state, quote, sentence, confidence, parts, places, alternatives, unmentioned,
        misdated, foreign, passages}`.

        `quote` and each of `places` is `{document, title, source, copies, place, start, end,
        text}`, where `place` is where a person finds it in the file ("line 12") or None, and
        `copies` holds the ids of other documents that are the same; `sentence`
        and each of `parts` is `{start, end, text}` of the quote's document; quote and sentence are
        None when the documents do not answer. `unmentioned` and `misdated` hold words,
        `alternatives` and `passages` what their `to_dict` gives; `trace` is there if asked for.
        """
        return {
            "question": self.question,
            "state": str(self.state),
            "quote": _located(self.quote) if self.quote is not None else None,
            "sentence": _stretch(self.sentence) if self.sentence is not None else None,
            "confidence": round(self.confidence, 4),
            "parts": [_stretch(part) for part in self.parts],
            "places": [_located(place) for place in self.places],
            "alternatives": [alternative.to_dict() for alternative in self.alternatives],
            "unmentioned": list(self.unmentioned),
            "misdated": list(self.misdated),
            "foreign": self.foreign,
            "passages": [passage.to_dict() for passage in self.passages],
            **({"trace": self.trace.to_dict()} if trace and self.trace else {}),
        }


def named(names: Sequence[str]) -> str:
    """The first NAMED of some names, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more:,} more" if more > 0 else "")


def in_words(probability: float) -> str:
    """A probability in [0, 1] as one of four words. Raises ValueError for what is none."""
    if not 0 <= probability <= 1:
        raise ValueError(f"{probability} is no probability.")
    return next(word for least, word in WORDS if probability >= least)


def _stretch(span: Span) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.text}


def _located(span: Span) -> dict[str, Any]:
    document = span.document
    return {
        "document": document.id,
        "title": document.title,
        "source": document.source,
        "copies": list(document.copies),
        "place": None if span.place is None else str(span.place),
        **_stretch(span),
    }
