"""Files that are read in processes of their own: what comes back, and what harm ends there."""

from __future__ import annotations

import json
import os
import sys
import time

import pytest
from conftest import SEEDS
from hypothesis import given
from hypothesis import strategies as st

from index import loaders
from index.document import Document
from index.layout import Page, Placed, Section, Stretch
from index.loaders import SourceFile, load, load_documents
from index.loaders.apart import read_apart
from index.loaders.wire import Parts, pack_document
from index.structure import Block, Cell, Kind

pytestmark = pytest.mark.slow

# A loader that does what a file says, for a process that has it instead of that of plain text.
HARMFUL = """
import logging, os, sys, time
from index import loaders
from index.document import Document

def load_harm(file):
    text = file.read().decode()
    if text == "crash":
        os._exit(3)
    if text == "hang":
        time.sleep(60)
    if text == "mark":
        open(f"{file}.read", "w").close()
    if text == "fill":
        bytearray(2**33)
    if text == "deep":
        load_harm_deeply(0)
    if text in ("slow", "endless"):
        for number in range(6 if text == "slow" else 10**6):
            time.sleep(0.5)
            logging.getLogger("index.loaders.any").info("page %s", number)
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
        lines = list(pack_document(one))
        assert all(coded.isascii() and "\n" not in coded for _, coded in lines)
        back = unpacked(lines)
        assert (back, back.blocks, back.layout) == (one, one.blocks, one.layout)
    for wrong in ("", "{}", "[]", "null", json.dumps({"id": 1}), lines[-1][1][:-9]):
        with pytest.raises(ValueError):  # noqa: PT011
            unpacked([*lines[:-1], ("document", wrong)])
    for what in ("text", "blocks", "places", "sound"):
        with pytest.raises(ValueError):  # noqa: PT011
            unpacked([(what, '{"a": [1]}')])


@given(
    st.lists(st.text(min_size=1, max_size=9), max_size=9),
    st.lists(st.binary(max_size=9), max_size=9),
    st.integers(1, 200),
)
def test_a_document_comes_back_whole_however_it_is_cut(names, boxes, piece):
    text = "".join(names)
    cells = tuple(Cell(0, len(text), number, name) for number, name in enumerate(names))
    blocks = [Block(Kind.TABLE, 0, len(text), columns=tuple(names))]
    blocks += [Block(Kind.ROW, 0, len(text), 0, cells=cells)] * len(boxes)
    layout = Placed(tuple(Stretch(n, Page(n + 1), packed) for n, packed in enumerate(boxes)))
    made = Document("a", "", text, "a", blocks=tuple(blocks), layout=layout)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.loaders.wire.PIECE", piece)
        lines = list(pack_document(made))
    back = unpacked(lines)
    assert (back, back.blocks, back.layout) == (made, made.blocks, made.layout)
    assert all(coded.isascii() and "\n" not in coded for _, coded in lines)
    assert all(len(coded) <= 12 * piece + 2 for what, coded in lines if what == "text")


def unpacked(lines: list[tuple[str, str]]) -> Document:
    parts = Parts()
    for what, coded in lines[:-1]:
        parts.add(what, coded)
    what, coded = lines[-1]
    if what != "document":
        parts.add(what, coded)
    return parts.document(coded)


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


def test_a_file_that_takes_long_has_time_while_it_goes_on_but_not_for_ever(harmful, monkeypatch):
    monkeypatch.setattr("index.loaders.apart.SECONDS", 2)
    monkeypatch.setattr("index.loaders.apart.OCR_SECONDS", 4)
    slow, endless = read_apart(harmful("slow", "endless"), processes=1)
    assert (slow.reason, slow.documents[0].text, slow.notes) == ("", "slow", [])
    assert "was not read within 6 seconds" in endless.reason


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


def test_files_are_read_while_nobody_waits_for_them(harmful):
    files = harmful(*["mark"] * 30)
    outcomes = read_apart(files, processes=1)
    next(outcomes)
    read, until = set(), time.monotonic() + 60
    while len(read) < 3 and time.monotonic() < until:
        time.sleep(0.05)
        read = {path for path, _ in files if path.with_name(f"{path.name}.read").exists()}
    assert 3 <= len(read) < 10
    outcomes.close()


def test_large_files_are_read_one_by_one(harmful, monkeypatch):
    monkeypatch.setattr("index.loaders.apart.AHEAD_BYTES", 10)
    files = harmful(*(f"number {number}" for number in range(6)))
    outcomes = read_apart(files, processes=2)
    next(outcomes)
    for path, _ in files[2:]:
        path.write_text("late")
    texts = [outcome.documents[0].text for outcome in outcomes]
    assert texts == ["number 1", *["late"] * 4]


@pytest.mark.parametrize("bound", ["MAX_LINE", "MAX_ANSWERS"])
def test_a_process_that_says_more_than_is_held_is_ended(harmful, monkeypatch, bound):
    monkeypatch.setattr(f"index.loaders.process.{bound}", 2_000)
    files = harmful("short", "long" * 1_000, "short")
    reasons = [outcome.reason for outcome in read_apart(files, processes=1)]
    assert (reasons[0], reasons[2]) == ("", "")
    assert "stopped the program that reads it" in reasons[1]
