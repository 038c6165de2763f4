"""The cells of a sheet → headings, paragraphs and tables of a document."""

from __future__ import annotations

import re
from collections.abc import Callable

from index.layout import Place
from index.loaders.grid import Grid, GridCell, name_of
from index.loaders.grid_tables import Note, Table, find_tables
from index.loaders.writer import Writer

MAX_TITLE = 80  # characters of a note that is the heading of the table below it
SAYS = re.compile(r"[:=@]|[.!?]\s*$")  # in a note that says something, and is no title
EMPTY = GridCell("")

PlaceOf = Callable[[int, int], Place | None]  # of row and column


def write_grid(writer: Writer, grid: Grid, place: PlaceOf) -> None:
    """Write what a sheet shows, and the remarks on its cells under it."""
    for one in find_tables(grid):
        if isinstance(one, Table):
            _write_table(writer, grid, one, place)
        else:
            _write_note(writer, grid, one, place)
    for (row, column), text in grid.remarks:
        writer.stands(place(row, column))
        writer.paragraph(f"Comment on {name_of(row, column)}: {text}")


def _write_note(writer: Writer, grid: Grid, note: Note, place: PlaceOf) -> None:
    cell = grid.cells[note.row, note.column]
    writer.stands(place(note.row, note.column))
    if (
        note.above
        and not cell.is_value
        and len(cell.text) <= MAX_TITLE
        and not SAYS.search(cell.text)
    ):
        writer.heading(cell.text, 2)
    else:
        writer.paragraph(cell.text)


def _write_table(writer: Writer, grid: Grid, table: Table, place: PlaceOf) -> None:
    columns = range(table.left, table.right)
    writer.table(
        [[grid.cells.get((row, column), EMPTY).text for column in columns] for row in table.rows],
        heads=table.heads,
        names=table.names,
        places=[[place(row, column) for column in columns] for row in table.rows],
    )
