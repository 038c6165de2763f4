"""What a model says of tokens becomes readings of sentences, exactly where they stand."""

import re

import numpy as np
import pytest
from conftest import document
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from qa.read import LONGEST_ANSWER, NOTHING, Tokens, decode, entire

TEXT = "It rained. The mayor, Ada Byron, left in May 1894."
RAINED, LEFT = (0, 10), (11, 50)


def tokens_of(text: str) -> list[tuple[int, int]]:
    """Words and punctuation."""
    found, at = [], 0
    for word in text.split(" "):
        bare = word.rstrip(".,")
        found.append((at, at + len(bare)))
        found += [(at + i, at + i + 1) for i in range(len(bare), len(word))]
        at += len(word) + 1
    return [(start, end) for start, end in found if start < end]


def says(start: str, end: str, *, sentence: tuple[int, int] | None = LEFT) -> Tokens:
    """A model that is sure of where the answer starts and ends."""
    offsets = tokens_of(TEXT)
    starts = [0.0 if s == TEXT.index(start) else -9.0 for s, _ in offsets]
    ends = [0.0 if e == TEXT.index(end) + len(end) else -9.0 for _, e in offsets]
    marked = [2.0 if sentence and s >= sentence[0] else -3.0 for s, _ in offsets]
    return Tokens(
        np.array(offsets),
        np.array(starts, np.float32),
        np.array(ends, np.float32),
        np.array(marked, np.float32) if sentence else None,
        null=-4.0,
    )


def window(text: str = TEXT, before: str = "Before. "):
    whole = document(before + text)
    return tuple(Span(whole, len(before) + a, len(before) + b) for a, b in (RAINED, LEFT))


def test_the_answer_is_where_it_starts_and_ends():
    rained, left = decode(window(), says("Ada", "Byron"))
    assert left.answer.text == "Ada Byron"
    assert left.score == 2.0
    assert left.share == pytest.approx(1.0)
    assert rained.score == -3.0
    assert rained.share < 0.01
    assert rained.answer in rained.sentence


def test_without_marks_for_sentences_the_answer_has_to_beat_none():
    rained, left = decode(window(), says("May", "1894", sentence=None))
    assert left.answer.text == "May 1894"
    assert left.score == 4.0
    assert rained.score == -14.0


def test_an_answer_does_not_end_before_it_starts():
    _, left = decode(window(), says("1894", "Ada"))
    assert left.answer.text
    assert left.share < 0.01


@given(st.data())
def test_every_answer_lies_in_its_sentence(data):
    offsets = tokens_of(TEXT)
    numbers = st.lists(
        st.floats(-20, 0, width=32), min_size=len(offsets), max_size=len(offsets)
    ).map(lambda values: np.array(values, np.float32))
    tokens = Tokens(np.array(offsets), data.draw(numbers), data.draw(numbers), data.draw(numbers))
    for reading in decode(window(), tokens):
        assert reading.answer in reading.sentence
        assert len(reading.answer)


def test_a_sentence_without_a_token_does_not_answer():
    whole = document("\u200b\u200b It rained.")
    empty, rained = Span(whole, 0, 2), Span(whole, 3, 13)
    one = np.zeros(2, np.float32)
    first, _ = decode((empty, rained), Tokens(np.array([(3, 5), (6, 12)]), one, one, one))
    assert first.score == NOTHING
    assert first.answer == empty


def test_no_answer_is_longer_than_the_longest():
    words = LONGEST_ANSWER + 20
    whole = document("x " * words)
    offsets = np.array([(2 * i, 2 * i + 1) for i in range(words)])
    starts, ends = np.full(words, -5, np.float32), np.full(words, -5, np.float32)
    starts[0] = ends[-1] = 0.0
    (reading,) = decode((Span(whole, 0, 2 * words),), Tokens(offsets, starts, ends, starts))
    assert len(reading.answer.text.split()) <= LONGEST_ANSWER


@pytest.mark.parametrize(
    ("text", "start", "end", "answer"),
    [
        ("He left (in 1894) for Baku.", "left", "1894", "left (in 1894)"),
        ('He said "we left" in 1894.', "we", "1894", "we left"),
        ("He left in 1894 (in May).", "1894", "May)", "1894 (in May)"),
        ("| Ganja | 335,000 | Kura |", "335", "Kura", "335,000"),
        ("|Ganja|335,000|Kura|", "335", "Kura", "335,000"),
        ("It is P(A|B) here.", "P", "B)", "P(A|B)"),
        ("It raises `KeyError` then.", "raises", "KeyError", "raises `KeyError`"),
    ],
)
def test_an_answer_tears_no_bracket_and_no_quotation_apart(text, start, end, answer):
    whole = document(text)
    places = [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]
    first = text.index(start)
    starts = [0.0 if s == first else -9.0 for s, _ in places]
    ends = [-abs(e - text.index(end) - len(end)) / 10 for _, e in places]
    tokens = Tokens(
        np.array(places), np.array(starts, np.float32), np.array(ends, np.float32), None
    )
    (reading,) = decode((Span(whole, 0, len(text)),), tokens)
    assert reading.answer.text == answer


