"""A page of a PDF → its glyphs: which character stands where, on the page as it is shown.

The only module of the loader that speaks to PDFium. PDFium may be called by one thread at a time:
whoever calls it holds PDFIUM.
"""

from __future__ import annotations

import ctypes
import math
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from index.errors import DocumentError

PDFIUM = threading.RLock()
MAGIC, SEARCHED = b"%PDF-", 1_024  # how a PDF begins, and in which of its bytes
PASSWORD = 4  # what PDFium calls a password that is missing or wrong
DRAWN = (raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_WIDGET)  # annotations that are text on the page
UNSEEN = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
BOLD_WEIGHT = 600
BOLD_NAMES = ("bold", "black", "heavy", "demi")
PROPERTIES = ("Title", "Author", "CreationDate", "ModDate")
MAX_GLYPHS = 200_000  # of a page; the rest is not read
HYPHEN = "-"
# What PDFium says for the hyphen at the end of a line that it would join to the next one.
JOINING = (0x02, 0xFFFE)


@dataclass(frozen=True, slots=True)
class Style:
    """How the glyphs of one text object look."""

    size: float  # points, as shown
    bold: bool
    direction: int  # in which text runs on the page as shown: 0 right, 1 down, 2 left, 3 up
    seen: bool


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and its rectangle, in points from the upper left corner of the page as shown."""

    text: str  # one code point
    left: float
    top: float
    right: float
    bottom: float
    style: Style
    apart: bool  # white space stands before it
    known: bool  # the file says which character it is


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its size as shown, its glyphs in the order of the file, what else is on it."""

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    pictured: bool  # pictures stand on it


@contextmanager
def opened(data: bytes, name: str) -> Iterator[pdfium.PdfDocument]:
    """The PDF in these bytes. Raises DocumentError for bytes that are none, and for one that
    cannot be read without a password."""
    if not data.strip(b"\0\t\n\r "):
        raise DocumentError(f"{name} is empty; remove it.")
    if MAGIC not in data[:SEARCHED]:
        raise DocumentError(f"{name} is no PDF; give it the suffix of its format.")
    with PDFIUM:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            if getattr(error, "err_code", None) == PASSWORD:
                raise DocumentError(
                    f"{name} is encrypted; save it without a password first."
                ) from error
            raise DocumentError(
                f"{name} is a damaged PDF that cannot be read; get it anew."
            ) from error
    try:
        yield document
    finally:
        with PDFIUM:
            document.close()


def count_pages(document: pdfium.PdfDocument) -> int:
    """How many pages a file has."""
    with PDFIUM:
        return len(document)


def read_properties(document: pdfium.PdfDocument) -> dict[str, str]:
    """What a file says of itself, by the names in PROPERTIES, and its `Lang`."""
    with PDFIUM:
        told = {name: _property(document, name) for name in PROPERTIES}
        return {**told, "Lang": _language(document)}


def _property(document: pdfium.PdfDocument, name: str) -> str:
    key = name.encode("ascii")
    length = raw.FPDF_GetMetaText(document.raw, key, None, 0)
    told = ctypes.create_string_buffer(max(length, 2))
    raw.FPDF_GetMetaText(document.raw, key, told, length)
    return told.raw[: max(length - 2, 0)].decode("utf-16-le", errors="replace")


def _language(document: pdfium.PdfDocument) -> str:
    length = raw.FPDFCatalog_GetLanguage(document.raw, None, 0)  # in bytes
    told = (raw.FPDF_WCHAR * max(length // 2, 1))()
    raw.FPDFCatalog_GetLanguage(document.raw, told, length)
    return bytes(told)[: max(length - 2, 0)].decode("utf-16-le", errors="replace")


def read_sheet(document: pdfium.PdfDocument, number: int) -> Sheet | None:
    """A page, counted from 1; None for one that is broken."""
    with PDFIUM:
        try:
            page = _drawn(document, number - 1)
        except pdfium.PdfiumError:
            return None
        try:
            width, height = page.get_size()
            shown = _shown(page)
            return Sheet(number, width, height, tuple(_glyphs(page, shown)), _has_pictures(page))
        except pdfium.PdfiumError:
            return None
        finally:
            page.close()


def draw_page(data: bytes, number: int, scale: float, most: int) -> tuple[Any, float]:
    """A page, counted from 1, as a picture of Pillow, and how many pixels a point has: `scale`, or
    fewer so that there are not more than `most` pixels. None for one that cannot be drawn."""
    with PDFIUM, opened(data, "The file") as document:
        if not 1 <= number <= len(document):
            return None, scale
        try:
            document.init_forms()
            bitmap, scale = _bitmap(document, number, scale, most)
            return bitmap.to_pil(), scale
        except (pdfium.PdfiumError, ValueError, MemoryError):
            return None, scale


def paint_page(
    document: pdfium.PdfDocument, number: int, scale: float, most: int
) -> NDArray[np.uint8] | None:
    """A page as `draw_page` draws it, as an array of rows of pixels of blue, green and red."""
    with PDFIUM:
        try:
            bitmap, _ = _bitmap(document, number, scale, most)
            painted: NDArray[np.uint8] = np.array(bitmap.to_numpy()[:, :, :3])
            bitmap.close()
        except (pdfium.PdfiumError, ValueError, MemoryError):
            return None
        return painted


def _bitmap(
    document: pdfium.PdfDocument, number: int, scale: float, most: int
) -> tuple[pdfium.PdfBitmap, float]:
    page = document[number - 1]
    width, height = (max(side, 1.0) for side in page.get_size())
    scale = min(scale, math.sqrt(most / (width * height)), most / max(width, height))
    return page.render(scale=scale), scale


def measure(data: bytes) -> list[tuple[float, float]]:
    """The width and height of each page of a PDF in points, as it is shown; (0, 0) for a broken
    one. Raises DocumentError as `opened` does."""
    with opened(data, "The file") as document, PDFIUM:
        return [_size(document, number) for number in range(len(document))]


def _size(document: pdfium.PdfDocument, index: int) -> tuple[float, float]:
    try:
        width, height = document.get_page_size(index)
    except pdfium.PdfiumError:
        return 0.0, 0.0
    return float(width), float(height)


def _drawn(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    """A page, with what is written into its form and onto it as part of its text."""
    page = document[index]
    if not any(kind in DRAWN for kind in _annotations(page)):
        return page
    raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)
    page.close()
    return document[index]


def _annotations(page: pdfium.PdfPage) -> Iterator[int]:
    for number in range(raw.FPDFPage_GetAnnotCount(page.raw)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, number)
        if annotation:
            yield raw.FPDFAnnot_GetSubtype(annotation)
            raw.FPDFPage_CloseAnnot(annotation)


def _has_pictures(page: pdfium.PdfPage) -> bool:
    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))


