"""Cells of a sheet → the tables and notes that a person sees in them, in reading order.

Nothing in a sheet says where a table begins. Rows without a cell part tables; notes stand above,
beside and below them, alone in their row; columns without a cell part two tables only where each
looks like one, for many a table has an empty column to be read better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.loaders.grid import Grid, GridCell, Rectangle, stretches

MAX_HEADS = 6  # rows
MAX_LABEL = 60  # characters on average of the cells of a table with one column
MIN_ALONE = 3  # cells of a table with one column
MAX_BESIDE = 2  # cells of a note beside a table
NOTE = 20  # characters of a note beside a table, at least
YEAR = re.compile(r"(?:19|20)\d\d")
DATE = re.compile(r"\d{1,4}[-/.]\w+[-/.]\d{1,4}|[A-Za-z]{3,9}[-. ’']{1,2}\d{2,4}")


@dataclass(frozen=True, slots=True)
class Note:
    """A cell that stands by itself; `above` if it may be the title of what comes after it."""

    row: int
    column: int
    above: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table, the first `heads` of which name its columns; the columns' names."""

    rows: Sequence[int]
    left: int
    right: int
    heads: int
    names: Sequence[str] = ()


def find_tables(grid: Grid) -> Iterator[Note | Table]:
    """The tables of a sheet and the notes around them, in reading order."""
    last: Table | None = None
    bands = list(_joined(grid, [list(range(*band)) for band in stretches(grid.rows)]))
    for number, rows in enumerate(bands):
        titles = last is None and number + 1 < len(bands)
        for one in _in_band(grid, rows, titles):
            if isinstance(one, Table):
                last = one = _continued(one, last)
            yield one


def _joined(grid: Grid, bands: Sequence[list[int]]) -> Iterator[list[int]]:
    """The bands of rows; one that holds heads only, together with the rows that they are of."""
    waiting: list[int] = []
    for band in bands:
        if waiting and (_is_heads(grid, band) or not _values(grid, band[0])):
            yield waiting
            waiting = []
        rows, waiting = [*waiting, *band], []
        if _is_heads(grid, rows):
            waiting = rows
        else:
            yield rows
    if waiting:
        yield waiting


def _is_heads(grid: Grid, rows: Sequence[int]) -> bool:
    few = len(rows) <= MAX_HEADS and len(grid.rows[rows[-1]]) > 1
    return few and not any(_values(grid, row) for row in rows)


def _in_band(grid: Grid, rows: Sequence[int], titles: bool) -> Iterator[Note | Table]:
    """The notes and tables in rows that no empty row parts. Notes alone may be `titles`."""
    if _is_column(grid, rows):
        yield Table(rows, grid.rows[rows[0]][0], grid.rows[rows[0]][0] + 1, 0)
        return
    start = next((n for n, row in enumerate(rows) if len(grid.rows[row]) > 1), len(rows))
    end = next((n for n in range(len(rows), start, -1) if not _is_alone(grid, rows[n - 1])), start)
    yield from _notes(grid, rows[:start], above=start < len(rows) or titles)
    if start < end:
        yield from _side_by_side(grid, rows[start:end])
    yield from _notes(grid, rows[end:])


def _is_alone(grid: Grid, row: int) -> bool:
    return len(grid.rows[row]) == 1 and not _values(grid, row)


def _notes(grid: Grid, rows: Sequence[int], *, above: bool = False) -> Iterator[Note]:
    return (Note(row, column, above) for row in rows for column in grid.rows[row])


def _is_column(grid: Grid, rows: Sequence[int]) -> bool:
    """Whether rows of one cell are a table with one column, not prose."""
    columns = {column for row in rows for column in grid.rows[row]}
    if len(rows) < MIN_ALONE or len(columns) > 1:
        return False
    length = sum(len(grid.cells[row, column].text) for row in rows for column in grid.rows[row])
    return length <= MAX_LABEL * len(rows)


def _side_by_side(grid: Grid, rows: Sequence[int]) -> Iterator[Note | Table]:
    """The tables in rows that are no notes, and the notes beside them, from left to right."""
    filled = sorted(
        {
            column + more
            for row in rows
            for column in grid.rows[row]
            for more in range(min(grid.cells[row, column].width, MAX_LABEL))
        }
    )
    parts: list[Rectangle] = []
    for left, right in stretches(filled):
        part = Rectangle(rows[0], rows[-1] + 1, left, right)
        if parts and not _apart(grid, rows, parts[-1], part):
            parts[-1] = replace(parts[-1], right=right)
        else:
            parts.append(part)
    for part in parts:
        inside = [row for row in rows if _within(grid, row, part)]
        if len(parts) > 1 and _is_note(grid, inside, part):
            for row in inside:
                yield from (Note(row, column) for column in _within(grid, row, part))
        else:
            first, heads = _heads(grid, inside, part)
            yield from _notes(grid, inside[:first], above=True)
            names = _names(grid, inside[first : first + heads], part)
            yield Table(inside[first:], part.left, part.right, heads, names)


