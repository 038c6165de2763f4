"""What every loader promises, whatever is in the file: a new format passes these, too."""

import codecs
import datetime
import random
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

import pytest
from conftest import SEEDS
from hypothesis import example, given
from hypothesis import strategies as st
from made_files import ROWS, SHEET, msg, ods, xlsx
from pdf_files import SAMPLES as PDFS
from samples import DOCX, EPUB, ODT, PAGE, PPTX, RST, RTF, TEX, docx, mhtml, odt, pptx

from index.document import Document
from index.errors import DocumentError
from index.layout import Lines, Page, Section, SheetCell
from index.loaders import LOADERS, SourceFile, load
from index.loaders.code import LANGUAGES
from index.split import find_blocks
from index.structure import Block, Kind, Structure

HOLDING = (Kind.LIST, Kind.ITEM, Kind.TABLE, Kind.QUOTATION)
MOMENT = datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.UTC)

LETTER = """---
title: Our letter
date: 2024-02-29
---
Dear Sir,\r\rthank you for the *letter* of May 5,\r
which we have read.\r\n
1. It is long.
2. It says:
   - this and
     that
   - > what was
     > said before
     >
     > | Port | Service |
     > |---|---|
     > | 22 | ssh |

(a) first, and

(b) second.\x00

```sh
rm -r *

```

[^1]: http://a.example
Yours
-----
"""
CSV = """Stock of May,,

Part,Bin,"Level
(pieces)"
Bolt,A 7,40
"Nut, ""M4""\",,1.5

Counted by night.
"""
PIECES = [
    *("- ", "* ", "1. ", "12) ", "> ", ">", "# ", "## ", " ##", "(a) ", "[ ] ", "    ", "  ", "\t"),
    *("\n", "\n\n", "\r\n", "\r", "  \n", "\\", "|", "| a | b |\n", "|---|---|\n", "+---+\n"),
    *("```", "~~~", "---", "===", "[a]: http://b", "[^1]: ", "<div>", "<!--", "-->", "...\n"),
    *("a", "word ", "Two words. ", "title: x", "5", "°", "`", "*", ":", "\0", "\x0c", "\xa0"),
    *("From: a\n", "Subject: b\n", "Content-Type: text/html\n", "{", "}", "[", "]", '"a"', ": "),
    *(
        "<a>",
        "</a>",
        "<p>",
        "</p>",
        "<?xml?>",
        "&b;",
        "00:00:01,000 --> 00:00:02,000\n",
        "/*",
        "*/",
    ),
    *(",", ";", "a,b,c\n", "1;2;3\n", '"', "\t1\t2\n"),
    *("\u2028", "\u200d", "\ufeff", "é", "日本語。", "😀", "\u0301"),
]
TEXTS = [
    b"",
    b" \n\t\n",
    b"One.",
    LETTER.encode(),
    codecs.BOM_UTF8 + LETTER.encode(),
    codecs.BOM_UTF16_LE + LETTER.encode("utf-16-le"),
    "Das Maß für die Größe.\n\nSchön.".encode("cp1252"),
    *(path.read_bytes() for path in sorted((SEEDS / "documents").iterdir())[:5]),
]

