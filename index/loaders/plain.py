"""Lines that a page or a mail shows as they are written, but that are prose → its blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol

from index.layout import Place, Section
from index.loaders.characters import fold
from index.split.plain import find_blocks
from index.structure import Block, Kind

MIN_PROSE = 500  # characters; shorter lines are shown as they are for a reason
WORDS = re.compile(r"\b[^\W\d_]{2,}\b(?:[,;:]? [\"'(“]?[^\W\d_]{1,}){4}")  # five words in a row
PROSE = 0.5  # of the lines have them
MAX_DEPTH = 6  # of lists and quotations in each other
MAX_NAME = 200  # characters of a heading that names a place


class Sink(Protocol):
    """What is told of the pieces of a document in reading order: a `Writer`."""

    def stands(self, place: Place | None) -> None: ...
    def heading(self, text: str, level: int = 0, /) -> None: ...
    def paragraph(self, text: str) -> None: ...
    def code(self, text: str) -> None: ...
    def within(self, kind: Kind, /, *, marker: str = "") -> AbstractContextManager[None]: ...
    def table(self, rows: list[list[str]], *, heads: int = 0) -> None: ...


def is_prose(text: str) -> bool:
    """Whether most lines of a text are of sentences."""
    if len(text) < MIN_PROSE:
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    return sum(WORDS.search(line) is not None for line in lines) >= PROSE * len(lines)


def write_plain(sink: Sink, text: str, *, named: bool) -> None:
    """Write a text whose structure is guessed. Where it is `named`, what follows a heading stands
    in the section of that name."""
    blocks = find_blocks(text)
    held = {block.parent for block in blocks}
    opened: list[tuple[int, ExitStack | None]] = []  # without what closes it, if it is too deep
    for number, block in enumerate(blocks):
        _close(opened, block.parent)
        if block.kind is Kind.TABLE:
            _table(sink, text, _rows(blocks, number))
            opened.append((number, None))
        elif number in held:
            closing = None
            if opened[-1][1] if block.kind is Kind.ITEM else len(opened) < MAX_DEPTH:
                closing = ExitStack()
                closing.enter_context(sink.within(block.kind, marker=_marker(text, block)))
            opened.append((number, closing))
        elif not opened or blocks[opened[-1][0]].kind is not Kind.TABLE:
            listed = not opened or opened[-1][1] is not None
            _leaf(sink, text, block, named=named, listed=listed)
    _close(opened, None)


def _close(opened: list[tuple[int, ExitStack | None]], parent: int | None) -> None:
    """Close all that the next block does not stand in."""
    while opened and opened[-1][0] != parent:
        _, closing = opened.pop()
        if closing is not None:
            closing.close()


def _leaf(sink: Sink, text: str, block: Block, *, named: bool, listed: bool) -> None:
    inside = text[slice(*block.content)]
    if block.kind is Kind.HEADING:
        if named:
            sink.stands(Section(fold(inside)[:MAX_NAME].strip()))
        sink.heading(fold(inside), block.level)
    elif block.kind in (Kind.CODE, Kind.ROW, Kind.HEAD):
        sink.code(text[block.start : block.end])
    elif block.kind in (Kind.ITEM, Kind.QUOTATION) and listed:
        with sink.within(block.kind, marker=_marker(text, block)):
            sink.paragraph(inside)
    else:
        sink.paragraph(text[block.start : block.end])


def _marker(text: str, block: Block) -> str:
    """What a number or a letter says before an item; nothing for a bullet."""
    marker = text[block.start : block.content[0]].strip()
    return marker if any(letter.isalnum() for letter in marker) else ""


def _rows(blocks: Sequence[Block], table: int) -> list[Block]:
    """The rows of a table, which follow it."""
    rows: list[Block] = []
    while table + 1 + len(rows) < len(blocks) and blocks[table + 1 + len(rows)].parent == table:
        rows.append(blocks[table + 1 + len(rows)])
    return rows


def _table(sink: Sink, text: str, rows: Sequence[Block]) -> None:
    """Write lines of columns; without cells that are known, a line is a cell."""
    told = [[text[cell.start : cell.end] for cell in row.cells] for row in rows]
    if all(told):
        sink.table(told, heads=0)
    else:
        sink.code("\n".join(text[row.start : row.end] for row in rows))
