"""Scanned pages → what a person reads on them, and where; an extra that may be left out."""

from __future__ import annotations

import email.message
import math
import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf_files import FONT, SCALE, SCANNED, picture
from pdf_files import scans as pdf
from PIL import Image

from index import Document
from index.errors import DocumentError, OptionError
from index.layout import Box, Page
from index.loaders import Options, SourceFile, load, load_documents, ocr, pdf_ocr, pdf_pages
from index.report import Report
from index.structure import Structure

WIDTH, HEIGHT = SCANNED
HARBOUR = ("The harbour of Lodi was dug in the", "spring of 1894 by two hundred men.")
WINTER = ("In winter the old basin freezes over.", "Then children skate on it with lamps.")

needs_engine = pytest.mark.models


def read(data: bytes, choice: str | None = None) -> Document:
    [document] = load(SourceFile.of_bytes("scan.pdf", data, options=Options(choice)))
    return document


def paragraphs(document: Document) -> list[str]:
    leaves = Structure.of(document.blocks).leaves
    return [str(document.text)[one.start : one.end] for one in leaves]


def boxes_of(document: Document, wanted: str) -> list[tuple[Page, list[Box]]]:
    start = str(document.text).index(wanted)
    return document.layout.boxes(start, start + len(wanted))


def middle_of(document: Document, wanted: str) -> tuple[float, float]:
    [(_, boxes)] = boxes_of(document, wanted)
    left, right = min(one.left for one in boxes), max(one.right for one in boxes)
    top, bottom = min(one.top for one in boxes), max(one.bottom for one in boxes)
    return (left + right) / 2, (top + bottom) / 2


def without_extra(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)


@needs_engine
def test_a_scan_is_read_and_says_so(caplog):
    document = read(pdf(("A page with a text.",), picture(*HARBOUR), picture(*WINTER)))
    assert paragraphs(document) == ["A page with a text.", " ".join(HARBOUR), " ".join(WINTER)]
    assert document.layout.place(len(document.text) - 1) == Page(3)
    assert document.metadata["ocr"] == "2–3"
    assert caplog.messages == ["scan.pdf: pages 2–3 read by OCR; letters may be wrong."]


@needs_engine
def test_every_word_has_a_box_around_its_ink():
    document = read(pdf(picture(*HARBOUR)))
    for word in re.finditer(r"\S+", str(document.text)):
        number = int(word.start() > len(HARBOUR[0]))
        before = word.start() - number * (len(HARBOUR[0]) + 1)
        left = 20 + FONT.getlength(HARBOUR[number][:before]) / SCALE
        right = left + FONT.getlength(word[0]) / SCALE
        [(page, [box])] = document.layout.boxes(*word.span())
        assert page == Page(1)
        assert abs(box.left - left) < 4, word
        assert abs(box.right - right) < 4, word
        assert box.top < 20 + 14 * number + 6 < box.bottom, word


@needs_engine
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_is_read_as_it_should_be_held(turn):
    turned = picture(*HARBOUR).rotate(turn, expand=True)
    document = read(pdf(turned))
    assert document.text == " ".join(HARBOUR)
    x, y = middle_of(read(pdf(picture(*HARBOUR))), "Lodi")
    wanted = {90: (y, WIDTH - x), 180: (WIDTH - x, HEIGHT - y), 270: (HEIGHT - y, x)}[turn]
    assert math.dist(middle_of(document, "Lodi"), wanted) < 3


@needs_engine
def test_a_page_that_lies_askew_is_read_line_by_line_and_marked_where_it_stands():
    askew = picture(*HARBOUR, *WINTER, top=26).rotate(2.5, fillcolor=255)
    document = read(pdf(askew))
    assert document.text == " ".join((*HARBOUR, *WINTER))
    dark = np.asarray(askew) < 100
    for word in ("harbour", "skate"):
        [(_, [box])] = boxes_of(document, word)
        edges = [round(edge * SCALE) for edge in (box.top, box.bottom, box.left, box.right)]
        assert dark[edges[0] : edges[1], edges[2] : edges[3]].mean() > 0.1


@needs_engine
def test_columns_of_a_scan_are_read_one_after_the_other():
    left = (*HARBOUR, "The clay was wet in the summer, but", "they were paid well for their work.")
    right = (*WINTER, "A guard measures the ice at eight in", "the morning, and hangs out a flag.")
    page = picture(*left, width=460)
    page.paste(picture(*right, left=10, width=220), (round(235 * SCALE), 0))
    assert paragraphs(read(pdf(page))) == [" ".join(left), " ".join(right)]


