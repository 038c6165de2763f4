"""A PDF → what a person reads in it, and where on its pages."""

from __future__ import annotations

import datetime
import io
import logging

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf_files import HEIGHT, OTHER, PROSE, SAMPLES, WIDTH, lines, page, pdf, written
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from test_loader_conformance import check

from index import Document
from index.errors import DocumentError
from index.layout import Box, Page
from index.loaders import Options, SourceFile, load
from index.loaders.pdf_picture import page_png
from index.structure import Kind, Structure

DARK = 100  # of 255


def read(data: bytes, name: str = "report.pdf") -> Document:
    [document] = load(SourceFile.of_bytes(name, data, options=Options("never")))
    return document


def leaves(document: Document) -> list[tuple[str, str]]:
    return [
        (one.kind.value, str(document.text)[one.start : one.end])
        for one in Structure.of(document.blocks).leaves
    ]


def boxes_of(document: Document, wanted: str) -> list[tuple[Page, list[Box]]]:
    start = str(document.text).index(wanted)
    return document.layout.boxes(start, start + len(wanted))


def picture(data: bytes, number: int = 1, boxes=(), scale: float = 4.0) -> np.ndarray:
    png = page_png(data, number, boxes, scale=scale)
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def test_lines_of_a_paragraph_are_joined_and_paragraphs_are_told_apart():
    document = read(pdf(page(*PROSE, "", *OTHER)))
    assert leaves(document) == [("paragraph", " ".join(PROSE)), ("paragraph", " ".join(OTHER))]


def test_a_first_line_that_is_set_in_begins_a_paragraph():
    def draw(canvas):
        lines(canvas, PROSE)
        lines(canvas, OTHER[:1], left=52, top=120)
        lines(canvas, OTHER[1:], top=132)

    assert leaves(read(pdf(draw)))[1] == ("paragraph", " ".join(OTHER))


@pytest.mark.parametrize(
    ("cut", "elsewhere", "whole"),
    [
        (("a new func-", "tion of the port"), "The function is old.", "a new function of the port"),
        (("a non-", "normal port"), "It is a non-normal one.", "a non-normal port"),
        (("the 737–", "9 and others"), "It flies.", "the 737–9 and others"),
        (("the Anglo-", "Saxon port"), "It is old.", "the Anglo-Saxon port"),
        (("the func\xad", "tion of it"), "It is old.", "the function of it"),
        (("a type-", "specialized one"), "It is specialized, of a type.", "a type-specialized one"),
        (("the pre-", "and postwar port"), "Its pre- and postwar", "the pre- and postwar port"),
    ],
)
def test_a_word_that_is_cut_is_whole_again_and_a_hyphen_of_its_own_stays(cut, elsewhere, whole):
    assert whole in str(read(pdf(page(*cut, "", elsewhere), page(elsewhere))).text)


def test_ligatures_are_letters_that_share_a_box():
    document = read(pdf(page("a \ufb01rm and its \ufb02ag", font="Vera")))
    assert document.text == "a firm and its flag"
    [[_, [first]]] = boxes_of(document, "f")
    assert boxes_of(document, "fi") == [(Page(1), [first])]


def test_columns_are_read_one_after_the_other():
    def draw(canvas):
        lines(
            canvas, ["A long heading that runs over the two columns of the page"], size=14, top=40
        )
        for row in range(5):  # as some programs write: row by row
            lines(canvas, PROSE[row : row + 1], left=20, top=80 + 12 * row, size=6)
            lines(canvas, OTHER[row : row + 1], left=210, top=80 + 12 * row, size=6)

    assert [text for _, text in leaves(read(pdf(draw)))][1:] == [" ".join(PROSE), " ".join(OTHER)]


def test_a_sentence_over_a_column_or_a_page_is_one_and_stands_on_both():
    sentence = [*PROSE[:4], "and the mayor of the town, who was known as George"]
    rest = ["Eastman in those days, held a speech that nobody heard."]
    document = read(
        pdf(
            lambda c: (lines(c, sentence), lines(c, ["1 A footnote."], top=460, size=7)),
            page(*rest, *OTHER),
        )
    )
    assert ("paragraph", " ".join([*sentence, *rest, *OTHER])) in leaves(document)
    assert [one.number for one, _ in boxes_of(document, "George Eastman")] == [1, 2]
    places = [document.layout.place(at).number for at in range(len(document.text))]
    assert places == sorted(places)


def test_running_lines_do_not_cut_a_sentence_and_stand_once():
    def numbered(number, texts):
        def draw(canvas):
            lines(canvas, ["The Harbour Gazette"], top=25, size=8)
            lines(canvas, texts)
            lines(canvas, [f"{number}"], left=195, top=480, size=8)

        return draw

    ships = ["red", "old", "tall", "slow", "white", "grey", "new", "black"]
    text = [f"the {ship} ship came in with a load of timber and coal and" for ship in ships]
    pages = [numbered(7 + at, text[2 * at : 2 * at + 2]) for at in range(4)]
    assert leaves(read(pdf(*pages))) == [
        ("paragraph", "The Harbour Gazette"),
        ("paragraph", " ".join(text)),
    ]


