"""A tree of elements, named as in HTML → what a `Writer` is told: the one walk for all formats
whose documents have a structure.

White space is folded as browsers do; what cannot be seen is left out. The walk keeps its own stack,
so that no nesting is too deep for it. An item may have a `marker`, which is shown before it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from index.layout import Place, Section
from index.loaders.characters import fold
from index.loaders.html_tree import BLOCKS, HEADINGS
from index.loaders.marks import mark
from index.loaders.plain import MAX_NAME, Sink, is_prose, write_plain
from index.loaders.tables import laid_out, read_table
from index.loaders.visible import is_unseen, menus, note_mark, steps
from index.structure import Kind

MAX_DEPTH = 40  # of lists and quotations in each other
LISTS = {"ul", "ol", "menu", "dir", "dl"}
BREAK = "\n"
APART = {"a", "button", "label"}  # what stands apart from the next, though no space is between them
UNSHOWN = re.compile("[\u00ad\u200b\u2060\ufeff]")  # where a line may break, and marks of no width
SPACES = re.compile(r"[ \t\n\r\f]+")
WIDE = "[\u3000-\u9fff\uff00-\uff60]"  # letters that no space is written between
WIDE_BREAK = re.compile(rf"(?<={WIDE})[ \t]*\n\s*(?={WIDE})")
SPACES_IN_LINE = re.compile(r"[ \t\r\f]+")
FORMULA = re.compile(
    r"^\s*+\{\\(?:display|text)style\s++(.*)\}\s*$", re.DOTALL
)  # as Wikipedia has it
BREAKS = re.compile(r"(?<! ) *\n *")
PARAGRAPHS = re.compile(r"\n{2,}")


def write_tree(sink: Sink, root: Element, *, named: bool = True) -> None:
    """Write all that is seen of a tree. Where it is `named`, what follows a heading stands in the
    section of that name."""
    _Walk(sink, named, menus(root), laid_out(root)).run(root)


@dataclass(slots=True)
class _Opened:
    """A list, an item or a quotation; an item that begins with a `term` goes on after it."""

    kind: Kind
    closing: ExitStack
    term: bool = False
    count: int = 1
    step: int = 1
    style: str = ""  # of the numbers of its items; none without


@dataclass(slots=True)
class _Walk:
    sink: Sink
    named: bool
    unread: set[Element]
    laid_out: Container[Element]  # tables that are walked as other elements are
    _text: list[str] = field(default_factory=list)
    _opened: list[_Opened] = field(default_factory=list)
    _heading: int | None = None
    _apart: bool = False  # whether what stands apart has just ended

    def run(self, root: Element) -> None:
        around: list[tuple[Element, Iterator[Element], int]] = []
        element: Element | None = root
        while True:
            if element is not None:
                if self._enter(element):
                    around.append((element, iter(element), len(self._opened)))
                else:
                    self._tail(element)
            if not around:
                return
            element = next(around[-1][1], None)
            if element is None:
                done, _, _ = around.pop()
                self._leave(done, around[-1][2] if around else 0)
                if around:
                    self._tail(done)

    def _enter(self, element: Element) -> bool:
        """Begin an element. Whether to go into it: not where it is hidden or already written."""
        tag = element.tag
        if is_unseen(element) or element in self.unread:
            return False
        if tag == "sup" and (number := note_mark(element)):
            self._text.append(f"[{number}]" if any(map(str.strip, self._text)) else f"[{number}] ")
            return False
        if tag == "br":
            self._text.append(BREAK)
        if tag in BLOCKS:
            self.flush()
        if tag == "pre" or (tag == "table" and element not in self.laid_out):
            (self._pre if tag == "pre" else self._table)(element)
            return False
        self._begin(element)
        if tag in APART and self._apart:
            self._text.append(" ")
        if tag == "img" and "math" in element.get("class", ""):
            self._add(FORMULA.sub(r"\1", element.get("alt", "")))
        if tag == "q":
            self._text.append("“")
        self._add(element.text)
        return True

    def _begin(self, element: Element) -> None:
        """Open what an element stands for."""
        tag = element.tag
        if tag in HEADINGS or element.get("role") == "heading":
            level = tag[1] if tag in HEADINGS else element.get("aria-level", "0")
            self._heading = int(level) if level.isdecimal() and len(level) == 1 else 0
        elif tag in LISTS:
            self._open(Kind.LIST, element)
        elif tag == "li" or tag == "dt":
            self._item(element)
        elif tag == "blockquote":
            self._open(Kind.QUOTATION, element)

    def _leave(self, element: Element, opened: int) -> None:
        """End an element, with `opened` lists and items around it."""
        tag = element.tag
        if tag in BLOCKS or element.get("role") == "heading":
            self.flush()
        if tag in HEADINGS or element.get("role") == "heading":
            self._heading = None
        if tag == "q":
            self._text.append("”")
        if tag in LISTS or tag in ("li", "blockquote"):
            while len(self._opened) > opened:
                self._close()

    def _tail(self, element: Element) -> None:
        """What follows an element."""
        self._apart = element.tag in APART or (self._apart and not element.tail)
        self._add(element.tail)

    def _add(self, text: str | None) -> None:
        if text:
            self._apart = False
            text = UNSHOWN.sub("", text)
            if BREAK in text:
                text = WIDE_BREAK.sub("", text)
            self._text.append(SPACES.sub(" ", text))

    def flush(self) -> None:
        """Write the text since the last block as a block of its own."""
        if not self._text:
            return
        text = BREAKS.sub(BREAK, SPACES_IN_LINE.sub(" ", "".join(self._text))).strip()
        self._text.clear()
        if not text:
            return
        if self._heading is not None:
            text = fold(text)
            if self.named:
                self.sink.stands(Section(text[:MAX_NAME].strip()))
            self.sink.heading(text, self._heading)
            return
        for part in PARAGRAPHS.split(text):
            self.sink.paragraph(part)

    def _open(self, kind: Kind, element: Element) -> None:
        if len(self._opened) >= MAX_DEPTH:
            return
        closing = ExitStack()
        closing.enter_context(self.sink.within(kind))
        opened = _Opened(kind, closing)
        if element.tag == "ol":
            opened.style = element.get("type") or "1"
            opened.step = -1 if "reversed" in element.attrib else 1
            items = sum(child.tag == "li" for child in element) if opened.step < 0 else 1
            opened.count = _number(element.get("start"), items)
        self._opened.append(opened)

    def _item(self, element: Element) -> None:
        """Open an item, which only stands in a list."""
        if self._opened and self._opened[-1].term:
            self._close()
        around = self._opened[-1] if self._opened else None
        if around is None or around.kind is not Kind.LIST:
            return
        marker = element.get("marker", "")
        if around.style and not marker:
            around.count = _number(element.get("value"), around.count)
            marker = f"{mark(around.count, around.style)}."
            around.count += around.step
        closing = ExitStack()
        closing.enter_context(self.sink.within(Kind.ITEM, marker=marker))
        self._opened.append(_Opened(Kind.ITEM, closing, element.tag == "dt"))

    def _close(self) -> None:
        self._opened.pop().closing.close()

    def _pre(self, element: Element) -> None:
        """Write lines as they are."""
        text = UNSHOWN.sub("", "".join(_texts(element))).expandtabs()
        coded = any(child.tag == "code" for child in element) or "class" in element.attrib
        if not coded and is_prose(text):
            write_plain(self.sink, text, named=self.named)
        else:
            self.sink.code(text)

    def _table(self, element: Element) -> None:
        for child in element:
            if child.tag == "caption":
                self.sink.paragraph(text_of(child))
        table = read_table(element, text_of)
        self.sink.table(table.rows, heads=table.heads)


class _Every:
    """What every element is in."""

    def __contains__(self, _: object) -> bool:
        return True


@dataclass(slots=True)
class _Text:
    """A sink that keeps nothing but the text."""

    parts: list[str] = field(default_factory=list)
    marker: str = ""

    def stands(self, place: Place | None) -> None:
        pass

    def heading(self, text: str, _level: int = 0) -> None:
        self.paragraph(text)

    def paragraph(self, text: str) -> None:
        self.parts.append(f"{self.marker} {text}".strip())
        self.marker = ""

    def code(self, text: str) -> None:
        self.paragraph(text)

    def within(self, _kind: Kind, *, marker: str = "") -> AbstractContextManager[None]:
        self.marker = marker or self.marker
        return nullcontext()

    def table(self, rows: list[list[str]], **_: int) -> None:
        self.parts += [cell for row in rows for cell in row if cell]


def write_each_once(sink: Sink, place: Place, trees: Iterable[Element]) -> None:
    """Write trees that stand in one place, those with the same text once."""
    sink.stands(place)
    written: set[str] = set()
    for tree in trees:
        if (text := text_of(tree)) not in written:
            written.add(text)
            write_tree(sink, tree, named=False)


def text_of(element: Element) -> str:
    """All that is seen in an element, in one line."""
    text = _Text()
    _Walk(text, False, set(), _Every()).run(element)
    return fold(" ".join(text.parts))


def _texts(element: Element) -> Iterator[str]:
    """The texts in an element as they are, but for what is hidden."""
    hidden = 0
    for one, begins in steps(element):
        unseen = is_unseen(one)
        hidden += unseen if begins else -unseen
        if not hidden:
            text = (BREAK if one.tag == "br" else one.text) if begins else one.tail
            if text and (begins or one is not element):
                yield text


def _number(text: str | None, default: int) -> int:
    """A whole number, as far as one is given."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else default
