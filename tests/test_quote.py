"""Quotes: what belongs to one, and what may not be torn apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.quote import nesting, whole_tokens


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
        ("It has 783,079 members.", "783", "783,079"),
        ("It made 2,32,822 jobs.", "32,822", "2,32,822"),
        ("It fell by -1.5 percent.", "5 percent", "-1.5 percent"),
        ("It began at 11:28.", "28", "11:28"),
        ("Fax: 202–493–2251.", "493–2251", "202–493–2251"),
        ("Ask (202) 493–2251.", "2251", "(202) 493–2251"),
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
    begins, stops = whole_tokens(text, start, start + len(seen))
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
        ("From 1990–1995 it was open.", "1990"),
        ("Items 1, 2 and 3 are gone.", "2"),
        ("The row is +1 2 3 4 5 6 7 8 9.", "3"),
        ("Signed by J. R. Smith of the U.S. senate.", "Smith"),
    ],
)
def test_a_quote_of_other_words_stays_as_it_is(text, seen):
    start = text.index(seen)
    assert whole_tokens(text, start, start + len(seen)) == (start, start + len(seen))


@given(st.text(st.sampled_from("a1/.,@:_-–+() \\\u0301\u200d"), max_size=60), st.data())
def test_a_quote_only_grows_and_within_its_sentence(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    begins, stops = whole_tokens(text, start, end)
    assert 0 <= begins <= start <= end <= stops <= len(text)
    assert whole_tokens(text, begins, stops) == (begins, stops)


@pytest.mark.parametrize(
    ("text", "stretch", "whole"),
    [
        ("He left (in 1894) for Baku.", "left (in 1894)", True),
        ("He left (in 1894) for Baku.", "left (in", False),
        ("It is P(A|B) here.", "A|B", True),
        ('He said "we left" in 1894.', "we left", True),
        ('He said "we left" in 1894.', 'left" in', False),
        ("It raises `KeyError` then.", "raises `KeyError`", True),
        ("It raises `KeyError` then.", "raises `Key", False),
    ],
)
def test_what_tears_something_apart(text, stretch, whole):
    start = text.index(stretch)
    state = nesting(text)
    assert len(state) == len(text) + 1
    assert (state[start] == state[start + len(stretch)]) == whole


def test_no_quote_reaches_over_a_wall():
    state = nesting("a | b", [2])
    assert state[0] == state[1] != state[2] == state[5]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    ["a." * 20_000, "+1 " * 20_000, "/" * 40_000, "a@" * 20_000, "not " * 10_000, "(" * 40_000]
    + ["http://" * 6_000, "~/" * 20_000, "-" * 40_000, "1" * 40_000, "+1" + " 12" * 10_000],
)
def test_a_hostile_sentence_is_quoted_in_time(text):
    assert len(nesting(text)) == len(text) + 1
    for start in range(0, len(text), len(text) // 10):
        begins, stops = whole_tokens(text, start, min(start + 3, len(text)))
        assert begins <= start < stops
