"""XML of any origin → a tree of elements whose names are the same, whoever wrote it.

The only place that parses XML. The parser fetches nothing, and keeps entities from growing without
bound by itself (expat since 2.4); archives are bounded before they come here.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.entities import entitydefs
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from index.errors import DocumentError

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OPEN = "urn:oasis:names:tc:opendocument:xmlns:"
# The names of office formats in short, as the formats themselves write them; other names go
# without what stands before them.
PREFIXES = {
    WORD: "w:",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r:",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r:",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a:",
    "http://purl.oclc.org/ooxml/drawingml/main": "a:",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c:",
    "http://purl.oclc.org/ooxml/drawingml/chart": "c:",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram": "dgm:",
    "http://purl.oclc.org/ooxml/drawingml/diagram": "dgm:",
    "http://schemas.openxmlformats.org/presentationml/2006/main": "p:",
    "http://purl.oclc.org/ooxml/presentationml/main": "p:",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "urn:schemas-microsoft-com:vml": "v:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    f"{OPEN}office:1.0": "office:",
    f"{OPEN}text:1.0": "text:",
    f"{OPEN}table:1.0": "table:",
    f"{OPEN}style:1.0": "style:",
    f"{OPEN}drawing:1.0": "draw:",
    f"{OPEN}presentation:1.0": "presentation:",
    f"{OPEN}meta:1.0": "meta:",
    f"{OPEN}xsl-fo-compatible:1.0": "fo:",
    f"{OPEN}svg-compatible:1.0": "svg:",
    f"{OPEN}manifest:1.0": "manifest:",
}


MAX_TAGS = 5_000_000  # of one part; each takes some hundred bytes of memory


def check_tags(number: int, file: object) -> None:
    """Raises DocumentError for more tags than fit into memory."""
    if number > MAX_TAGS:
        raise DocumentError(f"{file} has more than {MAX_TAGS:,} tags in it; split it first.")


def parse_xml(data: bytes, file: object) -> Element:
    """The outermost element of an XML part of a file. Raises DocumentError for what is no XML."""
    check_tags(data.count(b"<"), file)
    parser = ElementTree.XMLParser()  # noqa: S314 - see above
    parser.entity.update(entitydefs)
    try:
        parser.feed(data)
        root = parser.close()
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise DocumentError(f"{file} is damaged: {error}. Save it anew or remove it.") from error
    known: dict[str, str] = {}
    for element in root.iter():
        element.tag = _short(element.tag, known)
        if element.attrib:
            element.attrib = {_short(key, known): value for key, value in element.items()}
    return root


def children(element: Element | None, *path: str) -> Iterator[Element]:
    """The elements at the end of a path of names below an element."""
    if element is None:
        return
    if not path:
        yield element
        return
    for child in element:
        if child.tag == path[0]:
            yield from children(child, *path[1:])


def child(element: Element | None, *path: str) -> Element | None:
    """The first element at the end of a path of names, or None."""
    return next(children(element, *path), None)


def value(element: Element | None, *path: str, name: str = "w:val") -> str | None:
    """The attribute `name` of the first element at the end of a path, or None."""
    found = child(element, *path)
    return None if found is None else found.get(name)


def text_in(element: Element | None, *path: str) -> str:
    """All text of the first element at the end of a path."""
    found = child(element, *path)
    return "" if found is None else "".join(found.itertext())


def _short(name: str, known: dict[str, str]) -> str:
    short = known.get(name)
    if short is None:
        space, _, local = name.rpartition("}")
        short = known[name] = PREFIXES.get(space.removeprefix("{"), "") + local
    return short
