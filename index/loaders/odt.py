"""OpenDocument texts (.odt) → their text: the body with its notes, then headers and footers. What
was deleted while changes were tracked is left out."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from index.document import Document
from index.errors import DocumentError
from index.layout import Section
from index.loaders.archive import Archive, open_archive
from index.loaders.elements import child
from index.loaders.odt_body import Body, Numbering, hidden_styles, numberings
from index.loaders.office import open_properties, optional_part, part
from index.loaders.source import SourceFile
from index.loaders.tree import write_each_once, write_tree
from index.loaders.writer import Writer

MANIFEST = "META-INF/manifest.xml"
REPEATED = {"header": "style:header", "footer": "style:footer"}  # on every page


def load_odt(file: SourceFile) -> Iterator[Document]:
    """The document in an OpenDocument text. Raises DocumentError for one that is damaged or
    encrypted."""
    archive = open_archive(file, "an OpenDocument text (.odt)")
    _check_encryption(archive)
    root = part(archive, "content.xml")
    text = child(root, "office:body", "office:text")
    if text is None:
        raise DocumentError(f"{file} is not an OpenDocument text (.odt); give it its right suffix.")
    styles = optional_part(archive, "styles.xml")
    counted, hidden = numberings([styles, root]), hidden_styles([styles, root])
    writer = Writer(file)
    write_tree(writer, _tree(text, counted, hidden))
    for name, tag in REPEATED.items():
        repeated = styles.iter(tag) if styles is not None else ()
        trees = (_tree(one, counted, hidden) for one in repeated)
        write_each_once(writer, Section(name), trees)
    told = open_properties(archive)
    yield writer.document(claimed=told.title, metadata=told.metadata)


def _tree(root: Element, counted: dict[str, dict[int, Numbering]], hidden: set[str]) -> Element:
    body = Body(counted, hidden)
    body.add(root)
    return body.tree.root()


def _check_encryption(archive: Archive) -> None:
    root = optional_part(archive, MANIFEST)
    if root is not None and next(root.iter("manifest:encryption-data"), None) is not None:
        raise DocumentError(f"{archive.file} is encrypted; save it without a password first.")
