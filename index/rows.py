"""A sentence → the words that it is understood by: those of a row with the names of its columns.

A row alone ("| East | Lodi | 27.1 |") does not say what its cells are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from index.document import Span
from index.split import Paragraph
from index.structure import FEW_COLUMNS, Block, Cell, Kind

NAMED = "{} = "  # how the name of a column is read before its cell; an index depends on it


def named_table(sentence: Span, paragraph: Paragraph) -> Block | None:
    """The table that a sentence stands in, where it takes the names of the columns to understand
    its rows."""
    block = paragraph.block_of(sentence)
    table = paragraph.structure.within(block, Kind.TABLE) if block else None
    return table if table and len(table.columns) > FEW_COLUMNS else None


def cells_of(sentence: Span, paragraph: Paragraph) -> list[Cell]:
    """The cells of a row whose column has a name; of a part of a row, those that begin in it, as
    far as it goes."""
    block = paragraph.block_of(sentence)
    cells = block.cells if block and block.kind is Kind.ROW else ()
    return [
        replace(cell, end=min(cell.end, sentence.end))
        for cell in cells
        if cell.name and sentence.start <= cell.start < sentence.end
    ]


def with_column_names(sentence: Span, paragraph: Paragraph) -> str:
    """The words of a sentence; of a row, with the names of the columns."""
    return "".join(part for part, _ in spelt_out(sentence, paragraph))


def spelt_out(sentence: Span, paragraph: Paragraph) -> Iterator[tuple[str, int | None]]:
    """What `with_column_names` joins: stretches of the document and where each starts, and names,
    that start nowhere. The first column is what the row is about, and needs none."""
    text, start = sentence.text, 0
    if named_table(sentence, paragraph):
        for cell in cells_of(sentence, paragraph):
            if cell.column > 0:
                at = cell.start - sentence.start
                yield text[start:at], sentence.start + start
                yield NAMED.format(cell.name), None
                start = at
    yield text[start:], sentence.start + start
