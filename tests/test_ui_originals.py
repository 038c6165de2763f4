"""Documents in the page, as they look: the text under each mark is what was marked."""

from __future__ import annotations

import json
import os
import time
from functools import partial
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pdf_files import PROSE, page, pdf
from test_loader_conformance import SAMPLES
from test_ui_guard import NO_READER, send, served
from test_ui_page import Visitor, browser  # noqa: F401 - a fixture

from index import SentenceIndex
from index.errors import DocumentError
from index.loaders import SourceFile, load
from index.loaders.code import LANGUAGES
from index.originals import Pictures
from index.prepare import prepare
from index.report import Report
from qa import Answerer

pytestmark = pytest.mark.browser

# Each another text: what stands on every page is its head.
LOG = ["".join(chr(97 + int(digit)) for digit in str(n * n * 7919)) for n in range(1, 401)]
LOG = [f"The {word} ship left with {word[::-1]} sailors." for word in LOG]

MOST = 50  # marks in a document
SAME = {".log", ".text", ".htm", ".xhtml", ".xlsm", *LANGUAGES} - {".py"}
FORMATS = sorted(SAMPLES.keys() - SAME)

SHOW = """async (request) => {
  const sent = { method: "POST", headers: { "Content-Type": "application/json" } };
  const reply = await fetch("document", { ...sent, body: JSON.stringify(request) });
  const view = await reply.json();
  const pane = document.querySelector("#document");
  pane.innerHTML = view.html;
  pane.hidden = false;
  document.querySelector(".underline").classList.add("reading");
  return view.marks;
}"""
MARKS = """() => [...document.querySelectorAll("#document mark")].map((mark) => {
  const box = mark.getBoundingClientRect();
  const sheet = mark.closest(".sheet")?.getBoundingClientRect();
  const inside = document.querySelector(".document-body").getBoundingClientRect();
  const edges = sheet && [
    (box.left - sheet.left) / sheet.width, (box.top - sheet.top) / sheet.height,
    (box.right - sheet.left) / sheet.width, (box.bottom - sheet.top) / sheet.height];
  const number = mark.closest(".sheet")?.querySelector("figcaption").textContent;
  return { number: Number(mark.dataset.mark), text: mark.textContent, page: Number(number), edges,
    width: box.width, within: box.left >= inside.left - 1 };
})"""


def read(suffix: str, sample: bytes) -> int:
    """How many characters are read from a sample."""
    try:
        return len(next(load(SourceFile.of_bytes(f"sample{suffix}", sample))).text)
    except DocumentError:
        return 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("originals")
    for suffix in FORMATS:
        (made / f"sample{suffix}").write_bytes(max(SAMPLES[suffix], key=partial(read, suffix)))
    (made / "long.pdf").write_bytes(pdf(*map(page, LOG)))
    (made / "gone.pdf").write_bytes(pdf(page(*PROSE, "This file will be changed.")))
    return made


@pytest.fixture(scope="module")
def index(folder, tmp_path_factory, embedder) -> SentenceIndex:
    path = tmp_path_factory.mktemp("originals") / "index"
    told = Report(folder)
    made = SentenceIndex.create(path, told.documents(), folder=folder, embedder=embedder)
    (folder / "gone.pdf").write_bytes(pdf(page("Another text.")))
    return made


@pytest.fixture(scope="module")
def address(index):
    with served(Answerer(index, reader=NO_READER)) as local:
        yield local


@pytest.fixture(scope="module")
def shown(browser, address):  # noqa: F811
    visitor = Visitor(browser, address)
    visitor.go()
    yield visitor.page
    visitor.context.close()
    assert visitor.wrong == []


def request(index: SentenceIndex, name: str, most: int = MOST) -> tuple[dict, list]:
    """What the page sends to open a document with its sentences marked, and these."""
    document = index.find_document(name)
    spans = [
        sentence
        for paragraph in prepare(document, language="english", splitter=None)
        for sentence in paragraph.sentences
    ][-most:]
    passages = [
        {"start": one.start, "end": one.end, "sentences": [[one.start, one.end]], "answers": []}
        for one in spans
    ]
    return {"document": name, "passages": passages, "at": 0}, spans


