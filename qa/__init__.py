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
from qa.answerer import Answerer
from qa.cross_encoder import BUNDLED
from qa.highlight import pieces

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
    return _answerer(path.absolute(), _stamp(path), reader, effort).ask(question, k)


def _stamp(path: Path) -> tuple[int, int]:
    """What changes when an index is replaced by another at the same path."""
    try:
        status = catalog_of(path).stat()
    except OSError:
        return (0, 0)  # opening it says what is wrong
    return (status.st_ino, status.st_mtime_ns)


@lru_cache(maxsize=4)
def _answerer(path: Path, _when: tuple[int, int], reader: str, effort: str) -> Answerer:
    return Answerer(SentenceIndex.open(path), reader=reader, effort=effort)
