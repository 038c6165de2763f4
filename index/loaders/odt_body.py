"""The body of an OpenDocument text → a tree of elements, named as in HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from index.loaders.elements import value
from index.loaders.growing import Growing
from index.loaders.marks import mark
from index.loaders.visible import steps

MAX_BLANKS = 100  # that one element stands for
MAX_REPEATED = 1_000  # columns or rows that one element stands for
MAX_ASIDES = 10  # notes and boxes in each other
MAX_LEVEL = 6
# What says how something looks, was deleted, is read aloud or is where it is repeated from.
SKIPPED = {
    *("text:tracked-changes", "office:forms", "text:sequence-decls", "text:variable-decls"),
    *("text:user-field-decls", "svg:title", "svg:desc", "text:note-citation", "dc:creator"),
    *("dc:date", "text:index-title-template", "text:table-of-content-source", "text:ruby-text"),
    *("text:alphabetical-index-source", "office:scripts", "office:font-face-decls", "math"),
    *("office:automatic-styles", "text:dde-connection-decls", "table:tracked-changes"),
    *("text:illustration-index-source", "text:table-index-source", "text:object-index-source"),
    *("text:user-index-source", "text:bibliography-source", "office:event-listeners"),
}
ASIDES = {"text:note-body", "draw:text-box", "office:annotation"}
OUTLINE = "\n"  # the name under which the numbering of headings is kept
TABLES = {
    "table:table": "table",
    "table:table-row": "tr",
    "table:table-header-rows": "thead",
    "table:table-cell": "td",
    "table:covered-table-cell": "td",
}
LISTS = {"text:list": "ul", "text:list-item": "li", "text:list-header": "li"}


@dataclass(frozen=True, slots=True)
class Numbering:
    """How the items of a level are counted and shown."""

    style: str
    before: str
    after: str
    start: int
    levels: int

    def shown(self, counts: list[int]) -> str:
        numbers = [mark(count, self.style) for count in counts[-self.levels :]]
        return self.before + ".".join(numbers) + self.after if self.style else ""


def numberings(roots: list[Element | None]) -> dict[str, dict[int, Numbering]]:
    """The numbered levels of each style of lists, from 1 on, and those of headings."""
    found: dict[str, dict[int, Numbering]] = {}
    for root in roots:
        styles = [] if root is None else [*root.iter("text:list-style")]
        outlines = [] if root is None else [*root.iter("text:outline-style")]
        for style in (*styles, *outlines):
            name = style.get("style:name", "") if style.tag == "text:list-style" else OUTLINE
            found[name] = {
                small(level.get("text:level"), 1): Numbering(
                    level.get("style:num-format", ""),
                    level.get("style:num-prefix", ""),
                    level.get("style:num-suffix", ""),
                    small(level.get("text:start-value"), 1),
                    small(level.get("text:display-levels"), 1),
                )
                for level in style
                if level.tag in ("text:list-level-style-number", "text:outline-level-style")
            }
    return found


@dataclass(slots=True)
class _List:
    """An open list: its style and how far it has counted."""

    style: str
    count: int


@dataclass(slots=True)
class Body:
    """Turns elements of OpenDocument into a tree, with notes after the paragraph of each."""

    numberings: dict[str, dict[int, Numbering]]
    hidden: set[str]  # styles of text that is not shown
    tree: Growing = field(default_factory=Growing)
    _asides: list[Element] = field(default_factory=list)
    _lists: list[_List] = field(default_factory=list)
    _last: dict[str, int] = field(default_factory=dict)  # how far the lists of a style have counted
    _headings: list[int] = field(default_factory=list)  # how far each level has counted
    _around: int = 0  # paragraphs and tables that are open
    _depth: int = 0

    def add(self, root: Element) -> None:
        """Add all that stands in an element."""
        for element, begins in steps(root, without=lambda one: self._is_skipped(one, root)):
            if begins:
                self._begin(element)
            elif element is not root or element.tag not in ASIDES:
                self._end(element)
                self._tail(element)

    def _is_skipped(self, element: Element, root: Element) -> bool:
        """Whether what is in an element is not written, or not here; what follows it is."""
        aside = element.tag in ASIDES and element is not root and self._around > 0
        if aside:
            self._asides.append(element)
        hidden = element.tag in SKIPPED or element.get("text:style-name") in self.hidden
        if aside or hidden:
            self._tail(element)
        return aside or hidden

    def _tail(self, element: Element) -> None:
        if element.tail and self._around:
            self.tree.text(element.tail)

    def _begin(self, element: Element) -> None:
        tag = element.tag
        if tag in ("text:p", "text:h"):
            self._begin_paragraph(element)
        elif tag in LISTS:
            self._list(element)
        elif tag in TABLES:
            span = element.get("table:number-columns-repeated")
            self.tree.start(TABLES[tag], {"colspan": span} if span else {})
            self._around += tag == "table:table"
        elif tag == "text:s":
            self.tree.text(" " * min(small(element.get("text:c"), 1), MAX_BLANKS))
        elif tag == "text:tab":
            self.tree.text("\t")
        elif tag == "text:line-break":
            self.tree.empty("br")
        if element.text and self._around:
            self.tree.text(element.text)

    def _end(self, element: Element) -> None:
        tag = element.tag
        if tag in ("text:p", "text:h"):
            self.tree.end("p" if tag == "text:p" else f"h{_level(element)}")
            self._around -= 1
            self._add_asides()
        elif tag in LISTS:
            self.tree.end(LISTS[tag])
            if tag == "text:list":
                done = self._lists.pop()
                self._last[done.style] = done.count
        elif tag in TABLES:
            self.tree.end(TABLES[tag])
            if tag == "table:table":
                self._around -= 1
                self._add_asides()

    def _begin_paragraph(self, element: Element) -> None:
        self._around += 1
        if element.tag == "text:p":
            self.tree.start("p")
            return
        level = _level(element)
        self.tree.start(f"h{level}")
        if not self._lists:
            self._number(element, level)

    def _list(self, element: Element) -> None:
        """Begin a list or an item, with the number that is shown before it."""
        if element.tag == "text:list":
            around = self._lists[-1].style if self._lists else ""
            style = element.get("text:style-name") or around
            level = self.numberings.get(style, {}).get(len(self._lists) + 1)
            count = (level.start if level else 1) - 1
            goes_on = element.get("text:continue-numbering") == "true"
            self._lists.append(_List(style, self._last.get(style, count) if goes_on else count))
            self.tree.start("ul")
            return
        marker = ""
        if self._lists and element.tag == "text:list-item":
            now = self._lists[-1]
            now.count = small(element.get("text:start-value"), now.count + 1)
            level = self.numberings.get(now.style, {}).get(len(self._lists))
            if level:
                marker = level.shown([one.count for one in self._lists[-level.levels :]])
        self.tree.start("li", {"marker": marker} if marker else {})

    def _number(self, heading: Element, level: int) -> None:
        """Write the number of a heading that has one."""
        numbering = self.numberings.get(OUTLINE, {}).get(level)
        if numbering is None or heading.get("text:is-list-header") == "true":
            return
        self._headings = [*self._headings, *[0] * level][:level]
        self._headings[-1] += 1
        if shown := numbering.shown(self._headings):
            self.tree.text(f"{shown} ")

    def _add_asides(self) -> None:
        """Add the notes and the texts in boxes that were met, once all around them has ended."""
        asides, self._asides = (
            self._asides if not self._around else [],
            (self._asides if self._around else []),
        )
        if asides and self._depth < MAX_ASIDES:
            self._depth += 1
            for one in asides:
                self.tree.start("aside")
                self.add(one)
                self.tree.end("aside")
            self._depth -= 1


def _level(heading: Element) -> int:
    return min(max(small(heading.get("text:outline-level"), 1), 1), MAX_LEVEL)


def small(text: str | None, default: int) -> int:
    """A small whole number that is not negative."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else default


def hidden_styles(roots: list[Element | None]) -> set[str]:
    """The names of the styles of text that is not shown."""
    return {
        style.get("style:name", "")
        for root in roots
        for style in (root.iter("style:style") if root is not None else ())
        if value(style, "style:text-properties", name="text:display") == "none"
    }
