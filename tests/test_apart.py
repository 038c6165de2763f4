"""Files that are read in processes of their own: what comes back, and what harm ends there."""

from __future__ import annotations

import json
import os
import sys

import pytest
from conftest import SEEDS

from index import loaders
from index.document import Document
from index.layout import Page, Placed, Section, Stretch
from index.loaders import SourceFile, load, load_documents
from index.loaders.apart import read_apart
from index.loaders.wire import pack_document, unpack_document
from index.structure import Block, Cell, Kind

pytestmark = pytest.mark.slow

# A loader that does what a file says, for a process that has it instead of that of plain text.
HARMFUL = """
import os, sys, time
from index import loaders
from index.document import Document

def load_harm(file):
    text = file.read().decode()
    if text == "crash":
        os._exit(3)
    if text == "hang":
        time.sleep(60)
    if text == "fill":
        bytearray(2**33)
    if text == "deep":
        load_harm_deeply(0)
    if text == "lie":
        os.write(1, b"not ours\\n")
        print("document {}", flush=True)
    yield Document(file.name, "T", text, file.name)

def load_harm_deeply(n):
    return load_harm_deeply(n + 1) + 1

loaders.LOADERS[".txt"] = load_harm
"""


@pytest.fixture
def harmful(tmp_path, monkeypatch):
    """A folder in which a worker finds harmful loaders before all else it does."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(HARMFUL)
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site"), *sys.path])
    folder = tmp_path / "documents"
    folder.mkdir()

    def write(*texts: str):
        for number, text in enumerate(texts):
            (folder / f"{number}.txt").write_text(text)
        return [(folder / f"{n}.txt", f"{n}.txt") for n in range(len(texts))]

    return write


def test_a_document_comes_back_as_it_was_loaded():
    layout = Placed((Stretch(0, Page(1), b"packed"), Stretch(3, Section("x")), Stretch(4, None)))
    blocks = (
        Block(Kind.TABLE, 0, 9, columns=("a", "")),
        Block(Kind.ROW, 0, 9, 0, cells=(Cell(0, 2, 0, "a"),)),
    )
    made = Document("é#1", "T", "ab\ncd\n😀\u2028", "é", {"pages": 2}, blocks, layout, "de")
    plain = [next(load(SourceFile.of(path))) for path in sorted(SEEDS.glob("documents/*"))]
    for one in (made, *plain):
        line = pack_document(one)
        assert line.isascii()
        assert "\n" not in line
        back = unpack_document(line)
        assert (back, back.blocks, back.layout) == (one, one.blocks, one.layout)
    for wrong in ("", "{}", "[]", "null", json.dumps({"id": 1}), line[:-9]):
        with pytest.raises(ValueError):  # noqa: PT011
            unpack_document(wrong)


def test_what_is_read_apart_is_what_is_read_here(monkeypatch):
    here = list(load_documents(SEEDS / "documents"))
    monkeypatch.setattr(loaders, "PLAIN", set())
    assert list(load_documents(SEEDS / "documents")) == here


def test_what_is_logged_and_refused_comes_back(tmp_path, monkeypatch, caplog):
    (tmp_path / "a.txt").write_bytes("Die Behörde prüft es für Bürger.".encode("cp1252") * 9)
    (tmp_path / "b.txt").write_bytes(os.urandom(3_000) + bytes(50))
    monkeypatch.setattr(loaders, "PLAIN", set())
    first, second = list(load_documents(tmp_path))
    assert isinstance(first, Document)
    assert "a.txt is not UTF-8; read as" in caplog.text
    assert "b.txt does not hold text" in second.reason


def test_harm_ends_with_its_process_and_other_files_are_read(harmful, monkeypatch):
    monkeypatch.setattr("index.loaders.apart.SECONDS", 4)
    files = harmful("one", "crash", "hang", "fill", "deep", "lie", "two")
    outcomes = list(read_apart(files, processes=2))
    assert [outcome.name for outcome in outcomes] == [name for _, name in files]
    reasons = [outcome.reason for outcome in outcomes]
    assert reasons[0] == reasons[6] == ""
    assert outcomes[6].documents[0].text == "two"
    assert "stopped the program that reads it" in reasons[1]
    assert "was not read within 4 seconds" in reasons[2]
    assert "takes too much memory" in reasons[3]
    assert "nested too deeply" in reasons[4]
    assert "stopped the program" in reasons[5] or outcomes[5].documents[0].text == "lie"
    assert all(not outcome.documents for outcome in outcomes[1:5])


def test_no_module_comes_from_the_folder_that_is_worked_in(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('harm')")
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "__init__.py").write_text("raise SystemExit('harm')")
    (tmp_path / "a.txt").write_text("It opened in 1894.")
    monkeypatch.chdir(tmp_path)
    (outcome,) = read_apart([(tmp_path / "a.txt", "a.txt")])
    assert outcome.reason == ""


def test_only_some_files_are_read_ahead(harmful):
    files = harmful(*(str(number) for number in range(30)))
    outcomes = read_apart(files, processes=1)
    next(outcomes)
    for path, _ in files[10:]:
        path.write_text("late")
    assert [outcome.documents[0].text for outcome in outcomes][-1] == "late"
