"""Books (.epub) → their text, chapter by chapter, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from index.document import Document
from index.errors import DocumentError
from index.layout import Section
from index.loaders.archive import Archive, open_archive, resolved
from index.loaders.characters import fold
from index.loaders.elements import child, children, parse_xml, text_in
from index.loaders.html import decode_html, read_head
from index.loaders.html_tree import html_tree
from index.loaders.plain import MAX_NAME
from index.loaders.source import SourceFile
from index.loaders.stated import stated
from index.loaders.text import printable
from index.loaders.tree import write_tree
from index.loaders.writer import Writer

CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"
RIGHTS = "META-INF/rights.xml"
FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")  # only obscured
PAGES = ("application/xhtml+xml", "text/html", "text/x-oeb1-document")


def load_epub(file: SourceFile) -> Iterator[Document]:
    """The document that a book is. Raises DocumentError for one that is damaged or protected."""
    archive = open_archive(file, "a book (.epub)")
    _check_protection(archive)
    container = parse_xml(archive.read(CONTAINER), file)
    found = child(container, "rootfiles", "rootfile")
    name = "" if found is None else found.get("full-path", "")
    package = parse_xml(archive.read(name), file)
    writer = Writer(file)
    for page in dict.fromkeys(_pages(package, name)):  # each once, whatever the book says
        if page in archive:
            _write_page(writer, archive, page)
    told = stated(
        text_in(package, "metadata", "dc:title"),
        "; ".join(text_in(one) for one in children(package, "metadata", "dc:creator")),
        dates=[("published", text_in(package, "metadata", "dc:date"))],
        language=text_in(package, "metadata", "dc:language"),
    )
    yield writer.document(title=told.title, metadata=told.metadata)


def _check_protection(archive: Archive) -> None:
    """Raises DocumentError for a book that only its reader can open; letters may be obscured."""
    if ENCRYPTION not in archive:
        return
    root = parse_xml(archive.read(ENCRYPTION), archive.file)
    methods = [one.get("Algorithm", "") for one in root.iter("EncryptionMethod")]
    if RIGHTS in archive or any(method not in FONTS for method in methods):
        raise DocumentError(f"{archive.file} is protected against copying; it cannot be read.")


def _pages(package: Element, name: str) -> Iterator[str]:
    """The names of the pages of a book as they are read, without its table of contents."""
    items = {one.get("id", ""): one for one in children(package, "manifest", "item")}
    for reference in children(package, "spine", "itemref"):
        item = items.get(reference.get("idref", ""))
        if item is None or item.get("media-type") not in PAGES:
            continue
        if "nav" not in item.get("properties", "").split():
            yield resolved(name, item.get("href", ""))


def _write_page(writer: Writer, archive: Archive, page: str) -> None:
    """Write a page; until its first heading, it stands in the section that its title names."""
    text = printable(decode_html(archive.read(page), archive.file), archive.file).text
    root = html_tree(text, xml=True)
    title = fold(read_head(root).title)[:MAX_NAME].strip()
    if title:
        writer.stands(Section(title))
    write_tree(writer, root)
