"""What each stretch of a document is: a heading, a paragraph, an item of a list, a row of a table.

A loader says it in blocks, before any question; nothing guesses it again. Blocks are listed in
reading order, a block before those that stand in it, and known by their number in that list.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

FEW_COLUMNS = 2  # of a table: its rows mostly say by themselves what they say ("Revenue | 41 m")
MAX_LIST_CHARACTERS = 5_000  # a longer list is no answer but a text of its own
MIN_ITEMS = 2  # a single item may be a line that begins with a number by chance


class Kind(StrEnum):
    """What a block is. LIST and TABLE hold other blocks, and ITEM and QUOTATION may."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    ITEM = "item"
    TABLE = "table"
    HEAD = "head"  # the names of the columns, or the rule under them
    ROW = "row"
    CODE = "code"
    QUOTATION = "quotation"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a row at [start, end), in which column, counted from 0, and its name."""

    start: int
    end: int
    column: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """The stretch [start, end) of a document, and what it is.

    `marker` and `closing` count the characters of syntax at its two ends ("## ", "- ", " |").
    """

    kind: Kind
    start: int
    end: int
    parent: int | None = None  # number of the block that it stands in
    level: int = 0  # of a heading: 1 to 6, 0 where that is not known
    marker: int = 0
    closing: int = 0
    introduced_by: int | None = None  # of a list: number of the block whose last sentence does it
    columns: tuple[str, ...] = ()  # of a table: their names, "" for a column without one
    cells: tuple[Cell, ...] = ()  # of a head or a row: those that hold something

    @property
    def content(self) -> tuple[int, int]:
        """Where it starts and ends without its syntax."""
        start = min(self.start + self.marker, self.end)
        return start, max(start, self.end - self.closing)

    def moved(self, offset: int, number: int, above: int | None) -> Block:
        """It in a text that begins at an offset of a longer one, after so many blocks, in the block
        `above`."""
        by = None if self.introduced_by is None else self.introduced_by + number
        return replace(
            self,
            start=self.start + offset,
            end=self.end + offset,
            parent=above if self.parent is None else self.parent + number,
            introduced_by=by,
            cells=tuple(
                replace(cell, start=cell.start + offset, end=cell.end + offset)
                for cell in self.cells
            ),
        )


@dataclass(frozen=True, slots=True)
class Structure:
    """Blocks of one document by number, in reading order: all of them, or those around some of its
    sentences."""

    blocks: Mapping[int, Block] = field(default_factory=dict)
    _leaves: Sequence[int] = field(init=False, repr=False, compare=False)
    _children: Mapping[int, list[int]] = field(init=False, repr=False, compare=False)
    _lists: Mapping[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        children: dict[int, list[int]] = {}
        lists = {}
        for number, block in self.blocks.items():
            if block.parent is not None:
                children.setdefault(block.parent, []).append(number)
            if block.introduced_by is not None:
                lists[block.introduced_by] = number
        leaves = [number for number in self.blocks if number not in children]
        for name, value in (("_leaves", leaves), ("_children", children), ("_lists", lists)):
            object.__setattr__(self, name, value)

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> Structure:
        """That of a whole document."""
        return cls(dict(enumerate(blocks)))

    @property
    def leaves(self) -> list[Block]:
        """The blocks that hold no other, in reading order: these are split into sentences."""
        return [self.blocks[number] for number in self._leaves]

    def block_at(self, offset: int) -> Block | None:
        """The leaf that a place lies in."""
        number = self._number_at(offset)
        block = None if number is None else self.blocks[number]
        return block if block and offset < block.end else None

    def within(self, block: Block, kind: Kind) -> Block | None:
        """The nearest block of a kind that a block is or stands in."""
        above: Block | None = block
        while above is not None and above.kind is not kind:
            above = None if above.parent is None else self.blocks.get(above.parent)
        return above

    def items_after(self, offset: int) -> list[Block]:
        """The items of the list that the leaf at a place introduces; none of a list that is longer
        than MAX_LIST_CHARACTERS or has fewer than MIN_ITEMS."""
        number = self._number_at(offset)
        return [] if number is None else [self.blocks[item] for item in self._items(number)]

    def around(self, offsets: Iterable[int]) -> Structure:
        """The leaves at these places, what they stand in, and the lists that they introduce, as far
        as `items_after` tells of them."""
        wanted: set[int] = set()
        for leaf in {self._number_at(offset) for offset in offsets}:
            at = leaf
            while at is not None and at not in wanted:
                wanted.add(at)
                at = self.blocks[at].parent
            if leaf is not None and (items := self._items(leaf)):
                wanted |= {self._lists[leaf], *items}
        return Structure({number: self.blocks[number] for number in sorted(wanted)})

    def _items(self, leaf: int) -> Sequence[int]:
        """The numbers of the items of the list that a leaf introduces."""
        listed = self._lists.get(leaf)
        if listed is None:
            return ()
        items = self._children.get(listed, ())
        long = self.blocks[listed].end - self.blocks[leaf].end > MAX_LIST_CHARACTERS
        return () if long or len(items) < MIN_ITEMS else items

    def _number_at(self, offset: int) -> int | None:
        """The number of the leaf that a place lies in, or of the last one before it."""
        place = bisect_right(self._leaves, offset, key=lambda number: self.blocks[number].start)
        return self._leaves[place - 1] if place else None


def pack(structure: Structure) -> str:
    """A structure as JSON: `{number: [kind, start, end, ...]}`, the fields of Block in order and
    without the last ones that say nothing."""
    rows = {number: _row(block) for number, block in structure.blocks.items()}
    return json.dumps(rows, ensure_ascii=False, default=astuple)  # of a Cell


def unpack(text: str) -> Structure:
    """What `pack` was given."""
    return Structure({int(number): _block(*row) for number, row in json.loads(text).items()})


def _row(block: Block) -> list[object]:
    row = [(getattr(block, one.name), one.default) for one in fields(block)]
    while row[-1][0] == row[-1][1]:  # not what is false: 0 is the number of the first block
        row.pop()
    return [value for value, _ in row]


def _block(kind: str, start: int, end: int, *rest: Any) -> Block:
    block = Block(Kind(kind), start, end, *rest)
    if not block.columns and not block.cells:
        return block
    cells: Any = block.cells  # lists still
    cells = tuple(Cell(*cell) for cell in cells)
    return replace(block, columns=tuple(block.columns), cells=cells)
