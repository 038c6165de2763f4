"""What is known of a document besides its text, by the same names in every format."""

import datetime
import io
import zipfile

import pytest
from made_files import ROWS, msg, ods, xlsx, zipped
from pdf_files import pdf
from samples import OPEN, docx, epub, odt, pptx, shape, w

from index.document import Document
from index.loaders import SourceFile, load
from index.loaders.stated import stated

LEAP, EARLIER = datetime.date(2024, 2, 29), datetime.date(2020, 1, 2)
META = (
    f'<office:document-meta {OPEN} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
    "<dc:title>Ports</dc:title><meta:initial-creator>Anna Lind</meta:initial-creator>"
    "<meta:creation-date>2020-01-02T12:00:00</meta:creation-date>"
    "<dc:date>2024-02-29T12:00:00.25</dc:date>"
    '<meta:document-statistic meta:page-count="7"/></office:meta></office:document-meta>'
)
CORE = (
    '<c:coreProperties xmlns:c="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/"><dc:creator>Anna Lind</dc:creator>'
    "<dcterms:created>2020-01-02T12:00:00Z</dcterms:created>"
    "<dcterms:modified>2024-02-29T12:00:00Z</dcterms:modified></c:coreProperties>"
)
APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    'extended-properties"><Pages>7</Pages></Properties>'
)


def read(name: str, data: bytes | str) -> Document:
    data = data.encode() if isinstance(data, str) else data
    return next(load(SourceFile.of_bytes(name, data)))


def with_part(archive: bytes, name: str, part: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        parts = {one: opened.read(one) for one in opened.namelist()}
    return zipped({**parts, name: part.encode()})


def dated_workbook() -> bytes:
    return with_part(xlsx({"Stock": ROWS, "More": ROWS}), "docProps/core.xml", CORE)


def dated_docx() -> bytes:
    return with_part(
        with_part(docx(w("Ports")), "docProps/core.xml", CORE), "docProps/app.xml", APP
    )


@pytest.mark.parametrize(
    ("name", "data", "known"),
    [
        ("a.docx", dated_docx(), {"date_of": "modified", "author": "Anna Lind", "pages": 7}),
        (
            "a.odt",
            with_part(odt("<text:p>Ports</text:p>"), "meta.xml", META),
            {"date_of": "modified", "author": "Anna Lind", "pages": 7},
        ),
        ("a.xlsx", dated_workbook(), {"date_of": "modified", "author": "Anna Lind", "sheets": 2}),
        (
            "a.ods",
            with_part(
                ods(
                    '<table:table table:name="A"><table:table-row><table:table-cell><text:p>x'
                    "</text:p></table:table-cell></table:table-row></table:table>"
                ),
                "meta.xml",
                META,
            ),
            {"date_of": "modified", "author": "Anna Lind", "pages": 7, "sheets": 1},
        ),
        (
            "a.html",
            "<meta name=author content='Anna Lind'><meta name=date content=2024-02-29>x",
            {"date_of": "published", "author": "Anna Lind"},
        ),
        ("a.html", "<p>x<time datetime=2024-02-29T08:00>then</time>", {"date_of": "in the text"}),
        (
            "a.md",
            "---\nauthor: Anna Lind\ndate: 2024-02-29\n---\n\n# Ports\n",
            {"date_of": "in the text", "author": "Anna Lind"},
        ),
        ("a.md", "# Ports\n\nPublished 2024-02-29\n", {"date_of": "in the text"}),
        ("a.txt", "Lodi, 29 February 2024\n\nDear Ann,\n", {"date_of": "in the text"}),
        ("a.rst", "Ports\n=====\n\n:Date: 2024-02-29\n\nOld.\n", {"date_of": "in the text"}),
        ("stock-2024-02-29.csv", "Part,Bin\nBolt,A 7\n", {"date_of": "file name"}),
    ],
)
def test_keys_are_the_same_whatever_the_format(name, data, known):
    metadata = dict(read(name, data).metadata)
    encoding = {"encoding": "utf-8"} if isinstance(data, str) else {}
    assert metadata == {**known, **encoding, "date": LEAP}


def test_a_date_that_a_file_states_comes_before_that_of_its_name():
    page = "<meta name=date content=2020-01-02>x"
    assert read("report-2024-02-29.html", page).metadata["date"] == EARLIER


def test_the_day_a_file_was_changed_is_never_the_date_of_a_document():
    moment = datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.UTC)
    for name in ("a.txt", "a.csv", "a.html", "a.ipynb"):
        data = b'{"cells": []}' if name.endswith("ipynb") else b"Words, words."
        (document,) = load(SourceFile.of_bytes(name, data, modified=moment))
        assert document.metadata == {"file_modified": LEAP, "encoding": "utf-8"}


