"""Pieces of a file, in reading order → the text of a document, its blocks, and where they stand.

For formats whose syntax is not part of what a person reads. Text that is written stays as it is:
its ends are stripped, and what no text may hold becomes U+FFFD, a character for a character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from index.document import Document
from index.errors import DocumentError
from index.layout import Boxes, Layout, Place, Placed, Stretch, pack_boxes
from index.loaders.characters import allowed, fold
from index.loaders.source import SourceFile
from index.loaders.stated import metadata_of
from index.loaders.title import REPEATED_IN, best_title, name_of
from index.loaders.untitled import Name
from index.metadata import Value
from index.split.tables import MAX_NAMES
from index.structure import Block, Cell, Kind

MAX_CHARACTERS = 50_000_000  # of a document; a longer one is not read but made up
MAX_DEPTH = 50  # of blocks in blocks; what stands deeper is put into the deepest one

WORD = re.compile(r"\w")
BETWEEN_CELLS = "\t"
# What stands between a block and the next one, by the kind of both.
CLOSE = {Kind.ITEM, Kind.HEAD, Kind.ROW}


@dataclass(slots=True)
class _Opened:
    """A block that may still grow; without a number as long as nothing is in it."""

    kind: Kind
    number: int | None = None
    marker: str = ""  # what is still to be written before the first leaf in it
    implied: bool = False  # an item for what stands in a list and is none


class Writer:
    """Takes the pieces of one document of a file in reading order, and makes the document.

    Raises DocumentError where there are more than MAX_CHARACTERS of them.
    """

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._open: list[_Opened] = []
        self._last: int | None = None  # the leaf that was written last
        self._place: Place | None = None
        self._stretches: list[tuple[int, Place | None]] = []
        self._boxes: list[tuple[int, Boxes]] = []

    def __len__(self) -> int:
        """How many characters are written."""
        return self._length

    def stands(self, place: Place | None) -> None:
        """Say where all that is written from now on stands in the file."""
        self._place = place

    def heading(self, text: str, level: int = 0, *, boxes: Boxes | None = None) -> None:
        """A heading of a level from 1 to 6, 0 where that is not known."""
        self._leaf(Block(Kind.HEADING, 0, 0, level=min(max(level, 0), 6)), text, boxes)

    def paragraph(
        self,
        text: str,
        *,
        boxes: Boxes | None = None,
        places: Sequence[tuple[int, Place | None]] = (),
        marker: int = 0,
    ) -> None:
        """A paragraph. Its characters may stand in several places: from which one on, and where.
        The first `marker` of them are the bullet or the number of an item."""
        self._leaf(Block(Kind.PARAGRAPH, 0, 0, marker=marker), text, boxes, places)

    def code(self, text: str) -> None:
        """Lines that are no sentences. Only their last white space is left out."""
        self._leaf(Block(Kind.CODE, 0, 0), text, None)

    def text(self, text: str, blocks: Sequence[Block]) -> None:
        """A text that is kept as it is, and its blocks, as `find_blocks` tells them."""
        if not blocks:
            return
        self._imply_item()
        self._write(self._separator(blocks[0].kind), None)
        start, number = self._length, len(self._blocks)
        above = self._parent(start)
        self._write(allowed(text), None)
        for block in blocks:
            self._blocks.append(block.moved(start, number, above))
        self._last = len(self._blocks) - 1

    @contextmanager
    def within(self, kind: Kind, *, marker: str = "") -> Iterator[None]:
        """A list, an item of one, or a quotation: it holds all that is written inside. One that
        holds nothing is none, and an item of one paragraph is the paragraph itself. The marker of
        an item, as "3.", is shown before what it begins with. What else stands in a list is an
        item of it; an item in no list is none."""
        if kind is not Kind.ITEM:
            self._imply_item()
        depth = len(self._open) - (bool(self._open) and self._open[-1].implied)
        if kind is Kind.ITEM:
            self._close_to(depth)
        if len(self._open) < MAX_DEPTH and (kind is not Kind.ITEM or self._in_list):
            self._open.append(_Opened(kind, marker=fold(allowed(marker))))
        try:
            yield
        finally:
            self._close_to(depth)

    def table(
        self,
        rows: Sequence[Sequence[str]],
        *,
        heads: int = 0,
        names: Sequence[str] = (),
        places: Sequence[Sequence[Place | None]] | None = None,
        boxes: Sequence[Sequence[Boxes | None]] | None = None,
    ) -> None:
        """Rows of cells, the first `heads` of which name the columns; where each cell stands.
        `names` are those of the columns where heads do not stand right above them. With `boxes`,
        one for each character of a cell, which then holds no white space but spaces."""
        rows = [[fold(cell) for cell in row] for row in rows]
        columns = tuple(allowed(fold(name)) for name in names) or _columns(rows[:heads])
        self.paragraph(self._marker())  # a row has none of its own
        with self._table(columns):
            for number, row in enumerate(rows):
                kind = Kind.HEAD if number < heads else Kind.ROW
                here = places[number] if places else ()
                self._row(kind, row, columns, here, boxes[number] if boxes else ())

    def document(
        self,
        *,
        title: str = "",
        claimed: str = "",
        named: bool = False,
        dated: bool = False,
        front: int | None = None,
        name: str = "",
        metadata: Mapping[str, Value] | None = None,
        language: str | None = None,
    ) -> Document:
        """What was written, as the document of a file; with a `name`, as one of several in it.

        Its title is `title`; else what the file has `claimed` to be its title, where the text says
        so, too; else what `best_title` finds in its first `front` characters. One that is `named`
        is called as its file is, if a person gave that its name.
        """
        text = "".join(self._parts)
        file = Name(allowed(name)) if name.strip() else self._file
        return Document(
            f"{self._file.name}#{allowed(name)}" if name else self._file.name,
            (named and name_of(file))
            or best_title(
                [allowed(fold(title))],
                file,
                text=text[:front],
                claimed=allowed(fold(claimed)),
                headings=list(self._headings(text[:front])),
            ),
            text,
            self._file.name,
            metadata_of(self._file, metadata, text=text if dated else ""),
            blocks=tuple(self._blocks),
            layout=self._layout(),
            language=language,
        )

    def _leaf(
        self,
        block: Block,
        text: str,
        boxes: Boxes | None,
        places: Sequence[tuple[int, Place | None]] = (),
    ) -> None:
        """Add a block that holds no other, where there is a character to be seen in it."""
        text = allowed(text)
        kept = text.rstrip()
        before = len(kept) - len(
            kept.lstrip() if block.kind is not Kind.CODE else kept.lstrip("\n")
        )
        kept = kept[before:]
        if not kept.strip():
            return
        self._imply_item()
        if block.kind is Kind.CODE:  # a leaf begins with what is to be seen
            indent = len(kept) - len(kept.lstrip())
            self._write(self._separator(block.kind) + kept[:indent], None)
            kept, before = kept[indent:], before + indent
        else:
            if places and places[0][0] <= before:
                self.stands(places[0][1])
            self._write(self._separator(block.kind), None)
        start = self._length
        parent = self._parent(start)
        shown = self._marker()
        self._write(shown, None)
        inside = None if boxes is None else boxes[before : before + len(kept)]
        self._write_in_places(kept, inside, [(at - before, place) for at, place in places])
        self._last = len(self._blocks)
        marker = len(shown) + max(block.marker - before, 0)
        self._blocks.append(
            replace(block, start=start, end=self._length, parent=parent, marker=marker)
        )

    def _write_in_places(
        self, text: str, boxes: Boxes | None, places: Sequence[tuple[int, Place | None]]
    ) -> None:
        """Write a text whose characters stand from each of these places on."""
        starts = [0, *(min(max(at, 0), len(text)) for at, _ in places), len(text)]
        for number, (start, end) in enumerate(pairwise(starts)):
            if number:
                self.stands(places[number - 1][1])
            self._write(text[start:end], None if boxes is None else boxes[start:end])

    @property
    def _in_list(self) -> bool:
        """Whether what is written now stands in a list, and in no item of it."""
        return bool(self._open) and self._open[-1].kind is Kind.LIST

    def _imply_item(self) -> None:
        if self._in_list:
            self._open.append(_Opened(Kind.ITEM, implied=True))

    def _marker(self) -> str:
        """The markers of the items that begin here, and a space after each."""
        markers = [one.marker for one in self._open if one.marker]
        for one in self._open:
            one.marker = ""
        return "".join(f"{marker} " for marker in markers)

    def _parent(self, start: int) -> int | None:
        """The number of the innermost open block, which begins here if it is new."""
        parent = None
        for opened in self._open:
            if opened.number is None:
                opened.number = len(self._blocks)
                by = self._introducing() if opened.kind is Kind.LIST else None
                self._blocks.append(Block(opened.kind, start, start, parent, introduced_by=by))
            parent = opened.number
        return parent

    def _introducing(self) -> int | None:
        """The leaf just before, where it may introduce a list: an item only one that announces."""
        if self._last is None or self._last != len(self._blocks) - 1:
            return None
        last = self._blocks[self._last]
        if last.kind is Kind.ITEM:
            return self._last if self._parts[-1].endswith(":") else None
        return self._last if last.kind in (Kind.HEADING, Kind.PARAGRAPH) else None

    def _close_to(self, depth: int) -> None:
        while len(self._open) > depth:
            self._close(self._open.pop())

    def _close(self, opened: _Opened) -> None:
        number = opened.number
        if number is None:
            return
        block = self._blocks[number]
        inside = self._blocks[number + 1 :]
        if len(inside) == 1 and inside[0].kind is Kind.PARAGRAPH and opened.kind is not Kind.LIST:
            self._blocks.pop()
            self._last = number
            block = replace(block, marker=inside[0].marker)
        self._blocks[number] = replace(block, end=max(self._length, block.start))

    @contextmanager
    def _table(self, columns: tuple[str, ...]) -> Iterator[None]:
        with self.within(Kind.TABLE):
            yield
            opened = self._open[-1] if self._open else None
            if opened and opened.kind is Kind.TABLE and opened.number is not None:
                table = self._blocks[opened.number]
                self._blocks[opened.number] = replace(table, columns=columns)

    def _row(
        self,
        kind: Kind,
        row: Sequence[str],
        columns: Sequence[str],
        places: Sequence[Place | None],
        boxes: Sequence[Boxes | None],
    ) -> None:
        filled = [number for number, cell in enumerate(row) if cell]
        if not filled:
            return
        self._write(self._separator(kind), None)
        start, cells, parent = self._length, [], None
        for number in range(filled[0], filled[-1] + 1):
            if number < len(places):
                self.stands(places[number])
            at = self._length
            if number == filled[0]:
                parent = self._parent(at)
            self._write(allowed(row[number]), boxes[number] if number < len(boxes) else None)
            if WORD.search(row[number]):
                name = columns[number] if kind is Kind.ROW and number < len(columns) else ""
                cells.append(Cell(at, self._length, number, name))
            if number < filled[-1]:
                self._write(BETWEEN_CELLS, None)
        if sum(len(cell.name) for cell in cells) > MAX_NAMES:
            cells = []
        self._last = len(self._blocks)
        self._blocks.append(Block(kind, start, self._length, parent, cells=tuple(cells)))

    def _separator(self, kind: Kind) -> str:
        if self._last is None:
            return ""
        close = kind in CLOSE or any(one.kind is Kind.ITEM for one in self._open)
        return "\n" if close and self._blocks[self._last].kind is not Kind.HEADING else "\n\n"

    def _write(self, text: str, boxes: Boxes | None) -> None:
        if not text:
            return
        known = self._stretches[-1][1] if self._stretches else None
        if self._place != known or (not self._stretches and self._place is not None):
            self._stretches.append((self._length, self._place))
        if boxes is not None:
            self._boxes.append((self._length, boxes))
        self._parts.append(text)
        self._length += len(text)
        if self._length > MAX_CHARACTERS:
            raise DocumentError(
                f"{self._file} has more than {MAX_CHARACTERS:,} characters; split it first."
            )

    def _headings(self, text: str) -> Iterator[tuple[int, str]]:
        """The headings of a text that may hold or be its title, and where each starts."""
        for block in self._blocks:
            if block.start > min(len(text), REPEATED_IN):
                return
            if block.kind is Kind.HEADING:
                yield block.start, text[slice(*block.content)]

    def _layout(self) -> Layout:
        ends = [*(start for start, _ in self._stretches), self._length][1:]
        return Placed(
            tuple(
                Stretch(start, place, self._packed(start, end))
                for (start, place), end in zip(self._stretches, ends, strict=True)
            )
        )

    def _packed(self, start: int, end: int) -> bytes:
        """The boxes of the characters [start, end), as they are stored."""
        inside = [(at, boxes) for at, boxes in self._boxes if start <= at < end]
        if not inside:
            return b""
        whole = np.zeros((end - start, 4), np.uint16)
        for at, boxes in inside:
            whole[at - start : at - start + len(boxes)] = boxes
        return pack_boxes(whole)


def _columns(heads: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The names of the columns; of heads in several lines, one under the other."""
    width = max(map(len, heads), default=0)
    names = (
        " ".join(dict.fromkeys(row[column] for row in heads if column < len(row) and row[column]))
        for column in range(width)
    )
    return tuple(map(allowed, names))
