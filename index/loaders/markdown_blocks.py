"""Markdown → its blocks: what a reader of the rendered page would say each line is.

The text stays as it is written. A block starts with the first character of its first line, and its
`marker` counts all syntax there: "> - " of an item in a quotation. A line that has nothing but the
marks of quotations is a block of its own.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from index.loaders.commonmark import CONTAINERS, Part, What, parse
from index.loaders.markdown_leaves import Leaf, leaves, line_leaf, text_leaves
from index.loaders.markdown_page import Page
from index.split import find_blocks as find_plain_blocks
from index.split.lines import strip
from index.split.nesting import SIGNS, Nesting
from index.structure import Block, Kind

# Above these, a text is read as plain text: its parts would need too much memory and time.
MAX_CHARACTERS = 2_000_000
MAX_LINES = 50_000

KINDS = {
    What.QUOTATION: Kind.QUOTATION,
    What.BULLETS: Kind.LIST,
    What.NUMBERS: Kind.LIST,
    What.ITEM: Kind.ITEM,
}
MARKS = re.compile(r"\s*>[>\s]*")


def find_blocks(text: str, front: int = 0) -> list[Block]:
    """The blocks of a text, each before those in it; their leaves cover all but white space.
    `front` is the length of its front matter, of which each line is a block."""
    if len(text) > MAX_CHARACTERS or text.count("\n") > MAX_LINES:
        return find_plain_blocks(text)
    above = text.count("\n", 0, front)
    parts = list(parse("\n" * above + text[front:]))
    builder = _Builder(Page(text, parts))
    builder.add_front(above)
    for part in parts:
        builder.add(part)
    return builder.blocks()


@dataclass(slots=True)
class _Open:
    """A container that is going on, and how many items it has."""

    number: int
    part: Part
    items: int = 0


class _Builder:
    """Puts the parts of a page into blocks. Leaves that follow one another go through Nesting,
    which finds the lists that Markdown does not know: "(a) …"."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._blocks: list[Block] = []
        self._marks: list[Block] = []  # lines with nothing but the marks of quotations
        self._open: list[_Open] = []
        self._line = 0  # the first one that is in no block yet
        self._run = Nesting(page.blank)
        self._last: int | None = None  # number of the leaf that would introduce a list
        self._fresh = False  # whether an item has begun and holds nothing yet

    def add_front(self, lines: int) -> None:
        for number in range(lines):
            self._add(line_leaf(self._page, Kind.PARAGRAPH, number))
            self._flush()
        self._line, self._last = lines, None

    def add(self, part: Part) -> None:
        if part.what is What.END:
            self._close()
        elif part.what in CONTAINERS:
            self._begin(part)
        else:
            self._fill(part.first)
            flowing = part.what in (What.PARAGRAPH, What.TABLE)
            if not flowing:
                self._flush()
            self._add(leaves(self._page, part))
            if not flowing and part.what is not What.HEADING:
                self._flush()
            self._line = part.last

    def blocks(self) -> list[Block]:
        self._fill(len(self._page))
        self._flush()
        blocks = _with_marks(self._blocks, self._marks)
        for number in range(len(blocks) - 1, -1, -1):
            block = blocks[number]
            if block.marker > block.end - block.start:
                blocks[number] = replace(block, marker=block.end - block.start)
            if block.parent is not None and block.end > blocks[block.parent].end:
                blocks[block.parent] = replace(blocks[block.parent], end=block.end)
        return blocks

    def _begin(self, part: Part) -> None:
        self._fill(part.first)
        self._flush()
        kind = KINDS[part.what]
        start, content = self._page.marker(part.first, [*(o.part for o in self._open), part])
        self._blocks.append(
            Block(
                kind,
                start,
                start,
                self._open[-1].number if self._open else None,
                marker=0 if kind is Kind.LIST else content - start,
                introduced_by=self._last if kind is Kind.LIST else None,
            )
        )
        if kind is Kind.ITEM:
            self._open[-1].items += 1
        self._open.append(_Open(len(self._blocks) - 1, part))
        self._last, self._fresh = None, kind is Kind.ITEM

    def _close(self) -> None:
        """End the innermost container; one that holds but a paragraph is that paragraph."""
        opened = self._open[-1]
        self._fill(opened.part.last)
        self._flush()
        self._open.pop()
        number = opened.number
        block, held = self._blocks[number], self._blocks[number + 1 :]
        if not held:
            self._blocks.pop()
            self._hand_up(number, block.parent)
        elif len(held) == 1 and held[0].kind is Kind.PARAGRAPH:
            self._blocks[number:] = [replace(held[0], kind=block.kind, parent=block.parent)]
        elif opened.items == 1:
            self._unmark(number + 1)
        self._last, self._fresh = None, False

    def _hand_up(self, number: int, parent: int | None) -> None:
        """Put the marks of a quotation that holds nothing else into the one around it."""
        at = len(self._marks)
        while at and self._marks[at - 1].parent == number:
            at -= 1
            self._marks[at] = replace(self._marks[at], parent=parent)

    def _fill(self, line: int) -> None:
        """Read the lines before a line that are in no part: plain text, or marks of quotations."""
        for bare, group in groupby(range(self._line, line), self._is_bare):
            numbers = list(group)
            if bare:
                self._marks += map(self._mark, numbers)
            else:
                self._add(text_leaves(self._page, *self._page.extent(numbers[0], numbers[-1] + 1)))
        self._line = max(self._line, line)

    def _is_bare(self, line: int) -> bool:
        return MARKS.fullmatch(self._page.text, *self._page.extent(line)) is not None

    def _mark(self, line: int) -> Block:
        start, end = self._page.extent(line)
        start, end = strip(self._page.text, start, end) or (start, end)
        parent = self._innermost(What.QUOTATION)
        return Block(Kind.QUOTATION, start, end, parent, marker=end - start)

    def _add(self, found: Iterable[Leaf]) -> None:
        for leaf, table in found:
            # "- (a) …" is one item, not an item in an item.
            own = self._fresh and leaf.kind is Kind.ITEM
            self._run.add(replace(leaf, kind=Kind.PARAGRAPH) if own else leaf, table)
            self._fresh = False

    def _flush(self) -> None:
        """Put the leaves of the run, and the lists and tables that they make up, into the innermost
        container."""
        base = len(self._blocks)
        parent = self._innermost(What.QUOTATION, What.ITEM)
        for block in self._run.blocks():
            self._blocks.append(self._placed(block, base, parent))
        if len(self._blocks) > base:
            self._last = len(self._blocks) - 1 if self._introduces(self._blocks[-1]) else None
            self._run = Nesting(self._page.blank)

    def _introduces(self, leaf: Block) -> bool:
        """Whether a leaf may introduce a list that follows: an item only one that it announces."""
        words = self._page.text[slice(*leaf.content)]
        announced = leaf.kind is Kind.ITEM and words.rstrip("*_").endswith(":")
        return announced or (leaf.kind in (Kind.HEADING, Kind.PARAGRAPH) and words != "")

    def _placed(self, block: Block, base: int, parent: int | None) -> Block:
        """A block of the run with the numbers that it has among all, and all marks of its line."""
        start = self._page.first_mark(block.start)
        marked = block.kind not in (Kind.LIST, Kind.TABLE)
        introduced_by = block.introduced_by
        return replace(
            block,
            start=start,
            parent=parent if block.parent is None else base + block.parent,
            marker=block.marker + (block.start - start if marked else 0),
            introduced_by=None if introduced_by is None else base + introduced_by,
        )

    def _innermost(self, *whats: What) -> int | None:
        return next((o.number for o in reversed(self._open) if o.part.what in whats), None)

    def _unmark(self, number: int) -> None:
        """The mark of an item that is alone may be text: a sign ("- 5 degrees") or a date
        ("12. May")."""
        item = self._blocks[number]
        start, content = item.start, item.content[0]
        mark = self._page.text[start:content].rstrip().lstrip("> \t")
        sign = mark in SIGNS and self._page.text[content : content + 1].isdigit()
        if not sign and not mark.rstrip(".").isdecimal():
            return
        marker = self._page.text.index(mark, start) - start
        for at in (number, number + 1):
            if at < len(self._blocks) and self._blocks[at].content[0] == content:
                self._blocks[at] = replace(self._blocks[at], marker=marker)


def _with_marks(blocks: Sequence[Block], marks: Sequence[Block]) -> list[Block]:
    """The blocks with those of lines that are nothing but marks, each in its place."""
    if not marks:
        return list(blocks)
    held = {block.parent for block in blocks}
    merged: list[Block] = []
    numbers: list[int] = []
    rest = deque(marks)

    def add(block: Block, parent: int | None) -> None:
        parent = None if parent is None else numbers[parent]
        by = None if block.introduced_by is None else numbers[block.introduced_by]
        merged.append(replace(block, parent=parent, introduced_by=by))

    def add_mark(mark: Block) -> None:
        parent = mark.parent
        # A leaf holds no other block, and a list only items.
        while parent is not None and (parent not in held or blocks[parent].kind is Kind.LIST):
            parent = blocks[parent].parent
        add(mark, parent)

    for block in blocks:
        while rest and rest[0].start < block.start:
            add_mark(rest.popleft())
        numbers.append(len(merged))
        add(block, block.parent)
    for mark in rest:
        add_mark(mark)
    return merged
