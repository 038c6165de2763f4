"""Files and documents that are the same: stored once, and named with all their places."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path

import pytest
from conftest import document
from hypothesis import given
from hypothesis import strategies as st
from test_cli import run as run_the_command
from test_sentence_index import HashedWords

from index import Document, SentenceIndex
from index.copies import Seen
from index.loaders import SourceFile, find_files, load_documents, load_folder
from index.report import Report
from qa.answer import named
from qa.gold import GoldSpan

run = run_the_command  # a fixture

RULE = "The chair of the Lund water board is elected by its members every two years in May."
NEWS = "Since last spring, engineer Anna Berg has led the board that runs the water of Lund."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Some files with the same bytes, also in another format, and some with others."""
    folder = tmp_path / "documents"
    (folder / "in").mkdir(parents=True)
    for name in ("b.txt", "in/a.txt", "in/c.txt", "in/d.md", "z.txt"):
        (folder / name).write_text(RULE)
    (folder / "n.txt").write_text(NEWS)
    (folder / "y.txt").write_text(NEWS + "\r\n")
    return folder


def built(folder: Path) -> tuple[SentenceIndex, Report]:
    told = Report(folder)
    index = SentenceIndex.create(
        folder.with_name("an.index"),
        told.documents(),
        embedder=HashedWords(),
        folder=folder,
        copies=told.copies,
    )
    return index, told


def test_files_with_the_same_bytes_are_read_once(folder, monkeypatch):
    read = []
    of = SourceFile.read
    monkeypatch.setattr(SourceFile, "read", lambda file: read.append(file.name) or of(file))
    index, told = built(folder)
    assert read == ["b.txt", "n.txt", "y.txt", "in/d.md"]
    assert [one.id for one in index.documents()] == ["b.txt", "n.txt", "in/d.md"]
    assert index.find_document("b.txt").copies == ("z.txt", "in/a.txt", "in/c.txt")
    assert index.find_document("n.txt").copies == ("y.txt",)
    assert index.find_document("in/c.txt").id == "b.txt"
    row = told.rows["in/c.txt"]
    assert (row["status"], row["same_as"], row["bytes"]) == ("copy", "b.txt", len(RULE))
    assert told.counts["copy"] == {".txt": 3}
    assert len(index) == 3


def test_all_documents_are_loaded_where_nothing_is_stored(folder):
    assert len(list(load_documents(folder))) == 7


def test_a_document_with_the_same_text_is_stored_once(tmp_path):
    (tmp_path / "documents").mkdir()
    for name, end in (("a.txt", "\n"), ("b.txt", "\r\n"), ("c.md", "\r"), ("d.txt", "")):
        (tmp_path / "documents" / name).write_bytes(f"{RULE}{end}{NEWS}{end}".encode())
    (tmp_path / "documents" / "empty.txt").write_text("")
    (tmp_path / "documents" / "blank.txt").write_text("\n")
    index, told = built(tmp_path / "documents")
    assert index.copies() == {"b.txt": "a.txt"}
    assert told.rows["b.txt"]["status"] == "read"
    assert index.document_count == 5


def test_what_is_no_file_is_never_a_copy(tmp_path):
    documents = [document(RULE, "a.txt"), document(RULE, "b.txt")]
    index = SentenceIndex.create(tmp_path / "an.index", documents, embedder=HashedWords())
    assert (index.document_count, index.copies()) == (2, {})


def mail(path: Path, text: str, *attachments: tuple[str, str]) -> None:
    made = EmailMessage()
    made["Subject"], made["From"] = text, "anna@example.org"
    made.set_content(text)
    for name, content in attachments:
        made.add_attachment(content, filename=name)
    path.write_bytes(made.as_bytes())


def test_what_hangs_on_two_mails_is_stored_once(tmp_path):
    (tmp_path / "documents").mkdir()
    mail(tmp_path / "documents" / "a.eml", "First", ("rule.txt", RULE), ("news.txt", NEWS))
    mail(tmp_path / "documents" / "b.eml", "Second", ("law.txt", RULE))
    (tmp_path / "documents" / "c.eml").write_bytes((tmp_path / "documents" / "a.eml").read_bytes())
    index, _ = built(tmp_path / "documents")
    assert [one.id for one in index.documents()] == [
        *("a.eml", "a.eml#rule.txt", "a.eml#news.txt", "b.eml"),
    ]
    assert index.copies() == {
        "b.eml#law.txt": "a.eml#rule.txt",
        "c.eml": "a.eml",
        "c.eml#rule.txt": "a.eml#rule.txt",
        "c.eml#news.txt": "a.eml#news.txt",
    }


