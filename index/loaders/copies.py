"""Files → those with bytes of their own, which are read, and the copies of these, which are not."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from index.errors import DocumentError
from index.loaders.apart import Outcome
from index.loaders.source import SourceFile

UNREAD = "{path} has the same bytes as {first}, which cannot be read. Repair or remove both."

File = tuple[Path, str]  # where it is, and its name
Read = Callable[[Iterable[File]], Iterator[Outcome]]


def each_once(files: Iterable[File], read: Read) -> Iterator[Outcome]:
    """The outcome of each file, in their order. Of those with the same bytes and suffix the first
    is read, and the others are `same_as` it, or cannot be read if it cannot."""
    first: dict[tuple[str, str], str] = {}  # suffix and hash → name
    unread: set[str] = set()
    hashes: dict[str, str] = {}  # of the files to be read that have no outcome yet
    order: deque[tuple[Path, str, str]] = deque()  # path, name, of a copy the name of the first

    def fresh() -> Iterator[File]:
        for path, name in files:
            sha256 = _sha256(path)
            same = first.setdefault((path.suffix.lower(), sha256), name) if sha256 else name
            order.append((path, name, same if same != name else ""))
            if same == name:
                hashes[name] = sha256
                yield path, name

    def copies() -> Iterator[Outcome]:
        while order and order[0][2]:
            path, name, same = order.popleft()
            reason = UNREAD.format(path=path, first=same) if same in unread else ""
            yield Outcome(path, name, reason=reason, same_as="" if reason else same)

    for outcome in read(fresh()):
        yield from copies()  # those that stand before it
        order.popleft()
        told = outcome.documents[0].sha256 if outcome.documents else ""
        if told != hashes.pop(outcome.name):  # it cannot be read, or has changed meanwhile
            unread.add(outcome.name)
        yield outcome
    yield from copies()


def _sha256(path: Path) -> str:
    """The hash of a file; "" of an empty one, or where it cannot be told: reading tells why."""
    try:
        file = SourceFile.of(path)
        return file.sha256 if file.size else ""
    except (DocumentError, OSError):
        return ""
