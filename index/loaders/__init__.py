"""Files → Documents: one module a format, chosen by the file's suffix."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from index.document import Document
from index.errors import DocumentError
from index.loaders.docx import load_docx
from index.loaders.epub import load_epub
from index.loaders.find import Unreadable, find_in, in_words
from index.loaders.html import load_html
from index.loaders.markdown import load_markdown
from index.loaders.mhtml import load_mhtml
from index.loaders.odt import load_odt
from index.loaders.pptx import load_pptx
from index.loaders.rst import load_rst
from index.loaders.rtf import load_rtf
from index.loaders.source import SourceFile
from index.loaders.tex import load_tex
from index.loaders.text import load_text

__all__ = [
    "FORMATS",
    "LOADERS",
    "MAX_FILE_BYTES",
    "Loader",
    "SourceFile",
    "Unreadable",
    "find_files",
    "load",
    "load_documents",
    "load_file",
]

logger = logging.getLogger(__name__)

# The documents in a file. The id of one that is alone in its file is the file's name, that of
# others begins with it and "#". Raises DocumentError, and nothing else, for bytes that it is not
# made for.
Loader = Callable[[SourceFile], Iterator[Document]]

LOADERS: dict[str, Loader] = {
    ".docx": load_docx,
    ".epub": load_epub,
    ".htm": load_html,
    ".html": load_html,
    ".md": load_markdown,
    ".mhtml": load_mhtml,
    ".odt": load_odt,
    ".pptx": load_pptx,
    ".rst": load_rst,
    ".rtf": load_rtf,
    ".tex": load_tex,
    ".txt": load_text,
    ".xhtml": load_html,
}
FORMATS = in_words(LOADERS)

MAX_FILE_BYTES = 64 * 1024 * 1024


def load(file: SourceFile) -> Iterator[Document]:
    """The documents in a file, one or more.

    Raises DocumentError, naming the file and what is wrong with it.
    """
    loader = LOADERS.get(file.suffix)
    if loader is None:
        raise DocumentError(f"{file} is not of a format that can be read: {FORMATS}.")
    if file.size > MAX_FILE_BYTES:
        raise DocumentError(
            f"{file} has {file.size:,} bytes; the limit is {MAX_FILE_BYTES:,}. Split it first."
        )
    found = False
    try:
        for document in loader(file):
            found = True
            if not str(document.text).strip():
                logger.warning("%s is empty.", file)
            yield document
    except OSError as error:
        raise DocumentError(f"{file} cannot be read: {error.strerror or error}.") from error
    if not found:
        raise DocumentError(f"{file} holds no document.")


def load_file(path: Path, *, source: str | None = None) -> Document:
    """The first document in one file; `source` is its id and source, its name unless given.

    Raises DocumentError, naming the file and what is wrong with it.
    """
    return next(load(SourceFile.of(path, name=source)))


def find_files(root: Path) -> tuple[list[Path], list[Unreadable]]:
    """The files below a folder that some loader can read, each once and in a stable order, and the
    folders that cannot be listed."""
    return find_in(root, LOADERS)


def load_documents(root: Path) -> Iterator[Document | Unreadable]:
    """Every document of a folder (or of a file); an Unreadable for each file that cannot be loaded.

    Raises DocumentError when there is no such folder, nothing in it has a known format, or it is a
    file that cannot be loaded.
    """
    try:
        there = root.exists()
    except OSError as error:  # a name that no file can have
        raise DocumentError(f"{str(root)[:100]!r} cannot be read: {error.strerror}.") from error
    if not there:
        raise DocumentError(f"There is no file or folder {root}.")
    if not root.is_dir():
        yield from load(SourceFile.of(root))
        return
    paths, closed = find_files(root)
    if not paths and not closed:
        raise DocumentError(f"There are no documents in {root}: looked for {FORMATS}.")
    yield from closed
    for path in paths:
        try:
            yield from load(SourceFile.of(path, name=path.relative_to(root).as_posix()))
        except DocumentError as error:
            yield Unreadable(path, str(error))