def test_rows_of_a_table_that_are_alike_stay():
    def draw(number):
        rows = [("Kind", "Year", "Ships"), *(("red", "1894", f"{number}{row}") for row in "123456")]
        return lambda canvas: [
            lines(canvas, [cell], left=60 + 100 * column, top=60 + 14 * at)
            for at, row in enumerate(rows)
            for column, cell in enumerate(row)
        ]

    text = str(read(pdf(*map(draw, (21, 33, 45, 57)))).text)
    assert all(
        f"red\t1894\t{number}{row}" in text for number in (21, 33, 45, 57) for row in "123456"
    )


def test_numbers_of_lines_in_the_margin_are_left_out():
    def draw(canvas):
        lines(canvas, [str(n) for n in range(1, 10)], left=15)
        lines(canvas, [*PROSE, *OTHER])

    assert read(pdf(draw)).text == f"{' '.join(PROSE)}\n\n{' '.join(OTHER)}"


def test_headings_items_and_tables_are_known():
    def draw(canvas):
        lines(canvas, ["The harbour"], font="Helvetica-Bold", size=18)
        lines(canvas, PROSE, top=90)
        lines(canvas, ["It has three cranes:"], top=170)
        lines(canvas, ["• the old one,", "• the red one and", "• the tall one."], left=50, top=184)
        for number, row in enumerate((("Year", "Ships"), ("1894", "12"), ("1895", "31"))):
            for column, cell in enumerate(row):
                canvas.drawString(60 + 100 * column, HEIGHT - 260 - 14 * number, cell)

    document = read(pdf(draw))
    assert leaves(document) == [
        ("heading", "The harbour"),
        ("paragraph", " ".join(PROSE)),
        ("paragraph", "It has three cranes:"),
        ("item", "• the old one,"),
        ("item", "• the red one and"),
        ("item", "• the tall one."),
        ("head", "Year\tShips"),
        ("row", "1894\t12"),
        ("row", "1895\t31"),
    ]
    row = document.blocks[-1]
    assert [(cell.column, cell.name) for cell in row.cells] == [(0, "Year"), (1, "Ships")]
    items = [one for one in document.blocks if one.kind is Kind.ITEM]
    assert {one.marker for one in items} == {2}
    [(_, [box])] = boxes_of(document, "31")
    assert (round(box.left), box.top < 288 < box.bottom) == (160, True)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [False, True])
