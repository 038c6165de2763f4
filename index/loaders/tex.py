"""LaTeX (.tex) → its text, without commands."""

from __future__ import annotations

from collections.abc import Iterator

from index.document import Document
from index.loaders.source import SourceFile
from index.loaders.stated import stated
from index.loaders.tex_body import Body
from index.loaders.text import read_decoded
from index.loaders.tree import write_tree
from index.loaders.writer import Writer

BEGIN, END = "\\begin{document}", "\\end{document}"


def load_tex(file: SourceFile) -> Iterator[Document]:
    """The document in a file of LaTeX. Raises DocumentError for bytes that are not text."""
    decoded = read_decoded(file)
    text = decoded.text
    before, begin, rest = text.partition(BEGIN)
    body = Body()
    if begin:
        preamble = Body()
        preamble.add(before)
        body.title, body.author, body.macros = preamble.title, preamble.author, preamble.macros
        text = rest.partition(END)[0]
    if body.title:
        body.opened.tree.block("h1", body.title)
    body.add(text)
    body.finish()
    writer = Writer(file)
    write_tree(writer, body.opened.tree.root())
    told = stated(body.title, body.author)
    yield writer.document(title=told.title, metadata={**told.metadata, **decoded.metadata})
