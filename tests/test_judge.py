import pytest
from conftest import document
from hypothesis import given
from hypothesis import strategies as st

from index import Hit, Span
from index.split import Paragraph
from qa.judge import (
    WHOLE_BELOW,
    Judged,
    candidates,
    confidence,
    in_words,
    judge,
    log_odds,
    probability,
)
from qa.read import Reading

TEXT = "It was opened in 1894. It opened in 1894, they say. It rained."
WHOLE = document(TEXT)
ONE, TWO, THREE = Span(WHOLE, 0, 22), Span(WHOLE, 23, 51), Span(WHOLE, 52, 62)
PARAGRAPH = Paragraph(Span(WHOLE, 0, 62), (ONE, TWO, THREE))
scores = st.floats(-3, 3, allow_nan=False)


def year(sentence: Span) -> Span:
    start = TEXT.index("1894", sentence.start)
    return Span(WHOLE, start, start + 4)


def read(sentence: Span, score: float, share: float = 0.9) -> tuple[Reading, Paragraph]:
    answer = sentence if sentence is THREE else year(sentence)
    return Reading(sentence, score, answer, share), PARAGRAPH


def found(*pairs: tuple[Span, float]):
    return [(Hit(sentence, score), PARAGRAPH) for sentence, score in pairs]


@given(scores, scores)
def test_a_better_match_and_a_better_reading_score_higher(low, high):
    low, high = sorted((low, high))
    assert log_odds(low, None) <= log_odds(high, None)
    reading = Reading(ONE, 1.0, ONE, 1.0)
    assert log_odds(low, reading) <= log_odds(high, reading)
    worse, better = Reading(ONE, low, ONE, 1.0), Reading(ONE, high, ONE, 1.0)
    assert log_odds(0.5, worse) <= log_odds(0.5, better)


@given(st.floats())
def test_a_probability_is_one(value):
    if value == value:
        assert 0 <= probability(value) <= 1


def test_without_readings_the_ranking_stays_and_sentences_are_quoted():
    judged = judge(found((TWO, 0.9), (ONE, 0.7), (THREE, 0.1)), {})
    assert [one.hit.sentence for one in judged] == [TWO, ONE, THREE]
    assert [one.quote for one in judged] == [TWO, ONE, THREE]


def test_a_reading_can_turn_the_ranking():
    judged = judge(found((TWO, 0.9), (THREE, 0.7)), {TWO: read(TWO, -6.0), ONE: read(ONE, 6.0)})
    assert judged[0].hit.sentence == ONE  # next to what was found, and not found itself
    assert judged[0].quote.text == "1894"
    assert {one.hit.sentence for one in judged} == {ONE, TWO, THREE}


def test_where_no_short_answer_stands_out_the_sentence_is_quoted():
    (one,) = judge(found((ONE, 0.9)), {ONE: read(ONE, 3.0, WHOLE_BELOW / 2)})
    assert one.quote == ONE


def test_the_same_words_are_one_answer_and_support_each_other():
    judged = judge(
        found((ONE, 0.8), (TWO, 0.8), (THREE, 0.8)),
        {ONE: read(ONE, 2.0), TWO: read(TWO, 1.0), THREE: read(THREE, 1.5)},
    )
    best, other = candidates(judged)
    assert [one.hit.sentence for one in best.judged] == [ONE, TWO]
    assert other.judged[0].hit.sentence == THREE
    assert best.confidence >= confidence([judged[0]])


def test_support_never_takes_away():
    one, two = (Judged(Hit(s, 1.0), PARAGRAPH, year(s)) for s in (ONE, TWO))
    assert confidence([one, two]) >= confidence([one])


def test_nothing_found_is_nothing_judged():
    assert judge([], {}) == []
    assert candidates([]) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [(1.0, "very likely"), (0.8, "very likely"), (0.79, "likely"), (0.3, "possible"), (0, "weak")],
)
def test_a_probability_has_a_word(value, words):
    assert in_words(value) == words
