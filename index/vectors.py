"""Vectors → the rows nearest to a question: FAISS, inner product over unit vectors.

A segment is one immutable file of vectors with the sentence id of each. An index is a set of
segments; adding sentences adds a segment, and nothing is ever written into one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamagedError

Vectors = NDArray[np.float32]  # (n, dimension), rows of length 1
Ids = NDArray[np.int64]  # (n,), sentence ids, ascending
Scores = NDArray[np.float32]  # (n,), cosine similarity, higher is better

FEW = 100_000  # products of a question with a vector: so little work is done by one thread


def write_segment(path: Path, ids: Ids, vectors: Vectors) -> None:
    """Write one segment. `ids` are strictly ascending, a row of `vectors` each."""
    if len(ids) != len(vectors):
        raise ValueError(f"{len(ids)} ids but {len(vectors)} vectors")
    segment = faiss.IndexIDMap(faiss.IndexFlatIP(vectors.shape[1]))
    segment.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)
    with path.open("wb") as file:  # part by part, with the errors of the system
        writer: Any = faiss.PyCallbackIOWriter(file.write)  # type: ignore[attr-defined]
        faiss.write_index(segment, writer)


class VectorSearch:
    """Exact nearest-neighbour search over the segments of an index."""

    def __init__(self, paths: Sequence[Path], dimension: int) -> None:
        self.dimension = dimension
        self._segments = [self._read(path) for path in paths]
        self._ids = [faiss.vector_to_array(segment.id_map) for segment in self._segments]

    def search(self, questions: Vectors, *, k: int) -> list[tuple[Ids, Scores]]:
        """For each question the ids of its `k` nearest sentences, best first, and their scores."""
        if not self._segments:
            return [(np.empty(0, np.int64), np.empty(0, np.float32)) for _ in questions]
        with _threads_for(len(questions) * sum(map(len, self._ids))):
            found = [one.search(questions, min(k, one.ntotal)) for one in self._segments]
        scores = np.concatenate([scores for scores, _ in found], axis=1)
        ids = np.concatenate([ids for _, ids in found], axis=1)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return [(ids[row][order], scores[row][order]) for row, order in enumerate(best)]

    def scores(self, question: NDArray[np.float32], ids: Ids) -> Scores:
        """The score of one question, (dimension,), for each of these sentences."""
        scores = np.zeros(len(ids), np.float32)
        for segment, known in zip(self._segments, self._ids, strict=True):
            rows = np.searchsorted(known, ids)
            here = rows < len(known)
            here[here] = known[rows[here]] == ids[here]
            scores[here] = self._rows(segment)[rows[here]] @ question
        return scores

    def rows(self) -> tuple[Ids, Vectors]:
        """All vectors, each with the id of its sentence, which ascend."""
        ids = np.concatenate([np.empty(0, np.int64), *self._ids])
        none = np.empty((0, self.dimension), np.float32)
        return ids, np.concatenate([none, *(self._rows(segment) for segment in self._segments)])

    def _read(self, path: Path) -> Any:
        try:
            segment = faiss.read_index(str(path))
        except RuntimeError as error:
            raise IndexDamagedError(
                f"{path} cannot be read as vectors; build the index again."
            ) from error
        if segment.d != self.dimension:
            raise IndexDamagedError(
                f"{path} holds vectors of {segment.d} dimensions where the index has "
                f"{self.dimension}; build the index again."
            )
        return segment

    def _rows(self, segment: Any) -> Vectors:
        """The vectors of a segment, where FAISS keeps them: a view, not a copy."""
        flat: Any = faiss.downcast_index(segment.index)
        view: Vectors = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d)
        return view.reshape(flat.ntotal, flat.d)


@contextmanager
def _threads_for(products: int) -> Iterator[None]:
    """One thread for little work: on a busy machine, threads that wait for each other take longer
    than one that does it all. torch has the same setting, so it is put back."""
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1 if products <= FEW else threads)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)
