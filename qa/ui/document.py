"""A whole document with the marks of one answer in it, each with its number; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index import Document, Hit, Span
from index.structure import Structure
from qa.answer import Passage
from qa.ui.viewers.marks import Part, number_at, numbered
from qa.ui.viewers.outline import Node, outline
from qa.ui.viewers.pages import Sheet, Size, sheets

LONGEST = 400_000  # characters; of a longer document, so many around the passage are shown
MOST_MARKS = 1_000  # what an answer comes with is far less


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of a document, the number of marks in it, and the one to start at.

    `sheets` are the pages of its file, `nodes` its blocks; without either it is a plain text, whose
    `parts` are shown one after the other.
    """

    shown: Span
    parts: Sequence[Part]
    marks: int
    first: int
    nodes: Sequence[Node] = ()
    sheets: Sequence[Sheet] = ()
    paged: bool = False  # whether it can be shown as pages
    note: str = ""

    @property
    def document(self) -> Document:
        """The document this is a view of."""
        return self.shown.document

    @property
    def whole(self) -> bool:
        """Whether all of it is shown."""
        return bool(self.sheets) or len(self.shown) == len(self.document.text)


def view(
    passages: Sequence[Passage],
    at: int,
    *,
    structure: Callable[[Span], Structure] | None = None,
    sizes: Sequence[Size] = (),
) -> View:
    """The document that the passages are of, to be opened at one of them: as pages of these sizes,
    or by its blocks, which `structure` tells, or as a plain text."""
    opened = passages[at]
    shown = _extent(passages) if sizes else _window(opened.span)
    parts = numbered(shown, passages)
    marked = opened.answers or [hit.sentence for hit in opened.hits]
    start = min((one.start for one in marked), default=opened.span.start)
    plain = View(
        shown, parts, max((part.number for part in parts), default=0), number_at(start, parts)
    )
    if sizes:
        return replace(plain, sheets=sheets(shown.document, parts, sizes))
    known = structure(shown) if structure else Structure()
    return replace(plain, nodes=outline(shown, known, parts)) if known.blocks else plain


def _extent(passages: Sequence[Passage]) -> Span:
    """The stretch that holds all passages."""
    starts, ends = zip(*((one.span.start, one.span.end) for one in passages), strict=True)
    return Span(passages[0].span.document, min(starts), max(ends))


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
