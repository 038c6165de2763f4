"""Text → the tables in it, and what a row of one says: its cells with the names of their columns.

A row alone ("| East | Lodi | 27.1 |") does not say what its cells are. Offsets are absolute.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from threading import Lock

from cachetools import LRUCache, cached

from index.document import Document, Span

# A line with bars in it, under it a rule, under that lines with bars in them, and rules of grids.
TABLE = re.compile(
    r"""
    ^[^\n|]*\|[^\n]*\n
    (?=[^\n]*[-=])(?=[^\n]*[|+])[|:+=\-\ \t\r]+$
    (?P<rows>(?:\n(?:[^\n|]*\|[^\n]*|[\ \t]*\+[+:=\-\ \t\r]+))*)
    """,
    re.MULTILINE | re.VERBOSE,
)
BAR = re.compile(r"(?<!\\)\|")
LAST_BAR = re.compile(r"(?<!\\)\|$")
SAYING = re.compile(r"\w")

MAX_LINE = 5_000  # characters; a longer line is read as it is
MAX_NAMES = 400  # characters of the names together; longer ones are no help to read a row
FEW = 2  # columns: in so many, a row mostly says by itself what it says: "Revenue | 41 million"
CHARACTERS_REMEMBERED = 100_000_000  # of the documents whose tables are known


@dataclass(frozen=True, slots=True)
class Table:
    """Where the line with the names of its columns starts, where its rows start and end; the
    names, "" where there is none; and whether its lines begin with a bar."""

    start: int
    rows: int
    end: int
    columns: tuple[str, ...]
    barred: bool

    @property
    def named(self) -> bool:
        """Whether it takes the names of its columns to understand a row."""
        return len(self.columns) > FEW


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a row, in which column, counted from 0, and the name of that."""

    span: Span
    column: int
    name: str


def find_tables(text: str) -> list[Table]:
    """The tables of a text, in order."""
    return [_table(text, found) for found in TABLE.finditer(text)]


def table_at(tables: Sequence[Table], at: int) -> Table | None:
    """The one of some tables, in order, that a place lies in."""
    number = bisect_right(tables, at, key=lambda table: table.start) - 1
    return tables[number] if number >= 0 and at < tables[number].end else None


def table_of(sentence: Span) -> Table | None:
    """The table that a sentence is the head or a row of."""
    if "|" not in sentence.text:
        return None
    return table_at(_tables(sentence.document)[1], sentence.start)


def cells(sentence: Span) -> list[Cell]:
    """The cells of a row that say something and whose column has a name; of a part of a row, those
    that begin in it. None of what is no row of a table, nor where the names together are longer
    than MAX_NAMES."""
    table, document = table_of(sentence), sentence.document
    if table is None or sentence.start < table.rows:
        return []
    row = _cells(document.text, document.text.rfind("\n", 0, sentence.start) + 1, table.barred)
    found = [
        Cell(Span(document, start, min(end, sentence.end)), column, name)
        for column, ((start, end), name) in enumerate(zip(row, table.columns, strict=False))
        if name and sentence.start <= start < sentence.end
    ]
    short = sum(len(cell.name) for cell in found) <= MAX_NAMES
    return [cell for cell in found if short and SAYING.search(cell.span.text)]


def said(sentence: Span) -> str:
    """The words of a sentence; of a row, with the names of the columns."""
    text = sentence.text
    return "".join(part for part, _ in spelt_out(sentence)) if "|" in text else text


def spelt_out(sentence: Span) -> Iterator[tuple[str, int | None]]:
    """What `said` joins: stretches of the document and where each starts, and names, that start
    nowhere. The first column is what the row is about, and needs none."""
    text, start = sentence.document.text, sentence.start
    table = table_of(sentence)
    if table is not None and table.named:
        for cell in cells(sentence):
            if cell.column > 0:
                yield text[start : cell.span.start], start
                yield f"{cell.name} = ", None
                start = cell.span.start
    yield text[start : sentence.end], start


@cached(LRUCache(CHARACTERS_REMEMBERED, getsizeof=itemgetter(0)), lock=Lock())
def _tables(document: Document) -> tuple[int, list[Table]]:
    """The tables of a document, and how much memory it takes to know them."""
    return len(document.text) + 1, find_tables(document.text)


def _table(text: str, found: re.Match[str]) -> Table:
    barred = found[0].lstrip().startswith("|")
    names = _cells(text, found.start(), barred)
    columns = tuple(text[slice(*name)].strip("*_`") for name in names)
    return Table(found.start(), found.start("rows"), found.end(), columns, barred)


def _cells(text: str, start: int, barred: bool) -> Iterator[tuple[int, int]]:
    """Where the cells of the line that starts there start and end; none of one above MAX_LINE."""
    line, *_ = text[start : start + MAX_LINE + 1].split("\n", 1)
    if len(line) > MAX_LINE:
        return
    at = start + len(line) - len(line.lstrip())
    row = line.strip()
    if barred and row.startswith("|"):
        at, row = at + 1, row[1:]
    for cell in BAR.split(LAST_BAR.sub("", row)):
        begins = at + len(cell) - len(cell.lstrip())
        yield begins, max(begins, at + len(cell.rstrip()))
        at += len(cell) + 1
