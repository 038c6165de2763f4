"""Leaves of a plain text → the lists and tables that they stand in, by their marks and indents."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from index.split.lines import ITEM, column, item_kind
from index.split.tables import Table
from index.structure import Block, Kind

LETTERED = re.compile(r"\(\w{1,5}\)")
LETTER = re.compile(r"\w")
FIRST_LETTER = 100  # characters, in which a line has its first letter
MAX_DEPTH = 10  # of lists in lists; what is deeper is of the last one
SIGNS = ("-", "–", "—", "+")


@dataclass(slots=True)
class _List:
    """A list that is going on: the places of it and of its last item among the blocks."""

    number: int
    item: int
    kind: str
    indent: int
    apart: bool  # whether there is a blank line before its last item


class Nesting:
    """Puts leaves into lists by their marks and indents, and rows into tables."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks: list[Block] = []
        self._open: list[_List] = []
        self._table: tuple[int, Table] | None = None
        self._last: int | None = None  # the last leaf

    def blocks(self) -> list[Block]:
        """All blocks, each as long as what stands in it."""
        for number in range(len(self._blocks) - 1, -1, -1):
            block = self._blocks[number]
            if block.parent is not None:
                above = self._blocks[block.parent]
                self._blocks[block.parent] = replace(above, end=max(above.end, block.end))
        items = Counter(block.parent for block in self._blocks if block.kind is Kind.ITEM)
        return [
            replace(block, marker=0)
            if items[block.parent] == 1 and self._may_be_said(block)
            else block
            for block in self._blocks
        ]

    def add(self, leaf: Block, table: Table | None) -> None:
        if table is None:
            self._table = None
            self._add_text(leaf)
        else:
            self._open = []
            if self._table is None or self._table[1] is not table:
                whole = Block(Kind.TABLE, leaf.start, leaf.end, columns=table.columns)
                self._table = (self._append(whole), table)
            self._append(leaf, self._table[0])
        self._last = len(self._blocks) - 1

    def _add_text(self, leaf: Block) -> None:
        kind = item_kind(self._text, leaf.start) if leaf.kind is Kind.ITEM else None
        indent = column(self._text, leaf.start)
        while self._open and not self._goes_on(self._open[-1], leaf, kind, indent):
            self._open.pop()
        inner = self._open[-1] if self._open else None
        if kind is None:
            self._append(leaf, self._deepen(inner.item) if inner else None)
        elif inner and (indent <= inner.indent or len(self._open) >= MAX_DEPTH):
            inner.item, inner.apart = self._append(leaf, inner.number), self._after_blank(leaf)
        else:
            self._begin_list(leaf, kind, indent, self._deepen(inner.item) if inner else None)

    def _begin_list(self, leaf: Block, kind: str, indent: int, parent: int | None) -> None:
        introduced_by = self._last if self._introduces(indent) else None
        whole = Block(Kind.LIST, leaf.start, leaf.end, introduced_by=introduced_by)
        number = self._append(whole, parent)
        item = self._append(leaf, number)
        self._open.append(_List(number, item, kind, indent, self._after_blank(leaf)))

    def _goes_on(self, opened: _List, leaf: Block, kind: str | None, indent: int) -> bool:
        """Whether a leaf is of a list: an item of the same kind, deeper, or a line that only goes
        on with its last item."""
        if indent > opened.indent:
            return True
        if kind is not None:
            return kind == opened.kind and indent == opened.indent
        letter = LETTER.search(self._text, leaf.start, leaf.start + FIRST_LETTER)
        small = letter is not None and letter[0].islower()
        small = small and not LETTERED.match(self._text, leaf.start)
        return self._breaks_before(leaf) == 1 and (small or opened.apart)

    def _introduces(self, indent: int) -> bool:
        """Whether the last leaf introduces a list under it; an item only one that is deeper."""
        if self._last is None or self._blocks[self._last].kind in (Kind.ROW, Kind.HEAD, Kind.CODE):
            return False
        last = self._blocks[self._last]
        line = self._text.rfind("\n", 0, last.end) + 1
        own = line + len(self._text[line : last.end]) - len(self._text[line : last.end].lstrip())
        deeper = indent - column(self._text, own)
        return deeper > 0 if ITEM.match(self._text, own, last.end) else deeper >= 0

    def _deepen(self, item: int) -> int:
        """The number of an item that something stands in: what was a leaf now holds one."""
        block = self._blocks[item]
        if item == len(self._blocks) - 1:
            inner = replace(block, kind=Kind.PARAGRAPH, parent=item)
            self._blocks.append(inner)
            if self._last == item:
                self._last = len(self._blocks) - 1
        return item

    def _may_be_said(self, block: Block) -> bool:
        """Whether the mark of an item may be part of what it says: the sign of a number ("- 5
        degrees"), or the day of a date ("12. March")."""
        mark = self._text[block.start : block.content[0]].strip()
        sign = mark in SIGNS and self._text[block.content[0]].isdigit()
        return sign or (mark.endswith(".") and mark[:-1].isdigit())

    def _append(self, block: Block, parent: int | None = None) -> int:
        self._blocks.append(replace(block, parent=parent))
        return len(self._blocks) - 1

    def _breaks_before(self, leaf: Block) -> int:
        before = self._blocks[self._last].end if self._last is not None else 0
        return self._text.count("\n", before, leaf.start)

    def _after_blank(self, leaf: Block) -> bool:
        return self._last is None or self._breaks_before(leaf) > 1
