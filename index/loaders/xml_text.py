"""XML: documents as headings, paragraphs, lists and tables; data as fields and tables."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from index.document import Document
from index.layout import Line, Place
from index.loaders import records, xml_tree
from index.loaders.characters import SPACE
from index.loaders.records import Node, Record, Scalar, Series
from index.loaders.source import SourceFile
from index.loaders.writer import Writer
from index.loaders.xml_tree import Content, Element, Words, read_tree
from index.structure import Kind

MAX_TOGETHER = 80  # characters of short elements that are one line: a first name and a last one
META = {"meta", "metadata", "docinfo"}
LEAVES = xml_tree.TITLES | xml_tree.PARAGRAPHS
NAMED = ("title", "article-title")  # the elements of which the first is the title of the file
UNSEEN = ("schemaLocation", "noNamespaceSchemaLocation", "id", "xmlns")  # attributes

Pieces = list[tuple[str, int]]  # text, and the line that it stands in


def load_xml(file: SourceFile) -> Iterator[Document]:
    """The document in an XML file. Raises DocumentError for what is not well formed."""
    root = read_tree(io.BytesIO(file.read()).read, str(file))
    writer = Writer(file)
    if _is_text(root):
        _Walk(writer).element(root, 1)
    else:
        records.write(writer, _node(root))
    title = next((one.text for one in root.all() if one.kind in NAMED), "")
    yield writer.document(title=title, named=not title)


def _is_text(root: Element) -> bool:
    """Whether a file is a text to be read, not data: in data, no text stands between elements."""
    return any(
        one.content is Content.MIXED or one.kind in xml_tree.PARAGRAPHS for one in root.all()
    )


def _node(element: Element) -> Node:
    """An element of data as a value: its attributes and elements are fields, of which those with
    one name are together."""
    attributes = [
        (name, Scalar(value, element.line, is_text=True))
        for name, value in element.attributes.items()
        if name not in UNSEEN and not name.startswith("xmlns")
    ]
    together: dict[str, list[Node]] = {}
    for one in element.elements:
        together.setdefault(one.name, []).append(_node(one))
    fields: list[tuple[str, Node]] = [*attributes]
    for name, nodes in together.items():
        line = nodes[0].line
        fields.append((name, nodes[0] if len(nodes) == 1 else Series(nodes, line)))
    text = element.text if element.content is Content.TEXT else ""
    line = next((words.line for words in element.words() if words.text.strip()), element.line)
    value = Scalar(text, line, is_text=True)
    if not fields:
        return value
    return Record([*fields, *([(element.name, value)] if text else [])], element.line)


class _Walk:
    """Writes the elements of a text in order."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._before: Pieces = []  # the number of what comes next

    def element(self, element: Element, level: int) -> None:
        """Write an element and all in it; headings in it have this level."""
        kind = element.kind
        if kind in xml_tree.LEFT_OUT or element.content is Content.NOTHING:
            return
        if kind in META:
            records.write(self._writer, _node(element))
        elif kind in xml_tree.TABLES and (rows := list(_rows(element))):
            self._table(element, rows, level)
        elif kind in xml_tree.CODES:
            self._writer.stands(Line(element.line))
            self._writer.code("".join(words.text for words in element.words()))
        elif kind in xml_tree.LISTS | xml_tree.ITEMS | xml_tree.QUOTATIONS:
            with self._writer.within(_container(kind)):
                self._parts(element, level)
        elif _is_leaf(element):
            self._leaf(element, level)
        else:
            below = any(one.kind in xml_tree.TITLES for one in element.elements)
            self._parts(element, min(level + below, 6))

    def _parts(self, element: Element, level: int) -> None:
        """Write what an element holds, the text between its blocks as paragraphs."""
        if _is_leaf(element):
            return self._paragraph(_pieces(element))
        loose: Pieces = []
        for part in element.parts:
            if isinstance(part, Words):
                loose += _of_words(part)
            elif element.content is Content.MIXED and part.kind not in xml_tree.KNOWN:
                loose += _pieces(part)
            else:
                self._paragraph(loose)
                loose = []
                self.element(part, level)
        return self._paragraph(loose)

    def _leaf(self, element: Element, level: int) -> None:
        pieces = _pieces(element)
        if element.kind in xml_tree.NUMBERS:
            self._before += [*pieces, (" ", element.line)]
        elif element.kind in xml_tree.TITLES:
            text, places = _folded([*self._before, *pieces])
            self._before = []
            self._writer.stands(places[0][1] if places else None)
            self._writer.heading(text, max(level - 1, 1))
        else:
            self._paragraph(pieces)

    def _paragraph(self, pieces: Pieces) -> None:
        if any(text.strip() for text, _ in pieces):
            text, places = _folded([*self._before, *pieces])
            self._before = []
            self._writer.paragraph(text, places=places)

    def _table(self, table: Element, rows: Sequence[Element], level: int) -> None:
        titles = [one for one in table.elements if one.kind in xml_tree.TITLES | {"caption"}]
        for title in titles:
            if title.line <= rows[0].line:
                self.element(title, level)
        cells = [[one for one in row.elements if one.kind in xml_tree.CELLS] for row in rows]
        named = {id(row) for part in table.all() if part.kind == "thead" for row in part.all()}
        heads = [
            id(row) in named or all(one.kind == "th" for one in of_row)
            for row, of_row in zip(rows, cells, strict=True)
        ]
        self._writer.table(
            [[one.text for one in row] for row in cells],
            heads=heads.index(False) if False in heads else 0,
            places=[[Line(one.line) for one in row] for row in cells],
        )
        for title in titles:
            if title.line > rows[0].line:
                self.element(title, level)


