"""A PDF → the pieces of lines on its pages, from its text or by OCR."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from index.errors import DocumentError
from index.loaders.ocr import OcrError
from index.loaders.options import ALWAYS
from index.loaders.pdf_glyphs import (
    Sheet,
    count_pages,
    opened,
    paint_page,
    read_properties,
    read_sheet,
)
from index.loaders.pdf_left_out import OCR_SECONDS, Why, listed, tell, without_text
from index.loaders.pdf_lines import Piece, read_pieces
from index.loaders.pdf_ocr import DOTS, MAX_PIXELS, beside, read_picture, with_few_sizes
from index.loaders.source import SourceFile
from index.loaders.writer import MAX_CHARACTERS

logger = logging.getLogger(__name__)

MAX_PAGES = 5_000
GARBAGE = 0.2  # of the glyphs of a page, of which the file does not say what they are
STAMP = 100  # letters on a page of pictures, at most, that may not be its text: a stamp on a scan

Pieces = Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Pages:
    """What was read of a file: the pieces of its pages, and which of them OCR read."""

    pieces: list[Pieces] = field(default_factory=list)
    read: list[Piece] = field(default_factory=list)
    left_out: dict[Why, list[int]] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def by_ocr(self) -> list[int]:
        """The pages, counted from 1, on which OCR read something."""
        return sorted({one.page for one in self.read})


def read_pages(file: SourceFile) -> Pages:
    """What is on the pages of a PDF; which are left out, or read by OCR, is logged.

    Raises DocumentError for one without any text, for one with a password, and for what is no PDF.
    """
    with opened(file.read(), str(file)) as document:
        count = count_pages(document)
        if not count:
            raise DocumentError(f"{file} has no pages.")
        if count > MAX_PAGES:
            raise DocumentError(
                f"{file} has {count:,} pages; the limit is {MAX_PAGES:,}. Split it first."
            )
        pages = replace(_read(file, document, count), properties=read_properties(document))
    if not any(pages.pieces):
        raise DocumentError(without_text(file, pages.left_out))
    if pages.by_ocr:
        logger.warning("%s: %s read by OCR; letters may be wrong.", file, listed(pages.by_ocr))
    tell(file, pages.left_out)
    return replace(pages, pieces=with_few_sizes(pages.pieces, set(pages.read)))


def _read(file: SourceFile, document: Any, count: int) -> Pages:
    reader = _Reader(file, document)
    length = 0
    for number in range(1, count + 1):
        length += sum(len(one.text) for one in reader.read(number))
        if length > MAX_CHARACTERS:
            raise DocumentError(
                f"{file} has more than {MAX_CHARACTERS:,} characters; split it first."
            )
    return reader.pages


class _Reader:
    """Reads one page of a file after the other."""

    def __init__(self, file: SourceFile, document: Any) -> None:
        self.pages = Pages()
        self._file, self._document = file, document
        self._until = time.monotonic() + OCR_SECONDS

    def read(self, number: int) -> Pieces:
        """Read a page, counted from 1; why it has no pieces is noted."""
        sheet = read_sheet(self._document, number)
        pieces, why = self._pieces(sheet) if sheet else ((), Why.BROKEN)
        self.pages.pieces.append(pieces)
        if not pieces:
            self.pages.left_out.setdefault(why, []).append(number)
        return pieces

    def _pieces(self, sheet: Sheet) -> tuple[Pieces, Why]:
        garbled = sum(not one.known for one in sheet.glyphs) > GARBAGE * len(sheet.glyphs)
        options = self._file.options
        own = [] if garbled or options.ocr == ALWAYS else read_pieces(sheet)
        why = Why.GARBLED if garbled else Why.PICTURES if sheet.pictured else Why.BLANK
        few = sum(len(one.text) for one in own) <= STAMP if sheet.pictured else not own
        if not (few and options.reads_pictures):
            return own, why
        found, why = self._by_ocr(sheet)
        found = beside(found, own)
        self.pages.read.extend(found)
        return [*own, *found], why

    def _by_ocr(self, sheet: Sheet) -> tuple[Pieces, Why]:
        if time.monotonic() > self._until:
            return (), Why.LATE
        picture = paint_page(self._document, sheet.number, DOTS, MAX_PIXELS)
        if picture is None:
            return (), Why.BROKEN
        logger.info("%s: page %s is read by OCR.", self._file, sheet.number)
        try:
            found = read_picture(picture, sheet)
        except OcrError:
            return (), Why.UNREAD
        return found, Why.WORDLESS if sheet.pictured or sheet.glyphs else Why.BLANK
