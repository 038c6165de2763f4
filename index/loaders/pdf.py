"""PDF: pages → paragraphs in reading order, each character with its box on the page.

Running heads and feet stand once, on the first page that has them, and page numbers are left out.
So are the numbers of lines in the margin, and text that is not to be seen, but for that of a scan.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from index.document import Document
from index.errors import DocumentError
from index.layout import Page
from index.loaders.pdf_glyphs import Sheet, count_pages, opened, read_properties, read_sheet
from index.loaders.pdf_hyphens import Hyphens
from index.loaders.pdf_lines import Piece, joined, read_pieces
from index.loaders.pdf_margins import Margin, without_margins
from index.loaders.pdf_page import arrange
from index.loaders.pdf_stitch import stitch
from index.loaders.pdf_tables import write_table
from index.loaders.pdf_text import (
    Paragraph,
    Usual,
    cut_words,
    flow,
    paragraphs_of,
    without_lone_items,
)
from index.loaders.source import SourceFile
from index.loaders.stated import Stated, stated
from index.loaders.title import is_prose
from index.loaders.writer import MAX_CHARACTERS, Writer
from index.structure import Kind

logger = logging.getLogger(__name__)

MAX_PAGES = 5_000
GARBAGE = 0.2  # of the glyphs of a page, of which the file does not say what they are
MAX_HEADINGS = 6  # levels


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of a file: the pieces of its pages, and the pages that have none."""

    pages: list[list[Piece]]
    pictures: list[int]  # pages that are only pictures
    garbage: list[int]  # pages whose letters the file does not tell
    broken: list[int]
    properties: Mapping[str, str]


def load_pdf(file: SourceFile) -> Iterator[Document]:
    """The document in a PDF. Raises DocumentError for one without any text, for one with a
    password, and for what is no PDF."""
    read = _read(file)
    if not any(read.pages):
        raise DocumentError(_nothing(file, read))
    _warn(file, read)
    paragraphs = _paragraphs(read.pages)
    writer = Writer(file)
    _write(writer, paragraphs)
    title, told = _largest_heading(paragraphs), _stated(read)
    yield writer.document(title=title, claimed=told.title, metadata=told.metadata)


def _read(file: SourceFile) -> _Read:
    pages: list[list[Piece]] = []
    found = _Read(pages, [], [], [], {})
    with opened(file.read(), str(file)) as document:
        count = count_pages(document)
        if not count:
            raise DocumentError(f"{file} has no pages.")
        if count > MAX_PAGES:
            raise DocumentError(
                f"{file} has {count:,} pages; the limit is {MAX_PAGES:,}. Split it first."
            )
        length = 0
        for number in range(1, count + 1):
            sheet = read_sheet(document, number)
            pages.append(_pieces(sheet, number, found))
            length += sum(len(one.text) for one in pages[-1])
            if length > MAX_CHARACTERS:
                raise DocumentError(
                    f"{file} has more than {MAX_CHARACTERS:,} characters; split it first."
                )
        return replace(found, properties=read_properties(document))


def _pieces(sheet: Sheet | None, number: int, found: _Read) -> list[Piece]:
    """The pieces of a page; none of one that cannot be read, which is noted."""
    if sheet is None:
        found.broken.append(number)
        return []
    unknown = sum(not one.known for one in sheet.glyphs)
    if unknown > GARBAGE * len(sheet.glyphs):
        found.garbage.append(number)
        return []
    pieces = read_pieces(sheet)
    if not pieces and sheet.pictured:
        found.pictures.append(number)
    return pieces


def _nothing(file: SourceFile, read: _Read) -> str:
    if read.garbage:
        return f"{file} does not tell which letters its text is made of; run OCR on it first."
    if read.pictures:
        return f"{file} has no text, only pictures of pages; run OCR on it first."
    if read.broken:
        return f"{file} has no page that can be read: it is damaged."
    return f"{file} has no text; if it shows any, run OCR on it first."


