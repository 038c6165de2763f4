import math

import pytest
from conftest import Words, paragraphs
from hypothesis import given
from hypothesis import strategies as st

from index import Paragraph, Span
from qa.calibration import probability, read_calibration
from qa.features import of_sentence
from qa.question import Question
from qa.rank import Candidate, Ranked, Ranking, answer_words, candidate, candidates
from qa.read import Reading
from qa.retrieve import Found
from qa.windows import as_read

CALIBRATION = read_calibration()
TEXT = "It was opened in 1894. It opened in 1894, they say. It rained."
(PARAGRAPH,) = paragraphs(TEXT)
ONE, TWO, THREE = PARAGRAPH.sentences


def found_in(paragraph: Paragraph, question: Question, *scores: tuple[Span, float]) -> list[Found]:
    return [
        Found(
            sentence,
            paragraph,
            sentence.text,
            {
                "cosine": score,
                "bm25": 1.0,
                **of_sentence(question, sentence.text, sentence, paragraph),
            },
            score,
        )
        for sentence, score in scores
    ]


def ranking_of(words: Words, question: str, paragraph: Paragraph, *scores: tuple[Span, float]):
    asked = Question(question, words)
    found = found_in(paragraph, asked, *scores)
    return Ranking(asked, found, CALIBRATION, "english", read=True)


def reading(sentence: Span, score: float, said: str = "1894", share: float = 0.9) -> Reading:
    at = sentence.text.find(said)
    start, length = sentence.start + max(at, 0), len(said) if at >= 0 else len(sentence)
    return Reading(sentence, score, Span(sentence.document, start, start + length), share)


def ranked(words: Words, *scores: float, question: str = "When?") -> list[Ranked]:
    """The three sentences, read with these scores."""
    sentences = (ONE, TWO, THREE)[: len(scores)]
    ranking = ranking_of(words, question, PARAGRAPH, *((one, 0.8) for one in sentences))
    readings = [reading(one, score) for one, score in zip(sentences, scores, strict=True)]
    ranking.add(as_read(sentences, PARAGRAPH), readings)
    return ranking.order


def single(words: Words, text: str, question: str = "When?", read: Reading | None = None) -> Ranked:
    """The one sentence of a text, or its first."""
    paragraph = paragraphs(text)[0]
    sentence = paragraph.sentences[0]
    ranking = ranking_of(words, question, paragraph, (sentence, 0.5))
    if read is not None:
        ranking.add(as_read([sentence], paragraph), [read])
    return ranking.order[0]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("# The café in Rue Lepic", "The café in Rue Lepic"),
        ("> - It was opened in 1894.", "It was opened in 1894."),
        ("– Yes, in 1894.", "Yes, in 1894."),
        ("-3 degrees in January.", "-3 degrees in January."),
        ("- 5 degrees in January.", "- 5 degrees in January."),
        ("#1 in the charts of 1894.", "#1 in the charts of 1894."),
        ("(b) becomes insolvent;", "becomes insolvent;"),
        ("12. März 1990", "12. März 1990"),
        ("| Ganja | 335,000 |", "Ganja | 335,000"),
        ("| 12 | 13 |", "12 | 13"),
    ],
)
def test_what_marks_a_line_is_not_quoted(words: Words, text, quoted):
    one = single(words, text)
    assert one.quote.text == quoted
    assert one.sentence.text == text


def test_without_readings_the_ranking_stays_and_sentences_are_quoted(words: Words):
    scores = ((TWO, 0.9), (ONE, 0.7), (THREE, 0.1))
    order = ranking_of(words, "When?", PARAGRAPH, *scores).order
    assert [one.sentence for one in order] == [TWO, ONE, THREE]
    assert [one.quote for one in order] == [TWO, ONE, THREE]


def test_a_reading_can_turn_the_ranking(words: Words):
    ranking = ranking_of(words, "When?", PARAGRAPH, (TWO, 0.9), (THREE, 0.7))
    readings = [reading(ONE, 9.0), reading(TWO, -9.0), reading(THREE, -9.0)]
    ranking.add(as_read(PARAGRAPH.sentences, PARAGRAPH), readings)
    first, *others = ranking.order
    assert first.sentence == ONE  # next to what was found, and not found itself
    assert first.quote.text == "1894"
    assert {one.sentence for one in others} == {TWO, THREE}


@given(st.floats(-9, 9), st.floats(-9, 9))
def test_a_better_reading_ranks_higher(words: Words, low, high):
    low, high = sorted((low, high))
    (worse,), (better,) = ranked(words, low), ranked(words, high)
    assert worse.odds <= better.odds


def test_where_no_short_answer_stands_out_the_sentence_is_quoted(words: Words):
    ranking = ranking_of(words, "When?", PARAGRAPH, (ONE, 0.9))
    share = CALIBRATION.thresholds["short"] / 2
    ranking.add(as_read([ONE], PARAGRAPH), [reading(ONE, 3.0, share=share)])
    assert ranking.order[0].quote == ONE


def test_a_line_of_code_is_quoted_whole(words: Words):
    paragraph = paragraphs("```\npip install it\n```")[0]
    sentence = next(one for one in paragraph.sentences if "pip" in one.text)
    ranking = ranking_of(words, "How?", paragraph, (sentence, 0.5))
    ranking.add(as_read([sentence], paragraph), [reading(sentence, 1.0, "pip")])
    assert ranking.order[0].quote == sentence


