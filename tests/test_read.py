"""What a model says of tokens becomes readings of sentences, exactly where they stand."""

import re

import numpy as np
import pytest
from conftest import document
from hypothesis import given
from hypothesis import strategies as st

from index import Paragraph, Span
from index.split import find_blocks
from index.structure import Structure
from qa.read import LONGEST_ANSWER, NOTHING, Reading, Tokens, decode
from qa.windows import Window, as_read

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


def window_of(text: str, *extents: tuple[int, int]) -> Window:
    """The sentences of a text as they are read; all of it unless said which."""
    whole = document(text)
    sentences = tuple(Span(whole, *extent) for extent in extents or [(0, len(text))])
    span = Span(whole, sentences[0].start, sentences[-1].end)
    return as_read(sentences, Paragraph(span, sentences, Structure.of(find_blocks(text))))


def window(before: str = "Before. ") -> Window:
    return window_of(
        before + TEXT, *((len(before) + a, len(before) + b) for a, b in (RAINED, LEFT))
    )


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
    both = window_of("\u200b\u200b It rained.", (0, 2), (3, 13))
    one = np.zeros(2, np.float32)
    first, _ = decode(both, Tokens(np.array([(3, 5), (6, 12)]), one, one, one))
    assert first.score == NOTHING
    assert first.answer == both.sentences[0]


def test_no_answer_is_longer_than_the_longest():
    words = LONGEST_ANSWER + 20
    whole = window_of("x " * words)
    offsets = np.array([(2 * i, 2 * i + 1) for i in range(words)])
    starts, ends = np.full(words, -5, np.float32), np.full(words, -5, np.float32)
    starts[0] = ends[-1] = 0.0
    (reading,) = decode(whole, Tokens(offsets, starts, ends, starts))
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
    places = [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]
    first = text.index(start)
    starts = [0.0 if s == first else -9.0 for s, _ in places]
    ends = [-abs(e - text.index(end) - len(end)) / 10 for _, e in places]
    tokens = Tokens(
        np.array(places), np.array(starts, np.float32), np.array(ends, np.float32), None
    )
    (reading,) = decode(window_of(text), tokens)
    assert reading.answer.text == answer


def test_where_every_stretch_tears_something_apart_there_is_still_an_answer():
    tokens = Tokens(
        np.array([(0, 1), (1, 2), (2, 3)]), np.zeros(3, np.float32), np.zeros(3, np.float32), None
    )
    (reading,) = decode(window_of("((("), tokens)
    assert reading.answer.text
    assert 0 < reading.share <= 1


def test_a_reading_of_a_copy_is_of_the_same_words_there():
    (reading, _) = decode(window(), says("It", "rained"))
    elsewhere = document("Once more: " + TEXT, "copy.txt")
    copy = Span(elsewhere, 11, 21)
    of_copy = reading.of_copy(copy)
    assert of_copy == Reading(copy, reading.score, of_copy.answer, reading.share)
    assert of_copy.answer.document is elsewhere
    assert of_copy.answer.text == reading.answer.text == "It rained"
