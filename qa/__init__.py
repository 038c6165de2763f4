"""After the question: an index becomes an answer.

>>> import qa
>>> answer = qa.query("When was the Declaration on Allied Interaction signed?", index="my.index")
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from index import SentenceIndex
from index.build import catalog_of
from index.errors import UnderlineError
from qa.answer import Alternative, Answer, Passage
from qa.answerer import NO_READER, Answerer
from qa.cross_encoder import BUNDLED, CrossEncoder
from qa.highlight import pieces
from qa.read import Reader

__all__ = ["Alternative", "Answer", "Answerer", "Passage", "UnderlineError", "pieces", "query"]


def query(
    question: str,
    *,
    index: str | os.PathLike[str],
    k: int = 5,
    reader: str = BUNDLED,
    effort: str = "balanced",
) -> Answer:
    """The answer to a question from the index at a path, with the `k` best passages.

    `reader` and `effort` are those of Answerer. The index stays open for the next question, and
    is opened anew when it was built anew.
    Raises UnderlineError: a question that cannot be asked, an index that cannot be opened.
    """
    path = Path(index)
    opened = _index(path.absolute(), _stamp(path))
    return Answerer(opened, reader=_reader(reader), effort=effort).ask(question, k)


def _stamp(path: Path) -> tuple[int, int]:
    """What changes when an index is replaced by another at the same path."""
    try:
        status = catalog_of(path).stat()
    except (OSError, ValueError):  # no file, or no name that a file could have
        return (0, 0)  # opening it says what is wrong
    return (status.st_ino, status.st_mtime_ns)


@lru_cache(maxsize=4)
def _index(path: Path, _when: tuple[int, int]) -> SentenceIndex:
    return SentenceIndex.open(path)


@lru_cache(maxsize=2)
def _reader(name: str) -> Reader | str:
    return name if name == NO_READER else CrossEncoder(name)
