import pytest
from conftest import document
from hypothesis import given
from hypothesis import strategies as st

from index import Hit, Span
from qa import Passage, pieces
from qa.highlight import mark_pieces


@st.composite
def marked_texts(draw):
    """A text, the extent shown, sentences in order, and an answer that may lie anywhere."""
    text = draw(st.text(min_size=1, max_size=80))
    places = st.integers(0, len(text))
    whole = document(text)
    start, end = sorted((draw(places), draw(places)))
    cuts = sorted(draw(st.lists(places, max_size=8)))
    sentences = [Span(whole, a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    answer = draw(st.none() | st.tuples(places, places).map(sorted))
    return Span(whole, start, end), sentences, answer and Span(whole, *answer)


@given(marked_texts())
def test_pieces_are_the_text_and_the_marks_are_the_spans(marked):
    span, sentences, answer = marked
    shown = mark_pieces(span, sentences, [answer] if answer else [])
    assert "".join(piece.text for piece in shown) == span.text
    assert all(piece.text for piece in shown)
    marks = [mark for text, mark in shown for _ in text]
    for offset, mark in enumerate(marks, span.start):
        in_answer = answer and answer in span and answer.start <= offset < answer.end
        in_sentence = any(s in span and s.start <= offset < s.end for s in sentences)
        assert mark == ("answer" if in_answer else "sentence" if in_sentence else None)


def test_the_answer_is_marked_inside_its_sentence():
    text = "Before. It was signed on February 22, 2022. After."
    whole = document(text)
    sentence, answer = Span(whole, 8, 43), Span(whole, 25, 42)
    passage = Passage(Span(whole, 0, len(text)), (Hit(sentence, 1.0),), 1.0, (answer,))
    assert pieces(passage) == [
        ("Before. ", None),
        ("It was signed on ", "sentence"),
        ("February 22, 2022", "answer"),
        (".", "sentence"),
        (" After.", None),
    ]


@pytest.mark.parametrize("other", ["another text altogether", "one sentence."])
def test_a_mark_of_another_document_is_not_shown(other):
    whole = document("one sentence.")
    stray = Span(document(other, "b.txt"), 0, 3)
    assert mark_pieces(Span(whole, 0, 13), [stray], [stray]) == [("one sentence.", None)]
