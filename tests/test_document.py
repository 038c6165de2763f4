import pytest
from conftest import document

from index import Document, Span


def test_a_span_is_a_slice_of_its_document():
    text = "Grüße 👩‍👩‍👧 an alle."
    span = Span(document(text), 6, 11)
    assert span.text == text[6:11] == "👩‍👩‍👧"
    assert len(span) == 5


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (0, 6)])
def test_a_span_lies_in_its_document(start, end):
    with pytest.raises(ValueError, match=r"not a stretch of document 'a\.txt'"):
        Span(document("short"), start, end)


def test_a_span_contains_only_spans_of_its_own_document():
    one, other = document("one two"), document("one two", "b.txt")
    assert Span(one, 0, 3) in Span(one, 0, 7)
    assert Span(one, 0, 7) not in Span(one, 0, 3)
    assert Span(other, 0, 3) not in Span(one, 0, 7)


def test_text_that_no_file_can_hold_is_refused():
    with pytest.raises(ValueError, match=r"'a'.*text holds a lone surrogate at character 3"):
        Document(id="a", title="", text="abc\ud800", source="a")


def test_a_document_needs_an_id_and_text():
    with pytest.raises(ValueError, match="id that is not empty"):
        Document(id="", title="", text="", source="")
    with pytest.raises(TypeError, match=r"Document\.text must be a string, not bytes"):
        Document(id="a", title="", text=b"abc", source="a")  # type: ignore[arg-type]
