"""The texts of an index, read in stretches: a span reads what it shows, never a whole book."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from cachetools import LRUCache

from index.layout import Line, Place, Unplaced

STRETCH = 4_096  # characters, stored in a row each
BYTES_IN_MEMORY = 32 * 1024 * 1024  # of the stretches that were read last

Key = tuple[int, int]  # row of a document, number of a stretch of it


@dataclass(frozen=True, slots=True)
class Stretch:
    """STRETCH characters of a document, and the line of it that they begin in, from 1."""

    text: str
    line: int


def in_stretches(text: str) -> Iterator[Stretch]:
    """A text as it is stored."""
    line = 1
    for start in range(0, len(text), STRETCH):
        part = text[start : start + STRETCH]
        yield Stretch(part, line)
        line += part.count("\n")


class Texts:
    """Stretches by document and number, those read last in memory; safe to share between threads.

    `fetch` reads the stretches of some keys, in any order.
    """

    def __init__(self, fetch: Callable[[Sequence[Key]], Iterable[tuple[Key, Stretch]]]) -> None:
        self._fetch = fetch
        self._known: LRUCache[Key, Stretch] = LRUCache(
            BYTES_IN_MEMORY, getsizeof=lambda stretch: sys.getsizeof(stretch.text)
        )
        self._lock = threading.Lock()

    def one(self, key: Key) -> Stretch:
        """One stretch."""
        with self._lock:
            found = self._known.get(key)
        return found or self.get([key])[0]

    def get(self, keys: Sequence[Key]) -> list[Stretch]:
        """The stretches of these keys, in their order."""
        with self._lock:
            found = {key: self._known[key] for key in keys if key in self._known}
        missing = [key for key in dict.fromkeys(keys) if key not in found]
        if missing:
            new = dict(self._fetch(missing))
            with self._lock:
                self._known.update(new)
            found |= new
        return [found[key] for key in keys]

    def load(self, extents: Iterable[tuple[int, int, int]]) -> None:
        """Read what some (document, start, end) need, all of it at once."""
        keys = {
            (row, number)
            for row, start, end in extents
            for number in range(start // STRETCH, max(end - 1, start) // STRETCH + 1)
        }
        self.get(sorted(keys))


@dataclass(frozen=True, slots=True, eq=False)
class StoredText:
    """The characters of one document of an index. It is sliced and compared like a `str`."""

    texts: Texts
    row: int
    length: int

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, key: slice) -> str:
        start, end, _ = key.indices(self.length)
        if start >= end:
            return ""
        first, last = start // STRETCH, (end - 1) // STRETCH
        if first == last:
            text = self.texts.one((self.row, first)).text
        else:
            parts = self.texts.get([(self.row, number) for number in range(first, last + 1)])
            text = "".join(part.text for part in parts)
        return text[start - first * STRETCH : end - first * STRETCH]

    def __str__(self) -> str:
        return self[:]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, StoredText) and (self.texts, self.row) == (other.texts, other.row):
            return True
        if not isinstance(other, StoredText | str):
            return NotImplemented
        return self.length == len(other) and str(self) == str(other)

    __hash__ = None  # type: ignore[assignment]  # equal to a `str`, and not worth reading to hash


@dataclass(frozen=True, slots=True, eq=False)
class StoredLines(Unplaced):
    """The layout of a stored text that was a file with lines."""

    text: StoredText

    def place(self, offset: int, /) -> Place:
        number = min(offset, max(self.text.length - 1, 0)) // STRETCH
        if not self.text.length:
            return Line(1)
        part = self.text.texts.one((self.text.row, number))
        return Line(part.line + part.text.count("\n", 0, offset - number * STRETCH))
