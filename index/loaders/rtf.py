"""Rich text (.rtf) → its text: the body with its notes, then headers and footers. Text that is
hidden or was deleted while changes were tracked is left out."""

from __future__ import annotations

from collections.abc import Iterator

from index.document import Document
from index.errors import DocumentError
from index.layout import Section
from index.loaders.rtf_body import Body
from index.loaders.rtf_tokens import Tokens
from index.loaders.signature import OLE
from index.loaders.source import SourceFile
from index.loaders.stated import stated
from index.loaders.tree import write_tree
from index.loaders.writer import Writer

START = b"{\\rtf"
SPACE = b" \t\r\n\0\xef\xbb\xbf"


def load_rtf(file: SourceFile) -> Iterator[Document]:
    """The document that a rich text is. Raises DocumentError for one that is none."""
    data = file.read().lstrip(SPACE)
    if not data.startswith(START):
        remedy = "save it as RTF first" if data.startswith(OLE) else "give it its right suffix"
        raise DocumentError(f"{file} is not rich text (.rtf); {remedy}.")
    body = Body()
    body.add(Tokens(data.decode("latin-1")).tokens())
    writer = Writer(file)
    write_tree(writer, body.tree.root())
    for place, texts in body.repeated.items():
        writer.stands(Section(place))
        for text in texts:
            writer.paragraph(text)
    told = body.told
    day = "-".join((told.get("yr", "").zfill(4), told.get("mo", ""), told.get("dy", "")))
    said = stated(told.get("title", ""), told.get("author", ""), dates=[("created", day)])
    yield writer.document(claimed=said.title, metadata=said.metadata)
