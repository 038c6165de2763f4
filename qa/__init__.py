"""After the question: an index becomes an answer.

>>> import qa
>>> answer = qa.query("When was the Declaration on Allied Interaction signed?", index="my.index")
"""

from __future__ import annotations

import os
import threading
from functools import lru_cache
from pathlib import Path

from cachetools import LRUCache

from index import SentenceIndex
from index.errors import UnderlineError
from qa.answer import Alternative, Answer, Passage
from qa.answerer import NO_READER, Answerer
from qa.cross_encoder import BUNDLED, CrossEncoder
from qa.highlight import pieces
from qa.read import Reader

__all__ = ["Alternative", "Answer", "Answerer", "Passage", "UnderlineError", "pieces", "query"]

_opened: LRUCache[Path, SentenceIndex] = LRUCache(maxsize=4)
_opening = threading.Lock()


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
    is opened anew when it was built anew or changed.
    Raises UnderlineError: a question that cannot be asked, an index that cannot be opened.
    """
    opened = _index(Path(index).absolute())
    return Answerer(opened, reader=_reader(reader), effort=effort).ask(question, k)


def _index(path: Path) -> SentenceIndex:
    with _opening:
        index = _opened.get(path)
    if index is None or not index.is_current():
        index = SentenceIndex.open(path)
        with _opening:
            _opened[path] = index
    return index


@lru_cache(maxsize=2)
def _reader(name: str) -> Reader | str:
    return name if name == NO_READER else CrossEncoder(name)
