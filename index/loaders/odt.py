"""OpenDocument texts (.odt) → their text: the body with its notes, then headers and footers. What
was deleted while changes were tracked is left out."""

from __future__ import annotations

from collections.abc import Iterator

from index.document import Document
from index.errors import DocumentError
from index.layout import Section
from index.loaders.archive import Archive, open_archive
from index.loaders.elements import child
from index.loaders.odt_body import Body, hidden_styles, numberings
from index.loaders.office import open_properties, optional_part, part
from index.loaders.source import SourceFile
from index.loaders.tree import text_of, write_tree
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
    body = Body(counted, hidden)
    body.add(text)
    write_tree(writer, body.tree.root())
    for name, tag in REPEATED.items():
        writer.stands(Section(name))
        written: set[str] = set()
        for one in styles.iter(tag) if styles is not None else ():
            repeated = Body(counted, hidden)
            repeated.add(one)
            tree = repeated.tree.root()
            if (said := text_of(tree)) not in written:
                written.add(said)
                write_tree(writer, tree, named=False)
    told = open_properties(archive)
    yield writer.document(claimed=told.title, metadata=told.metadata)


def _check_encryption(archive: Archive) -> None:
    root = optional_part(archive, MANIFEST)
    if root is not None and next(root.iter("manifest:encryption-data"), None) is not None:
        raise DocumentError(f"{archive.file} is encrypted; save it without a password first.")
