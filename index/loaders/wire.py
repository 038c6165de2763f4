"""Documents ↔ lines of JSON, for the pipe between two of our processes.

Never pickle: a process that reads hostile files is not believed either.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from index.document import Document
from index.layout import Layout, Lines, Placed, Stretch, Unplaced, pack_place, unpack_place
from index.metadata import pack_metadata, unpack_metadata
from index.structure import Structure, pack, unpack


def pack_document(document: Document) -> str:
    """A document that was loaded, as one line."""
    blocks = None if document.blocks is None else pack(Structure.of(document.blocks))
    row = {
        "id": document.id,
        "title": document.title,
        "text": str(document.text),
        "source": document.source,
        "metadata": pack_metadata(document.metadata),
        "blocks": blocks,
        "layout": _pack_layout(document.layout),
        "language": document.language,
        "sha256": document.sha256,
    }
    return json.dumps(row, ensure_ascii=True)


def unpack_document(line: str) -> Document:
    """What `pack_document` was given. Raises ValueError for what it did not write."""
    row = json.loads(line)
    try:
        blocks = row["blocks"]
        return Document(
            row["id"],
            row["title"],
            row["text"],
            row["source"],
            unpack_metadata(row["metadata"]),
            blocks=None if blocks is None else tuple(unpack(blocks).blocks.values()),
            layout=_unpack_layout(row["layout"], row["text"]),
            language=row["language"],
            sha256=row["sha256"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no document: {error}") from error


def _pack_layout(layout: Layout) -> Any:
    if isinstance(layout, Placed):
        return [
            [one.start, pack_place(one.place), base64.b64encode(one.packed).decode()]
            for one in layout.stretches
        ]
    return "lines" if isinstance(layout, Lines) else None


def _unpack_layout(packed: Any, text: str) -> Layout:
    if packed == "lines":
        return Lines(text)
    if packed is None:
        return Unplaced()
    return Placed(
        tuple(
            Stretch(start, unpack_place(place), base64.b64decode(boxes))
            for start, place, boxes in packed
        )
    )
