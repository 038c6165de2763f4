"""Windows: runs of sentences, and how a reader is given them."""

import itertools

import numpy as np
from conftest import document
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Paragraph, Span
from index.prepare import prepare
from index.structure import Structure
from qa.windows import TITLE, Window, as_read, window_of, windows

TABLE = "| Article | Price | Stored in |\n|---|---|---|\n| Bolt | 12.50 | Hamburg |"


@st.composite
def paragraphs(draw: st.DrawFn) -> Paragraph:
    """Sentences in order with gaps between them, some of them long."""
    lengths = draw(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 3)), min_size=1))
    whole = document("x" * sum(length + gap for length, gap in lengths))
    sentences, at = [], 0
    for length, gap in lengths:
        sentences.append(Span(whole, at, at + length))
        at += length + gap
    return Paragraph(Span(whole, 0, sentences[-1].end), tuple(sentences))


def prepared(text: str, title: str = "") -> Paragraph:
    whole = Document("a.txt", title, text, "a.txt")
    (paragraph,) = prepare(whole, language="english", splitter=None)
    return paragraph


@given(paragraphs(), st.integers(1, 120))
def test_every_sentence_is_read_with_its_neighbours(paragraph, limit):
    sentences = paragraph.sentences
    runs = list(windows(paragraph, limit))
    assert {sentence for run in runs for sentence in run} == set(sentences)
    for run in runs:
        first = sentences.index(run[0])
        assert run == sentences[first : first + len(run)]
        assert len(run) == 1 or run[-1].end - run[0].start <= limit
    for one, following in itertools.pairwise(runs):
        assert following[0] in (one[-1], sentences[sentences.index(one[-1]) + 1])
        assert following[-1] != one[-1]


@given(paragraphs(), st.data())
def test_a_sentence_is_read_in_the_first_window_that_holds_it(paragraph, data):
    sentence = data.draw(st.sampled_from(paragraph.sentences))
    window = window_of(sentence, paragraph)
    assert sentence in window.sentences
    assert window.sentences == next(run for run in windows(paragraph) if sentence in run)
    assert window.paragraph is paragraph


def test_a_window_begins_where_the_one_before_ended():
    whole = document("One. Two. Three.")
    one, two, three = Span(whole, 0, 4), Span(whole, 5, 9), Span(whole, 10, 16)
    paragraph = Paragraph(Span(whole, 0, 16), (one, two, three))
    assert list(windows(paragraph, 11)) == [(one, two), (two, three)]
    assert list(windows(paragraph, 9)) == [(one, two), (three,)]
    assert list(windows(paragraph, 3)) == [(one,), (two,), (three,)]
    assert list(windows(Paragraph(Span(whole, 0, 0), ()), 100)) == []


def test_the_names_of_columns_are_part_of_how_long_a_window_is():
    paragraph = prepared(TABLE + "\n| Nail | 1.50 | Kiel |\n| Saw | 33.00 | Kiel |")
    for limit in range(30, 150):
        for run in windows(paragraph, limit):
            assert len(run) == 1 or len(as_read(run, paragraph).text) <= limit + len(". ")


def words_at(window: Window) -> str:
    """What of a window's text stands in the document, by where it is said to stand there."""
    text = window.sentences[0].document.text
    return "".join(text[window.start + place] for place in window.places if place >= 0)


def check(window: Window) -> None:
    whole = window.sentences[0].document.text[window.start : window.sentences[-1].end]
    assert words_at(window) == whole
    assert len(window.places) == len(window.text)
    for character, place in zip(window.text, window.places, strict=True):
        assert place < 0 or whole[place] == character
    stands = window.places[window.places >= 0]
    assert (np.diff(stands) == 1).all()


@given(st.text(alphabet="|-ab .\n", max_size=150), st.text(max_size=120))
def test_what_is_read_stands_where_it_is_said_to_stand(text, title):
    for paragraph in prepare(Document("a", title, text, "a"), language="english", splitter=None):
        for run in windows(paragraph, 40):
            window = as_read(run, paragraph)
            check(window)
            assert window.text.startswith(f"{title[:TITLE]}. ")
            assert all(0 < wall < run[-1].end - run[0].start for wall in window.walls)


def test_a_window_is_read_with_the_title_and_what_is_between_its_sentences():
    paragraph = prepared("It rained.  It snowed.", title="Weather")
    window = as_read(paragraph.sentences, paragraph)
    assert window.text == "Weather. It rained.  It snowed."
    assert window.places.tolist() == [-1] * 9 + list(range(22))
    assert window.walls == ()
    check(window)


def test_a_row_is_read_with_the_names_of_its_columns_and_its_cells_are_apart():
    paragraph = prepared(TABLE, title="Prices")
    row = paragraph.sentences[-1]
    window = as_read([row], paragraph)
    assert window.text == "Prices. | Bolt | Price = 12.50 | Stored in = Hamburg |"
    around = [row.text[wall : wall + 5] for wall in window.walls]
    assert around == ["Bolt ", "| 12.", "12.50", "| Ham", "Hambu", "|"]
    check(window)


def test_the_window_of_one_of_its_sentences_is_that_sentence_alone():
    paragraph = prepared("It rained.  It snowed.", title="Weather")
    window = as_read(paragraph.sentences, paragraph)
    alone = window.of(paragraph.sentences[1])
    assert alone.sentences == paragraph.sentences[1:]
    assert alone.text == "Weather. It snowed."
    assert alone.start == paragraph.sentences[1].start
    check(alone)


def key_of(text: str, title: str = "", before: str = "") -> object:
    paragraph = prepared(before + text, title=title)
    sentences = [one for one in paragraph.sentences if one.start >= len(before)]
    return as_read(sentences, paragraph).key


def test_copies_have_one_key_wherever_they_stand():
    text = "It rained. It snowed."
    assert key_of(text) == key_of(text, before="It is cold. ")
    assert key_of(text) != key_of(text, title="Weather")
    assert key_of(text) != key_of("It rained; It snowed.")
    whole = document(text)
    together = Paragraph(Span(whole, 0, 21), (Span(whole, 0, 21),), Structure())
    assert key_of(text) != as_read(together.sentences, together).key


def test_the_same_words_in_a_table_and_outside_of_one_are_no_copies():
    row = "a | b"
    apart = key_of(row, before="c | d\n--|--\n")
    assert apart != key_of(row)
