import re
import string

import pytest
from conftest import document
from hypothesis import given
from hypothesis import strategies as st

from index import Hit, Span
from index.split import Paragraph, split
from qa.judge import (
    NEARBY,
    WHOLE_BELOW,
    Judged,
    candidates,
    confidence,
    for_length,
    in_words,
    judge,
    log_odds,
    misses,
    of_another_row,
    parts,
    probability,
    quote,
    unmentioned,
    words_of,
)
from qa.question import Mentions, mentions
from qa.read import Reading

TEXT = "It was opened in 1894. It opened in 1894, they say. It rained."
WHOLE = document(TEXT)
ONE, TWO, THREE = Span(WHOLE, 0, 22), Span(WHOLE, 23, 51), Span(WHOLE, 52, 62)
PARAGRAPH = Paragraph(Span(WHOLE, 0, 62), (ONE, TWO, THREE))
NOBODY = Mentions()
scores = st.floats(-3, 3, allow_nan=False)


def year(sentence: Span) -> Span:
    start = TEXT.index("1894", sentence.start)
    return Span(WHOLE, start, start + 4)


def read(sentence: Span, score: float, share: float = 0.9) -> tuple[Reading, Paragraph]:
    answer = sentence if sentence is THREE else year(sentence)
    return Reading(sentence, score, answer, share), PARAGRAPH


def found(*pairs: tuple[Span, float]):
    return [(Hit(sentence, score), PARAGRAPH) for sentence, score in pairs]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("# The café in Rue Lepic", "The café in Rue Lepic"),
        ("> - It was opened in 1894.", "It was opened in 1894."),
        ("– Yes, in 1894.", "Yes, in 1894."),
        ("-3 degrees in January.", "-3 degrees in January."),
        ("#1 in the charts of 1894.", "#1 in the charts of 1894."),
        ("> 90 % of the ships were late.", "> 90 % of the ships were late."),
        ("# ", "# "),
        ("(b) becomes insolvent;", "becomes insolvent;"),
        ("12. März 1990", "12. März 1990"),
        ("| Ganja | 335,000 |", "Ganja | 335,000"),
        ("| 12 | 13 |", "12 | 13"),
        ("||", "||"),
    ],
)
def test_what_marks_a_line_is_not_quoted(text, quoted):
    line = Span(document(text), 0, len(text))
    (alone,) = judge("When?", [(Hit(line, 0.5), Paragraph(line, (line,)))], {})
    assert alone.quote.text == quoted
    assert alone.hit.sentence == line


@pytest.mark.parametrize("answer", ["- 5 degrees", "– fog", "> 30 ng/ml", "# ls"])
def test_a_sign_inside_a_line_is_quoted(answer):
    line = Span(document(f"- It was {answer}."), 0, len(answer) + 10)
    reading = Reading(line, 1.0, Span(line.document, 9, 9 + len(answer)), 0.9)
    (one,) = judge("What?", [(Hit(line, 0.5), PARAGRAPH)], {line: (reading, PARAGRAPH)})
    assert one.quote.text == answer


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
    judged = judge("When?", found((TWO, 0.9), (ONE, 0.7), (THREE, 0.1)), {})
    assert [one.hit.sentence for one in judged] == [TWO, ONE, THREE]
    assert [one.quote for one in judged] == [TWO, ONE, THREE]


def test_a_reading_can_turn_the_ranking():
    judged = judge(
        "When?", found((TWO, 0.9), (THREE, 0.7)), {TWO: read(TWO, -6.0), ONE: read(ONE, 6.0)}
    )
    assert judged[0].hit.sentence == ONE  # next to what was found, and not found itself
    assert judged[0].quote.text == "1894"
    assert {one.hit.sentence for one in judged} == {ONE, TWO, THREE}


def test_where_nothing_is_read_the_longer_of_two_sentences_is_likelier():
    short, long = sorted((ONE, TWO), key=lambda one: len(one.text))
    ranking = found((short, 0.7), (long, 0.7))
    assert [one.hit.sentence for one in judge("When?", ranking, {})] == [long, short]
    both = judge("When?", ranking, {one: read(one, 1.0) for one in (short, long)})
    assert both[0].hit.score == both[1].hit.score
    assert for_length("") < for_length("Why?") < for_length("Why not?")
    assert for_length("word " * 100) == for_length("word " * 1000)  # a wall of text


def test_where_no_short_answer_stands_out_the_sentence_is_quoted():
    (one,) = judge("When?", found((ONE, 0.9)), {ONE: read(ONE, 3.0, WHOLE_BELOW / 2)})
    assert one.quote == ONE


def test_a_line_of_code_is_quoted_whole():
    whole = document("```\npip install it\n```")
    sentence = Span(whole, 4, 18)
    assert quote(sentence, Reading(sentence, 1.0, Span(whole, 4, 7), 0.9)) == sentence


LISTED = document(
    "To enrol you must send us the following papers two weeks before:\n- a passport\n- a photograph"
)
INTRODUCING = Span(LISTED, 0, LISTED.text.index("\n"))