Shown = Callable[[float, float], tuple[float, float]]


def _shown(page: pdfium.PdfPage) -> Shown:
    """Coordinates of the file → points from the upper left corner of the page as shown."""
    left, bottom, right, top = page.get_bbox()
    turns: Mapping[int, Shown] = {
        0: lambda x, y: (x - left, top - y),
        90: lambda x, y: (y - bottom, x - left),
        180: lambda x, y: (right - x, y - bottom),
        270: lambda x, y: (top - y, right - x),
    }
    return turns[page.get_rotation()]


def _glyphs(page: pdfium.PdfPage, shown: Shown) -> Iterator[Glyph]:
    text = page.get_textpage()
    try:
        yield from _Reader(text.raw, shown, page.get_rotation()).glyphs()
    finally:
        text.close()


class _Reader:
    """Reads the glyphs of one page; what is the same for a text object is asked once."""

    def __init__(self, text: Any, shown: Shown, rotation: int) -> None:
        self._text = text
        self._shown = shown
        self._rotation = rotation
        self._styles: dict[int, Style] = {}
        self._box = raw.FS_RECTF()

    def glyphs(self) -> Iterator[Glyph]:
        apart, high = False, 0
        for number in range(min(raw.FPDFText_CountChars(self._text), MAX_GLYPHS)):
            code = raw.FPDFText_GetUnicode(self._text, number)
            if 0xD800 <= code < 0xDC00:  # the first half of a character
                high = code
                continue
            if high and 0xDC00 <= code < 0xE000:
                code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
            high = 0
            broken = raw.FPDFText_HasUnicodeMapError(self._text, number) == 1
            generated = raw.FPDFText_IsGenerated(self._text, number) == 1
            object_ = raw.FPDFText_GetTextObject(self._text, number)
            if generated or not object_ or (chr(code).isspace() and not broken):
                apart = True
                continue
            if code == 0 and not broken:
                continue
            if code in JOINING and not broken:
                code = ord(HYPHEN)
            yield self._glyph(number, chr(code), self._style(object_, number), apart, not broken)
            apart = False

    def _glyph(self, number: int, text: str, style: Style, apart: bool, known: bool) -> Glyph:
        box = self._box
        raw.FPDFText_GetLooseCharBox(self._text, number, box)
        x, y = self._shown(box.left, box.top)
        z, w = self._shown(box.right, box.bottom)
        return Glyph(text, min(x, z), min(y, w), max(x, z), max(y, w), style, apart, known)

    def _style(self, object_: Any, number: int) -> Style:
        key = ctypes.addressof(object_.contents)
        if key not in self._styles:
            self._styles[key] = self._new_style(object_, number)
        return self._styles[key]

    def _new_style(self, object_: Any, number: int) -> Style:
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(self._text, number, matrix)
        size = abs(raw.FPDFText_GetFontSize(self._text, number)) * math.hypot(matrix.c, matrix.d)
        # Of the file's text, counter-clockwise; the page is then turned clockwise.
        angle = math.degrees(math.atan2(matrix.b, matrix.a)) - self._rotation
        seen = raw.FPDFTextObj_GetTextRenderMode(object_) not in UNSEEN
        return Style(size, self._is_bold(number), round(-angle / 90) % 4, seen)

    def _is_bold(self, number: int) -> bool:
        name, flags = ctypes.create_string_buffer(200), ctypes.c_int()
        raw.FPDFText_GetFontInfo(self._text, number, name, len(name), flags)
        called = name.value.decode("utf-8", errors="replace").lower()
        heavy = raw.FPDFText_GetFontWeight(self._text, number) >= BOLD_WEIGHT
        return heavy or any(one in called for one in BOLD_NAMES)
