"""A document shown as the pages of its file, with the marks where the characters stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index import Document, Span
from index.layout import Box
from qa.ui.viewers.marks import Part

UNKNOWN = (612.0, 792.0)  # points: the size of a page that does not tell its own
AROUND = 0.5  # points, by which a mark is larger than what it marks

Size = tuple[float, float]  # width and height of a page, in points


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle over a page in percent of its width and height, and the text under it, which is
    given once where a text takes several."""

    kind: str
    number: int
    left: float
    top: float
    width: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page, counted from 1: its size in points, and the marks on it."""

    number: int
    width: float
    height: float
    marks: Sequence[Mark]


def sheets(document: Document, parts: Sequence[Part], sizes: Sequence[Size]) -> list[Sheet]:
    """Every page of a document with the marks of the parts; where one cannot be placed, none."""
    known = [size if min(size) > 0 else UNKNOWN for size in sizes]
    marks: dict[int, list[Mark]] = {}
    for part in parts:
        if part.mark:
            for page, mark in _marks(document, part, known):
                marks.setdefault(page, []).append(mark)
    return [
        Sheet(number, *size, marks.get(number, ())) for number, size in enumerate(known, start=1)
    ]


def _marks(document: Document, part: Part, sizes: Sequence[Size]) -> Iterator[tuple[int, Mark]]:
    text = part.text
    for page, boxes in Span(document, part.start, part.end).boxes:
        if page.number > len(sizes):
            return
        for box in boxes:
            yield page.number, _mark(part, box, sizes[page.number - 1], text)
            text = ""


def _mark(part: Part, box: Box, size: Size, text: str) -> Mark:
    width, height = size
    left, right = max(box.left - AROUND, 0), min(box.right + AROUND, width)
    return Mark(
        part.mark or "",
        part.number,
        round(100 * left / width, 3),
        round(100 * box.top / height, 3),
        round(100 * (right - left) / width, 3),
        round(100 * (box.bottom - box.top) / height, 3),
        text,
    )
