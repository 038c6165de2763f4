"""Documents → which of them are copies of one before, so that each text is stored once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePath

from index.document import Document


@dataclass(slots=True)
class Seen:
    """The documents of files that came before, each known by hashes of what it holds."""

    _ids: dict[bytes, str] = field(default_factory=dict)

    def first(self, document: Document) -> str:
        """The id of the first document with the same text, in a file of the same format with the
        same title or the same bytes; its own where it is the first. One that is no file, or holds
        no text, is always the first."""
        marks = list(_marks(document))
        found = next((self._ids[mark] for mark in marks if mark in self._ids), document.id)
        for mark in marks:
            self._ids.setdefault(mark, found)
        return found


def _marks(document: Document) -> Iterator[bytes]:
    text = str(document.text).strip()
    if not document.sha256 or not text:
        return
    of_text = sha256(text.encode("utf-8")).hexdigest()
    suffix = PurePath(document.id).suffix.lower()
    for kind, what in (("file", document.sha256), ("title", document.title)):
        yield sha256("\0".join((kind, what, suffix, of_text)).encode("utf-8")).digest()
