"""What a few lines do without any training: BM25 alone, and the published model with BM25.

Both rank the sentences of one of our indexes, so the same sentences with the same context: words of
a sentence and its titled paragraph, and vectors as docs/decisions/0005 has them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from index import Hit, SentenceIndex
from index.vectors import Ids, Scores

DEPTH = 200  # sentences taken from each search
WORDS = 0.03  # of BM25 beside a cosine, as docs/decisions/0005 has it: nothing was fitted yet

Search = Callable[[str, int], list[Hit]]  # question, how many → sentences, best first


def by_words(index: SentenceIndex) -> Search:
    """BM25 alone."""

    def search(question: str, k: int) -> list[Hit]:
        return _hits(index, *index._lexical.search(question, k=k))

    return search


def hybrid(index: SentenceIndex) -> Search:
    """The cosine of the model as it was published, and WORDS times BM25."""
    known, vectors = index._vectors.rows()

    def search(question: str, k: int) -> list[Hit]:
        (vector,) = index.embedder.embed_passages([question])
        cosine = vectors @ vector
        near = known[np.argsort(-cosine)[:DEPTH]]
        ids = np.union1d(near, index._lexical.search(question, k=DEPTH)[0])
        bm25 = index._lexical.scores(question, ids)
        scores = cosine[np.searchsorted(known, ids)] + WORDS * bm25
        order = np.argsort(-scores, kind="stable")[:k]
        return _hits(index, ids[order], scores[order])

    return search


def _hits(index: SentenceIndex, ids: Ids, scores: Scores) -> list[Hit]:
    known = index.sentences(ids.tolist())
    pairs = zip(ids.tolist(), scores.tolist(), strict=True)
    return [Hit(known[number][0], score) for number, score in pairs]