def seen(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_text_under_each_mark_is_what_was_marked(shown, index, suffix):
    asked, spans = request(index, f"sample{suffix}")
    assert shown.evaluate(SHOW, asked) == len(spans) > 0
    marks = shown.evaluate(MARKS)
    for number, span in enumerate(spans, start=1):
        own = [mark for mark in marks if mark["number"] == number]
        assert seen("".join(mark["text"] for mark in own)) == seen(span.text)
        assert all(mark["width"] > 0 and mark["within"] for mark in own)


def test_what_stands_under_the_marks_of_a_page_is_what_was_marked(shown, index, folder):
    asked, spans = request(index, "sample.pdf")
    shown.evaluate(SHOW, asked)
    marks = shown.evaluate(MARKS)
    with pdfium.PdfDocument(folder / "sample.pdf") as document:
        sheet = document[0]
        width, height = sheet.get_size()
        text = sheet.get_textpage()
        for number, span in enumerate(spans, start=1):
            found = ""
            for mark in (one for one in marks if one["number"] == number):
                left, top, right, bottom = mark["edges"]
                found += text.get_text_bounded(
                    left * width, (1 - bottom) * height, right * width, (1 - top) * height
                )
            assert seen(found) == seen(span.text)


def test_the_right_page_of_a_long_file_is_soon_there(shown, index):
    asked, _ = request(index, "long.pdf", most=3)
    asked["at"] = 2
    shown.evaluate(SHOW, asked)  # the process that draws is ready
    started = time.monotonic()
    shown.evaluate(SHOW, asked)
    shown.locator("#document mark").last.scroll_into_view_if_needed()
    shown.wait_for_function(
        """() => [...document.querySelectorAll(".sheet")].some((sheet) =>
          sheet.querySelector("mark") && sheet.querySelector("img").naturalWidth > 0)"""
    )
    assert time.monotonic() - started < 5  # the bar is 1.5 s, on a machine that does nothing else
    loaded = "[...document.querySelectorAll('.sheet img')].filter(one => one.naturalWidth > 0)"
    assert shown.locator(".sheet").count() == 400
    assert shown.evaluate(f"{loaded}.length") < 30


def test_pages_can_be_read_as_text_and_back(browser, address, index):  # noqa: F811
    visitor = Visitor(browser, address)
    page = visitor.ask(next(iter(PROSE)))
    page.locator(".card .open").first.click()
    page.wait_for_selector(".sheet mark.current")
    place = page.locator(".place").text_content()
    page.click(".switch")
    page.wait_for_selector(".outline mark.current")
    assert page.locator(".place").text_content() == place
    page.click(".switch")
    page.wait_for_selector(".sheet mark.current")
    visitor.context.close()
    assert visitor.wrong == []


def test_a_file_that_has_changed_is_shown_as_its_text_and_that_is_said(shown, index):
    asked, spans = request(index, "gone.pdf")
    shown.evaluate(SHOW, asked)
    assert "has changed or gone since it was indexed" in shown.locator(".note").text_content()
    assert shown.locator(".sheet").count() == 0
    assert shown.locator(".outline mark").count() == len(spans)


def test_a_page_is_given_to_nobody_else_and_kept_nowhere(address, index):
    sha256 = index.find_document("sample.pdf").sha256
    reply = send(address, f"page/{sha256}/1")
    assert (reply.status, reply.getheader("Content-Type")) == (200, "image/png")
    assert reply.getheader("Cache-Control") == "no-store"
    assert reply.getheader("Cross-Origin-Resource-Policy") == "same-origin"
    assert send(address, f"page/{sha256}/1", Host="evil.example").status == 421
    for wrong in (f"{sha256}/99", f"{'0' * 64}/1", f"{index.find_document('gone.pdf').sha256}/1"):
        refused = send(address, f"page/{wrong}")
        assert (refused.status, refused.getheader("Content-Type")) == (
            404,
            "text/plain; charset=utf-8",
        )
    for wrong in (f"{sha256}/-1", f"{sha256}/1.5", "../../etc/passwd/1", f"{sha256}/999999"):
        assert send(address, f"page/{wrong}").status == 404


def test_a_document_that_is_no_page_has_no_pictures(index):
    text = index.find_document("sample.csv")
    with pytest.raises(Exception, match="cannot be shown"):
        Pictures().sizes(index.original(text))
    assert index.original_of("") is None


def test_a_document_elsewhere_is_not_found(index, folder, monkeypatch):
    document = index.find_document("sample.txt")
    assert index.original(document).path == folder / "sample.txt"
    os.utime(folder / "sample.txt", (1, 1))  # the same bytes
    assert index.original(document) is not None
    monkeypatch.setitem(index.manifest, "folder", "")
    assert index.original(document) is None


def test_the_desk_says_what_the_page_needs(address, index):
    asked, spans = request(index, "sample.html")
    reply = send(
        address,
        "document",
        body=json.dumps(asked).encode(),
        Content_Type="application/json",
    )
    view = json.loads(reply.text)
    assert view["marks"] == len(spans)
    assert '<div class="document-text outline"' in view["html"]
    assert "switch" not in view["html"]
