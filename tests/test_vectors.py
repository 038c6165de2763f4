import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embed import unit
from index.errors import IndexDamagedError
from index.vectors import VectorSearch, write_segment


def random_units(seed: int, n: int, dimension: int = 16) -> np.ndarray:
    return unit(np.random.default_rng(seed).normal(size=(n, dimension)).astype(np.float32))


@given(
    st.integers(0, 999), st.lists(st.integers(1, 40), min_size=1, max_size=4), st.integers(1, 90)
)
def test_search_agrees_with_numpy(tmp_path_factory, seed, sizes, k):
    folder = tmp_path_factory.mktemp("segments")
    vectors = random_units(seed, sum(sizes))
    ids = np.cumsum(np.random.default_rng(seed).integers(1, 5, sum(sizes)))  # with gaps
    ends = np.cumsum(sizes)
    paths = []
    for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
        paths.append(folder / f"{number}.faiss")
        write_segment(paths[-1], ids[start:end], vectors[start:end])
    search = VectorSearch(paths, 16)
    questions = random_units(seed + 1, 3)

    for question, (found, scores) in zip(questions, search.search(questions, k=k), strict=True):
        reference = vectors @ question
        best = np.argsort(-reference, kind="stable")[:k]
        np.testing.assert_allclose(scores, reference[best], atol=1e-5)
        np.testing.assert_allclose(reference[np.searchsorted(ids, found)], scores, atol=1e-5)
        assert len(set(found)) == min(k, len(ids))
        np.testing.assert_allclose(search.scores(question, ids), reference, atol=1e-5)
    assert search.rows()[0].tolist() == ids.tolist()
    assert np.array_equal(search.rows()[1], vectors)


def test_an_id_that_has_no_vector_scores_nothing(tmp_path):
    write_segment(tmp_path / "1.faiss", np.array([3, 7]), random_units(0, 2))
    search = VectorSearch([tmp_path / "1.faiss"], 16)
    scores = search.scores(random_units(1, 1)[0], np.array([1, 3, 5, 7, 9]))
    assert (scores != 0).tolist() == [False, True, False, True, False]


def test_a_search_leaves_the_number_of_threads_as_it_is(tmp_path):
    # FAISS and torch share that setting: with one thread left, a reader is half as fast.
    write_segment(tmp_path / "1.faiss", np.arange(3), unit(np.eye(3, 4, dtype=np.float32)))
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(2)
    try:
        VectorSearch([tmp_path / "1.faiss"], 4).search(np.eye(1, 4, dtype=np.float32), k=1)
        assert faiss.omp_get_max_threads() == 2
    finally:
        faiss.omp_set_num_threads(before)


def test_no_segments_no_hits():
    ((ids, scores),) = VectorSearch([], 16).search(random_units(0, 1), k=5)
    assert len(ids) == len(scores) == 0
    assert VectorSearch([], 16).rows()[1].shape == (0, 16)


def test_ids_and_vectors_are_as_many(tmp_path):
    with pytest.raises(ValueError, match="2 ids but 3 vectors"):
        write_segment(tmp_path / "1.faiss", np.array([1, 2]), random_units(0, 3))


def test_what_is_no_segment_is_named(tmp_path):
    (tmp_path / "1.faiss").write_bytes(b"no vectors at all")
    with pytest.raises(IndexDamagedError, match=r"1\.faiss cannot be read as vectors"):
        VectorSearch([tmp_path / "1.faiss"], 16)
    write_segment(tmp_path / "2.faiss", np.array([1]), random_units(0, 1))
    with pytest.raises(IndexDamagedError, match="vectors of 16 dimensions where the index has 384"):
        VectorSearch([tmp_path / "2.faiss"], 384)
