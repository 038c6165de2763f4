"""The body of a Word document → a tree of elements, named as in HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from index.loaders.docx_styles import Numbers, Styles
from index.loaders.elements import child, children, value
from index.loaders.growing import Growing
from index.loaders.office import is_on
from index.loaders.visible import steps

MAX_ASIDES = 10  # texts in boxes or notes that stand in each other
MAX_TABLES = 5  # in each other, for which it is looked whether their heads are bold
HEADINGS = 6
BOLD_LEFT_OUT = {"w:tbl", "w:txbxContent"}
FIRST_ROW = 0x20  # in the bits that say which parts of a table look their own way
# What says how something looks, what was deleted, and what is shown in another place.
SKIPPED = {
    *("w:pPr", "w:rPr", "w:tblPr", "w:trPr", "w:tcPr", "w:tblGrid", "w:sectPr", "w:sdtPr", "w:rt"),
    *("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:delInstrText", "w:tblPrEx"),
    *("w:fldData", "w:rubyPr", "m:ctrlPr", "w:customXmlDelRangeStart"),
}
SIGNS = {"w:tab": "\t", "w:ptab": "\t", "w:noBreakHyphen": "-", "w:softHyphen": ""}
BOXES = {"F0FE": "☒", "F0FD": "☒", "F0A8": "☐", "F06F": "☐", "F0B7": "•", "F0A7": "•", "F0E0": "→"}
NOTES = {"w:footnoteReference": "footnotes", "w:endnoteReference": "endnotes"}


@dataclass(slots=True)
class Body:
    """Turns elements of Word into a tree, with the notes where they are referred to."""

    styles: Styles
    numbers: Numbers
    notes: Mapping[tuple[str, str], Element]
    tree: Growing = field(default_factory=Growing)
    _asides: list[Element] = field(default_factory=list)
    _tables: list[tuple[Element, int]] = field(default_factory=list)  # with the rows that began
    _paragraphs: list[str | None] = field(default_factory=list)  # what each open one is in the tree
    _depth: int = 0

    def add(self, root: Element) -> None:
        """Add all that stands in an element."""
        for element, begins in steps(root, without=self._is_skipped):
            if begins:
                self._begin(element)
            else:
                self._end(element)
                if element.tag in ("w:p", "w:tbl") and not self._paragraphs and not self._tables:
                    self._add_asides()

    def _add_asides(self) -> None:
        """Add the texts in boxes and notes that were met."""
        asides, self._asides = self._asides, []
        if asides and self._depth < MAX_ASIDES:
            self._depth += 1
            self.tree.unlist()
            for one in asides:
                self.add(one)
            self._depth -= 1

    def _is_skipped(self, element: Element) -> bool:
        tag = element.tag
        if tag == "w:txbxContent" and self._paragraphs:
            self._asides.append(element)
            return True
        return tag in SKIPPED or tag == "mc:Fallback" or (tag == "w:r" and self._is_hidden(element))

    def _is_hidden(self, run: Element) -> bool:
        style = value(run, "w:rPr", "w:rStyle")
        return is_on(run, "w:rPr", "w:vanish") or (
            style is not None and self.styles.of(style).hidden
        )

    def _begin(self, element: Element) -> None:
        tag = element.tag
        if tag in ("w:t", "m:t"):
            self.tree.text(element.text or "")
        elif tag == "w:p":
            self._paragraph(element)
        elif tag in SIGNS:
            self.tree.text(SIGNS[tag])
        elif tag in ("w:br", "w:cr"):
            self.tree.empty("br")
        elif tag in NOTES:
            note = self.notes.get((NOTES[tag], element.get("w:id", "")))
            if note is not None:
                self._asides.append(note)
        elif tag in ("w:tbl", "w:tr", "w:tc"):
            self._begin_table(element)
        elif tag == "w:sym":
            self.tree.text(BOXES.get(element.get("w:char", "").upper(), ""))
        elif tag == "w:ffData":
            self.tree.text(_field(element))

    def _end(self, element: Element) -> None:
        tag = element.tag
        if tag == "w:p":
            name = self._paragraphs.pop()
            if name:
                self.tree.end(name)
        elif tag == "w:tbl":
            self._tables.pop()
            self.tree.finish("table")
        elif tag == "w:tr" and self._tables:
            self.tree.end("tr")
        elif tag == "w:tc" and self._tables:
            self.tree.finish("td")

    def _paragraph(self, element: Element) -> None:
        """Begin a paragraph, which may be a heading or an item."""
        style_name = value(element, "w:pPr", "w:pStyle") or self.styles.default
        style = self.styles.of(style_name)
        outline = value(element, "w:pPr", "w:outlineLvl")
        heading = style.heading or 0
        if outline is not None and outline.isdecimal() and len(outline) == 1:
            heading = (int(outline) + 1) % (HEADINGS + 4)
        number = value(element, "w:pPr", "w:numPr", "w:numId") or style.number
        level = value(element, "w:pPr", "w:numPr", "w:ilvl")
        if level is None or not level.isdecimal():
            known = style.level
            at = self.numbers.level_of(number or "", style_name) if known is None else known
        else:
            at = int(level[:3])
        label = self.numbers.next(number, at) if number else None
        tag = f"h{min(heading, HEADINGS)}" if heading else "p"
        if label is None or heading:
            self.tree.unlist()
        else:
            self.tree.item(at, label)
        self.tree.start(tag)
        self._paragraphs.append(tag)
        if heading and label:
            self.tree.text(f"{label} ")

    def _begin_table(self, element: Element) -> None:
        if element.tag == "w:tbl":
            self.tree.unlist()
            self.tree.begin("table")
            self._tables.append((element, 0))
        elif element.tag == "w:tr" and self._tables:
            table, row = self._tables[-1]
            self._tables[-1] = table, row + 1
            self.tree.start("tr")
            before = value(element, "w:trPr", "w:gridBefore")
            if before:
                self.tree.start("td", {"colspan": before})
                self.tree.end("td")
            self._tables[-1] = table, row + 1
        elif element.tag == "w:tc" and self._tables:
            span = value(element, "w:tcPr", "w:gridSpan")
            tag = "th" if self._is_head(element) else "td"
            self.tree.begin(tag, {"colspan": span} if span else {})

    def _is_head(self, cell: Element) -> bool:
        """Whether a cell stands in a first row that looks like one of heads."""
        table, row = self._tables[-1]
        if row != 1 or len(self._tables) > MAX_TABLES:
            return False
        first = next(children(table, "w:tr"), None)
        if is_on(first, "w:trPr", "w:tblHeader"):
            return True
        look = child(table, "w:tblPr", "w:tblLook")
        bits = "" if look is None else look.get("w:val", "")
        wanted = look is not None and (
            look.get("w:firstRow") in ("1", "true")
            or (len(bits) == 4 and bits.isalnum() and _hexadecimal(bits) & FIRST_ROW)
        )
        style = self.styles.of(value(table, "w:tblPr", "w:tblStyle") or "")
        return bool(wanted and style.first_row) or _is_bold(cell)


def _hexadecimal(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return 0


def _is_bold(cell: Element) -> bool:
    """Whether all text of a cell is bold, and there is some."""
    bold = False
    for one in cell.iter():
        if one.tag in BOLD_LEFT_OUT:
            return False
        if one.tag == "w:r" and any((text.text or "").strip() for text in children(one, "w:t")):
            if not is_on(one, "w:rPr", "w:b"):
                return False
            bold = True
    return bold


def _field(data: Element) -> str:
    """What is chosen in a field of a form that holds no text."""
    box = child(data, "w:checkBox")
    if box is not None:
        name = "w:checked" if child(box, "w:checked") is not None else "w:default"
        return "☒ " if is_on(box, name) else "☐ "
    entries = [one.get("w:val", "") for one in children(data, "w:ddList", "w:listEntry")]
    chosen = value(data, "w:ddList", "w:result") or value(data, "w:ddList", "w:default") or "0"
    number = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 7 else 0
    return entries[number] if number < len(entries) else ""
