"""Documents ↔ lines of JSON, for the pipe between two of our processes.

Never pickle: a process that reads hostile files is not believed either.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from index.document import Document
from index.layout import Layout, Lines, Placed, Stretch, Unplaced, pack_place, unpack_place
from index.metadata import pack_metadata, unpack_metadata
from index.structure import Block, Structure, pack, unpack

T = TypeVar("T")


# What the lines of a document are. The last of them is DOCUMENT.
TEXT, BLOCKS, PLACES, DOCUMENT = "text", "blocks", "places", "document"
PIECE = 1_000_000  # characters, after which a line ends: no line is as long as a document
LEAST = 40  # characters that a block, a cell or a place takes

Line = tuple[str, str]  # what it is, and JSON


def pack_document(document: Document) -> Iterator[Line]:
    """A document that was loaded, as lines."""
    text, layout = str(document.text), document.layout
    for start in range(0, len(text), PIECE):
        yield TEXT, json.dumps(text[start : start + PIECE])
    for blocks in _pieces(enumerate(document.blocks or ()), _size_of_block):
        yield BLOCKS, json.dumps(pack(Structure(dict(blocks))))
    stretches = layout.stretches if isinstance(layout, Placed) else ()
    for some in _pieces(stretches, lambda one: len(one.packed)):
        yield PLACES, json.dumps([_pack_stretch(one) for one in some])
    row = {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "metadata": pack_metadata(document.metadata),
        "blocks": document.blocks is not None,
        "layout": _name_of(layout),
        "language": document.language,
        "sha256": document.sha256,
    }
    yield DOCUMENT, json.dumps(row)


@dataclass(slots=True)
class Parts:
    """The lines of a document as they come, and what they make."""

    _text: list[str] = field(default_factory=list)
    _blocks: list[Block] = field(default_factory=list)
    _stretches: list[Stretch] = field(default_factory=list)

    def add(self, what: str, content: str) -> None:
        """Take a line that is not the last. Raises ValueError for what `pack_document` does not
        write."""
        with _as_value_error():
            if what == TEXT:
                self._text.append(json.loads(content))
            elif what == BLOCKS:
                self._blocks += unpack(json.loads(content)).blocks.values()
            elif what == PLACES:
                self._stretches += map(_unpack_stretch, json.loads(content))
            else:
                raise ValueError(f"no part of a document: {what!r}")

    def document(self, content: str) -> Document:
        """The document, with its last line. Raises ValueError as `add` does."""
        with _as_value_error():
            row, text = json.loads(content), "".join(self._text)
            return Document(
                row["id"],
                row["title"],
                text,
                row["source"],
                unpack_metadata(row["metadata"]),
                blocks=tuple(self._blocks) if row["blocks"] else None,
                layout=self._layout(row["layout"], text),
                language=row["language"],
                sha256=row["sha256"],
            )

    def _layout(self, name: str | None, text: str) -> Layout:
        if name == "placed":
            return Placed(tuple(self._stretches))
        return Lines(text) if name == "lines" else Unplaced()


@contextmanager
def _as_value_error() -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no document: {error}") from error


def _pieces(parts: Iterable[T], size_of: Callable[[T], int]) -> Iterator[list[T]]:
    """The parts in order, as many together as take about PIECE characters."""
    piece: list[T] = []
    size = 0
    for one in parts:
        piece.append(one)
        size += LEAST + size_of(one)
        if size >= PIECE:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


def _size_of_block(numbered: tuple[int, Block]) -> int:
    _, block = numbered
    return sum(LEAST + len(cell.name) for cell in block.cells) + sum(map(len, block.columns))


def _name_of(layout: Layout) -> str | None:
    if isinstance(layout, Placed):
        return "placed"
    return "lines" if isinstance(layout, Lines) else None


def _pack_stretch(one: Stretch) -> list[object]:
    return [one.start, pack_place(one.place), base64.b64encode(one.packed).decode()]


def _unpack_stretch(packed: Sequence[Any]) -> Stretch:
    start, place, boxes = packed
    return Stretch(start, unpack_place(place), base64.b64decode(boxes))