@pytest.mark.parametrize(
    ("question", "said", "share", "quoted"),
    [
        ("Which papers are needed?", "papers", 0.9, ["a passport", "a photograph"]),
        ("What is needed?", "the following papers", 0.9, ["a passport", "a photograph"]),
        ("What do you want?", INTRODUCING.text, 0.9, ["a passport", "a photograph"]),
        ("What do you want?", "us", 0.0, ["a passport", "a photograph"]),  # read as all of it
        ("Which papers, and when?", "two weeks before", 0.9, ["a passport", "a photograph"]),
        ("How long before?", "two weeks before", 0.9, ["two weeks before"]),
        ("How long before must you send the papers?", "two weeks", 0.9, ["two weeks"]),
    ],
)
def test_a_sentence_that_only_introduces_a_list_gives_its_items(question, said, share, quoted):
    start = LISTED.text.index(said)
    answer = Span(LISTED, start, start + len(said))
    reading = Reading(INTRODUCING, 1.0, answer, share)
    assert [part.text for part in parts(question, INTRODUCING, reading)] == quoted


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        (
            "The fridge must stay below 8 degrees.",
            "How cold must the fridge be?",
            "below 8 degrees",
        ),
        ("Havfruen left the following day.", "When did Havfruen leave?", "the following day"),
        ("The chair is Bob.", "Who is the chair, Anna or Bob?", "Bob"),
    ],
)
def test_a_statement_before_a_list_keeps_its_answer(text, question, said):
    whole = document(f"{text}\n\n- Captain: Ole Lund\n- Crew: twelve")
    sentence, start = Span(whole, 0, len(text)), text.index(said)
    answer = Span(whole, start, start + len(said))
    assert parts(question, sentence, Reading(sentence, 1.0, answer, 0.9)) == (answer,)


def test_a_statement_before_a_list_is_quoted_as_it_is():
    whole = document("It rained all day on Sunday.\n- a passport\n- a photograph")
    sentence = Span(whole, 0, 28)
    assert parts("When did it pour?", sentence, None) == (sentence,)
    assert parts("On which day did it rain?", sentence, None) == (sentence,)


def test_what_says_nothing_but_the_question_answers_only_whether_it_is_so():
    whole = document("Members of the board\n\nAda Lovelace is one of them.")
    heading, other = Span(whole, 0, 20), Span(whole, 22, 50)
    paragraph = Paragraph(Span(whole, 0, 50), (heading, other))
    ranking = [(Hit(heading, 0.9), paragraph), (Hit(other, 0.6), paragraph)]
    for question, first in [("Who are the members of the board?", other), ("The board?", heading)]:
        assert judge(question, ranking, {})[0].hit.sentence == first


def test_what_stands_after_the_question_itself_replies_to_it():
    whole = document(
        "Q: Is the museum open on Sunday?\nFrom ten to four.\nThe museum is on an island."
    )
    asked, reply, other = Span(whole, 0, 32), Span(whole, 33, 50), Span(whole, 51, 78)
    paragraph = Paragraph(Span(whole, 0, 78), (asked, reply, other))
    ranking = [(Hit(asked, 1.0), paragraph), (Hit(other, 0.8), paragraph)]
    first = [judge(q, ranking, {})[0] for q in ("Is the museum open on Sunday?", "The museum?")]
    assert [one.hit.sentence for one in first] == [reply, other]
    assert in_words(probability(first[0].hit.score)) == "likely"


@pytest.mark.parametrize(
    "text",
    [
        "- How do I cancel?\n- How do I pay a fine?\nIt is late.",
        "How do I cancel? Nobody dared to ask this.\nIt is late.",
        "## How do I cancel?\n### In short",
    ],
)
def test_what_only_comes_after_the_question_is_no_reply(text):
    (paragraph,) = split(document(text))
    asked = next(one for one in paragraph.sentences if "cancel" in one.text)
    judged = judge("How do I cancel?", [(Hit(asked, 1.0), paragraph)], {})
    assert [one.hit.sentence for one in judged] == [asked]


def test_a_reply_comes_after_headings():
    (paragraph,) = split(document("## How do I cancel?\n### In short\nSign the form."))
    asked = paragraph.sentences[0]
    first = judge("How do I cancel?", [(Hit(asked, 1.0), paragraph)], {})[0]
    assert first.hit.sentence.text == "Sign the form."


def test_the_same_words_are_one_answer_and_support_each_other():
    judged = judge(
        "When?",
        found((ONE, 0.8), (TWO, 0.8), (THREE, 0.8)),
        {ONE: read(ONE, 2.0), TWO: read(TWO, 1.0), THREE: read(THREE, 1.5)},
    )
    best, other = candidates(judged, NOBODY)
    assert [one.hit.sentence for one in best.judged] == [ONE, TWO]
    assert other.judged[0].hit.sentence == THREE
    assert best.confidence >= confidence([judged[0]], NOBODY)