CODE = '''#!/bin/sh
# How to count what is
#
# in the store.

def count(part):
    """Say how many there are
    of a part."""
    return stock[part]  # none
/* The end of all
 * that there is. */
'''
JSON = [
    b'{"title": "Ports", "list": [{"name": "ssh", "port": 22}, {"name": "dns", "port": 53}]}',
    b"""[{"title": "One", "text": "It is long, and it is a sentence of many words, is it not?"},
        {"title": "Two", "of": {"a": [1, [2, {"b": null}]], "c": "\\ud800\\u0000x"}}, 3]""",
]
SUBTITLES = """1
00:00:01,000 --> 00:00:02,500
<i>The bridge opened</i>
in 1894

2
00:00:02,600 --> 00:00:04,000
and was <v Ann>painted.

3
00:01:00,000 --> 00:01:02,000 line:0
- Where?
- Here.
"""
OUTLOOK = {"subject": "Bolts", "body": "Dear Ann,\r\n\r\nwe have none.\r\n", "sender": "Bob"}
MAILS = [
    b"From: Ann <ann@a.example>\nSubject: =?utf-8?q?B=C3=B6lts?=\nDate: 1 Mar 2024 10:00:00 +0100"
    b"\n\nWe have:\n\n- none\n\n> How many\n> are there?\n",
    b"""From: ann@a.example
To: bob@b.example
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=x"

--=x
Content-Type: text/html; charset=utf-8

<p>One.<p>Two &amp; three.
--=x
Content-Type: text/csv; name="a.csv"

part,level
bolt,40
--=x
Content-Type: message/rfc822

Subject: Inner
From: carl@c.example

Inside.
--=x--
""",
]
NOTEBOOKS = [
    b"""{"cells": [{"cell_type": "markdown", "source": ["# Bolts\\n", "\\n", "- one\\n- two"]},
    {"cell_type": "code", "source": "1 + 1", "outputs": [{"data": {"text/plain": ["2"]}}]},
    {"cell_type": "raw", "source": 3}]}""",
    b"""{"worksheets": [{"cells": [{"cell_type": "heading", "level": 2, "source": "Bolts"},
    {"cell_type": "code", "input": "x", "outputs": [{"text": "y", "output_type": "stream"}]}]}]}""",
]
XML = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE article [<!ENTITY port "Lodi">]>
<article><title>Ports &amp; bridges</title>
<para>The bridge of &port; is <emphasis>long</emphasis>
and old.</para><itemizedlist><listitem><para>One</para></listitem><listitem>Two</listitem>
</itemizedlist><table><tr><th>Port</th><th>Depth</th></tr><tr><td>Lodi</td><td>3</td></tr></table>
</article>
"""

CODES = (CODE.encode(), CODE.replace("#", "//").encode(), LETTER.encode())

# A new format brings its own samples, made here or by the program that people write it with.
PAGES = [*TEXTS, PAGE.encode(), PAGE.encode("utf-16"), b"<p>" * 2_000 + b"<ul><li>" * 2_000]
SAMPLES = {
    ".csv": [*TEXTS, CSV.encode(), CSV.replace(",", ";").encode("utf-16")],
    ".eml": [*MAILS, *(mail.replace(b"\n", b"\r\n") for mail in MAILS)],
    ".ipynb": NOTEBOOKS,
    ".json": [*JSON, b"[]", b'"A word."', b"{}", b"3"],
    ".jsonl": [b"\n".join(one.replace(b"\n", b" ") for one in JSON), b'{"a": 1}\n\n{"a": 2'],
    ".log": TEXTS,
    ".markdown": TEXTS,
    ".md": TEXTS,
    ".msg": [msg(OUTLOOK), msg(OUTLOOK, {"report.txt": b"All is well."})],
    ".ndjson": [b'{"a": 1}\n{"a": 2}'],
    ".ods": [ods(SHEET)],
    ".pdf": PDFS,
    ".tsv": [*TEXTS, CSV.replace(",", "\t").encode()],
    ".srt": [SUBTITLES.encode(), SUBTITLES.encode("utf-16")],
    ".text": TEXTS,
    ".txt": TEXTS,
    ".vtt": [b"WEBVTT\n\nNOTE none\n\n" + SUBTITLES.replace(",", ".").encode()],
    ".xls": [xlsx({"Stock": ROWS}), PAGE.encode()],
    ".xlsm": [xlsx({"Stock": ROWS})],
    ".xlsx": [xlsx({"Stock": ROWS, "Empty": []})],
    ".xml": [XML.encode(), XML.replace("utf-8", "utf-16").encode("utf-16"), b"<a b='c'/>"],
    **dict.fromkeys(LANGUAGES, CODES),
    ".doc": [DOCX, RTF, PAGE.encode()],
    ".docm": [DOCX],
    ".docx": [DOCX, docx("")],
    ".epub": [EPUB],
    ".htm": PAGES,
    ".html": PAGES,
    ".mht": [mhtml(PAGE)],
    ".mhtml": [mhtml(PAGE), mhtml(PAGE, charset="latin-1")],
    ".odt": [ODT, odt("")],
    ".ppt": [PPTX],
    ".pptm": [PPTX],
    ".pptx": [PPTX, pptx()],
    ".rst": [*TEXTS, RST.encode()],
    ".rtf": [RTF, rb"{\rtf1}"],
    ".tex": [*TEXTS, TEX.encode()],
    ".xhtml": PAGES,
}

texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=100)


# A suffix of each loader: code has many.
by_suffix = pytest.mark.parametrize(
    "suffix", sorted({loader: suffix for suffix, loader in LOADERS.items()}.values())
)
by_sample = pytest.mark.parametrize(
    ("suffix", "data"),
    [
        pytest.param(suffix, data, id=f"{suffix}-{number}")
        for suffix, samples in SAMPLES.items()
        for number, data in enumerate(samples)
    ],
)


def loaded(suffix: str, data: bytes) -> list[Document]:
    return list(load(SourceFile.of_bytes(f"folder/a{suffix}", data, modified=MOMENT)))


def kinds_of(document: Document) -> list[tuple[str, str]]:
    """What each leaf of a document is, and its text."""
    text = str(document.text)
    leaves = Structure.of(document.blocks or ()).leaves
    return [(leaf.kind.value, text[leaf.start : leaf.end]) for leaf in leaves]


def check(documents: Sequence[Document], name: str, *, beside: bool = False) -> None:
    """Hold documents to the promises; tables may stand `beside` each other, in the same lines."""
    assert documents
    for number, document in enumerate(documents):
        blocks = find_blocks(str(document.text)) if document.blocks is None else document.blocks
        check_document(document, name, alone=len(documents) == 1)
        check_text(document)
        check_leaves(str(document.text), Structure.of(blocks).leaves)
        check_blocks(blocks)
        check_tables(blocks)
        check_places(document, beside=beside)
        assert number == 0 or document.id not in {other.id for other in documents[:number]}


def check_document(document: Document, name: str, *, alone: bool) -> None:
    assert document.source == name
    assert document.id == name or (document.id.startswith(f"{name}#") and not alone)
    assert document.title
    assert document.title == document.title.strip()
    assert "\n" not in document.title
    for value in document.metadata.values():
        assert isinstance(value, str | int | float | datetime.date)
        assert not isinstance(value, datetime.datetime)


def check_text(document: Document) -> None:
    text = str(document.text)
    assert not {"\r", "\0"} & set(text)
    text.encode("utf-8")


def check_leaves(text: str, leaves: Sequence[Block]) -> None:
    """Leaves cover all but white space, and nothing twice."""
    end = 0
    for leaf in leaves:
        assert end <= leaf.start < leaf.end <= len(text)
        assert not text[end : leaf.start].strip()
        assert text[leaf.start : leaf.end] == text[leaf.start : leaf.end].strip()
        end = leaf.end
    assert not text[end:].strip()


def check_blocks(blocks: Sequence[Block]) -> None:
    for number, block in enumerate(blocks):
        assert block.start >= blocks[max(0, number - 1)].start
        assert block.start <= block.content[0] <= block.content[1] <= block.end
        assert (block.kind is Kind.HEADING) or block.level == 0
        assert 0 <= block.level <= 6
        parent = None if block.parent is None else blocks[block.parent]
        assert (block.kind is Kind.ITEM) == (parent is not None and parent.kind is Kind.LIST)
        if parent is not None:
            assert block.parent < number
            assert parent.start <= block.start < block.end <= parent.end
            assert parent.kind in HOLDING
    held = {block.parent for block in blocks}
    for number, block in enumerate(blocks):
        assert block.kind not in (Kind.LIST, Kind.TABLE) or number in held
        if block.introduced_by is not None:
            assert block.kind is Kind.LIST
            assert block.introduced_by < number
            assert block.introduced_by not in held
            assert blocks[block.introduced_by].end <= block.start


def check_tables(blocks: Sequence[Block]) -> None:
    """Heads come before rows; cells are in their row, in the order of their columns."""
    rows: set[int | None] = set()
    for block in blocks:
        parent = None if block.parent is None else blocks[block.parent]
        assert bool(block.columns) <= (block.kind is Kind.TABLE)
        assert bool(block.cells) <= (block.kind in (Kind.HEAD, Kind.ROW))
        if parent is not None and parent.kind is Kind.TABLE:
            assert block.kind in (Kind.HEAD, Kind.ROW)
        if block.kind is Kind.HEAD:
            assert parent is not None
            assert parent.kind is Kind.TABLE
            assert block.parent not in rows
        elif block.kind is Kind.ROW and parent is not None and parent.kind is Kind.TABLE:
            rows.add(block.parent)
        end = block.start
        for cell in block.cells:
            assert end <= cell.start <= cell.end <= block.end
            end = cell.end
        columns = [cell.column for cell in block.cells]
        assert columns == sorted(set(columns))


def check_places(document: Document, *, beside: bool) -> None:
    """All places are of one kind, and what comes later stands no higher; of a sheet, all cells
    stand together."""
    places = [document.layout.place(offset) for offset in range(len(document.text) + 1)]
    found = [place for place, _ in groupby(place for place in places if place is not None)]
    assert all(str(place) for place in found)
    assert len({type(place) for place in found}) <= 1
    if isinstance(document.layout, Lines):
        assert None not in places
    numbers = [getattr(place, "number", getattr(place, "seconds", 0)) for place in found]
    assert beside or numbers == sorted(numbers)
    assert all(number >= 0 for number in numbers)
    sheets = [sheet for sheet, _ in groupby(getattr(place, "sheet", "") for place in found)]
    assert len(sheets) <= max(1, len(set(sheets)))
    for place in found:
        assert not isinstance(place, SheetCell) or re.fullmatch(r"[A-Z]{1,3}[1-9]\d*", place.cell)
        assert not isinstance(place, Section) or place.name.strip()
    for page, boxes in document.layout.boxes(0, len(document.text)):
        assert isinstance(page, Page)
        for box in boxes:
            assert 0 <= box.left < box.right
            assert 0 <= box.top <= box.bottom


def test_every_format_has_samples():
    assert SAMPLES.keys() == LOADERS.keys()


@by_sample
def test_samples(suffix, data):
    documents = loaded(suffix, data)
    check(documents, f"folder/a{suffix}")


@by_suffix
@given(text=texts)
@example(text=LETTER)
def test_any_text(suffix, text):
    try:
        documents = loaded(suffix, text.encode("utf-8", "surrogatepass"))
    except DocumentError:
        return
    check(documents, f"folder/a{suffix}")


@by_suffix
@given(data=st.binary(max_size=500))
def test_any_bytes_are_documents_or_refused(suffix, data):
    try:
        documents = loaded(suffix, data)
    except DocumentError as error:
        refused = str(error)
    else:
        refused = ""
        check(documents, f"folder/a{suffix}")
    assert not refused or refused.startswith(f"folder/a{suffix} ")


@by_suffix
@given(data=st.data())
def test_damaged_samples_are_documents_or_refused(suffix, data):
    sample = data.draw(st.sampled_from(SAMPLES[suffix]))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(sample)))
        end = start + data.draw(st.integers(0, 4) | st.integers(0, len(sample)))
        sample = sample[:start] + data.draw(st.binary(max_size=4)) + sample[end:]
    try:
        documents = loaded(suffix, sample)
    except DocumentError as error:
        refused = str(error)
    else:
        refused = f"folder/a{suffix} "
        check(documents, f"folder/a{suffix}")
    assert refused.startswith(f"folder/a{suffix} ")


def hostile() -> Iterator[bytes]:
    noise = random.Random(0)
    yield from (noise.randbytes(5_000), bytes(5_000), b"\xff" * 5_000, b"\x1b" * 5_000)
    for magic in (b"%PDF-1.7\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\x7fELF", b"\x1f\x8b"):
        yield magic + noise.randbytes(3_000)
    for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE):
        yield mark + noise.randbytes(3_001)


@by_suffix
@pytest.mark.parametrize("data", [pytest.param(data, id=data[:6].hex()) for data in hostile()])
def test_hostile_bytes_are_refused_and_nothing_else_happens(suffix, data):
    try:
        documents = loaded(suffix, data)
    except DocumentError:
        return
    check(documents, f"folder/a{suffix}")


@by_sample
def test_loading_twice_gives_the_same(suffix, data):
    first, second = loaded(suffix, data), loaded(suffix, data)
    assert first == second
    for one, other in zip(first, second, strict=True):
        assert one.blocks == other.blocks
        assert one.layout == other.layout


@by_sample
def test_what_is_on_disk_is_loaded_as_what_is_in_memory(suffix, data, tmp_path):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    on_disk = SourceFile.of(path, name=f"folder/a{suffix}")
    in_memory = SourceFile.of_bytes(f"folder/a{suffix}", data, modified=on_disk.modified)
    assert list(load(on_disk)) == list(load(in_memory))
    assert path.read_bytes() == data
