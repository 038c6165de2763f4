"""Offset → place in the original: where a person looks for it in the file itself.

Offsets count the characters of `Document.text`. They are not those of the file once carriage
returns, byte-order marks and NULs are gone; its lines are.
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, field
from itertools import groupby
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

# (characters, 4): left, top, right and bottom of each, in tenths of a point from the upper left
# corner of its page; a character that stands nowhere, as a space between two lines, has no width.
Boxes = NDArray[np.uint16]
BOX_UNIT = 10  # in a point
ROUND = 0.5  # of a character's height, by which those of one line may be higher or lower


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text file, counted from 1 as editors do."""

    number: int

    def __str__(self) -> str:
        return f"line {self.number:,}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a document that has pages, counted from 1."""

    number: int

    def __str__(self) -> str:
        return f"page {self.number:,}"


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide of a presentation, counted from 1, or the notes of its speaker."""

    number: int
    notes: bool = False

    def __str__(self) -> str:
        return f"notes of slide {self.number:,}" if self.notes else f"slide {self.number:,}"


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell of a spreadsheet, named as spreadsheets do: `B7`."""

    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"sheet “{self.sheet}” {self.cell}"


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a recording, in whole seconds from its start."""

    seconds: int

    def __str__(self) -> str:
        minutes, seconds = divmod(self.seconds, 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document by its name: under which heading, in which field or part of a mail."""

    name: str

    def __str__(self) -> str:
        return f"in “{self.name}”"


Place = Line | Page | Slide | SheetCell | Moment | Section
PLACES: dict[str, Callable[..., Place]] = {
    "line": Line,
    "page": Page,
    "slide": Slide,
    "cell": SheetCell,
    "moment": Moment,
    "section": Section,
}
NAMES = {kind: name for name, kind in PLACES.items()}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


class Layout(Protocol):
    """What knows where the characters of a document stand in its original."""

    def place(self, offset: int, /) -> Place | None:
        """Where the character at an offset stands; None where that is not known."""

    def boxes(self, start: int, end: int, /) -> list[tuple[Page, list[Box]]]:
        """The boxes around the characters [start, end), one for each line, page by page; none in a
        document without pages."""

    def places(self, start: int, end: int, /) -> list[tuple[int, Place]]:
        """From which offset in [start, end) on its characters stand in which place; none where a
        place is no more than a line."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """The layout of a document that is no file."""

    def place(self, _offset: int, /) -> Place | None:
        return None

    def boxes(self, _start: int, _end: int, /) -> list[tuple[Page, list[Box]]]:
        return []

    def places(self, _start: int, _end: int, /) -> list[tuple[int, Place]]:
        return []


@dataclass(frozen=True, slots=True)
class Lines(Unplaced):
    """The layout of a text file."""

    text: Sequence[str]

    def place(self, offset: int, /) -> Place:
        return Line(str(self.text[:offset]).count("\n") + 1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The characters from `start` on, up to the next stretch: where they stand. On a page, with the
    boxes of each, packed by `pack_boxes`."""

    start: int
    place: Place | None
    packed: bytes = field(default=b"", repr=False)

    def boxes(self, start: int, end: int) -> list[Box]:
        """The boxes around the characters [start, end) that are of this stretch."""
        every = unpack_boxes(self.packed)
        return lines_of(every[max(0, start - self.start) : max(0, end - self.start)])


@dataclass(frozen=True, slots=True)
class Placed:
    """The layout of a document whose parts stand in a known place each, in order."""

    stretches: Sequence[Stretch]

    def place(self, offset: int, /) -> Place | None:
        number = bisect_right(self.stretches, offset, key=lambda one: one.start)
        return self.stretches[number - 1].place if number else None

    def boxes(self, start: int, end: int, /) -> list[tuple[Page, list[Box]]]:
        first = bisect_right(self.stretches, start, key=lambda one: one.start)
        last = bisect_right(self.stretches, end - 1, key=lambda one: one.start)
        return boxes_on_pages(self.stretches[max(0, first - 1) : last], start, end)

    def places(self, start: int, end: int, /) -> list[tuple[int, Place]]:
        first = bisect_right(self.stretches, start, key=lambda one: one.start)
        inside = self.stretches[max(0, first - 1) :]
        return starts_of(((one.start, one.place) for one in inside), start, end)


def starts_of(
    stretches: Iterable[tuple[int, Place | None]], start: int, end: int
) -> list[tuple[int, Place]]:
    """From which offset in [start, end) on its characters stand in which place."""
    return [(max(at, start), place) for at, place in stretches if place and at < end]


def boxes_on_pages(
    stretches: Sequence[Stretch], start: int, end: int
) -> list[tuple[Page, list[Box]]]:
    """The boxes around the characters [start, end), which these stretches hold, page by page."""
    on_pages = ((one.place, one.boxes(start, end)) for one in stretches)
    found = [(place, boxes) for place, boxes in on_pages if isinstance(place, Page) and boxes]
    return [
        (page, [box for _, boxes in group for box in boxes])
        for page, group in groupby(found, key=lambda one: one[0])
    ]


def lines_of(boxes: Boxes) -> list[Box]:
    """One box around the characters of each line, in reading order: a character belongs to the line
    before it where it is about as high and further along."""
    found: list[list[int]] = []
    for left, top, right, bottom in boxes[boxes[:, 2] > boxes[:, 0]].astype(int).tolist():
        last = found[-1] if found else None
        tolerance = ROUND * (bottom - top)
        if last and abs((last[1] + last[3]) - (top + bottom)) / 2 <= tolerance and left >= last[0]:
            last[1], last[3] = min(last[1], top), max(last[3], bottom)
            last[2] = max(last[2], right)
        else:
            found.append([left, top, right, bottom])
    return [Box(*(edge / BOX_UNIT for edge in one)) for one in found]


def pack_boxes(boxes: Boxes) -> bytes:
    """Boxes as bytes: little-endian, deflated."""
    return zlib.compress(np.ascontiguousarray(boxes, "<u2").tobytes()) if len(boxes) else b""


def unpack_boxes(packed: bytes) -> Boxes:
    """What `pack_boxes` was given."""
    data = zlib.decompress(packed) if packed else b""
    return np.frombuffer(data, "<u2").reshape(-1, 4)


def pack_place(place: Place | None) -> str:
    """A place as JSON: its name in PLACES and what it is made of."""
    return "" if place is None else json.dumps([NAMES[type(place)], *astuple(place)])


def unpack_place(text: str) -> Place | None:
    """What `pack_place` was given."""
    if not text:
        return None
    name, *parts = json.loads(text)
    return PLACES[name](*parts)
