"""XML → its elements, with their lines, and what kind of block each is: by its name, as in DocBook,
JATS, TEI and HTML, or by what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from index.errors import DocumentError
from index.loaders.xml_events import Characters, Start, events

MAX_PARTS = 1_000_000  # elements, and texts between them
MAX_DEPTH = 100

TITLES = {
    "title",
    "heading",
    "head",
    "subtitle",
    "article-title",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
}
PARAGRAPHS = {"p", "para", "simpara", "formalpara", "paragraph", "verse", "caption", "abstract"}
LISTS = {"list", "ul", "ol", "itemizedlist", "orderedlist", "variablelist", "dl"}
ITEMS = {"li", "item", "listitem", "list-item", "varlistentry", "dt", "dd"}
QUOTATIONS = {"blockquote", "disp-quote", "quotedcontent"}
TABLES = {"table", "informaltable", "tgroup"}
PARTS = {"thead", "tbody", "tfoot", "tgroup"}  # of a table
ROWS, CELLS = {"tr", "row"}, {"td", "th", "entry", "cell"}
CODES = {"programlisting", "screen", "pre", "literallayout", "codeblock"}
NUMBERS = {"num", "label", "no", "enum"}  # they stand before what comes next, in its line
LEFT_OUT = {"script", "style"}
KNOWN = TITLES | PARAGRAPHS | LISTS | ITEMS | QUOTATIONS | TABLES | ROWS | CELLS | CODES
BLOCKS = KNOWN | NUMBERS


class Content(StrEnum):
    """What an element holds."""

    NOTHING = "nothing"
    TEXT = "text"  # and no elements
    ELEMENTS = "elements"  # and no text
    MIXED = "mixed"


@dataclass(slots=True)
class Words:
    """Text between two tags, and the line that it begins in."""

    text: str
    line: int


@dataclass(slots=True)
class Element:
    """An element, and all in it in order; what is in it counts once it has ended."""

    name: str
    attributes: dict[str, str]
    line: int
    parts: list[Element | Words] = field(default_factory=list)
    length: int = 0  # characters of its text
    holds_blocks: bool = False  # an element in it is of a known kind
    is_nested: bool = False  # an element in it holds elements, and no text
    content: Content = Content.NOTHING

    @property
    def elements(self) -> Iterator[Element]:
        return (part for part in self.parts if isinstance(part, Element))

    @property
    def kind(self) -> str:
        """Its name in small letters."""
        return self.name.lower()

    def end(self, parent: Element) -> None:
        """Say that all in it is known."""
        words = any(isinstance(part, Words) and part.text.strip() for part in self.parts)
        if any(isinstance(part, Element) for part in self.parts):
            self.content = Content.MIXED if words else Content.ELEMENTS
        elif words:
            self.content = Content.TEXT
        parent.length += self.length
        parent.holds_blocks |= self.holds_blocks or self.kind in BLOCKS
        parent.is_nested |= self.is_nested or self.content is Content.ELEMENTS

    def all(self) -> Iterator[Element]:
        """It and all elements in it, in order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(list(element.elements)))

    def words(self) -> Iterator[Words]:
        """All text in it, in order."""
        waiting: list[Element | Words] = [self]
        while waiting:
            part = waiting.pop()
            if isinstance(part, Words):
                yield part
            elif part.kind not in LEFT_OUT:
                waiting.extend(reversed(part.parts))

    @property
    def text(self) -> str:
        """All text in it, with one space for any white space."""
        return " ".join("".join(words.text for words in self.words()).split())


def read_tree(read: Callable[[int], bytes], name: str) -> Element:
    """The outermost element of an XML file, of which `read` gives so many of the next bytes.

    Raises DocumentError where it is not well formed, or has more or deeper elements than a
    document may have.
    """
    root = Element("", {}, 1)
    opened, count = [root], 0
    for event in events(read, name):
        if isinstance(event, Characters):
            opened[-1].parts.append(Words(event.text, event.line))
            opened[-1].length += len(event.text)
            count += 1
        elif isinstance(event, Start):
            element = Element(event.name, event.attributes, event.line)
            opened[-1].parts.append(element)
            opened.append(element)
            count += 1
        else:
            element = opened.pop()
            element.end(opened[-1])
        if count > MAX_PARTS or len(opened) > MAX_DEPTH:
            raise DocumentError(
                f"{name} has more elements, or deeper ones, than a document may have; split it "
                "first."
            )
    return next(root.elements)