@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_boxes_hold_all_ink_and_ink_is_in_every_box(turn, crop, angle):
    def draw(canvas):
        canvas.setPageRotation(turn)
        if crop:
            canvas.setCropBox((10, 20, WIDTH - 30, HEIGHT - 40))
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(angle)
        canvas.setFont("Helvetica", 10)
        for number, text in enumerate(PROSE[:3]):
            canvas.drawString(-130, -12 * number, text)

    data = pdf(draw)
    document = read(data)
    assert document.text == " ".join(PROSE[:3])
    dark = picture(data).max(axis=2) < DARK
    outside = dark.copy()
    for at, character in enumerate(str(document.text)):
        if character == " ":
            assert document.layout.boxes(at, at + 1) == []
            continue
        [(_, [box])] = document.layout.boxes(at, at + 1)
        left, top, right, bottom = (
            round(4 * edge) for edge in (box.left, box.top, box.right, box.bottom)
        )
        assert dark[top:bottom, left:right].any(), character
        outside[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = False
    assert not outside.any()


def test_what_is_not_to_be_seen_is_left_out_but_for_the_text_of_a_scan():
    def hidden(canvas):
        text = canvas.beginText(40, 300)
        text.setFont("Helvetica", 10)
        text.setTextRenderMode(3)
        text.textLine("A secret ship.")
        canvas.drawText(text)

    def scanned(canvas):
        canvas.drawImage(ImageReader(Image.new("RGB", (20, 20), "grey")), 0, 0, WIDTH, HEIGHT)
        hidden(canvas)

    def off(canvas):
        lines(canvas, ["A far ship."], left=-200)

    assert read(pdf(lambda c: (lines(c, PROSE), hidden(c), off(c)))).text == " ".join(PROSE)
    assert read(pdf(scanned)).text == "A secret ship."


def test_pages_without_text_are_named(caplog):
    def scan(canvas):
        canvas.drawImage(ImageReader(Image.new("RGB", (20, 20), "grey")), 0, 0, WIDTH, HEIGHT)

    with caplog.at_level(logging.WARNING):
        document = read(pdf(page(*PROSE), scan, scan, page(*OTHER), scan))
    assert document.layout.place(len(document.text) - 1) == Page(4)
    assert "report.pdf: pages 2–3, 5 with no text, only pictures" in caplog.text
    assert "OCR" in caplog.text
    with pytest.raises(DocumentError, match=r"report\.pdf has no text, only pictures.*OCR"):
        read(pdf(scan))


def test_letters_that_the_file_does_not_tell_are_not_quoted(caplog):
    fonts = (
        "/F1 <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
        "/F2 <</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[<</Type/Font"
        "/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        "/Supplement 0>>/FontDescriptor<</Type/FontDescriptor/FontName/A/Flags 4>>>>]>>"
    )
    broken = written(
        "BT /F1 10 Tf 20 150 Td (One ship came in.) Tj ET",
        "BT /F2 10 Tf 20 150 Td <00030004000500060007000800090010> Tj ET",
        fonts=fonts,
    )
    with caplog.at_level(logging.WARNING):
        document = read(broken)
    assert document.text == "One ship came in."
    assert "report.pdf: page 2 with a text that does not tell its letters" in caplog.text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"Hello", "is no PDF"),
        (b"<html><body>Hello</body></html>", "seems to be HTML"),
        (b"%PDF-1.7\nnothing", "is a damaged PDF"),
        (pdf(page(*PROSE))[:700], "is a damaged PDF"),
        (pdf(lambda canvas: None), "has no text"),
        (pdf(page(*PROSE), encrypt=StandardEncryption("secret")), "is encrypted"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(data, reason):
    with pytest.raises(DocumentError, match=rf"^report\.pdf {reason}.*\.$"):
        read(data)


def test_a_file_that_opens_without_a_password_is_read():
    only_owner = StandardEncryption("", ownerPassword="owner", canCopy=0)
    assert read(pdf(page("One ship."), encrypt=only_owner)).text == "One ship."


def test_a_page_tree_that_holds_itself_ends():
    loop = (
        b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n"
        b"2 0 obj <</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>> endobj\n"
        b"trailer <</Root 1 0 R>>\n%%EOF"
    )
    with pytest.raises(DocumentError, match=r"^report\.pdf "):
        read(loop)


def test_a_stream_that_swells_ends():
    data = written("BT /F1 12 Tf (a) Tj ET " * 200_000)
    assert set(str(read(data).text)) <= {"a", " ", "\n", "\t"}


@given(
    sample=st.sampled_from(SAMPLES),
    damages=st.lists(
        st.tuples(
            st.floats(0, 1, exclude_max=True),
            st.sampled_from(
                [b"", b"0", b"-1", b"9999999999", b"/", b"<<", b">>", b" 0 R", b"\xd8"]
            ),
            st.integers(0, 20),
        ),
        max_size=20,
    ),
)
def test_whatever_is_damaged_it_is_read_or_refused(sample, damages):
    for where, new, gone in damages:
        at = int(where * len(sample))
        sample = sample[:at] + new + sample[at + gone :]
    try:
        document = read(sample)
    except DocumentError:
        return
    check([document], "report.pdf")


def test_an_author_may_hold_what_is_no_text():
    data = pdf(page(*PROSE), pageCompression=0)
    broken = data.replace(b"(anonymous)", b"<FEFFD80000410000>")
    assert broken != data
    assert read(broken).metadata["author"] == "\ufffdA"


def test_too_many_pages_are_refused(monkeypatch):
    monkeypatch.setattr("index.loaders.pdf_pages.MAX_PAGES", 2)
    with pytest.raises(DocumentError, match=r"has 3 pages; the limit is 2\. Split it first\."):
        read(pdf(*[page("One.")] * 3))


def test_what_a_file_says_of_itself_is_known():
    def draw(canvas):
        canvas.setTitle("The harbour of Lodi")
        canvas.setAuthor("Anna Lind")
        lines(canvas, PROSE)

    document = read(pdf(draw))
    assert document.title == "The harbour of Lodi"
    assert document.metadata == {
        "author": "Anna Lind",
        "date": datetime.date(2000, 1, 1),
        "date_of": "created",
        "pages": 1,
    }


def test_a_title_that_the_pages_do_not_show_is_none():
    def draw(canvas):
        canvas.setTitle("Microsoft Word - draft7_final.doc")
        lines(canvas, ["Annual report"], size=12)
        lines(canvas, ["Ships of the year"], top=90, size=20)
        lines(canvas, PROSE, top=120)

    assert read(pdf(draw)).title == "Ships of the year"
    assert read(pdf(page(*PROSE)), "folder/b 7.pdf").title.startswith("The harbour of Lodi was")


def test_a_page_is_shown_with_its_marks():
    data = pdf(page(*PROSE), page(*OTHER))
    document = read(data)
    [(on, boxes)] = boxes_of(document, "children skate on it")
    assert len(boxes) == 2
    plain, marked = picture(data, on.number), picture(data, on.number, boxes)
    changed = (plain != marked).any(axis=2)
    box = boxes[0]
    middle = round(4 * (box.top + box.bottom) / 2)
    assert changed[middle, round(4 * box.left) + 1 : round(4 * box.right) - 1].mean() > 0.5
    assert not changed[: round(4 * box.top) - 4].any()
    assert (marked[changed][:, 2] < plain[changed][:, 2]).all()


def test_a_picture_of_a_page_has_a_limit(monkeypatch):
    monkeypatch.setattr("index.loaders.pdf_picture.MAX_PIXELS", 10_000)
    height, width, _ = picture(pdf(page("One.")), scale=50.0).shape
    assert height * width < 11_000
    with pytest.raises(DocumentError, match="Page 3"):
        page_png(pdf(page("One.")), 3, [])