LIST = (
    "To enrol you must send us the following papers two weeks before:\n- a passport\n- a photograph"
)


@pytest.mark.parametrize(
    ("question", "said", "share", "quoted"),
    [
        ("Which papers are needed?", "papers", 0.9, ["a passport", "a photograph"]),
        ("What is needed?", "the following papers", 0.9, ["a passport", "a photograph"]),
        ("What do you want?", LIST.partition("\n")[0], 0.9, ["a passport", "a photograph"]),
        ("What do you want?", "us", 0.0, ["a passport", "a photograph"]),  # read as all of it
        ("How long before?", "two weeks before", 0.9, ["two weeks before"]),
        ("How long before must you send the papers?", "two weeks", 0.9, ["two weeks"]),
    ],
)
def test_a_sentence_that_only_introduces_a_list_gives_its_items(
    words: Words, question, said, share, quoted
):
    sentence = paragraphs(LIST)[0].sentences[0]
    one = single(words, LIST, question, reading(sentence, 1.0, said, share))
    assert [part.text for part in one.parts] == quoted


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        ("The fridge must stay below 8 degrees.", "How cold must it be?", "below 8 degrees"),
        ("Havfruen left the following day.", "When did Havfruen leave?", "the following day"),
        ("The chair is Bob.", "Who is the chair, Anna or Bob?", "Bob"),
    ],
)
def test_a_statement_before_a_list_keeps_its_answer(words: Words, text, question, said):
    whole = f"{text}\n\n- Captain: Ole Lund\n- Crew: twelve"
    sentence = paragraphs(whole)[0].sentences[0]
    one = single(words, whole, question, reading(sentence, 1.0, said))
    assert [part.text for part in one.parts] == [said]


def test_what_joins_the_items_of_a_list_is_no_part_of_them(words: Words):
    one = single(words, "You need:\n1. a passport,\n2. a photograph, and\n3. time", "What?")
    assert [item.text for item in one.items] == ["a passport", "a photograph", "time"]


def test_a_reply_to_the_question_itself_stands_in_the_ranking(words: Words):
    text = "Q: Is the museum open on Sunday?\nFrom ten to four.\nThe museum is on an island."
    (paragraph,) = paragraphs(text)
    asked, reply, _ = paragraph.sentences
    order = ranking_of(words, "Is the museum open on Sunday?", paragraph, (asked, 1.0)).order
    replies = [one.sentence for one in order if "follows_question" in one.features]
    assert replies == [reply]


def test_the_same_words_are_one_answer_and_support_each_other(words: Words):
    best, other = candidates(ranked(words, 2.0, 1.0, 1.5), CALIBRATION, "english")
    assert [one.sentence for one in best.ranked] == [ONE, TWO]
    assert other.lead.sentence == THREE
    assert best.confidence >= candidate(best.ranked[:1], CALIBRATION, "english").confidence


def test_another_sentence_supports_an_answer_and_a_copy_does_not(words: Words):
    (copied,) = paragraphs(TEXT, "copy.txt")
    lead, other = ranked(words, 2.0, 1.0)
    ranking = ranking_of(words, "When?", copied, (copied.sentences[0], 0.8))
    ranking.add(as_read(copied.sentences[:1], copied), [reading(copied.sentences[0], 2.0)])
    copy = ranking.order[0]

    def confidence(*group: Ranked) -> float:
        return candidate(group, CALIBRATION, "english").confidence

    assert copy.quote.text == lead.quote.text
    assert confidence(lead, copy, copy) == confidence(lead)
    assert confidence(lead, copy, other) > confidence(lead)


def test_an_answer_that_leaves_out_who_was_asked_about_is_less_sure(words: Words):
    def confidence(question: str) -> float:
        order = ranked(words, 3.0, question=question)
        return candidate(order, CALIBRATION, "english").confidence

    sure = confidence("When was it opened?")
    assert confidence("When was it opened in 1901?") < sure


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.5 million euros", "15 million euros"),
        ("-12 degrees", "12 degrees"),
        ("C++", "C"),
        ("C#", "C"),
        ("1:30", "130"),
    ],
)
def test_other_numbers_and_signs_are_another_answer(one, other):
    assert answer_words(one) != answer_words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the Kremlin", "Kremlin"),
        ("February 22, 2022", "February 22 2022."),
        ("1,200 tonnes", "1200 tonnes"),
        ("−12 degrees", "-12 degrees"),
        ("“the U.S.”", "“the US”"),
        ("$1.2 billion", "1.2 billion"),
    ],
)
def test_the_same_words_are_the_same_answer_however_they_are_set(one, other):
    assert answer_words(one) == answer_words(other)


@given(st.text())
def test_any_quote_has_words_of_its_own(quote):
    assert answer_words(quote) or not quote


def test_nothing_found_is_nothing_ranked(words: Words):
    ranking = Ranking(Question("When?", words), [], CALIBRATION, "english", read=False)
    assert ranking.order == []
    assert ranking.best == probability(-math.inf) == 0.0 or ranking.best < 1e-9
    nothing: list[Candidate] = candidates([], CALIBRATION, "english")
    assert nothing == []


def test_log_odds_are_what_the_features_give(words: Words):
    for one in ranked(words, 2.0, 1.0, -3.0):
        shares = CALIBRATION.shares(one.stage, one.features)
        assert one.odds == pytest.approx(sum(shares.values()))
