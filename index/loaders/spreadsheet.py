"""Spreadsheets: sheet by sheet, what their cells show. Hidden sheets are left out."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from functools import partial
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from index.document import Document
from index.errors import DocumentError
from index.layout import SheetCell
from index.loaders.elements import parse_xml
from index.loaders.grid import Grid, name_of
from index.loaders.grid_writer import write_grid
from index.loaders.ods import read_ods
from index.loaders.office import CORE, META, open_properties_in, properties_in
from index.loaders.source import SourceFile
from index.loaders.stated import Stated
from index.loaders.unzip import BROKEN, open_zip
from index.loaders.writer import Writer
from index.loaders.xlsx import open_workbook

logger = logging.getLogger(__name__)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how an encrypted workbook begins, and an old one
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MOST = 1024 * 1024  # bytes of what a file says of itself


def load_xlsx(file: SourceFile) -> Iterator[Document]:
    """The document in an Excel workbook. Raises DocumentError for what is none."""
    _refuse_encrypted(file)
    with open_zip(file) as archive:
        workbook = open_workbook(archive, file)
        told = properties_in(_part(archive, CORE))
        yield _document(file, workbook.grids(), workbook.hidden, told)


def load_ods(file: SourceFile) -> Iterator[Document]:
    """The document in an OpenDocument spreadsheet. Raises DocumentError for what is none."""
    with open_zip(file) as archive:
        grids, hidden = read_ods(archive, file)
        yield _document(file, iter(grids), hidden, open_properties_in(_part(archive, META)))


def _document(
    file: SourceFile, grids: Iterator[Grid], hidden: Sequence[str], told: Stated
) -> Document:
    writer = Writer(file)
    sheets = 0
    for grid in grids:
        sheets += 1
        if not grid.cells and not grid.remarks:
            continue
        place = partial(_place, grid.name)
        writer.stands(place(*min(grid.cells, default=(0, 0))))
        writer.heading(grid.name, 1)
        write_grid(writer, grid, place)
    if hidden:
        names = ", ".join(f"“{name}”" for name in hidden)
        logger.warning("%s has hidden sheets, left out: %s.", file, names)
    return writer.document(named=True, metadata={**told.metadata, "sheets": sheets})


def _part(archive: ZipFile, name: str) -> Element | None:
    """What a file says of itself; nothing where that is damaged."""
    try:
        found = archive.NameToInfo.get(name)
        return parse_xml(archive.read(name), name) if found and found.file_size < MOST else None
    except (DocumentError, *BROKEN):
        return None


def _place(sheet: str, row: int, column: int) -> SheetCell:
    return SheetCell(sheet, name_of(row, column))


def _refuse_encrypted(file: SourceFile) -> None:
    with file.open() as stream:
        if stream.read(len(OLE)) != OLE:
            return
    if ENCRYPTED in file.read():
        raise DocumentError(f"{file} is encrypted; save it without a password first.")
    raise DocumentError(f"{file} is of an older Excel; save it as .xlsx.")
