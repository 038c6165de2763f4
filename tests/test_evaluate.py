import pytest
from conftest import document

from index import Hit, Span
from qa import Answer
from qa.evaluate import FIGURES, Report, Result, first_right
from qa.gold import GoldQuestion, GoldSpan

WHOLE = document("One is here. Two is there.")
ONE, TWO = Span(WHOLE, 0, 12), Span(WHOLE, 13, 26)


def question(*gold: GoldSpan, answers=("One is here",)) -> GoldQuestion:
    return GoldQuestion("q", "Which?", tuple(answers), gold)


def result(gold: GoldQuestion, quote: Span | None, rank: int | None, seconds=0.01) -> Result:
    return Result(gold, Answer("Which?", quote, 0.5, ()), rank, rank == 1, seconds)


def test_the_first_right_sentence():
    hits = [Hit(ONE, 2.0), Hit(TWO, 1.0)]
    assert first_right(hits, question(GoldSpan("a.txt", 20, 21))) == 2
    assert first_right(hits, question(GoldSpan("a.txt", 0, 26))) == 1
    assert first_right(hits, question(GoldSpan("b.txt", 0, 26))) is None
    assert first_right([], question(GoldSpan("a.txt", 0, 26))) is None


def test_figures_by_hand():
    answerable = question(GoldSpan("a.txt", 0, 3))
    unanswerable = question(answers=())
    report = Report(
        (
            result(answerable, ONE, 1, 0.010),
            result(answerable, TWO, 4, 0.020),
            result(answerable, None, None, 0.030),
            result(unanswerable, None, None, 0.040),
            result(unanswerable, ONE, None, 0.050),
        )
    )
    figures = report.figures()
    assert figures["questions"] == 5
    assert figures["answerable"] == 3
    assert figures["hit@1"] == pytest.approx(1 / 3)
    assert figures["hit@5"] == pytest.approx(2 / 3)
    assert figures["mrr"] == pytest.approx((1 + 1 / 4) / 3)
    assert figures["document"] == pytest.approx(1 / 3)
    assert figures["em"] == pytest.approx((1 + 0 + 0 + 1 + 0) / 5)
    assert figures["f1"] == pytest.approx((1 + 1 / 3 + 0 + 1 + 0) / 5)
    assert figures["refused_right"] == 1 / 2
    assert figures["refused_wrong"] == pytest.approx(1 / 3)
    assert figures["p50_ms"] == pytest.approx(30)
    assert figures["p95_ms"] == pytest.approx(50)
    assert set(FIGURES) < set(figures)


def test_gold_without_answers_counts_for_the_place_only():
    wordless = question(GoldSpan("a.txt", 0, 3), answers=())
    worded = question(GoldSpan("a.txt", 0, 3))
    figures = Report((result(wordless, None, 1), result(worded, ONE, None))).figures()
    assert figures["hit@1"] == 1 / 2
    assert figures["em"] == figures["f1"] == 1
    assert figures["refused_wrong"] == 1 / 2


def test_gold_without_places_counts_for_the_answer_only():
    placeless = GoldQuestion("q", "Which?", ("One is here.",), None)
    figures = Report((result(placeless, ONE, None),)).figures()
    assert figures["em"] == 1
    assert figures["answerable"] == 1
    # Nothing that could be ranked, and nothing to refuse: that is not to be wrong each time.
    assert figures["hit@1"] is figures["mrr"] is figures["document"] is None
    assert figures["refused_right"] is None
