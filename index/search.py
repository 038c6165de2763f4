"""Question → the sentences that may answer it, by meaning and by words, each with its scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.catalog import Catalog
from index.lexical import LexicalSearch
from index.vectors import Ids, Scores, Vectors, VectorSearch

ABOUT = 200  # sentences that tell which documents are about what is asked


@dataclass(frozen=True, slots=True)
class Candidates:
    """The sentences found for one question, by ascending id, with the scores of both searches."""

    ids: Ids
    cosine: Scores
    bm25: Scores  # 0 for a sentence that shares no word with the question
    about: Scores  # how near the nearest sentence of its document is, as a text


@dataclass(frozen=True, slots=True)
class Search:
    """Both searches of an index, and the catalog that knows what document a sentence is of."""

    catalog: Catalog
    vectors: VectorSearch
    lexical: LexicalSearch

    def __call__(
        self, questions: Sequence[str], as_question: Vectors, as_text: Vectors, *, depth: int
    ) -> list[Candidates]:
        """For each question the `depth` best sentences by each search. Its two vectors, (questions,
        dimension) each, are that of something to be answered, which finds sentences, and that of a
        text, which finds the documents that are about the same (docs/decisions/0031)."""
        depth = min(depth, len(self.lexical))  # both set aside room for as many as are asked for
        limit = min(max(depth, ABOUT), len(self.lexical))
        nearest = self.vectors.search(np.concatenate([as_question, as_text]), k=limit)
        found = []
        for row, question in enumerate(questions):
            near, about = nearest[row][0][:depth], nearest[len(questions) + row]
            matching, _ = self.lexical.search(question, k=max(1, depth))
            ids = np.union1d(np.concatenate([near, about[0][:ABOUT]]), matching)
            # All scores of each, whichever search found it: they do not depend on the depth.
            found.append(
                Candidates(
                    ids,
                    self.vectors.scores(as_question[row], ids),
                    self.lexical.scores(question, ids),
                    self._about(ids, about[0][:ABOUT], about[1][:ABOUT]),
                )
            )
        return found

    def _about(self, ids: Ids, nearest: Ids, likeness: Scores) -> Scores:
        """For each sentence how near the nearest of its document is; where none of its document is
        among them, as near as the last of them."""
        documents = self.catalog.documents_of(np.union1d(ids, nearest))
        best: dict[int, float] = {}
        for number, score in zip(nearest.tolist(), likeness.tolist(), strict=True):
            best.setdefault(documents.get(number, 0), score)
        least = float(min(likeness, default=0.0))
        of_each = (best.get(documents.get(number, 0), least) for number in ids.tolist())
        return np.fromiter(of_each, np.float32, len(ids))
