import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.metrics import (
    best_over,
    coverage_at,
    exact_match,
    f1,
    hit_at,
    mean,
    mean_reciprocal_rank,
    ndcg,
    normalize,
    percentile,
    risk_coverage,
)


def test_ranks():
    ranks = [1, 2, None, 11]
    assert hit_at(ranks, 1) == 1 / 4
    assert hit_at(ranks, 5) == 2 / 4
    assert mean_reciprocal_rank(ranks, 10) == pytest.approx((1 + 1 / 2) / 4)
    assert mean_reciprocal_rank(ranks, 100) == pytest.approx((1 + 1 / 2 + 1 / 11) / 4)
    assert hit_at([], 1) == mean_reciprocal_rank([], 10) == 0


def test_ndcg_by_hand():
    assert ndcg(["a", "b", "c"], ["a"], 10) == 1
    assert ndcg(["b", "a"], ["a"], 10) == pytest.approx(1 / math.log2(3))
    ideal = 1 + 1 / math.log2(3)
    assert ndcg(["a", "x", "b"], ["a", "b"], 10) == pytest.approx((1 + 1 / 2) / ideal)
    assert ndcg(["x", "a"], ["a"], 1) == ndcg([], ["a"], 10) == ndcg(["a"], [], 10) == 0


@pytest.mark.parametrize(
    ("answer", "normal"),
    [
        ("The  Eiffel Tower!", "eiffel tower"),
        ("a an the", ""),
        ("U.S.A.", "usa"),
        ("$1.2 billion", "12 billion"),
        ("theatre", "theatre"),
        ("“Naïve” – yes", "“naïve” – yes"),  # SQuAD strips ASCII punctuation only
        ("the-cat", "thecat"),
    ],
)
def test_normalization_is_that_of_squad(answer, normal):
    assert normalize(answer) == normal


def test_exact_match_and_f1():
    assert exact_match("The Eiffel Tower", "eiffel tower.") == 1
    assert exact_match("Eiffel", "Eiffel Tower") == 0
    assert f1("in the Eiffel Tower", "Eiffel Tower") == pytest.approx(2 * (2 / 3) / (2 / 3 + 1))
    assert f1("to be or not to be", "to be") == pytest.approx(2 * (2 / 6) / (2 / 6 + 1))
    assert f1("Paris", "Eiffel Tower") == 0


def test_no_answer_is_an_answer():
    assert f1("", "") == exact_match("", "") == 1
    assert f1("the", "") == exact_match("the", "") == 1  # nothing is left of either
    assert f1("Paris", "") == f1("", "Paris") == 0
    assert best_over(f1, "", []) == 1
    assert best_over(exact_match, "Paris", []) == 0
    assert best_over(exact_match, "Paris", ["the", "Paris"]) == 1
    assert best_over(exact_match, "", ["...", "Paris"]) == 0


@given(st.text(max_size=40), st.text(max_size=40))
def test_f1_is_symmetric_and_one_for_equals(one, other):
    assert 0 <= f1(one, other) <= 1
    assert f1(one, other) == pytest.approx(f1(other, one))
    assert f1(one, one) == exact_match(one, one) == 1
    assert exact_match(one, other) <= f1(one, other)


def test_means_and_percentiles():
    assert mean([]) == percentile([], 0.5) == 0
    assert mean([1, 2]) == 1.5
    values = [float(n) for n in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 1)] == [50, 95, 100]
    assert percentile([3.0], 0.95) == 3


def test_risk_and_coverage_by_hand():
    sure = [0.9, 0.8, 0.8, 0.3]
    right = [True, True, False, False]
    assert risk_coverage(sure, right) == [(0.25, 0.0), (0.75, pytest.approx(1 / 3)), (1.0, 0.5)]
    assert coverage_at(sure, right, 0.9) == 0.25
    assert coverage_at(sure, right, 0.6) == 0.75
    assert coverage_at(sure, right, 0.5) == 1.0
    assert coverage_at([0.9], [False], 0.9) == 0.0
    assert coverage_at([], [], 0.9) == 0.0