@needs_engine
def test_a_stamp_is_kept_and_the_scan_under_it_is_read():
    stamp = "Case 7, no. \u00b5\u00b6"  # which no OCR would read
    document = read(pdf(picture(*HARBOUR), stamp=stamp))
    assert paragraphs(document) == [" ".join(HARBOUR), stamp]
    assert document.metadata["ocr"] == "1"
    assert "ocr" not in read(pdf(picture(), stamp=stamp)).metadata


@needs_engine
def test_letters_that_the_file_does_not_tell_are_read_from_the_page():
    document = read(garbled(picture(*HARBOUR)))
    assert document.text == " ".join(HARBOUR)
    with pytest.raises(DocumentError, match=r"does not tell which letters.*run OCR on it first"):
        read(garbled(picture(*HARBOUR)), "never")


def garbled(scan: Image.Image) -> bytes:
    """A PDF whose page looks like a scan and has a text of unknown letters."""
    pixels = scan.convert("1").tobytes().hex()
    picture = (
        f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm BI /W {scan.width} /H {scan.height} /CS /G /BPC 1 "
        f"/F /AHx ID {pixels}> EI Q "
    )
    content = f"{picture} BT /F 10 Tf 3 Tr 20 50 Td <00030004000500060007000800090010> Tj ET"
    font = (
        "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[<</Type/Font"
        "/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        "/Supplement 0>>/FontDescriptor<</Type/FontDescriptor/FontName/A/Flags 4>>>>]>>"
    )
    return (
        "%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n"
        "2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"
        f"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Contents 4 0 R"
        f"/Resources<</Font<</F {font}>>>>>> endobj\n"
        f"4 0 obj <</Length {len(content)}>> stream\n{content}\nendstream endobj\n"
        "trailer <</Root 1 0 R>>\n%%EOF"
    ).encode()


@needs_engine
def test_all_pages_are_read_by_ocr_where_that_is_asked_for():
    document = read(pdf(HARBOUR, picture(*WINTER)), "always")
    assert document.metadata["ocr"] == "1–2"
    assert document.text == " ".join((*HARBOUR, *WINTER)).replace("men. In", "men.\n\nIn")


@needs_engine
def test_what_cannot_be_read_is_named_and_not_guessed(caplog):
    mirrored = picture(*HARBOUR, *WINTER).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (200, 300), np.uint8))
    read(pdf(HARBOUR, mirrored, noise))
    assert caplog.messages == [
        "scan.pdf: page 3 with no text, and none that OCR finds, left out.",
        "scan.pdf: page 2 with no text, and letters that OCR cannot read, left out.",
    ]
    with pytest.raises(DocumentError, match="OCR cannot read its letters"):
        read(pdf(mirrored))
    with pytest.raises(DocumentError, match="OCR finds none on its pages"):
        read(pdf(noise))


def test_an_engine_that_breaks_down_leaves_out_a_page(monkeypatch, caplog):
    def broken(_picture):
        raise ocr.OcrError("no")

    monkeypatch.setattr(pdf_ocr, "read_lines", broken)
    assert read(pdf(HARBOUR, picture(*WINTER))).text == " ".join(HARBOUR)
    assert "page 2 with no text, and letters that OCR cannot read" in caplog.text


def test_nothing_is_read_from_a_blank_page(monkeypatch, caplog):
    monkeypatch.setattr(pdf_ocr, "read_lines", lambda _picture: pytest.fail("it is blank"))
    assert read(pdf(HARBOUR, ())).text == " ".join(HARBOUR)
    assert not caplog.messages


def test_pages_that_there_is_no_time_for_are_named(monkeypatch, caplog):
    monkeypatch.setattr(pdf_pages, "OCR_SECONDS", -1)
    read(pdf(HARBOUR, picture(*WINTER)))
    assert "page 2 with no text that OCR could read within 120 minutes, left out" in caplog.text
    assert "split the file" in caplog.text


def test_never_is_as_without_it(caplog):
    assert read(pdf(HARBOUR, picture(*WINTER)), "never").text == " ".join(HARBOUR)
    assert "page 2 with no text, only pictures, left out; to have them, run OCR" in caplog.text
    with pytest.raises(DocumentError, match="only pictures of pages; run OCR on it first"):
        read(pdf(picture(*WINTER)), "never")


