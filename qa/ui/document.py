"""A whole document with the marks of one answer in it, each with its number; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

from index import Document, Hit, Span
from qa.answer import Passage
from qa.highlight import Mark, mark_pieces

LONGEST = 400_000  # characters; of a longer document, so many around the passage are shown
MOST_MARKS = 1_000  # what an answer comes with is far less


class Part(NamedTuple):
    """A stretch of text, how it is marked, and the number of its mark (0: none)."""

    text: str
    mark: Mark
    number: int


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of a document, the number of marks in it, and the one to start at."""

    shown: Span
    parts: Sequence[Part]
    marks: int
    first: int

    @property
    def document(self) -> Document:
        """The document this is a view of."""
        return self.shown.document

    @property
    def whole(self) -> bool:
        """Whether all of it is shown."""
        return len(self.shown) == len(self.document.text)


def view(passages: Sequence[Passage], at: int) -> View:
    """The document that the passages are of, to be opened at one of them."""
    opened = passages[at]
    shown = _window(opened.span)
    # All at once: a passage reaches back into the one before it, and may begin inside another.
    sentences = sorted(
        {hit.sentence for passage in passages for hit in passage.hits}, key=lambda one: one.start
    )
    answers = [answer for passage in passages for answer in passage.answers]
    parts = list(_number(shown, sentences, answers))
    marked = opened.answers or [hit.sentence for hit in opened.hits]
    start = min((one.start for one in marked), default=opened.span.start)
    return View(
        shown,
        parts,
        max((part.number for part in parts), default=0),
        _number_at(start - shown.start, parts),
    )


def read_passages(document: Document, stored: Any) -> list[Passage]:
    """Passages as the page sends them back: `[{start, end, sentences: [[start, end]], answers}]`.

    Raises ValueError, TypeError or KeyError for anything that is not in the document.
    """
    if not isinstance(stored, list) or not stored:
        raise ValueError("not a list of passages")
    marks = sum(1 + len(one["sentences"]) + len(one["answers"]) for one in stored)
    if marks > MOST_MARKS:
        raise ValueError(f"{marks} marks")
    return [_read_passage(document, passage) for passage in stored]


def store_passage(passage: Passage) -> dict[str, Any]:
    """What the page keeps of a passage to open its document with."""
    return {
        "document": passage.span.document.id,
        "start": passage.span.start,
        "end": passage.span.end,
        "sentences": [[hit.sentence.start, hit.sentence.end] for hit in passage.hits],
        "answers": [[answer.start, answer.end] for answer in passage.answers],
    }


def _read_passage(document: Document, stored: Mapping[str, Any]) -> Passage:
    sentences = [_span(document, *ends) for ends in stored["sentences"]]
    return Passage(
        _span(document, stored["start"], stored["end"]),
        tuple(Hit(sentence, 0.0) for sentence in sentences),
        0.0,
        tuple(_span(document, *ends) for ends in stored["answers"]),
    )


def _span(document: Document, start: Any, end: Any) -> Span:
    if type(start) is not int or type(end) is not int:
        raise TypeError("an offset is a whole number")
    return Span(document, start, end)


def _number(shown: Span, sentences: Sequence[Span], answers: Sequence[Span]) -> Iterator[Part]:
    """The text in pieces, its marks numbered; those of the same sentence are the same mark."""
    at, number = shown.start, 0
    last: object = None
    for text, mark in mark_pieces(shown, sentences, answers):
        if mark:
            sentence = next((one for one in sentences if one.start <= at < one.end), at)
            number += sentence != last
            last = sentence
        yield Part(text, mark, number if mark else 0)
        at += len(text)


def _number_at(place: int, parts: Sequence[Part]) -> int:
    """The number of the mark at a place of the text, or 0."""
    ends = accumulate(len(part.text) for part in parts)
    return next((part.number for end, part in zip(ends, parts, strict=True) if place < end), 0)


def _window(span: Span) -> Span:
    """The whole document, or LONGEST characters of it around a span, cut between lines."""
    document = span.document
    text = document.text
    if len(text) <= LONGEST:
        return Span(document, 0, len(text))
    start = max(0, min(span.start - LONGEST // 2, len(text) - LONGEST))
    end = max(span.end, start + LONGEST)
    line = text[start : min(start + 2_000, span.start)].find("\n")
    tail = max(end - 2_000, span.end)
    last = text[tail:end].rfind("\n")
    return Span(
        document,
        start if start == 0 or line < 0 else start + line + 1,
        min(end, len(text)) if end >= len(text) or last < 0 else tail + last,
    )