def test_another_sentence_supports_an_answer_and_a_copy_does_not():
    elsewhere = document(TEXT, "copy.txt")
    copy = Paragraph(Span(elsewhere, 0, 62), (Span(elsewhere, 0, 22),))
    lead, other = (Judged(Hit(one, 1.0), PARAGRAPH, (year(one),)) for one in (ONE, TWO))
    copied = Judged(Hit(copy.sentences[0], 1.0), copy, (Span(elsewhere, 17, 21),))
    assert copied.quote.text == lead.quote.text
    alone = confidence([lead], NOBODY)
    assert confidence([lead, copied, copied], NOBODY) == alone
    assert confidence([lead, copied, other], NOBODY) > alone


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
    assert words_of(one) != words_of(other)


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
    assert words_of(one) == words_of(other)


@given(st.text())
def test_any_quote_has_words_of_its_own(quote):
    assert words_of(quote) or not quote


def test_support_never_takes_away():
    one, two = (Judged(Hit(s, 1.0), PARAGRAPH, (year(s),)) for s in (ONE, TWO))
    assert confidence([one, two], NOBODY) >= confidence([one], NOBODY)


def test_an_answer_that_leaves_out_who_was_asked_about_is_less_sure():
    (one,) = judge("When?", found((ONE, 0.9)), {ONE: read(ONE, 3.0)})
    sure = confidence([one], NOBODY)
    assert confidence([one], Mentions(("Opened",), ("1894",))) == sure
    without_name = confidence([one], Mentions(("Georgia",)))
    assert without_name < sure
    assert confidence([one], Mentions(("Georgia",), ("1895",))) < without_name


def test_an_answer_for_another_year_is_less_sure_though_its_paragraph_has_the_right_one():
    whole = document("It was opened in 1894. It was closed in 1901.")
    first, second = Span(whole, 0, 22), Span(whole, 23, 45)
    paragraph = Paragraph(Span(whole, 0, 45), (first, second))
    one = Judged(Hit(first, 1.0), paragraph, (first,))
    assert misses(Mentions((), ("1894",)), one) == (0, 0)
    assert misses(Mentions((), ("1901",)), one) == (0, 1)
    assert misses(Mentions((), ("1999",)), one) == (0, 1)  # not mentioned either: once
    sure = confidence([one], Mentions((), ("1894",)))
    assert confidence([one], Mentions((), ("1901",))) < sure


def test_names_are_looked_for_near_the_sentence_only_in_a_paragraph_of_any_length():
    text = "Georgia. " + "It rained. " * NEARBY
    whole = document(text)
    sentence = Span(whole, len(text) - 11, len(text) - 1)
    paragraph = Paragraph(Span(whole, 0, len(text)), (sentence,))
    far = Judged(Hit(sentence, 1.0), paragraph, (sentence,))
    assert unmentioned(Mentions(("Georgia",)), far, paragraph.span).names == ("Georgia",)
    assert unmentioned(Mentions(("Rained",)), far, paragraph.span).names == ()


def test_a_claim_counts_on_the_reader_less():
    readings = {ONE: read(ONE, -6.0), TWO: read(TWO, -6.0)}
    asked, stated = (
        judge(text, found((ONE, 0.9), (TWO, 0.8)), readings)[0].hit.score
        for text in ("When was it opened?", "It was opened in 1894.")
    )
    assert asked < stated


def test_nothing_found_is_nothing_judged():
    assert judge("When?", [], {}) == []
    assert candidates([], NOBODY) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [(1.0, "very likely"), (0.8, "very likely"), (0.79, "likely"), (0.3, "possible"), (0, "weak")],
)
def test_a_probability_has_a_word(value, words):
    assert in_words(value) == words


@pytest.mark.parametrize(
    ("columns", "less"),
    [("| Office | Head | Staff |", True), ("| Office | Head |", False)],
)
def test_a_row_does_not_answer_for_what_another_one_has(columns, less):
    width = columns.count("|") - 1
    rows = [f"| {town} | {head} | 9 |" for town, head in [("Riga", "Kalniņa"), ("Bonn", "Huber")]]
    whole = document("\n".join([columns, "|---" * width + "|", *rows]))
    starts = [whole.text.index(row) for row in rows]
    riga, bonn = (Span(whole, at, at + len(row)) for at, row in zip(starts, rows, strict=True))
    asked = mentions("Who leads the office in Riga?")
    assert of_another_row(asked, riga) == 0.0
    assert (of_another_row(asked, bonn) < 0.0) is less
    assert of_another_row(mentions("Who leads the office in Lyon?"), bonn) == 0.0


@pytest.mark.timeout(60)
def test_a_question_full_of_names_is_judged_in_time():
    rows = "".join(f"| Row{number} | {number} | Somebody |\n" for number in range(2_000))
    whole = document(f"| a | b | c |\n|---|---|---|\n{rows}")
    sentences = [Span(whole, *found.span()) for found in re.finditer(r"\| Row.*\|", whole.text)]
    names = [f"Q{one}{two}" for one in string.ascii_lowercase for two in "abcdefghij"]
    asked = mentions(f"where is {' and '.join(names)}?")
    assert len(asked.names) == 260
    assert all(of_another_row(asked, sentence) == 0.0 for sentence in sentences)
