"""JSON, and JSON line by line."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from index.document import Document
from index.errors import DocumentError
from index.loaders.json_tree import JsonError, parse
from index.loaders.records import Node, Record, Series, write
from index.loaders.source import SourceFile
from index.loaders.text import Decoded, read_decoded
from index.loaders.writer import Writer

logger = logging.getLogger(__name__)

MAX_NAMED = 10  # lines that cannot be read


def load_json(file: SourceFile) -> Iterator[Document]:
    """The document in a JSON file. Raises DocumentError for what is none."""
    decoded = read_decoded(file)
    text = decoded.text
    try:
        node = parse(text)
    except JsonError as error:
        if not _is_lines(text):
            raise _wrong(file, error) from error
        node = _lines(file, text)
    yield _document(file, node, decoded)


def load_json_lines(file: SourceFile) -> Iterator[Document]:
    """The document in a file of JSON lines; those that cannot be read are left out and named.

    Raises DocumentError where none can be read.
    """
    decoded = read_decoded(file)
    yield _document(file, _lines(file, decoded.text), decoded)


def _document(file: SourceFile, node: Node, decoded: Decoded) -> Document:
    writer = Writer(file)
    write(writer, node)
    return writer.document(named=True, metadata=decoded.metadata)


def _lines(file: SourceFile, text: str) -> Series:
    items: list[Node] = []
    wrong: list[JsonError] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            items.append(parse(line, number))
        except JsonError as error:
            wrong.append(error)
    if wrong and not items:
        raise _wrong(file, wrong[0])
    if wrong:
        numbers = ", ".join(f"{error.line:,}" for error in wrong[:MAX_NAMED])
        more = f" and {len(wrong) - MAX_NAMED:,} more" if len(wrong) > MAX_NAMED else ""
        logger.warning("%s: lines that are not JSON are left out: %s%s.", file, numbers, more)
    return Series(items, 1)


def _is_lines(text: str) -> bool:
    """Whether a file of JSON holds a value in each of its lines."""
    lines = [line for line in text.split("\n", 100)[:100] if line.strip()]
    try:
        return len(lines) > 1 and all(isinstance(parse(line), Record) for line in lines[:2])
    except JsonError:
        return False


def _wrong(file: SourceFile, error: JsonError) -> DocumentError:
    return DocumentError(
        f"{file} is not valid JSON in line {error.line:,}: {error}; mend it there."
    )
