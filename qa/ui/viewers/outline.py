"""A document shown by its blocks: headings, lists, tables, with the same characters as its text.

What stands between blocks and is seen is shown, too. Only white space between them is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index import Span
from index.layout import Moment, Page, Place, SheetCell, Slide
from index.structure import Block, Kind, Structure
from qa.ui.viewers.marks import Part, clipped

TEXT, CELL = "text", "cell"  # kinds of nodes besides those of blocks
BETWEEN_CELLS = "\t"
TOLD = (Page, Slide, Moment)  # places that are shown where they begin; headings tell the others


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a leaf, and the place that begins with it, '' where none does."""

    text: str
    mark: str | None = None
    number: int = 0
    at: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A block as it is shown: pieces of text, or what stands in it.

    `at` is the place that begins with it: before it stands "page 12"; of a row or a cell of a
    spreadsheet "7" or "B7".
    """

    kind: str
    pieces: Sequence[Piece] = ()
    inside: Sequence[Node] = ()
    level: int = 0
    counted: bool = False  # whether its text begins with its number or bullet
    at: str = ""
    column: int = 0  # of a cell, counted from 0
    columns: Sequence[str] = ()  # of a table of a spreadsheet: the letters over them


def outline(shown: Span, structure: Structure, parts: Sequence[Part]) -> list[Node]:
    """A stretch of a document by its blocks; `parts` are its text with its marks."""
    return list(_Outline(shown, structure, parts).nodes())


@dataclass(slots=True)
class _Outline:
    """Goes through the blocks of a stretch in their order, and through its text with them."""

    shown: Span
    structure: Structure
    parts: Sequence[Part]
    _at: int = field(init=False)
    _inside: dict[int | None, list[int]] = field(init=False)
    _cells: dict[int, str] = field(init=False)
    _told: list[tuple[int, str]] = field(init=False)

    def __post_init__(self) -> None:
        self._at = self.shown.start
        blocks = self.structure.blocks
        self._inside = {}
        for number, block in blocks.items():
            above = block.parent if block.parent in blocks else None
            self._inside.setdefault(above, []).append(number)
        places = self.shown.document.layout.places(self.shown.start, self.shown.end)
        self._cells = {at: place.cell for at, place in places if isinstance(place, SheetCell)}
        self._told = list(_told(places))[::-1]

    def nodes(self) -> Iterator[Node]:
        """The blocks that stand in no other, and at last what comes after them."""
        for number in self._inside.get(None, ()):
            yield from self._block(number, None)
        yield from self._until(self.shown.end, None)

    def _block(self, number: int, above: Kind | None) -> Iterator[Node]:
        """A block, and before it what stands before it and in no block."""
        block = self.structure.blocks[number]
        if block.end <= self._at or block.start >= self.shown.end:
            return
        inside = self._inside.get(number)
        if inside is None:
            yield from self._until(self._begins(block), above)
            yield self._leaf(block)
            return
        yield from self._until(block.start, above)
        at = self._place(block.start)
        nodes = [node for one in inside for node in self._block(one, block.kind)]
        nodes += self._until(min(block.end, self.shown.end), block.kind)
        columns = _letters(nodes) if block.kind is Kind.TABLE else ()
        counted = bool(nodes) and nodes[0].counted
        yield Node(block.kind, inside=nodes, counted=counted, at=at, columns=columns)

    def _begins(self, block: Block) -> int:
        """Where a leaf begins; one of code with its indentation."""
        if block.kind is not Kind.CODE:
            return block.start
        before = self.shown.document.text[self._at : block.start]
        indented = len(before) - len(before.rstrip(" \t"))
        return max(self._at, block.start - indented)

    def _leaf(self, block: Block) -> Node:
        start, end = self._at, min(block.end, self.shown.end)
        if block.kind in (Kind.HEAD, Kind.ROW):
            return self._row(block.kind, start, end, block)
        at = self._place(start)
        counted = block.marker > 0 and block.kind in (Kind.ITEM, Kind.PARAGRAPH)
        return Node(block.kind, self._pieces(start, end), (), block.level, counted, at)

    def _row(self, kind: Kind, start: int, end: int, block: Block | None = None) -> Node:
        at = self._place(start)
        cells: list[Node] = []
        self._at = start
        row = self.shown.document.text[start:end]
        first = _first_column(block, start, row)
        for number, text in enumerate(row.split(BETWEEN_CELLS)):
            name = self._cells.get(self._at, "")
            pieces = self._pieces(self._at, self._at + len(text))
            cells.append(Node(CELL, pieces, at=name, column=first + number))
            self._at += len(BETWEEN_CELLS)
        self._at = end
        ordinal = next((cell.at.lstrip(LETTERS) for cell in cells if cell.at), "")
        return Node(kind, inside=cells, at=ordinal or at)

    def _until(self, end: int, above: Kind | None) -> Iterator[Node]:
        """What is to be seen from where we are to there, in lines of a table or in one text."""
        start, self._at = self._at, max(self._at, end)
        text = self.shown.document.text[start : max(start, end)]
        if not text.strip():
            return
        if above is not Kind.TABLE:
            lead = len(text) - len(text.lstrip("\n"))
            yield Node(TEXT, self._pieces(start + lead, start + len(text.rstrip())))
            self._at = max(self._at, end)
            return
        for line in text.split("\n"):
            if line.strip():
                yield self._row(Kind.HEAD, start, start + len(line))
            start += len(line) + 1
        self._at = max(self._at, end)

    def _place(self, offset: int) -> str:
        """The place that begins at an offset or before it, and was not told yet."""
        told = ""
        while self._told and self._told[-1][0] <= offset:
            told = self._told.pop()[1]
        return told

    def _pieces(self, start: int, end: int) -> list[Piece]:
        """The text of [start, end) with its marks, cut where a place begins."""
        pieces, told = [], ""
        for part in clipped(self.parts, start, end):
            at = part.start
            while self._told and self._told[-1][0] < part.end:
                cut = max(self._told[-1][0], at)
                if cut > at:
                    pieces.append(
                        Piece(
                            part.text[at - part.start : cut - part.start],
                            part.mark,
                            part.number,
                            told,
                        )
                    )
                told, at = self._told.pop()[1], cut
            pieces.append(Piece(part.text[at - part.start :], part.mark, part.number, told))
            told = ""
        self._at = end
        return pieces


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _told(places: Sequence[tuple[int, Place]]) -> Iterator[tuple[int, str]]:
    """Where each of the places begins that are shown, as a person calls it."""
    last = ""
    for at, place in places:
        name = str(place) if isinstance(place, TOLD) else ""
        if name and name != last:
            yield at, name
        last = name or last


def _first_column(block: Block | None, start: int, text: str) -> int:
    """The number of the column that the first cell of a row stands in."""
    if block is None or not block.cells:
        return 0
    known = block.cells[0]
    return max(0, known.column - text[: known.start - start].count(BETWEEN_CELLS))


def _letters(rows: Sequence[Node]) -> Sequence[str]:
    """The letters over the columns of a table, where it is one of a spreadsheet."""
    found = {
        cell.column: cell.at.rstrip("0123456789") for row in rows for cell in row.inside if cell.at
    }
    return [found.get(column, "") for column in range(max(found) + 1)] if found else ()