def _container(kind: str) -> Kind:
    if kind in xml_tree.LISTS:
        return Kind.LIST
    return Kind.ITEM if kind in xml_tree.ITEMS else Kind.QUOTATION


def _is_leaf(element: Element) -> bool:
    """Whether an element is one heading or paragraph: of text, or of a few short elements."""
    if element.content is Content.TEXT:
        return True
    if element.holds_blocks:
        return False
    if element.content is Content.MIXED or element.kind in LEAVES:
        return True
    return not element.is_nested and element.length <= MAX_TOGETHER


def _rows(table: Element) -> Iterator[Element]:
    """The rows of a table, not those of tables in it."""
    for one in table.elements:
        if one.kind in xml_tree.ROWS:
            yield one
        elif one.kind in xml_tree.PARTS:
            yield from _rows(one)


def _pieces(element: Element) -> Pieces:
    """All text in an element; what no text parts is parted by a space."""
    pieces: Pieces = []
    for part in element.parts:
        if isinstance(part, Words):
            pieces += _of_words(part)
        elif part.kind not in xml_tree.LEFT_OUT:
            pieces += _pieces(part)
            if element.content is Content.ELEMENTS:
                pieces.append((" ", part.line))
    return pieces


def _of_words(words: Words) -> Pieces:
    return [
        (f" {line}" if number else line, words.line + number)
        for number, line in enumerate(words.text.split("\n"))
    ]


def _folded(pieces: Pieces) -> tuple[str, list[tuple[int, Place | None]]]:
    """Pieces as one text, with one space for any white space, and where its parts stand."""
    text: list[str] = []
    places: list[tuple[int, Place | None]] = []
    length, spaced = 0, True
    for piece, line in pieces:
        folded = SPACE.sub(" ", piece)
        folded = folded[1:] if spaced and folded.startswith(" ") else folded
        if not folded:
            continue
        if folded.strip() and (not places or places[-1][1] != Line(line)):
            at = length + len(folded) - len(folded.lstrip())
            places.append((at, Line(line)))
        text.append(folded)
        length += len(folded)
        spaced = folded.endswith(" ")
    return "".join(text), places
