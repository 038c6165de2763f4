"""Records that are alike are tables, sentences are paragraphs, all else is a name and a value."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_loader_conformance import check, kinds_of

from index.document import Document
from index.errors import DocumentError
from index.layout import Line
from index.loaders import SourceFile, load
from index.structure import Kind

LONG = "The bridge of Lodi was opened in 1894, and it has been painted every year since."
TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Co")), max_size=20)
SCALARS = st.none() | st.booleans() | st.floats() | st.integers() | st.sampled_from(["", "a", LONG])
VALUES = st.recursive(
    SCALARS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=25,
)


def read(data: bytes | str, name: str = "a.json") -> Document:
    data = data.encode() if isinstance(data, str) else data
    documents = list(load(SourceFile.of_bytes(name, data)))
    check(documents, name)
    return documents[0]


def columns(document: Document) -> list[tuple[str, ...]]:
    return [block.columns for block in document.blocks if block.kind is Kind.TABLE]


def test_records_that_are_alike_are_a_table():
    document = read(
        '[\n{"name": "Anne", "from": 1702, "to": null},\n{"name": "George", "to": 1727}]'
    )
    assert document.text == "name\tfrom\tto\nAnne\t1702\nGeorge\t\t1727"
    assert columns(document) == [("name", "from", "to")]
    assert document.layout.place(len(document.text)) == Line(3)


def test_named_records_that_are_alike_are_a_table_with_their_names():
    document = read('{"ssh": {"port": 22}, "dns": {"port": 53}, "web": {"port": 80}}')
    assert columns(document) == [("", "port")]
    assert kinds_of(document)[1] == ("row", "ssh\t22")


def test_sentences_are_paragraphs_and_short_fields_rows():
    data = {"id": 7, "tags": ["old", "long"], "text": f"{LONG}\n\nIt is long.", "of": {"km": 3.50}}
    document = read(json.dumps(data, indent=1))
    assert kinds_of(document) == [
        ("row", "id\t7"),
        ("row", "tags\told, long"),
        ("paragraph", LONG),
        ("paragraph", "It is long."),
        ("heading", "of"),
        ("row", "km\t3.5"),
    ]
    assert document.layout.place(str(document.text).index("km")) == Line(9)


def test_records_with_texts_stand_under_their_titles():
    text = f"{LONG} {LONG}"
    document = read(json.dumps([{"title": "Lodi", "text": text}, {"title": "Oslo", "text": text}]))
    assert kinds_of(document) == [
        ("heading", "Lodi"),
        ("paragraph", text),
        ("heading", "Oslo"),
        ("paragraph", text),
    ]


def test_numbers_stay_as_they_are_written():
    document = read('{"big": 1e999, "exact": 0.10000000000000000001, "long": ' + "9" * 5_000 + "}")
    assert "1e999" in document.text
    assert "0.10000000000000000001" in document.text


def test_broken_lines_are_left_out_and_named(caplog):
    document = read('{"a": 1}\n\n{"a": 2\n{"a": 3}', "a.jsonl")
    assert document.text == "a\n1\n3"
    assert document.layout.place(len(document.text)) == Line(4)
    assert "a.jsonl: lines that are not JSON are left out: 3." in caplog.text
    assert read('{"a": 1}\n{"a": 2}').text == "a\n1\n2"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ('{"a": 1,\n"b" 2}', "line 2: ':' is missing"),
        ("[1, 2", "line 1: ',' is missing"),
        ('{"a": "b', "a quote is not closed"),
        ("[" * 5_000, "deeper"),
        ('{"a":' * 5_000, "deeper"),
        ("[] x", "something follows its end"),
        ("", "it ends early"),
        ("%PDF-1.7", "seems to be a PDF"),
    ],
)
def test_what_is_no_json_is_named_with_its_line(data, message):
    with pytest.raises(DocumentError, match=message):
        read(data)


@given(value=VALUES)
def test_every_value_of_json_is_written(value):
    seen = " ".join(str(read(json.dumps(value, ensure_ascii=False)).text).split())
    for text in texts_in(value):
        assert " ".join(text.split()) in seen


def texts_in(value: object) -> Iterator[str]:
    """The strings that a value is or holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts_in(one)


def test_a_document_in_xml_is_read_as_a_text():
    document = read(
        """<?xml version="1.0"?>
<article><title>Ports</title><section><num>1.</num><title>Depth</title>
<para>The port of <place>Lodi</place> is
deep.</para><list><item>One</item><item><p>Two</p></item></list></section>
<programlisting>a = 1
b = 2</programlisting>
<table><thead><row><entry>Port</entry><entry>Depth</entry></row></thead>
<tbody><row><entry>Lodi</entry><entry>3 m</entry></row></tbody></table></article>""",
        "a.xml",
    )
    assert kinds_of(document) == [
        ("heading", "Ports"),
        ("heading", "1. Depth"),
        ("paragraph", "The port of Lodi is deep."),
        ("item", "One"),
        ("item", "Two"),
        ("code", "a = 1\nb = 2"),
        ("head", "Port\tDepth"),
        ("row", "Lodi\t3 m"),
    ]
    text = str(document.text)
    places = [document.layout.place(text.index(words)) for words in ("The port", "deep.", "3 m")]
    assert places == [Line(3), Line(4), Line(8)]
    assert document.title == "Ports"


def test_data_in_xml_are_read_as_records():
    document = read(
        '<list><city name="Lodi"><people>9</people></city><city name="Oslo"><people>7</people>'
        "</city></list>",
        "a.xml",
    )
    assert document.text == "city\n\nname\tpeople\nLodi\t9\nOslo\t7"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "shift_jis", "windows-1252"])
def test_xml_says_its_encoding(encoding):
    words = "日本" if encoding == "shift_jis" else "Größe"
    data = f'<?xml version="1.0" encoding="{encoding}"?><p>{words}</p>'.encode(encoding)
    assert read(data, "a.xml").text == words


ENTITIES = '<!DOCTYPE a [<!ENTITY port "Lodi"><!ENTITY out SYSTEM "file:///etc/hostname">{}]>'


def test_entities_are_put_in_but_never_from_outside_nor_in_one_another():
    head = ENTITIES.format('<!ENTITY deep "&port;&port;">')
    document = read(f"{head}<p>&port; &amp; &out;&deep;</p>", "a.xml")
    assert document.text == "Lodi & &out;&deep;"


def test_bombs_of_entities_are_refused_or_stay_small():
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = ENTITIES.format(f'<!ENTITY e0 "0123456789">{bomb}')
    assert len(read(f"{head}<p>&e11;</p>", "a.xml").text) < 100
    with pytest.raises(DocumentError, match="not well-formed"):
        read(f"{head}<p a='&e11;'>b</p>", "a.xml")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("<a>\n<b></a>", "not well-formed XML: mismatched tag in line 2"),
        ("<a>" * 5_000, "deeper"),
        ("<html><p>a", "seems to be HTML"),
        ('<?xml version="1.0" encoding="ebcdic-x"?><a/>', "encoding is ebcdic-x"),
    ],
)
def test_what_is_no_xml_is_named(data, message):
    with pytest.raises(DocumentError, match=message):
        read(data, "a.xml")
