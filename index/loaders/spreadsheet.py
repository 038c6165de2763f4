"""Spreadsheets: sheet by sheet, what their cells show. Hidden sheets are left out."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from index.document import Document
from index.layout import SheetCell
from index.loaders.archive import open_archive
from index.loaders.grid import Grid, name_of
from index.loaders.grid_writer import write_grid
from index.loaders.ods import read_ods
from index.loaders.office import open_properties, properties
from index.loaders.source import SourceFile
from index.loaders.stated import Stated
from index.loaders.writer import Writer
from index.loaders.xlsx import open_workbook

logger = logging.getLogger(__name__)


def load_xlsx(file: SourceFile) -> Iterator[Document]:
    """The document in an Excel workbook. Raises DocumentError for what is none."""
    archive = open_archive(file, "an Excel workbook (.xlsx)")
    workbook = open_workbook(archive)
    yield _document(file, workbook.grids(), workbook.hidden, properties(archive))


def load_ods(file: SourceFile) -> Iterator[Document]:
    """The document in an OpenDocument spreadsheet. Raises DocumentError for what is none."""
    archive = open_archive(file, "an OpenDocument spreadsheet (.ods)")
    grids, hidden = read_ods(archive)
    yield _document(file, iter(grids), hidden, open_properties(archive))


def _document(
    file: SourceFile, grids: Iterator[Grid], hidden: Sequence[str], told: Stated
) -> Document:
    writer = Writer(file)
    names = Counter[str]()
    for grid in grids:
        names[grid.name] += 1
        if not grid.cells and not grid.remarks:
            continue
        again = f" ({names[grid.name]})" if names[grid.name] > 1 else ""  # in a broken file
        place = partial(_place, f"{grid.name}{again}")
        writer.stands(place(*min(grid.cells, default=(0, 0))))
        writer.heading(grid.name, 1)
        write_grid(writer, grid, place)
    if hidden:
        named = ", ".join(f"“{name}”" for name in hidden)
        logger.warning("%s has hidden sheets, left out: %s.", file, named)
    return writer.document(named=True, metadata={**told.metadata, "sheets": names.total()})


def _place(sheet: str, row: int, column: int) -> SheetCell:
    return SheetCell(sheet, name_of(row, column))