def test_a_copy_of_what_cannot_be_read_cannot_either(tmp_path, monkeypatch):
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_bytes(bytes(range(1, 32)) * 100 if name != "c.txt" else b"Text.")
    read = []
    of = SourceFile.read
    monkeypatch.setattr(SourceFile, "read", lambda file: read.append(file.name) or of(file))
    first, second, third = load_folder(tmp_path, find_files(tmp_path))
    assert first.reason
    assert "b.txt has the same bytes as a.txt, which cannot be read." in second.reason
    assert third.documents
    assert read == ["a.txt", "c.txt"]


def test_a_copy_of_what_changes_meanwhile_is_none(tmp_path):
    for name in ("a.txt", "b.txt", "c.txt", "d.txt"):
        (tmp_path / name).write_text(RULE)
    (tmp_path / "0.txt").write_text(NEWS)
    outcomes = load_folder(tmp_path, find_files(tmp_path))
    assert next(outcomes).name == "0.txt"
    of = SourceFile.of
    changed = SourceFile.of_bytes("a.txt", NEWS.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "index.loaders.SourceFile.of",
            lambda path, name=None: changed if name == "a.txt" else of(path, name=name),
        )
        first, second, *_ = outcomes
    assert first.documents[0].text == NEWS
    assert "which cannot be read" in second.reason


def test_the_original_of_a_document_may_be_a_copy(folder):
    index, _ = built(folder)
    (folder / "b.txt").unlink()
    (folder / "z.txt").write_text("It is another one now.")
    found = index.original(index.find_document("b.txt"))
    assert found is not None
    assert found.path == folder / "in" / "a.txt"


def test_gold_may_name_a_copy(folder):
    index, _ = built(folder)
    span = next(iter(index.sentences([1]).values()))[0]
    assert all(GoldSpan(name, 0, 9).matches(span) for name in ("b.txt", "in/a.txt"))
    assert not GoldSpan("n.txt", 0, 9).matches(span)


@given(st.lists(st.tuples(*[st.sampled_from(["", "a", "b"])] * 4), max_size=9))
def test_each_text_of_a_file_is_known_by_its_first_document(made):
    """A copy has the same text, and the same format; its title or its bytes as well."""
    documents = [
        Document(f"{number}.{suffix}", title, text, "", sha256=sha256)
        for number, (suffix, title, text, sha256) in enumerate(made)
    ]
    seen = Seen()
    first = {one.id: seen.first(one) for one in documents}
    known = {one.id: one for one in documents}
    for one in documents:
        of = known[first[one.id]]
        assert of.text == one.text
        assert of.id == one.id or (of.sha256 and one.sha256 and of.id[2:] == one.id[2:])
        if not one.sha256:
            assert of is one


def test_few_of_many_places_are_named():
    assert named(["a"]) == "a"
    assert named(["a", "b", "c"]) == "a, b, c"
    assert named([str(number) for number in range(2_003)]) == "0, 1, 2 and 2,000 more"


@pytest.mark.models
def test_copies_are_told_by_the_command(run, folder, tmp_path):
    page = "<p>The museum of the harbour opened in 1924 and is closed on Mondays.</p>"
    for name in ("p.html", "q.html", "r.html", "s.html", "t.html"):
        (folder / name).write_text(page)
    report = tmp_path / "report.json"
    _, out, err = run("build", tmp_path / "an.index", folder, "--report", report)
    assert "4 sentences of 4 documents, with 8 copies of them." in out
    assert err == ""
    told = json.loads(report.read_text())
    assert told["counts"]["copy"] == {".html": 4, ".txt": 3}
    assert told["files"]["t.html"]["same_as"] == "p.html"
    (late,) = told["files"]["y.txt"]["documents"]
    assert late["same_as"] == "n.txt"
    asked = ["ask", tmp_path / "an.index", "When did the museum open?", "-k", "1"]
    _, out, _ = run(*asked)
    assert "p.html" in out
    assert "also in: q.html, r.html, s.html and 1 more" in out
    (passage,) = json.loads(run(*asked, "--json")[1])["passages"]
    assert passage["copies"] == ["q.html", "r.html", "s.html", "t.html"]
    assert json.loads(run("info", tmp_path / "an.index", "--json")[1])["copies"] == 8