def _warn(file: SourceFile, read: _Read) -> None:
    """Say which pages are left out."""
    for pages, what, remedy in (
        (read.pictures, "no text, only pictures", "run OCR on the file first"),
        (read.garbage, "a text that does not tell its letters", "run OCR on the file first"),
        (read.broken, "damage", "save it anew with the program that made it"),
    ):
        if pages:
            logger.warning(
                "%s: %s with %s, left out; to have them, %s.", file, _listed(pages), what, remedy
            )


def _listed(pages: Sequence[int]) -> str:
    """Numbers of pages in words: "pages 2–5, 9"."""
    runs = [
        [page for _, page in group]
        for _, group in groupby(enumerate(pages), key=lambda one: one[1] - one[0])
    ]
    named = [f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs]
    few = named if len(named) <= 6 else [*named[:5], f"… {named[-1]}"]
    return f"page{'s' if len(pages) > 1 else ''} {', '.join(few)}"


def _paragraphs(pages: Sequence[Sequence[Piece]]) -> list[Paragraph]:
    """The paragraphs of all pages, in reading order."""
    usual = Usual.of([piece for pieces in pages for piece in pieces])
    margins = without_margins(pages)
    found = stitch(one for margin in margins for one in _of_page(margin, usual))
    return without_lone_items(found)


def _of_page(margin: Margin, usual: Usual) -> Iterator[Paragraph]:
    for row in margin.running:
        if row:
            yield Paragraph(Kind.PARAGRAPH, (joined(row),), aside=True)
    for region in arrange(margin.text):
        yield from paragraphs_of(region, usual)


def _write(writer: Writer, paragraphs: Sequence[Paragraph]) -> None:
    """Write paragraphs; items that follow each other are one list."""
    hyphens = Hyphens(cut_words(paragraphs))
    levels = _levels(paragraphs)
    for kind, group in groupby(paragraphs, key=lambda one: one.kind):
        if kind is Kind.ITEM:
            with writer.within(Kind.LIST):
                for one in group:
                    with writer.within(Kind.ITEM):
                        _write_text(writer, one, hyphens)
            continue
        for one in group:
            if kind is Kind.TABLE:
                writer.stands(Page(one.pages[0]))
                write_table(writer, one.rows)
            else:
                _write_text(writer, one, hyphens, levels.get(round(one.size)))


def _write_text(
    writer: Writer, paragraph: Paragraph, hyphens: Hyphens, level: int | None = None
) -> None:
    text = flow(paragraph.lines, hyphens)
    writer.stands(Page(paragraph.pages[0]))
    if paragraph.kind is Kind.HEADING:
        writer.heading(text.text, level or 0, boxes=text.boxes)
        return
    places = [(at, Page(page)) for at, page in text.pages]
    writer.paragraph(text.text, boxes=text.boxes, places=places, marker=paragraph.marker)


def _levels(paragraphs: Sequence[Paragraph]) -> dict[int, int]:
    """The level of a heading by its size: the largest is the first."""
    sizes = sorted({round(one.size) for one in paragraphs if one.kind is Kind.HEADING})
    return {size: min(at, MAX_HEADINGS) for at, size in enumerate(reversed(sizes), 1)}


def _largest_heading(paragraphs: Sequence[Paragraph]) -> str:
    """The largest heading of the first page."""
    first = (one for one in paragraphs if one.kind is Kind.HEADING and one.pages[0] == 1)
    headings = [one for one in first if not is_prose(one.text)]
    return max(headings, key=lambda one: round(one.size)).text if headings else ""


def _stated(read: _Read) -> Stated:
    """What the file states of itself. Its date is that when it was made: what programs do to it
    later changes no word."""
    dates = [("created", "CreationDate"), ("modified", "ModDate")]
    return stated(
        read.properties.get("Title", ""),
        read.properties.get("Author", ""),
        dates=[(of, read.properties.get(name, "")) for of, name in dates],
        pages=str(len(read.pages)),
        language=read.properties.get("Lang"),
    )
