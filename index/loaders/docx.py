"""Documents of Word (.docx) → their text: the body with its notes, then headers, footers and
comments. What was deleted while changes were tracked, and what is hidden, is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from index.document import Document
from index.errors import DocumentError
from index.layout import Section
from index.loaders.archive import Archive, open_archive
from index.loaders.docx_body import Body
from index.loaders.docx_styles import Numbers, Styles
from index.loaders.elements import children, value
from index.loaders.office import Relation, main_part, optional_part, part, properties, relations
from index.loaders.source import SourceFile
from index.loaders.tree import write_each_once, write_tree
from index.loaders.writer import Writer

DEFAULT_LANGUAGE = ("w:docDefaults", "w:rPrDefault", "w:rPr", "w:lang")
MAIN = "word/document.xml"
NOTES = {"footnotes": "w:footnote", "endnotes": "w:endnote"}
REPEATED = {"header": "header", "footer": "footer"}  # kinds of parts that pages repeat


def load_docx(file: SourceFile) -> Iterator[Document]:
    """The document in a file of Word. Raises DocumentError for one that is damaged or encrypted."""
    archive = open_archive(file, "a Word document (.docx)")
    name = main_part(archive, MAIN)
    related = relations(archive, name)
    kinds = {one.kind: one for one in related.values()}
    root = part(archive, name)
    if root.tag != "w:document":
        raise DocumentError(f"{file} is not a Word document (.docx); give it its right suffix.")
    styled = _part_of(archive, kinds, "styles")
    styles = Styles(styled)
    numbers = Numbers(_part_of(archive, kinds, "numbering"))
    body = Body(styles, numbers, _notes(archive, kinds))
    body.add(root)
    writer = Writer(file)
    write_tree(writer, body.tree.root())
    _write_repeated(writer, archive, related, styles)
    _write_comments(writer, _part_of(archive, kinds, "comments"), styles)
    languages = [one.get("w:val") for one in root.iter("w:lang")]
    usual = [value(styled, *DEFAULT_LANGUAGE)]
    told = properties(archive, languages if any(languages) else usual)
    yield writer.document(claimed=told.title, metadata=told.metadata)


def _part_of(archive: Archive, kinds: Mapping[str, Relation], kind: str) -> Element | None:
    return optional_part(archive, kinds[kind].target) if kind in kinds else None


def _notes(archive: Archive, kinds: Mapping[str, Relation]) -> dict[tuple[str, str], Element]:
    """The notes by their kind and id, without the lines that separate them."""
    return {
        (kind, note.get("w:id", "")): note
        for kind, tag in NOTES.items()
        for note in children(_part_of(archive, kinds, kind), tag)
        if note.get("w:type") in (None, "normal")
    }


def _write_repeated(
    writer: Writer, archive: Archive, related: Mapping[str, Relation], styles: Styles
) -> None:
    """Write what stands above and below pages."""
    for kind, name in REPEATED.items():
        parts = dict.fromkeys(one.target for one in related.values() if one.kind == kind)
        roots = (optional_part(archive, one) for one in parts)
        trees = (_tree(root, styles) for root in roots if root is not None)
        write_each_once(writer, Section(name), trees)


def _write_comments(writer: Writer, root: Element | None, styles: Styles) -> None:
    for comment in children(root, "w:comment"):
        author = comment.get("w:author", "")
        writer.stands(Section(f"comment of {author}" if author else "comment"))
        write_tree(writer, _tree(comment, styles), named=False)


def _tree(root: Element, styles: Styles) -> Element:
    """What stands beside the text, without numbers and notes, as a tree."""
    body = Body(styles, Numbers(None), {})
    body.add(root)
    return body.tree.root()
