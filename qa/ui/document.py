"""A whole document with the marks of one answer in it, each with its number; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from index import Document, Hit, Span
from qa.answer import Passage
from qa.highlight import Mark, pieces

LONGEST = 400_000  # characters; of a longer document, so many around the passage are shown
MOST_PASSAGES = 200


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
    parts: list[Part] = []
    end, marks, first = shown.start, 0, 0
    text = shown.document.text
    for passage in sorted(passages, key=lambda passage: passage.span.start):
        if passage.span.start < end or passage.span not in shown:
            continue
        parts.append(Part(text[end : passage.span.start], None, 0))
        numbered = list(_number(passage, marks))
        if passage is opened:
            first = _answer_of(numbered)
        marks = max([marks, *(part.number for part in numbered)])
        parts += numbered
        end = passage.span.end
    parts.append(Part(text[end : shown.end], None, 0))
    return View(shown, [part for part in parts if part.text], marks, first)


def read_passages(document: Document, stored: Any) -> list[Passage]:
    """Passages as the page sends them back: `[{start, end, sentences: [[start, end]], answers}]`.

    Raises ValueError, TypeError or KeyError for anything that is not in the document.
    """
    if not isinstance(stored, list) or not 0 < len(stored) <= MOST_PASSAGES:
        raise ValueError("not a list of passages")
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
    sentences = [_span(document, *ends) for ends in stored["sentences"][:MOST_PASSAGES]]
    return Passage(
        _span(document, stored["start"], stored["end"]),
        tuple(Hit(sentence, 0.0) for sentence in sentences),
        0.0,
        tuple(_span(document, *ends) for ends in stored["answers"][:MOST_PASSAGES]),
    )


def _span(document: Document, start: Any, end: Any) -> Span:
    if type(start) is not int or type(end) is not int:
        raise TypeError("an offset is a whole number")
    return Span(document, start, end)


def _number(passage: Passage, before: int) -> Iterator[Part]:
    """The pieces of a passage; those of the same sentence are the same mark."""
    at, number = passage.span.start, before
    last: object = None
    for text, mark in pieces(passage):
        if mark:
            sentence = next((hit.sentence for hit in passage.hits if _holds(hit.sentence, at)), at)
            number += sentence != last
            last = sentence
        yield Part(text, mark, number if mark else 0)
        at += len(text)


def _holds(span: Span, at: int) -> bool:
    return span.start <= at < span.end


def _answer_of(parts: Sequence[Part]) -> int:
    """The number of the mark with the answer in it, or else of the first one, or 0."""
    marked = [part for part in parts if part.mark]
    answers = [part for part in marked if part.mark == "answer"]
    return next((part.number for part in [*answers, *marked]), 0)


def _window(span: Span) -> Span:
    """The whole document, or LONGEST characters of it around a span, cut between lines."""
    document = span.document
    text = document.text
    if len(text) <= LONGEST:
        return Span(document, 0, len(text))
    start = max(0, min(span.start - LONGEST // 2, len(text) - LONGEST))
    end = max(span.end, start + LONGEST)
    line = text.find("\n", start, min(start + 2_000, span.start))
    last = text.rfind("\n", max(end - 2_000, span.end), end)
    return Span(
        document,
        start if start == 0 or line < 0 else line + 1,
        min(end, len(text)) if end >= len(text) or last < 0 else last,
    )
