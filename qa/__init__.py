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
from qa.answer import Answer, Passage
from qa.answerer import Answerer
from qa.highlight import pieces

__all__ = ["Answer", "Answerer", "Passage", "UnderlineError", "pieces", "query"]


def query(question: str, *, index: str | os.PathLike[str], k: int = 5) -> Answer:
    """The answer to a question from the index at a path, with the `k` best passages.

    The index stays open for the next question, and is opened anew when it was built anew.
    Raises UnderlineError: a question that cannot be asked, an index that cannot be opened.
    """
    path = Path(index)
    return _answerer(path.absolute(), _stamp(path)).ask(question, k)


def _stamp(path: Path) -> tuple[int, int]:
    """What changes when an index is replaced by another at the same path."""
    try:
        status = catalog_of(path).stat()
    except OSError:
        return (0, 0)  # opening it says what is wrong
    return (status.st_ino, status.st_mtime_ns)


@lru_cache(maxsize=4)
def _answerer(path: Path, _when: tuple[int, int]) -> Answerer:
    return Answerer(SentenceIndex.open(path))
