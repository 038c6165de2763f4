"""Word, OpenDocument, PowerPoint and books → what a person reads in them, and where it stands."""

import datetime

import pytest
from samples import DOCX, ODT, PPTX, WORD, docx, epub, odt, pptx, shape, w, w_table
from test_html import leaves
from test_loader_conformance import loaded

from index.errors import DocumentError
from index.layout import Section, Slide
from index.structure import Kind


def only(suffix, data):
    (document,) = loaded(suffix, data)
    return document


def place(document, text):
    return document.layout.place(str(document.text).index(text))


def test_word_is_read_with_numbers_and_notes_and_without_what_was_deleted():
    document = only(".docx", DOCX)
    assert leaves(document) == [
        ("heading", "Ports"),
        ("paragraph", "They are:"),
        ("item", "(III) Lodi"),
        *(("paragraph", text) for text in ("Port", "Depth", "Lodi", "5", "m")),
        ("paragraph", "Seen"),
        ("paragraph", "A note."),
        ("paragraph", "Above"),
    ]
    assert place(document, "Lodi") == Section("Ports")
    assert place(document, "Above") == Section("header")
    assert document.metadata["author"] == "Anna Lind"
    assert document.metadata["date"] == datetime.date(2024, 2, 29)
    assert document.metadata["date_of"] == "created"


def test_numbers_count_on_by_level_and_styles_may_give_them():
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{text}"/>{style}</w:lvl>'
        for n, (kind, text, style) in enumerate(
            [
                ("decimal", "%1.", '<w:pStyle w:val="H"/>'),
                ("decimal", "%1.%2", ""),
                ("bullet", "•", ""),
            ]
        )
    )
    numbering = (
        f'<w:numbering {WORD}><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    styles = (
        f'<w:styles {WORD}><w:style w:styleId="H"><w:name w:val="heading 1"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>'
    )

    def at(level):
        return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'

    body = (
        w("Scope", '<w:pStyle w:val="H"/>')
        + w("a", at(1))
        + w("b", at(1))
        + w("deep", at(2))
        + w("Terms", '<w:pStyle w:val="H"/>')
        + w("c", at(1))
    )
    document = only(".docx", docx(body, numbering=numbering, styles=styles))
    assert document.text == "1. Scope\n\n1.1 a\n1.2 b\ndeep\n\n2. Terms\n\n2.1 c"


def test_a_first_row_that_is_bold_names_the_columns():
    bold = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r></w:p>"
    table = w_table([bold.format("Port"), bold.format("Depth")], ["Lodi", "5"])
    document = only(".docx", docx(table))
    assert leaves(document) == [("head", "Port\tDepth"), ("row", "Lodi\t5")]


def test_fields_of_forms_boxes_and_hidden_text_of_word():
    body = (
        "<w:p><w:r><w:fldChar><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>"
        "</w:fldChar><w:instrText>FORMCHECKBOX</w:instrText></w:r><w:r><w:t>Yes</w:t></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:tab/><w:t>now</w:t></w:r>"
        "<w:r><w:txbxContent>"
        + w("In a box")
        + "</w:txbxContent></w:r><w:r><w:t>!</w:t></w:r></w:p>"
    )
    assert only(".docx", docx(body)).text == "☒ Yes now!\n\nIn a box"


def test_comments_stand_at_the_end_under_who_made_them():
    comments = f'<w:comments {WORD}><w:comment w:author="Bo">{w("Why?")}</w:comment></w:comments>'
    document = only(".docx", docx(w("Text"), comments=comments))
    assert document.text == "Text\n\nWhy?"
    assert place(document, "Why") == Section("comment of Bo")


def test_opendocument_is_read_with_numbers_and_notes():
    document = only(".odt", ODT)
    assert document.text == "Ports\n\nThey are:\na) Lodi\n\nPort\n\nSeen there.\n\nA note."
    tracked = (
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:p>a<text:tab/>b"
        "<text:line-break/><text:span>c</text:span></text:p>"
    )
    assert only(".odt", odt(tracked)).text == "a b\nc"


def test_an_encrypted_opendocument_is_refused():
    with pytest.raises(DocumentError, match="encrypted"):
        loaded(".odt", odt("", encrypted=True))


def test_slides_and_notes_know_where_they_stand():
    document = only(".pptx", PPTX)
    assert leaves(document) == [
        *(("heading", "Ports"), ("item", "Lodi"), ("item", "Bergen")),
        *(("paragraph", "Say hello."), ("paragraph", "Free text")),
    ]
    assert place(document, "Bergen") == Slide(1)
    assert place(document, "Say") == Slide(1, notes=True)
    assert place(document, "Free") == Slide(2)


def test_tables_and_numbers_of_slides():
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    rows = "".join(
        f"<a:tr>{cell.format(one)}{cell.format(other)}</a:tr>"
        for one, other in (("Award", "Group"), ("Clerks", "3A"))
    )
    table = f'<p:graphicFrame><a:tbl><a:tblPr firstRow="1"/>{rows}</a:tbl></p:graphicFrame>'
    numbered = (
        '<a:p><a:pPr><a:buAutoNum type="alphaLcParenBoth" startAt="2"/></a:pPr>'
        "<a:r><a:t>Meet</a:t></a:r></a:p>"
    )
    document = only(".pptx", pptx((table + shape(numbered), "")))
    assert leaves(document) == [
        ("head", "Award\tGroup"),
        ("row", "Clerks\t3A"),
        ("item", "(b) Meet"),
    ]
    assert next(one.columns for one in document.blocks if one.kind is Kind.TABLE) == (
        *("Award", "Group"),
    )


def test_books_are_read_in_the_order_of_their_spine():
    book = epub("<html><head><title/></head><body><h1>One</h1>a</body></html>", "<h1>Two</h1>b")
    document = only(".epub", book)
    assert document.text == "One\n\na\n\nTwo\n\nb"
    assert document.title == "A Book"
    assert document.metadata["author"] == "Anna Lind"
    assert place(document, "b") == Section("Two")


def test_a_book_that_is_protected_is_refused():
    encryption = '<encryption><EncryptionMethod Algorithm="http://x.example/aes"/></encryption>'
    extra = {"META-INF/encryption.xml": encryption}
    with pytest.raises(DocumentError, match="protected"):
        loaded(".epub", epub("<p>a</p>", extra=extra))
    fonts = encryption.replace("http://x.example/aes", "http://www.idpf.org/2008/embedding")
    assert loaded(".epub", epub("<p>a</p>", extra={"META-INF/encryption.xml": fonts}))


@pytest.mark.parametrize(
    ("suffix", "data", "text"),
    [
        (".doc", docx(w("Ports")), "Ports"),
        (".doc", b"{\\rtf1 Ports}", "Ports"),
        (".xls", b"<html><table><tr><td>Ports<td>5<tr><td>Lodi<td>3</table>", "Ports\t5\nLodi\t3"),
        (".ppt", pptx((shape("Ports"), "")), "Ports"),
    ],
)
def test_a_newer_format_under_an_old_suffix_is_read_as_what_it_is(suffix, data, text, caplog):
    assert only(suffix, data).text == text
    assert "whatever its suffix says" in caplog.text


@pytest.mark.parametrize("suffix", [".doc", ".xls", ".ppt"])
def test_an_old_format_of_office_is_named_with_its_remedy(suffix):
    with pytest.raises(DocumentError, match=f"a{suffix} is of an old Office format; save it as"):
        loaded(suffix, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(DocumentError, match="encrypted"):
        loaded(suffix, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(DocumentError, match="is no file of Office"):
        loaded(suffix, b"plain text")