def test_pages_slides_and_sheets_are_counted():
    assert (
        read("a.pdf", pdf(*[lambda canvas: canvas.drawString(72, 72, "One.")] * 3)).metadata[
            "pages"
        ]
        == 3
    )
    slides = pptx((shape("One", place="title"), ""), (shape("Two", place="title"), ""))
    assert read("a.pptx", slides).metadata["slides"] == 2


def test_all_who_wrote_a_book_are_named():
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<metadata><dc:creator>Anna Lind</dc:creator><dc:creator>Bo Holm</dc:creator>"
        "<dc:date>2024-02-29</dc:date><dc:date>2020-01-02</dc:date></metadata></package>"
    )
    book = read("a.epub", with_part(epub("<p>Words.</p>"), "OEBPS/book.opf", package))
    assert book.metadata == {
        "author": "Anna Lind; Bo Holm",
        "date": LEAP,
        "date_of": "published",
    }


def test_the_date_of_a_mail_is_the_one_that_is_shown():
    (mail, *_) = load(SourceFile.of_bytes("a.msg", msg({"subject": "Bolts", "body": "None."})))
    assert "date" not in mail.metadata
    (mail,) = load(SourceFile.of_bytes("a.eml", b"Subject: Bolts\nDate: yesterday\n\nNone.\n"))
    assert "date" not in mail.metadata


@pytest.mark.parametrize(
    "author",
    [
        "",
        " ",
        "Microsoft Office User",
        "Your User Name",
        "Administrator",
        "https://a.example",
        "\0",
    ],
)
def test_nobody_is_no_author(author):
    assert stated("", author).metadata == {}
    assert stated("", "Anna\nLind\0").metadata == {"author": "Anna Lind"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", "<!doctype html><html lang='de-AT' style='display:none'><p>x"),
        ("a.xhtml", "<?xml version='1.0'?><html lang='de'><p>x</p></html>"),
        (
            "a.docx",
            docx('<w:p><w:r><w:rPr><w:lang w:val="de-DE"/></w:rPr><w:t>x</w:t></w:r></w:p>'),
        ),
        (
            "a.pptx",
            pptx((shape("One", place="title").replace("<a:t>", '<a:rPr lang="de"/><a:t>'), "")),
        ),
        (
            "a.odt",
            with_part(
                odt("<text:p>x</text:p>"),
                "meta.xml",
                META.replace("<dc:title>", "<dc:language>de-DE</dc:language><dc:title>"),
            ),
        ),
        ("a.pdf", pdf(lambda canvas: canvas.drawString(72, 72, "x"), lang="de-DE")),
    ],
)
def test_the_language_that_a_file_declares_is_known(name, data):
    document = read(name, data)
    assert document.metadata["declared_language"] == "de"
    assert document.text


def test_what_is_no_language_is_not_declared():
    for language in ("", "x-none", "deu", "1", "\ud800"):
        assert stated("", language=language).metadata == {}
    assert stated("", language="EN_us").metadata == {"declared_language": "en"}


TEXT = "João assinou o contrato em São Paulo e não sabia."


@pytest.mark.parametrize(
    ("suffix", "before", "after"),
    [
        *((one, "", "") for one in (".txt", ".md", ".py", ".csv", ".rst", ".tex")),
        (".html", "<p>", "</p>"),
        (".json", '{"text": "', '"}'),
        (".jsonl", '{"text": "', '"}'),
        (".ipynb", '{"cells": [{"cell_type": "raw", "source": "', '"}]}'),
        (".srt", "1\n00:00:01,000 --> 00:00:02,500\n", ""),
    ],
)
def test_the_encoding_of_a_text_is_known_and_whether_it_was_guessed(suffix, before, after):
    data = before + TEXT + after
    for encoding in ("utf-8", "utf-16"):
        document = read(f"a{suffix}", data.encode(encoding))
        assert document.metadata == {"encoding": encoding}
        assert TEXT in document.text
    document = read(f"a{suffix}", data.encode("cp1252"))
    assert document.metadata.keys() == {"encoding", "encoding_guessed"}
    assert document.metadata["encoding_guessed"] is True
    assert data.encode("cp1252").decode(document.metadata["encoding"]) == data


def test_an_encoding_that_a_page_declares_is_no_guess():
    page = f"<meta charset=latin1>{TEXT}".encode("latin-1")
    assert read("a.html", page).metadata == {"encoding": "cp1252"}


def test_only_numbers_of_pages_are_kept():
    for pages in ("", "0", "-1", "many", "9" * 50, "1.5"):
        assert stated("", pages=pages).metadata == {}
