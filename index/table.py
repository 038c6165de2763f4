"""Text → the tables in it, and what a row of one says: its cells with the names of their columns.

A row alone ("| East | Lodi | 27.1 |") does not say what its cells are. Offsets are absolute.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.document import Document, Span

# A line with bars in it, under it a rule, under that the lines that have bars in them as well.
TABLE = re.compile(
    r"""
    ^[^\n|]*\|[^\n]*\n
    (?=[^\n]*-)(?=[^\n]*[|+])[|:+\-\ \t\r]+$
    (?P<rows>(?:\n[^\n|]*\|[^\n]*)*)
    """,
    re.MULTILINE | re.VERBOSE,
)
BAR = re.compile(r"(?<!\\)\|")
SAYING = re.compile(r"\w")

MAX_LINE = 5_000  # characters; a longer line is read as it is
MAX_NAMES = 400  # characters of the names together; longer ones are no help to read a row
REMEMBERED = 8  # documents whose tables are known


@dataclass(frozen=True, slots=True)
class Table:
    """Where the line with the names of its columns starts, where its rows start and end, and the
    names, "" where there is none."""

    start: int
    rows: int
    end: int
    columns: tuple[str, ...]


def table_of(sentence: Span) -> Table | None:
    """The table that a sentence is the head or a row of."""
    if "|" not in sentence.text:
        return None
    tables = _tables(sentence.document)
    at = bisect_right(tables, sentence.start, key=lambda table: table.start) - 1
    return tables[at] if at >= 0 and sentence.start < tables[at].end else None


def cells(sentence: Span) -> list[tuple[Span, str]]:
    """The cells of a row that say something, each with the name of its column. None of what is no
    row of a table, nor where the names together are longer than MAX_NAMES."""
    table, text = table_of(sentence), sentence.document.text
    if table is None or sentence.start < table.rows:
        return []
    row = _cells(text, text.rfind("\n", 0, sentence.start) + 1)
    named = [
        (Span(sentence.document, start, end), name)
        for (start, end), name in zip(row, table.columns, strict=False)
        if name and SAYING.search(text, start, end) and sentence.start <= start < sentence.end
    ]
    return named if sum(len(name) for _, name in named) <= MAX_NAMES else []


def said(sentence: Span) -> str:
    """The words of a sentence; of a row, with the names of the columns."""
    text = sentence.text
    return "".join(part for part, _ in spelt_out(sentence)) if "|" in text else text


def spelt_out(sentence: Span) -> Iterator[tuple[str, int | None]]:
    """What `said` joins: stretches of the document and where each starts, and names, that start
    nowhere. The first cell is what the row is about, and needs none."""
    text, start = sentence.document.text, sentence.start
    for cell, name in cells(sentence)[1:]:
        yield text[start : cell.start], start
        yield f"{name} = ", None
        start = cell.start
    yield text[start : sentence.end], start


@lru_cache(maxsize=REMEMBERED)
def _tables(document: Document) -> list[Table]:
    """The tables of a document, in order."""
    text = document.text
    return [
        Table(
            table.start(),
            table.start("rows"),
            table.end(),
            tuple(text[slice(*name)] for name in _cells(text, table.start())),
        )
        for table in TABLE.finditer(text)
    ]


def _cells(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where the cells of the line that starts there start and end; none of one above MAX_LINE."""
    line, *_ = text[start : start + MAX_LINE + 1].split("\n", 1)
    if len(line) > MAX_LINE:
        return
    at = start + len(line) - len(line.lstrip())
    row = line.strip()
    if row.startswith("|"):
        at, row = at + 1, row[1:]
    for cell in BAR.split(row.removesuffix("|")):
        begins = at + len(cell) - len(cell.lstrip())
        yield begins, max(begins, at + len(cell.rstrip()))
        at += len(cell) + 1
