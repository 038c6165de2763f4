"""Files → Documents: one module a format, chosen by the file's suffix."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from index.document import Document
from index.errors import DocumentError
from index.loaders.apart import Outcome, read_apart
from index.loaders.code import LANGUAGES, load_code
from index.loaders.copies import File, Read, each_once
from index.loaders.csv_text import load_csv
from index.loaders.docx import load_docx
from index.loaders.eml import read_eml
from index.loaders.epub import load_epub
from index.loaders.find import Unreadable, Walk, walk
from index.loaders.html import load_html
from index.loaders.json_text import load_json, load_json_lines
from index.loaders.mail import mail_loader
from index.loaders.markdown import load_markdown
from index.loaders.mhtml import load_mhtml
from index.loaders.msg import read_msg
from index.loaders.notebook import load_notebook
from index.loaders.odt import load_odt
from index.loaders.old_office import load_old_office
from index.loaders.options import DEFAULT_OPTIONS, Options
from index.loaders.pdf import load_pdf
from index.loaders.pptx import load_pptx
from index.loaders.rst import load_rst
from index.loaders.rtf import load_rtf
from index.loaders.signature import OLD, refuse_other
from index.loaders.source import SourceFile
from index.loaders.spreadsheet import load_ods, load_xlsx
from index.loaders.subtitles import load_subtitles
from index.loaders.tex import load_tex
from index.loaders.text import load_text
from index.loaders.xml_text import load_xml

__all__ = [
    "DEFAULT_OPTIONS",
    "FORMATS",
    "LOADERS",
    "MAX_FILE_BYTES",
    "Loader",
    "Options",
    "Outcome",
    "SourceFile",
    "Unreadable",
    "Walk",
    "find_files",
    "load",
    "load_documents",
    "load_file",
    "load_folder",
]

logger = logging.getLogger(__name__)

# The documents in a file. The id of the first may be the file's name, and is it where it is alone;
# that of others begins with it and "#". Raises DocumentError, and nothing else, for bytes that it
# is not made for.
Loader = Callable[[SourceFile], Iterator[Document]]

LOADERS: dict[str, Loader] = {
    ".txt": load_text,
    ".md": load_markdown,
    ".markdown": load_markdown,
    ".log": load_text,
    ".text": load_text,
    **dict.fromkeys(LANGUAGES, load_code),
    ".csv": load_csv,
    ".tsv": load_csv,
    ".ipynb": load_notebook,
    ".json": load_json,
    ".jsonl": load_json_lines,
    ".ndjson": load_json_lines,
    **dict.fromkeys(OLD, load_old_office),
    ".docx": load_docx,
    ".docm": load_docx,
    ".epub": load_epub,
    ".html": load_html,
    ".htm": load_html,
    ".mhtml": load_mhtml,
    ".mht": load_mhtml,
    ".odt": load_odt,
    ".pptx": load_pptx,
    ".pptm": load_pptx,
    ".rst": load_rst,
    ".rtf": load_rtf,
    ".tex": load_tex,
    ".xhtml": load_html,
    ".ods": load_ods,
    ".xlsx": load_xlsx,
    ".pdf": load_pdf,
    ".srt": load_subtitles,
    ".vtt": load_subtitles,
    ".xlsm": load_xlsx,
    ".xml": load_xml,
}
# Formats that no library parses: they are read in our own process.
PLAIN = {".txt", ".md", ".markdown", ".log", ".text", *LANGUAGES}
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
        refuse_other(file)
        for document in loader(file):
            found = True
            if not str(document.text).strip():
                logger.warning("%s is empty.", file)
            yield replace(document, sha256=document.sha256 or file.sha256)
    except OSError as error:
        raise DocumentError(f"{file} cannot be read: {error.strerror or error}.") from error
    if not found:
        raise DocumentError(f"{file} holds no document.")


# What hangs on a mail is loaded as files are.
LOADERS |= {
    ".eml": mail_loader(read_eml, load, LOADERS),
    ".msg": mail_loader(read_msg, load, LOADERS),
}
FORMATS = ", ".join(sorted(LOADERS.keys() - OLD))


def load_file(
    path: Path, *, source: str | None = None, options: Options = DEFAULT_OPTIONS
) -> Document:
    """The first document in one file; `source` is its id and source, its name unless given.

    Raises DocumentError, naming the file and what is wrong with it.
    """
    return next(load(SourceFile.of(path, name=source, options=options)))


def load_documents(
    root: Path, *, options: Options = DEFAULT_OPTIONS
) -> Iterator[Document | Unreadable]:
    """Every document of a folder (or of a file); an Unreadable for each file that cannot be loaded.

    Raises DocumentError when there is no such folder, nothing in it has a known format, or it is a
    file that cannot be loaded.
    """
    met = find_files(root)
    outcomes = _reading(met, options)(_named(root, met))
    if not root.is_dir():
        (outcome,) = outcomes
        if outcome.reason:
            raise DocumentError(outcome.reason)
        yield from outcome.documents
        return
    yield from met.closed
    for outcome in outcomes:
        if outcome.reason:
            yield Unreadable(outcome.path, outcome.reason)
        yield from outcome.documents


def find_files(root: Path) -> Walk:
    """The files below a folder that some loader can read, each once and in a stable order, and all
    that is passed over; or a file. Raises DocumentError where there is nothing to read."""
    try:
        there = root.exists()
    except OSError as error:  # a name that no file can have
        raise DocumentError(f"{str(root)[:100]!r} cannot be read: {error.strerror}.") from error
    if not there:
        raise DocumentError(f"There is no file or folder {root}.")
    met = walk(root, LOADERS) if root.is_dir() else Walk([root])
    if not met.files and not met.closed:
        raise DocumentError(f"There are no documents in {root}: no file has a suffix that is read.")
    return met


def load_folder(root: Path, met: Walk, *, options: Options = DEFAULT_OPTIONS) -> Iterator[Outcome]:
    """What becomes of each file that `find_files` found, in the order of their names. Few are held
    in memory at a time. Of files with the same bytes only the first is read."""
    return each_once(_named(root, met), _reading(met, options))


def _named(root: Path, met: Walk) -> Iterator[File]:
    for path in met.files:
        yield path, root.name if path == root else path.relative_to(root).as_posix()


def _reading(met: Walk, options: Options) -> Read:
    """How files are read: here, or apart where there are formats that libraries parse."""
    plain = all(path.suffix.lower() in PLAIN for path in met.files)
    return _here if plain else partial(_apart, options=options)


def _here(files: Iterable[File]) -> Iterator[Outcome]:
    return (_read_here(path, name) for path, name in files)


def _apart(files: Iterable[File], *, options: Options) -> Iterator[Outcome]:
    whole = ((path.absolute(), name) for path, name in files)
    for outcome in read_apart(whole, options=options):
        for note in outcome.notes:
            logger.warning("%s", note)
        yield outcome


def _read_here(path: Path, name: str) -> Outcome:
    outcome, started = Outcome(path, name), time.perf_counter()
    with _heard(outcome.notes):
        try:
            outcome.documents += load(SourceFile.of(path, name=name))
        except DocumentError as error:
            outcome.documents.clear()
            outcome.reason = str(error)
    outcome.seconds = time.perf_counter() - started
    return outcome


@contextmanager
def _heard(notes: list[str]) -> Iterator[None]:
    """Note what loaders log in this thread."""
    mine = threading.get_ident()

    class Notes(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == mine:
                notes.append(record.getMessage())

    handler = Notes(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
