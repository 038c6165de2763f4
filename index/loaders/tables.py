"""A table of a tree → its rows of cells as they stand beside each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

from index.loaders.heads import heads_over_numbers
from index.loaders.html_tree import HEADINGS
from index.loaders.visible import steps

PARTS = {"thead", "tbody", "tfoot"}
CELLS = {"td", "th"}
# What stands in a table only where this does not say what belongs together but where things stand.
STRUCTURED = {*HEADINGS, "table", "form", "article", "blockquote"}
MAX_CELL = 1_500  # characters; a table with longer ones puts texts beside each other
MAX_SPAN = 1_000  # columns or rows of a merged cell, as browsers bound them
MAX_HEADS = 5  # rows that name the columns
SIGN = re.compile(r"[$€£¥₹]|(?:US|CA|A)\$|\(")  # what stands alone before a number in a column
CLOSING = re.compile(r"[)%]+")  # what stands alone after one
NUMBER = re.compile(r"[$€£¥₹(]*[\d.,–—-].*")
MIN_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, in how many columns, and whether it is marked as a head."""

    text: str
    span: int
    head: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of as many cells as there are columns, the first `heads` of which name these."""

    rows: list[list[str]]
    heads: int


def laid_out(root: Element) -> set[Element]:
    """The tables that only say where things stand beside each other: they hold other tables or
    what has a structure of its own, long texts, a single row or a single column."""
    found: set[Element] = set()
    tables: list[Element] = []
    letters: list[int] = []  # of the text in each open table since its last cell
    for element, begins in steps(root):
        if begins and tables:
            letters[-1] = 0 if element.tag in CELLS else letters[-1]
            letters[-1] += len(element.text or "")
            if element.tag in STRUCTURED or letters[-1] > MAX_CELL:
                found.add(tables[-1])
        elif tables:
            letters[-1] += len(element.tail or "")
        if element.tag != "table":
            continue
        if begins:
            tables.append(element)
            letters.append(0)
            if not _has_columns(element):
                found.add(element)
        else:
            tables.pop()
            letters.pop()
    return found


def _has_columns(table: Element) -> bool:
    """Whether cells stand beside and below each other, and do so to say something."""
    widths = [sum(cell.tag in CELLS for cell in row) for row, _ in rows_of(table)]
    presents = table.get("role") in ("presentation", "none")
    return not presents and len(widths) > 1 and max(widths) >= MIN_COLUMNS


def rows_of(table: Element) -> Iterator[tuple[Element, bool]]:
    """The rows of a table, and whether each is in its head."""
    for part in table:
        if part.tag == "tr":
            yield part, False
        elif part.tag in PARTS:
            for row in part:
                if row.tag == "tr":
                    yield row, part.tag == "thead"


def read_table(table: Element, text_of: Callable[[Element], str]) -> Table:
    """The rows of a table. A merged cell stands in its first row and column; one that names several
    columns, in each of them. Columns without anything are left out."""
    below: dict[int, int] = {}  # column → rows that a cell from above still reaches into
    grid: list[dict[int, Cell]] = []
    marked: list[bool] = []
    for row, in_head in rows_of(table):
        filled = _placed(row, below, text_of)
        if any(cell.text for cell in filled.values()):
            grid.append(filled)
            marked.append(in_head or _names_columns(filled))
    heads = _leading(marked) or _leading([_leaves_corner(filled) for filled in grid])
    heads = heads or heads_over_numbers([[cell.text for cell in row.values()] for row in grid])
    for number, filled in enumerate(grid):
        if number >= heads:
            _join_signs(filled)
    while heads and len(grid[heads - 1]) < MIN_COLUMNS:  # it names the table, not its columns
        heads -= 1
    return Table(_compact(grid, heads), heads)


def _leading(marked: list[bool]) -> int:
    """How many of the first rows are marked, as far as rows follow them."""
    heads = 0
    while heads < min(len(marked) - 1, MAX_HEADS) and marked[heads]:
        heads += 1
    return 0 if heads == MAX_HEADS and marked[heads] else heads


def _leaves_corner(filled: dict[int, Cell]) -> bool:
    """Whether a row names columns but for the first, in which the names of rows stand."""
    return 0 not in filled and len(filled) >= MIN_COLUMNS


def _placed(
    row: Element, below: dict[int, int], text_of: Callable[[Element], str]
) -> dict[int, Cell]:
    """The cells of a row by their columns, past those that reach into it from above."""
    filled: dict[int, Cell] = {}
    reaching = dict(below)
    for column in reaching:
        below[column] -= 1
        if not below[column]:
            del below[column]
    column = 0
    for element in row:
        if element.tag not in CELLS:
            continue
        while column in reaching:
            column += 1
        span = _span(element, "colspan")
        text = text_of(element)
        if text:
            filled[column] = Cell(text, span, element.tag == "th" or _is_bold(element))
        if (rows := _span(element, "rowspan")) > 1:
            below.update(dict.fromkeys(range(column, column + span), rows - 1))
        column += span
    return filled


def _names_columns(filled: dict[int, Cell]) -> bool:
    """Whether a row is one of heads: all that stands in it is, and it names more than one."""
    cells = filled.values()
    return all(cell.head for cell in cells) and sum(cell.span for cell in cells) >= MIN_COLUMNS


def _join_signs(filled: dict[int, Cell]) -> None:
    """Put a sign of money before its number, and a bracket or per cent after it."""
    columns = sorted(filled)
    for here, after in pairwise(columns):
        if here not in filled:
            continue
        one, other = filled[here], filled[after]
        if SIGN.fullmatch(one.text) and NUMBER.match(other.text):
            filled[after] = Cell(one.text + other.text, other.span, other.head)
            del filled[here]
        elif CLOSING.fullmatch(other.text) and NUMBER.match(one.text):
            filled[here] = Cell(one.text + other.text, one.span, one.head)
            filled[after] = Cell("", other.span, other.head)


def _compact(grid: list[dict[int, Cell]], heads: int) -> list[list[str]]:
    """The rows without the columns in which nothing stands."""
    used = {column for filled in grid[heads:] for column, cell in filled.items() if cell.text}
    for filled in grid[:heads]:
        for column, cell in filled.items():
            if used.isdisjoint(range(column, column + cell.span)):
                used.add(column)
    columns = {column: number for number, column in enumerate(sorted(used))}
    rows = []
    for number, filled in enumerate(grid):
        texts: dict[int, str] = {}
        for column, cell in filled.items():
            span = cell.span if number < heads else 1
            for at in range(column, column + span):
                if at in columns:
                    texts[columns[at]] = cell.text
        width = max(texts, default=-1) + 1
        rows.append([texts.get(at, "") for at in range(width)])
    return rows


def _span(cell: Element, name: str) -> int:
    given = cell.get(name, "1").strip()
    return min(max(int(given), 1), MAX_SPAN) if given.isascii() and given.isdigit() else 1


def _is_bold(cell: Element) -> bool:
    """Whether all that stands in a cell stands in a single bold element."""
    element: Element | None = cell
    while element is not None and not (element.text or "").strip() and len(element) == 1:
        element = element[0]
        if (element.tail or "").strip():
            return False
        if element.tag in ("b", "strong"):
            return True
    return False
