"""PDF: pages → paragraphs in reading order, each character with its box on the page.

Running heads and feet stand once, on the first page that has them, and page numbers are left out.
So are the numbers of lines in the margin, and text that is not to be seen, but for that of a scan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from index.document import Document
from index.layout import Page
from index.loaders.pdf_hyphens import Hyphens
from index.loaders.pdf_left_out import runs
from index.loaders.pdf_lines import Piece, joined
from index.loaders.pdf_margins import Margin, without_margins
from index.loaders.pdf_page import arrange
from index.loaders.pdf_pages import Pages, read_pages
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
from index.loaders.writer import Writer
from index.structure import Kind

MAX_HEADINGS = 6  # levels


def load_pdf(file: SourceFile) -> Iterator[Document]:
    """The document in a PDF. Raises DocumentError for one without any text, for one with a
    password, and for what is no PDF."""
    pages = read_pages(file)
    paragraphs = _paragraphs(pages.pieces)
    writer = Writer(file)
    _write(writer, paragraphs)
    title, told = _largest_heading(paragraphs), _stated(pages)
    metadata = dict(told.metadata)
    if pages.by_ocr:
        metadata["ocr"] = ", ".join(runs(pages.by_ocr))
    yield writer.document(title=title, claimed=told.title, metadata=metadata)


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


def _stated(pages: Pages) -> Stated:
    """What the file states of itself. Its date is that when it was made: what programs do to it
    later changes no word."""
    dates = [("created", "CreationDate"), ("modified", "ModDate")]
    return stated(
        pages.properties.get("Title", ""),
        pages.properties.get("Author", ""),
        dates=[(of, pages.properties.get(name, "")) for of, name in dates],
        pages=str(len(pages.pieces)),
        language=pages.properties.get("Lang"),
    )
