import itertools

from conftest import document
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from qa.windows import window_of, windows


@st.composite
def paragraphs(draw):
    """Sentences in order with gaps between them, some of them long."""
    lengths = draw(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 3)), min_size=1))
    whole = document("x" * sum(length + gap for length, gap in lengths))
    sentences, at = [], 0
    for length, gap in lengths:
        sentences.append(Span(whole, at, at + length))
        at += length + gap
    return sentences


@given(paragraphs(), st.integers(1, 120))
def test_every_sentence_is_read_with_its_neighbours(sentences, limit):
    runs = list(windows(sentences, limit))
    assert {sentence for run in runs for sentence in run} == set(sentences)
    for run in runs:
        first = sentences.index(run[0])
        assert list(run) == sentences[first : first + len(run)]
        assert len(run) == 1 or run[-1].end - run[0].start <= limit
    for one, following in itertools.pairwise(runs):
        assert following[0] in (one[-1], sentences[sentences.index(one[-1]) + 1])
        assert following[-1] != one[-1]


@given(paragraphs(), st.data())
def test_a_sentence_is_read_in_one_window(sentences, data):
    sentence = data.draw(st.sampled_from(sentences))
    window = window_of(sentence, sentences)
    assert sentence in window
    assert window in set(windows(sentences))


def test_a_window_begins_where_the_one_before_ended():
    whole = document("One. Two. Three.")
    one, two, three = Span(whole, 0, 4), Span(whole, 5, 9), Span(whole, 10, 16)
    assert list(windows([one, two, three], 11)) == [(one, two), (two, three)]
    assert list(windows([one, two, three], 9)) == [(one, two), (three,)]
    assert list(windows([one, two, three], 3)) == [(one,), (two,), (three,)]
    assert list(windows([], 100)) == []
