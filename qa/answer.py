"""What a question comes back as: an Answer, quoted from Passages. Their JSON is documented here.

An answer is always a stretch of a document: `quote is None` says that the documents do not answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from index import Hit, Span


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one document with the sentences found in it, in reading order.

    `score` is that of its best sentence; `answer` is where a reader says the answer stands, and
    `confidence` how probable that is.
    """

    span: Span
    hits: tuple[Hit, ...]
    score: float
    answer: Span | None = None
    confidence: float = 0.0  # in [0, 1]

    @property
    def best(self) -> Hit:
        """The sentence that matches the question best."""
        return max(self.hits, key=lambda hit: hit.score)

    def to_dict(self) -> dict[str, Any]:
        """`{document, title, source, start, end, text, score, confidence, sentences, answer}`.

        `sentences` holds `{start, end, text, score}` in reading order, `answer` is
        `{start, end, text}` or None. Offsets are code points of the document, half-open.
        """
        return {
            **_located(self.span),
            "score": round(self.score, 4),
            "confidence": round(self.confidence, 4),
            "sentences": [
                {**_stretch(hit.sentence), "score": round(hit.score, 4)} for hit in self.hits
            ],
            "answer": _stretch(self.answer) if self.answer is not None else None,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question, quoted, and the passages it was looked for in, best first."""

    question: str
    quote: Span | None
    confidence: float  # in [0, 1]: how probable it is that the best passage answers
    passages: tuple[Passage, ...]

    def to_dict(self) -> dict[str, Any]:
        """`{question, quote, confidence, passages}`.

        `quote` is `{document, title, source, start, end, text}`, or None when the documents do
        not answer; `passages` holds what `Passage.to_dict` gives.
        """
        return {
            "question": self.question,
            "quote": _located(self.quote) if self.quote is not None else None,
            "confidence": round(self.confidence, 4),
            "passages": [passage.to_dict() for passage in self.passages],
        }


def _stretch(span: Span) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.text}


def _located(span: Span) -> dict[str, Any]:
    document = span.document
    return {
        "document": document.id,
        "title": document.title,
        "source": document.source,
        **_stretch(span),
    }
