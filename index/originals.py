"""Document → the file it was read from, and the pages of such a file as they look."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from cachetools import LRUCache, cached

from index.document import Document
from index.errors import DocumentError
from index.loaders import SourceFile
from index.loaders.process import Process, ProcessEndedError, ProcessLateError

HASHES_IN_MEMORY = 1_000  # of files, so that a page is not waited for longer than it is drawn
SIZES_IN_MEMORY = 100  # of files: those of all their pages
SECONDS = 20  # for a page, or for the sizes of all

Size = tuple[float, float]  # width and height of a page, in points


def find_original(folder: Path, document: Document) -> SourceFile | None:
    """The file below a folder that a document was read from, or another one with the same bytes;
    None where there is no such file any more, or it has changed since."""
    for name in (document.source, *document.copies) if document.sha256 else ():
        with suppress(DocumentError, OSError):
            file = _with_hash(SourceFile.of(folder / name))
            if file.sha256 == document.sha256:
                return file
    return None


@lru_cache(HASHES_IN_MEMORY)
def _with_hash(file: SourceFile) -> SourceFile:
    """The same file, whose bytes are read once; one that is changed is another one."""
    return file


class Pictures:
    """Pages of files as pictures, drawn in a process of its own; for any number of threads."""

    def __init__(self) -> None:
        self._process = Process()
        self._lock = threading.Lock()
        known: LRUCache[SourceFile, Sequence[Size]] = LRUCache(SIZES_IN_MEMORY)
        self.sizes = cached(known, lock=threading.Lock())(self._sizes)

    def page(self, file: SourceFile, number: int, *, scale: float) -> bytes:
        """A page, counted from 1, as PNG with `scale` pixels a point, or fewer.

        Raises DocumentError where it cannot be drawn.
        """
        drawn = self._ask(file, {"do": "draw", "number": number, "scale": scale})
        return base64.b64decode(drawn)

    def close(self) -> None:
        """End the process."""
        self._process.stop()

    def _sizes(self, file: SourceFile) -> Sequence[Size]:
        """The size of each page of a file. Raises DocumentError where that cannot be told."""
        sizes = self._ask(file, {"do": "measure"})
        return [(float(width), float(height)) for width, height in sizes]

    def _ask(self, file: SourceFile, request: Mapping[str, object]) -> Any:
        """What the process makes of a file, while the file stays as it is."""
        if file.path is None:
            raise DocumentError(f"{file} is no file on disk.")
        made: Any = None
        try:
            with self._lock:
                sent = {**request, "path": str(file.path)}
                for what, content in self._process.answers(sent, SECONDS):
                    made = json.loads(content) if what == "made" else made
        except (ProcessEndedError, ProcessLateError, ValueError):
            made = None
        if made is None or SourceFile.of(file.path, name=file.name) != file:
            raise DocumentError(f"The pages of {file} cannot be shown.")
        return made