def _within(grid: Grid, row: int, part: Rectangle) -> list[int]:
    return [column for column in grid.rows[row] if part.left <= column < part.right]


def _is_note(grid: Grid, rows: Sequence[int], part: Rectangle) -> bool:
    cells = [grid.cells[row, column] for row in rows for column in _within(grid, row, part)]
    return len(cells) <= MAX_BESIDE and all(
        len(cell.text) >= NOTE and not cell.is_value for cell in cells
    )


def _apart(grid: Grid, rows: Sequence[int], left: Rectangle, right: Rectangle) -> bool:
    """Whether what stands left and right of an empty column are two tables, or a table and a
    note."""
    sides = [[row for row in rows if _within(grid, row, part)] for part in (left, right)]
    if any(_is_note(grid, side, part) for side, part in zip(sides, (left, right), strict=True)):
        return True
    if min(left.right - left.left, right.right - right.left) < 2:
        return False
    first = [grid.cells.get((row, right.left)) for row in sides[1][1:]]
    labels = sum(cell is not None and not cell.is_value for cell in first)
    heads = [
        {grid.cells[row, column].text for row in side[:2] for column in _within(grid, row, part)}
        for side, part in zip(sides, (left, right), strict=True)
    ]
    differ = (sides[0][0], sides[0][-1]) != (sides[1][0], sides[1][-1])
    return labels * 2 >= len(first) and (differ or bool(heads[0] & heads[1]))


def _heads(grid: Grid, rows: Sequence[int], part: Rectangle) -> tuple[int, int]:
    """Which is the first row of the table, and how many rows from there on name its columns: those
    above the first number, up to the fullest of them, and what goes on under it, such as units.
    More than two rows above the fullest, or two where no cell spans others, are notes."""
    above = 0
    while above < min(len(rows), MAX_HEADS + 1) and _may_name(grid, rows, above, part):
        above += 1
    if above == len(rows):  # nothing but words
        above = min(above - 1, MAX_HEADS)
    filled = [len(_within(grid, row, part)) for row in rows[:above]]
    if not filled or max(filled) < 2:
        return 0, 0
    fullest = filled.index(max(filled))
    heads = fullest + 1
    while heads < above and part.left not in grid.rows[rows[heads]]:
        heads += 1
    if heads == len(rows):
        return 0, 0
    notes = fullest > 2 or (fullest > 1 and not _spans(grid, rows[:fullest], part))
    return (fullest, heads - fullest) if notes else (0, heads)


def _spans(grid: Grid, rows: Sequence[int], part: Rectangle) -> bool:
    """Whether a cell in these rows spans others."""
    cells = [grid.cells[row, column] for row in rows for column in _within(grid, row, part)]
    return any(cell.width > 1 or cell.height > 1 for cell in cells)


def _may_name(grid: Grid, rows: Sequence[int], number: int, part: Rectangle) -> bool:
    """Whether a row holds nothing but words, or years and dates above what is none."""
    values = [
        column for column in _within(grid, rows[number], part)
        if grid.cells[rows[number], column].is_value
    ]  # fmt: skip
    below = rows[number + 1] if number + 1 < len(rows) else None
    return not values or all(
        _is_period(grid.cells[rows[number], column])
        and below is not None
        and not _is_period(grid.cells.get((below, column)))
        for column in values
    )


def _is_period(cell: GridCell | None) -> bool:
    return cell is not None and bool(YEAR.fullmatch(cell.text) or DATE.fullmatch(cell.text))


def _names(grid: Grid, heads: Sequence[int], part: Rectangle) -> tuple[str, ...]:
    """The names of the columns. A head that spans several is in the name of each; where nothing
    says that it does, one in an upper row spans what is empty to its right."""
    if not heads:
        return ()
    spans = _spans(grid, heads, part)
    names: list[list[str]] = [[] for _ in range(part.left, part.right)]
    for row in heads:
        columns = _within(grid, row, part)
        for column, after in zip(columns, [*columns[1:], part.right], strict=True):
            cell = grid.cells[row, column]
            width = cell.width if spans or row == heads[-1] else after - column
            for over in range(column, min(column + width, part.right)):
                if cell.text not in names[over - part.left]:
                    names[over - part.left].append(cell.text)
    return tuple(" ".join(" ".join(name).split()) for name in names)


def _continued(table: Table, last: Table | None) -> Table:
    """A table without heads takes the names of the one above it that is as wide or wider."""
    if table.heads or last is None or not last.names:
        return table
    if not (last.left <= table.left and table.right <= last.right and table.right - table.left > 1):
        return table
    return replace(table, names=last.names[table.left - last.left : table.right - last.left])


def _values(grid: Grid, row: int) -> bool:
    return any(grid.cells[row, column].is_value for column in grid.rows[row])
