import datetime

import pytest
from conftest import document
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Span
from index.layout import Line, Lines
from index.metadata import about, pack_metadata, unpack_metadata


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
    with pytest.raises(TypeError, match=r"Document\.text must be a string, not int"):
        Document(id="a", title="", text=1, source="a")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"Document\.title must be a string, not NoneType"):
        Document(id="a", title=None, text="", source="a")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("part", "value"),
    [("id", "a\ud800"), ("title", "\udfff"), ("source", "\ud800"), ("metadata", {"k": "\ud800"})]
    + [("metadata", {"\ud800": "v"})],
)
def test_what_no_database_can_hold_is_refused(part, value):
    parts = {"id": "a", "title": "", "text": "", "source": "a"} | {part: value}
    with pytest.raises(ValueError, match=rf"{part} .*holds a lone surrogate at character"):
        Document(**parts)


@pytest.mark.parametrize("value", [None, [1], b"v", {"date": "2024"}])
def test_metadata_are_values_of_a_few_types(value):
    with pytest.raises(TypeError, match=r"metadata 'k' must be a string, not"):
        Document("a", "", "", "a", {"k": value})
    with pytest.raises(TypeError, match="must be a string, not int"):
        Document("a", "", "", "a", {1: "v"})  # type: ignore[dict-item]


TEXTS = st.text(st.characters(codec="utf-8"))
VALUES = st.one_of(
    TEXTS, st.integers(), st.floats(allow_nan=False), st.booleans(), st.dates(), st.datetimes()
)


@given(st.dictionaries(TEXTS, VALUES))
def test_metadata_come_back_as_they_were(metadata):
    back = unpack_metadata(pack_metadata(metadata))
    assert back == metadata
    assert [type(value) for value in back.values()] == [type(v) for v in metadata.values()]


def test_a_date_is_stored_as_one():
    packed = pack_metadata({"signed": datetime.date(2022, 2, 22), "said": "2022-02-22"})
    assert packed == '{"signed": {"date": "2022-02-22"}, "said": "2022-02-22"}'


@pytest.mark.parametrize(
    ("metadata", "line"),
    [
        ({}, ""),
        ({"author": "Anna Lind"}, "Anna Lind"),
        ({"date": datetime.date(934, 5, 2), "date_of": "in the text"}, "0934-05-02"),
        (
            {"author": "A\nB", "date": datetime.date(2024, 3, 1), "date_of": "sent", "pages": 3},
            "A B · sent 2024-03-01",
        ),
        ({"date": datetime.datetime(2024, 3, 1, 12), "date_of": "<b>"}, "2024-03-01"),
        ({"author": 7, "date": "2024", "date_of": "sent"}, ""),
        ({"author": "word " * 100}, f"{'word ' * 11}word…"),
        ({"author": "Anna Lind", "ocr": "3"}, "Anna Lind · OCR read page 3"),
        ({"ocr": "3–9, 12"}, "OCR read pages 3–9, 12"),
    ],
)
def test_who_wrote_a_document_and_when_is_a_short_line(metadata, line):
    assert about(metadata) == line


def test_a_span_knows_its_line_where_its_document_has_lines():
    text = "one\ntwo\nthree"
    file = Document("a", "", text, "a.txt", layout=Lines(text))
    assert [Span(file, start, start).place for start in (0, 3, 4, 8, 13)] == [
        Line(1), Line(1), Line(2), Line(3), Line(3)
    ]  # fmt: skip
    assert str(Span(file, 8, 9).place) == "line 3"
    assert str(Line(12_345)) == "line 12,345"
    assert Span(document(text), 4, 5).place is None


def test_documents_with_the_same_text_and_name_are_the_same():
    assert document("one") == document("one") != document("two")
    assert len({document("one"), document("one")}) == 1
    assert Span(document("one"), 0, 1) == Span(document("one"), 0, 1) != Span(document("on"), 0, 1)