def test_without_the_extra_pages_are_named_with_how_to_install_it(monkeypatch, caplog):
    without_extra(monkeypatch)
    assert read(pdf(HARBOUR, picture(*WINTER))).text == " ".join(HARBOUR)
    assert "page 2 with no text, only pictures" in caplog.text
    assert "install OCR: pip install 'underline-qa[ocr]'" in caplog.text
    with pytest.raises(DocumentError, match=r"only pictures.*pip install 'underline-qa\[ocr\]'"):
        read(pdf(picture(*WINTER)))
    for choice in ("auto", "always"):
        with pytest.raises(OptionError, match=r"not installed.*pip install 'underline-qa\[ocr\]'"):
            Options(choice)


def test_another_choice_is_refused():
    with pytest.raises(OptionError, match="no OCR 'maybe'; choose auto, always, never"):
        Options("maybe")


@needs_engine
def test_what_hangs_on_a_mail_is_read_as_its_mail():
    mail = email.message.EmailMessage()
    mail.set_content("See the scan.")
    mail.add_attachment(
        pdf(picture(*HARBOUR)), maintype="application", subtype="pdf", filename="a.pdf"
    )

    def texts(choice):
        file = SourceFile.of_bytes("a.eml", mail.as_bytes(), options=Options(choice))
        return [str(one.text) for one in load(file)]

    assert texts("auto")[1:] == [" ".join(HARBOUR)]
    assert texts("never")[1:] == []


@needs_engine
@pytest.mark.slow
def test_a_process_with_little_memory_reads_a_scan_as_it_is_told(tmp_path):
    (tmp_path / "scan.pdf").write_bytes(pdf(picture(*HARBOUR)))
    told = Report(tmp_path)
    [document] = told.documents()
    here = read((tmp_path / "scan.pdf").read_bytes())
    assert (document.text, document.layout) == (here.text, here.layout)
    row = told.with_index({})["files"]["scan.pdf"]
    assert row["documents"][0]["metadata"]["ocr"] == "1"
    assert "page 1 read by OCR" in row["notes"][0]
    [unread] = load_documents(tmp_path, options=Options("never"))
    assert "run OCR on it first" in unread.reason


@needs_engine
def test_nothing_is_fetched(monkeypatch):
    def refuse(*_arguments, **_options):
        raise AssertionError("a connection")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(f"socket.socket.{name}", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    ocr._engine.cache_clear()
    assert read(pdf(picture(*HARBOUR))).text == " ".join(HARBOUR)


@pytest.mark.slow
def test_the_engine_is_not_loaded_before_it_is_needed(tmp_path):
    (tmp_path / "a.pdf").write_bytes(pdf(HARBOUR))
    code = (
        "import sys; from pathlib import Path; from index.loaders import load_file;"
        f"load_file(Path({str(tmp_path / 'a.pdf')!r}));"
        "sys.exit(bool({'rapidocr', 'cv2', 'onnxruntime'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@given(
    st.floats(-0.7, 0.7),
    st.lists(st.tuples(st.floats(0, WIDTH), st.floats(0, HEIGHT)), min_size=1, max_size=9),
)
def test_a_page_that_is_turned_and_turned_back_is_the_same(skew, points):
    straight = pdf_ocr._Straight(skew, WIDTH / 2, HEIGHT / 2)
    there = straight(np.array(points))
    assert np.allclose(straight(there, -skew), points)
    middle = np.array([WIDTH / 2, HEIGHT / 2])
    assert np.allclose(
        np.linalg.norm(there - middle, axis=1), np.linalg.norm(points - middle, axis=1)
    )


@given(st.text(st.sampled_from("ab é日 "), min_size=1).filter(str.strip), st.booleans())
def test_each_character_has_its_stretch_of_the_line(text, known):
    corners = np.array([[0, 0], [100, 0], [100, 10], [0, 10]], float)
    inked = "".join(text.split())
    quads = [(one, 1.0, [[n, 0], [n + 1, 0], [n + 1, 9], [n, 9]]) for n, one in enumerate(inked)]
    ends = ocr._ends(text, corners, quads if known else [])
    assert ends.shape == (len(text), 2)
    assert ((ends[:, 0] >= 0) & (ends[:, 0] <= ends[:, 1]) & (ends[:, 1] <= 1)).all()