def test_where_every_stretch_tears_something_apart_there_is_still_an_answer():
    whole = document("(((")
    tokens = Tokens(
        np.array([(0, 1), (1, 2), (2, 3)]), np.zeros(3, np.float32), np.zeros(3, np.float32), None
    )
    (reading,) = decode((Span(whole, 0, 3),), tokens)
    assert reading.answer.text
    assert 0 < reading.share <= 1


@pytest.mark.parametrize(
    ("text", "seen", "whole"),
    [
        ("The mean is -3.5 °C there.", "3.5 °C", "-3.5 °C"),
        ("It fell (−4 in May).", "4", "−4"),
        ("See https://lund-fair.example/main.html.", "lund", "https://lund-fair.example/main.html"),
        ("See (www.lund.example/fair), she said.", "lund", "www.lund.example/fair"),
        (
            "It writes to /etc/brava/main.conf.yaml at night.",
            "/etc/brava",
            "/etc/brava/main.conf.yaml",
        ),
        ("It stands in C:\\brava\\main.ini there.", "brava", "C:\\brava\\main.ini"),
        ("Ask info@lund-club.example.org!", "info@lund-club", "info@lund-club.example.org"),
        ("The file budget_2024-final(2).xlsx has it.", "budget", "budget_2024-final(2).xlsx"),
        ("Call +46 (0)46-222 70 00 after 9 or 10.", "46-222", "+46 (0)46-222 70 00"),
        ("In Paris +33 1 23 45 67 89, in Lund +4646123456.", "23 45", "+33 1 23 45 67 89"),
        ("In Paris +33 1 23 45 67 89, in Lund +4646123456.", "46123", "+4646123456"),
        ("The desk, (212) 555-0123, is open.", "555", "(212) 555-0123"),
        ("It was won by Jose\u0301, a painter.", "Jose", "Jose\u0301"),
        (
            "He may not ask for more than two months' rent.",
            "more than two months' rent",
            "not ask for more than two months' rent",
        ),
        ("No more than 15 may enter.", "more than 15", "No more than 15"),
        ("It isn’t older than 3 months.", "older than 3 months", "isn’t older than 3 months"),
        ("She sent \U0001f3f4\u200d\u2620\ufe0f back.", "\u2620", "\u2620\ufe0f"),
    ],
)
def test_a_quote_is_not_cut_from_what_it_is_one_thing_with(text, seen, whole):
    start = text.index(seen)
    begins, stops = entire(text, start, start + len(seen))
    assert text[begins:stops] == whole


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("It grew from 3-5 to 8.", "5"),
        ("Paid by Azerbaijan and/or Russia in 2021/22.", "Azerbaijan"),
        ("It cost 3.5 million, i.e. too much.", "3.5 million"),
        ("It did not rain, and more than 15 came.", "more than 15"),
        ("It did not end until 1453.", "1453"),
        ("The Azerbaijan-Russia forum met.", "Russia"),
        ("See https://www.lund.example for the fair.", "the fair"),
        ("Brava v. Lund (2019) 45-67 holds.", "45"),
        ("Call +46 46-222 70 00 (24 hours) or write.", "24 hours"),
        ("Call +44 20 7946 0958 9-17 or write.", "9-17"),
        ("Call +44 20 7946 0958 - 24 lines.", "24"),
        ("Call +1 212 555 0123 2 March only.", "2 March"),
        ("The row is +1 2 3 4 5 6 7 8 9.", "3"),
        ("Signed by J. R. Smith of the U.S. senate.", "Smith"),
    ],
)
def test_a_quote_of_other_words_stays_as_it_is(text, seen):
    start = text.index(seen)
    assert entire(text, start, start + len(seen)) == (start, start + len(seen))


@given(st.text(st.sampled_from("a1/.@:_-+() \\\u0301\u200d"), max_size=60), st.data())
def test_a_quote_only_grows_and_within_its_sentence(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    begins, stops = entire(text, start, end)
    assert 0 <= begins <= start <= end <= stops <= len(text)
    assert entire(text, begins, stops) == (begins, stops)
