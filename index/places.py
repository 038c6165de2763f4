"""The layouts of an index: what of them is stored, and how a place is looked up again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.layout import (
    Box,
    Layout,
    Lines,
    Page,
    Place,
    Placed,
    Stretch,
    Unplaced,
    boxes_on_pages,
    pack_place,
    starts_of,
    unpack_place,
)
from index.texts import StoredLines, StoredText

# SQL and its values → rows
Query = Callable[[str, Sequence[object] | Mapping[str, object]], list[tuple[Any, ...]]]

LINES, PLACED = "lines", "placed"

PLACE = "SELECT place FROM places WHERE document = ? AND start <= ? ORDER BY start DESC LIMIT 1"
# The stretch that holds the first character, and those that begin before the last one.
INSIDE = (
    "FROM places WHERE document = :row AND start < :end AND start >= "
    "coalesce((SELECT max(start) FROM places WHERE document = :row AND start <= :start), 0) "
    "ORDER BY start"
)
STRETCHES, STARTS = f"SELECT start, place, boxes {INSIDE}", f"SELECT start, place {INSIDE}"


def name_of(layout: Layout) -> str:
    """What is noted of a layout beside its document."""
    return {Lines: LINES, StoredLines: LINES, Placed: PLACED, StoredPlaces: PLACED}.get(
        type(layout), ""
    )


def rows_of(layout: Layout) -> Iterator[tuple[int, str, bytes]]:
    """Its places as rows: start, place, boxes."""
    for one in layout.stretches if isinstance(layout, Placed) else ():
        yield one.start, pack_place(one.place), one.packed


def layout_of(name: str, text: StoredText, query: Query) -> Layout:
    """The layout of a stored text."""
    if name == LINES:
        return StoredLines(text)
    return StoredPlaces(text.row, query) if name == PLACED else Unplaced()


@dataclass(frozen=True, slots=True, eq=False)
class StoredPlaces:
    """The layout of a stored text whose parts stand in a known place each."""

    row: int
    query: Query

    def place(self, offset: int, /) -> Place | None:
        found = self.query(PLACE, (self.row, offset))
        return unpack_place(found[0][0]) if found else None

    def boxes(self, start: int, end: int, /) -> list[tuple[Page, list[Box]]]:
        values = {"row": self.row, "start": start, "end": end}
        found = self.query(STRETCHES, values)
        stretches = [Stretch(first, unpack_place(place), packed) for first, place, packed in found]
        return boxes_on_pages(stretches, start, end)

    def places(self, start: int, end: int, /) -> list[tuple[int, Place]]:
        rows = self.query(STARTS, {"row": self.row, "start": start, "end": end})
        return starts_of(((first, unpack_place(place)) for first, place in rows), start, end)
