"""Presentations (.pptx) → their text, slide by slide, with what the speaker has noted to each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from index.document import Document
from index.errors import DocumentError
from index.layout import Slide
from index.loaders.archive import Archive, open_archive
from index.loaders.elements import child, children, text_in, value
from index.loaders.growing import Growing
from index.loaders.marks import mark
from index.loaders.office import (
    Relation,
    main_part,
    optional_part,
    part,
    properties,
    relations,
)
from index.loaders.source import SourceFile
from index.loaders.tree import write_tree
from index.loaders.visible import steps
from index.loaders.writer import Writer

MAIN = "ppt/presentation.xml"
TITLES = ("title", "ctrTitle")
# What stands on every slide, and on the page of notes beside these.
REPEATED = ("sldNum", "dt", "ftr", "hdr", "sldImg")
BODIES = ("body", "obj", "")
BULLETS = ("a:buChar", "a:buAutoNum", "a:buBlip")
MAX_LEVEL = 9
# What says how something looks, and what is an older way to say what stands before it.
SKIPPED = {"mc:Fallback", "p:nvPr", "a:tblPr", "a:tcPr", "a:rPr", "a:endParaRPr", "p:extLst"}


def load_pptx(file: SourceFile) -> Iterator[Document]:
    """The document that a presentation is. Raises DocumentError for one that is damaged or
    encrypted."""
    archive = open_archive(file, "a presentation (.pptx)")
    name = main_part(archive, MAIN)
    root = part(archive, name)
    if root.tag != "p:presentation":
        raise DocumentError(f"{file} is not a presentation (.pptx); give it its right suffix.")
    related = relations(archive, name)
    writer = Writer(file)
    front = 0
    written: set[str] = set()
    languages: list[str | None] = []
    for number, one in enumerate(children(root, "p:sldIdLst", "p:sldId"), 1):
        slide = related.get(one.get("r:id", ""))
        if slide is not None and slide.target in archive and slide.target not in written:
            written.add(slide.target)
            languages += _write_slide(writer, archive, slide.target, number)
            front = front or len(writer)
    told = properties(archive, languages)
    metadata = {**told.metadata, "slides": len(written)}
    yield writer.document(claimed=told.title, front=front, metadata=metadata)


def _write_slide(writer: Writer, archive: Archive, name: str, number: int) -> list[str | None]:
    """Write a slide; the languages of its stretches."""
    related, slide = relations(archive, name), part(archive, name)
    writer.stands(Slide(number))
    write_tree(writer, slide_tree(slide, archive, related), named=False)
    for relation in related.values():
        if relation.kind == "notesSlide":
            notes = optional_part(archive, relation.target)
            writer.stands(Slide(number, notes=True))
            if notes is not None:
                write_tree(writer, slide_tree(notes, archive, {}, notes=True), named=False)
        elif relation.kind == "comments":
            writer.stands(Slide(number, notes=True))
            for comment in children(optional_part(archive, relation.target), "p:cm"):
                writer.paragraph(text_in(comment, "p:text"))
    return [one.get("lang") for one in slide.iter("a:rPr")]


def slide_tree(
    slide: Element, archive: Archive, related: dict[str, Relation], *, notes: bool = False
) -> Element:
    """The shapes of a slide as a tree: its title, then the others as they lie on each other. Of a
    page of notes, the notes."""
    shapes = list(_shapes(slide))
    titles = [one for one in shapes if _kind(one) in TITLES]
    others = [one for one in shapes if _kind(one) not in (*TITLES, *REPEATED)]
    if notes:
        titles, others = [], [one for one in others if _kind(one) == "body"] or others
    page = _Page(archive, related)
    for shape in titles:
        page.add(shape, heading=True)
    for shape in others:
        page.add(shape, bulleted=_kind(shape) in BODIES and not notes)
    return page.tree.root()


def _shapes(slide: Element) -> Iterator[Element]:
    """The shapes, tables and diagrams of a slide, those of groups as well."""
    inside: Element | None = None
    for element, begins in steps(slide):
        if inside is not None:
            inside = None if element is inside else inside
        elif begins and element.tag in ("p:sp", "p:graphicFrame", "p:cxnSp"):
            inside = element
            yield element
        elif begins and element.tag == "mc:Fallback":
            inside = element


def _kind(shape: Element) -> str | None:
    """What place of its layout a shape fills; None for one that was put there freely."""
    place = child(shape, "p:nvSpPr", "p:nvPr", "p:ph")
    if place is None:
        place = child(shape, "p:nvGraphicFramePr", "p:nvPr", "p:ph")
    return None if place is None else place.get("type", "")


@dataclass(slots=True)
class _Page:
    """The tree of a slide while it grows."""

    archive: Archive
    related: dict[str, Relation]
    tree: Growing = field(default_factory=Growing)
    _heads: int = 0  # rows of the open table that name its columns
    _tables: int = 0  # that are open
    _numbers: dict[int, int] = field(default_factory=dict)  # how far each level has counted

    def add(self, shape: Element, *, heading: bool = False, bulleted: bool = False) -> None:
        """Add all that stands in a shape."""
        many = sum(1 for one in shape.iter("a:p") if text_of_paragraph(one)) > 1
        self._numbers.clear()
        for element, begins in steps(shape, without=lambda one: one.tag in SKIPPED):
            if element.tag in ("a:tbl", "a:tr", "a:tc"):
                self._table(element, begins=begins)
            elif begins and element.tag == "a:p":
                self._paragraph(element, heading=heading, bulleted=bulleted and many)
            elif begins and element.tag in ("dgm:relIds", "c:chart"):
                self._add_part(element)
        self.tree.unlist()

    def _paragraph(self, element: Element, *, heading: bool, bulleted: bool) -> None:
        if not text_of_paragraph(element):
            return
        properties_ = child(element, "a:pPr")
        level = _level(properties_)
        numbered = child(properties_, "a:buAutoNum")
        given = any(child(properties_, one) is not None for one in BULLETS)
        listed = given or (bulleted and child(properties_, "a:buNone") is None)
        if heading:
            self.tree.unlist()
        elif listed or level:
            self.tree.item(level, self._marker(numbered, level))
        else:
            self.tree.unlist()
        tag = "h2" if heading else "p"
        self.tree.start(tag)
        for one in _pieces(element):
            if one is None:
                self.tree.empty("br")
            else:
                self.tree.text(one)
        self.tree.end(tag)

    def _marker(self, numbered: Element | None, level: int) -> str:
        """What is shown before an item that is numbered by itself."""
        for deeper in [one for one in self._numbers if one > level]:
            del self._numbers[deeper]
        if numbered is None:
            self._numbers.pop(level, None)
            return ""
        start = numbered.get("startAt", "1")
        first = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 1
        self._numbers[level] = self._numbers.get(level, first - 1) + 1
        return auto_number(self._numbers[level], numbered.get("type", ""))

    def _table(self, element: Element, *, begins: bool) -> None:
        if element.tag == "a:tbl":
            self._tables += 1 if begins else -1
            if begins:
                first = value(element, "a:tblPr", name="firstRow")
                self._heads = 1 if first in ("1", "true") else 0
                self.tree.begin("table")
            else:
                self.tree.finish("table")
        elif not self._tables:
            return
        elif element.tag == "a:tr":
            if begins:
                self.tree.start("tr")
            else:
                self.tree.end("tr")
                self._heads = max(0, self._heads - 1)
        elif begins:
            self.tree.begin("th" if self._heads else "td")
        else:
            self.tree.finish("td")

    def _add_part(self, element: Element) -> None:
        """Add the texts of a diagram, or what a chart shows."""
        name = element.get("r:dm") or element.get("r:id") or ""
        found = self.related.get(name)
        root = None if found is None else optional_part(self.archive, found.target)
        if root is None:
            return
        if element.tag == "c:chart":
            self._chart(root)
            return
        for paragraph in root.iter("a:p"):
            self._paragraph(paragraph, heading=False, bulleted=True)
        self.tree.unlist()

    def _chart(self, root: Element) -> None:
        """Add the title of a chart, and its series as columns."""
        title = child(root, "c:chart", "c:title")
        for paragraph in title.iter("a:p") if title is not None else ():
            self._paragraph(paragraph, heading=False, bulleted=False)
        series = list(root.iter("c:ser"))
        if not series:
            return
        categories = _points(child(series[0], "c:cat"))
        columns = [_points(child(one, "c:val")) for one in series]
        names = ["", *(" ".join(_points(child(one, "c:tx")).values()) for one in series)]
        rows = [
            [categories.get(at, ""), *(one.get(at, "") for one in columns)]
            for at in sorted({at for one in (categories, *columns) for at in one})
        ]
        self.tree.begin("table")
        for tag, row in (("th", names), *(("td", row) for row in rows)):
            self.tree.start("tr")
            for cell in row:
                self.tree.start(tag)
                self.tree.text(cell)
                self.tree.end(tag)
            self.tree.end("tr")
        self.tree.finish("table")


def _points(element: Element | None) -> dict[int, str]:
    """The values of a series of a chart as they were when it was saved."""
    found: dict[int, str] = {}
    for point in element.iter("c:pt") if element is not None else ():
        at = point.get("idx", "")
        if at.isascii() and at.isdigit() and len(at) < 7:
            found[int(at)] = text_in(point, "c:v")
    return found


def _pieces(paragraph: Element) -> Iterator[str | None]:
    """The texts of a paragraph; None for a break between two lines."""
    for one in paragraph.iter():
        if one.tag in ("a:t", "m:t"):
            yield one.text or ""
        elif one.tag == "a:br":
            yield None
        elif one.tag == "a:tab":
            yield "\t"


def text_of_paragraph(paragraph: Element) -> str:
    """The text of a paragraph in one line."""
    return "".join(one or " " for one in _pieces(paragraph)).strip()


def _level(properties_: Element | None) -> int:
    given = "" if properties_ is None else properties_.get("lvl", "")
    return (
        min(int(given), MAX_LEVEL) if given.isascii() and given.isdigit() and len(given) < 3 else 0
    )


def auto_number(number: int, kind: str) -> str:
    """A number as PowerPoint shows it: "arabicPeriod" → "3.", "alphaLcParenBoth" → "(c)"."""
    styles: Sequence[tuple[str, str]] = (
        ("alphaLc", "lowerLetter"),
        ("alphaUc", "upperLetter"),
        ("romanLc", "lowerRoman"),
        ("romanUc", "upperRoman"),
    )
    style = next((style for start, style in styles if kind.startswith(start)), "decimal")
    shown = mark(number, style)
    if kind.endswith("ParenBoth"):
        return f"({shown})"
    return (
        f"{shown})" if kind.endswith("ParenR") else shown if kind.endswith("Plain") else f"{shown}."
    )
