"""Plain text → its blocks: the only place where structure is guessed.

A text file says nothing of headings, lists and tables but by how its lines look.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import itemgetter

from index.split.lines import HASHES, ITEM, Extent, opens_block, stretches
from index.split.nesting import Nesting
from index.split.tables import Table, bare_cells, find_tables
from index.structure import Block, Kind

MAX_HEADING = 80  # characters
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
QUOTED = re.compile(r"(?:>\s?)+")
BARS = re.compile(r"\|\s*")


def find_blocks(text: str) -> list[Block]:
    """The blocks of a text, each before those in it; their leaves cover all but white space."""
    tables, fences = find_tables(text), _fences(text)
    nesting = Nesting(text)
    for leaf in _leaves(text, tables, fences):
        nesting.add(leaf, _table_at(tables, leaf.start))
    return nesting.blocks()


def find_leaves(text: str, start: int, end: int, *, width: int | None = None) -> Iterator[Block]:
    """The headings, paragraphs and lines between two places where no table or code stands; `width`
    is the column the text is wrapped at, found between the two places unless given."""
    for extent in stretches(text, start, end, width=width):
        yield _leaf(text, *extent)


def row(text: str, table: Table, start: int, end: int) -> Block:
    """The leaf of a line of a table: its head, the rule under it, or a row."""
    if start < table.rows:
        return Block(Kind.HEAD, start, end)
    marker, closing = _bars(text, start, end)
    cells = table.cells(text, start, end)
    return Block(Kind.ROW, start, end, marker=marker, closing=closing, cells=cells)


def _leaves(text: str, tables: Sequence[Table], fences: Sequence[Extent]) -> Iterator[Block]:
    def tabled(at: int) -> bool:
        return _table_at(tables, at) is not None

    edges = {edge for fence in fences for edge in fence}
    for start, end in stretches(text, 0, len(text), tabled):
        table = _table_at(tables, start)
        fence = bisect_right(fences, start, key=itemgetter(0)) - 1
        if table is not None:
            yield row(text, table, start, end)
        elif fence >= 0 and start < fences[fence][1]:
            yield Block(Kind.CODE, start, end)
        elif edges and _line_of(text, start) & edges:
            yield replace(_leaf(text, start, end), marker=end - start)  # a fence is syntax
        else:
            yield _leaf(text, start, end)


def _line_of(text: str, at: int) -> set[int]:
    """Where the line of a place starts and ends."""
    end = text.find("\n", at)
    return {text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)}


def _leaf(text: str, start: int, end: int) -> Block:
    hashes, quoted = HASHES.match(text, start, end), QUOTED.match(text, start, end)
    if hashes:
        level = len(hashes[0].rstrip())
        return Block(Kind.HEADING, start, end, level=level, marker=len(hashes[0]))
    if quoted:
        return Block(Kind.QUOTATION, start, end, marker=_quotation_marks(text, quoted, end))
    item = ITEM.match(text, start, end)
    if item:
        inner = HASHES.match(text, item.end(), end)
        return Block(Kind.ITEM, start, end, marker=(inner or item).end() - start)
    marker, closing = _bars(text, start, end)
    if marker and closing:
        cells = bare_cells(text, start, end)
        return Block(Kind.ROW, start, end, marker=marker, closing=closing, cells=cells)
    heading = end - start <= MAX_HEADING and text[end - 1].isalnum()
    if heading and not opens_block(text, (start, end)):
        return Block(Kind.HEADING, start, end)
    return Block(Kind.PARAGRAPH, start, end, marker=marker)


def _quotation_marks(text: str, quoted: re.Match[str], end: int) -> int:
    """How long the marks of a quotation are, with those of what it quotes; before a number they may
    say that something is greater."""
    inner = ITEM.match(text, quoted.end(), end) or HASHES.match(text, quoted.end(), end)
    greater = inner is None and text[quoted.end() : end][:1].isdigit()
    return 0 if greater else (inner or quoted).end() - quoted.start()


def _bars(text: str, start: int, end: int) -> tuple[int, int]:
    """How long the bars with their spaces are at the two ends of a line; 0 where there is none."""
    first = BARS.match(text, start, end)
    marker = first.end() - start if first else 0
    tail = text[start + marker : end]
    closing = len(tail) - len(tail[:-1].rstrip()) if marker and tail.endswith("|") else 0
    return marker, closing


def _fences(text: str) -> list[Extent]:
    """What stands between fences: the second one is as the first, or longer, and alone."""
    found, opened = [], None
    for fence in FENCE.finditer(text):
        marks, rest = fence[1], fence[2].strip()
        if opened is None:
            above = text[text.rfind("\n", 0, max(0, fence.start() - 1)) + 1 : fence.start()]
            underlines = marks[0] == "~" and bool(above.strip())
            opened = None if underlines or "`" in rest else fence
        elif marks.startswith(opened[1]) and not rest:
            found.append((opened.end(), fence.start()))
            opened = None
    return found


def _table_at(tables: Sequence[Table], at: int) -> Table | None:
    number = bisect_right(tables, at, key=lambda table: table.start) - 1
    return tables[number] if number >= 0 and at < tables[number].end else None
