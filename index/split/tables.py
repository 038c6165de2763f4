"""Lines with bars in them → the tables of a plain text or Markdown, and the cells of their rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.structure import Cell

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
WORD = re.compile(r"\w")

MAX_LINE = 5_000  # characters; a longer line is read as it is
MAX_NAMES = 400  # characters of the names together; longer ones are no help to read a row


@dataclass(frozen=True, slots=True)
class Table:
    """Where the line with the names of its columns starts, where its rows start and end; the names,
    "" where there is none; and whether its lines begin with a bar."""

    start: int
    rows: int
    end: int
    columns: tuple[str, ...]
    barred: bool

    def cells(self, text: str, start: int, end: int) -> tuple[Cell, ...]:
        """The cells of the row at [start, end) that hold a word; none where the names together are
        longer than MAX_NAMES."""
        line = (text.rfind("\n", 0, start) + 1, end)
        extents = enumerate(_cells(text, *line, barred=self.barred))
        found = [
            Cell(*extent, column, self.columns[column] if column < len(self.columns) else "")
            for column, extent in extents
            if WORD.search(text, *extent)
        ]
        return tuple(found) if sum(len(cell.name) for cell in found) <= MAX_NAMES else ()


def bare_cells(text: str, start: int, end: int) -> tuple[Cell, ...]:
    """The cells of a row that stands in no table."""
    return Table(start, start, end, (), barred=True).cells(text, start, end)


def find_tables(text: str, start: int = 0, end: int | None = None) -> list[Table]:
    """The tables between two places of a text, in order."""
    found = TABLE.finditer(text, start, len(text) if end is None else end)
    return [_table(text, one) for one in found]


def _table(text: str, found: re.Match[str]) -> Table:
    barred = text[found.start() : found.end()].lstrip().startswith("|")
    head_end = text.index("\n", found.start())
    names = _cells(text, found.start(), head_end, barred=barred)
    columns = tuple(text[slice(*name)].strip("*_`") for name in names)
    return Table(found.start(), found.start("rows"), found.end(), columns, barred)


def _cells(text: str, start: int, end: int, *, barred: bool) -> Iterator[tuple[int, int]]:
    """Where the cells of the line at [start, end) start and end; none of one above MAX_LINE."""
    if end - start > MAX_LINE:
        return
    line = text[start:end]
    at = start + len(line) - len(line.lstrip())
    row = line.strip()
    if barred and row.startswith("|"):
        at, row = at + 1, row[1:]
    parts: Sequence[str] = BAR.split(row)
    if len(parts) > 1 and not parts[-1]:  # the bar at the end of the line
        parts = parts[:-1]
    for part in parts:
        begins = at + len(part) - len(part.lstrip())
        yield begins, max(begins, at + len(part.rstrip()))
        at += len(part) + 1
