"""Texts of an index: read in stretches, as if they were whole."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import document
from hypothesis import example, given
from hypothesis import strategies as st

from index import Document, Paragraph, Span, texts
from index.catalog import Catalog
from index.errors import IndexDamagedError
from index.layout import Line, Lines
from index.structure import Structure
from index.texts import STRETCH, Key, StoredLines, StoredText, Stretch, Texts, in_stretches

# Short ones, and those that end around the border of a stretch.
ENDS = [0, 1, 9, *(count * STRETCH + more for count in (1, 2) for more in (-1, 0, 1)), 9_000]


@st.composite
def whole_texts(draw: st.DrawFn) -> str:
    """A text of some length, repeated from a short one."""
    unit = draw(st.text(min_size=1, max_size=7)) + draw(st.sampled_from(["", "\n", "a\nb"]))
    length = draw(st.sampled_from(ENDS))
    return (unit * (length // len(unit) + 1))[:length]


PLACES = st.one_of(st.sampled_from([e + m for e in ENDS for m in (-1, 0, 1)]), st.integers())
PLACES = st.one_of(st.none(), PLACES, PLACES.map(int.__neg__))


def store(*whole: str) -> Texts:
    """The texts of an index, by their place in the arguments."""
    kept = {
        (row, number): stretch
        for row, text in enumerate(whole)
        for number, stretch in enumerate(in_stretches(text))
    }

    def fetch(keys: Sequence[Key]) -> list[tuple[Key, Stretch]]:
        return [(key, kept[key]) for key in reversed(keys)]  # in any order

    return Texts(fetch)


@given(whole_texts(), PLACES, PLACES)
@example("a" * STRETCH + "b" * STRETCH, STRETCH, STRETCH)
@example("a" * STRETCH + "b" * STRETCH, STRETCH - 1, STRETCH + 1)
@example("a" * STRETCH, 0, STRETCH)
@example("", None, None)
def test_a_stored_text_is_sliced_as_the_text_itself(text, start, end):
    stored = StoredText(store("other", text), 1, len(text))
    assert stored[start:end] == text[start:end]
    assert len(stored) == len(text)


@given(whole_texts())
def test_a_stored_text_is_all_of_it(text):
    assert str(StoredText(store(text), 0, len(text))) == text


@given(whole_texts(), st.one_of(st.sampled_from(ENDS), st.integers(0, 10_000)))
@example("a\n" * STRETCH, STRETCH)
@example("\n" * STRETCH, STRETCH)
@example("\n" * STRETCH + "a", STRETCH)
@example("", 0)
def test_the_line_of_a_place_is_counted_from_the_first_one(text, offset):
    offset = min(offset, len(text))
    lines = StoredLines(StoredText(store("a\nb", text), 1, len(text)))
    assert lines.place(offset) == Lines(text).place(offset) == Line(text[:offset].count("\n") + 1)


def test_a_text_in_stretches_is_the_text():
    text = "one\ntwo\n" * STRETCH
    stretches = list(in_stretches(text))
    assert "".join(one.text for one in stretches) == text
    assert {len(one.text) for one in stretches} == {STRETCH}
    assert [one.line for one in stretches[:3]] == [1, 1 + STRETCH // 4, 1 + STRETCH // 2]
    assert list(in_stretches("")) == []


def test_what_was_read_is_read_once():
    asked = []
    kept = {(0, number): one for number, one in enumerate(in_stretches("ab" * STRETCH))}

    def fetch(keys: Sequence[Key]) -> list[tuple[Key, Stretch]]:
        asked.extend(keys)
        return [(key, kept[key]) for key in keys]

    stored = StoredText(Texts(fetch), 0, 2 * STRETCH)
    stored.texts.load([(0, 5, 9), (0, 3, 3), (0, STRETCH - 1, STRETCH)])
    assert asked == [(0, 0)]
    assert stored[STRETCH - 1 : STRETCH + 1] == "ba"
    assert stored[STRETCH:] == "ab" * (STRETCH // 2)
    assert asked == [(0, 0), (0, 1)]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9_000)), min_size=1))
@pytest.mark.parametrize("wide", ["a", "я", "😀"])
def test_no_more_is_kept_in_memory_than_may_be(wide, places):
    room = 3 * sys.getsizeof(wide * STRETCH)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "BYTES_IN_MEMORY", room)
        shared = store(*(wide * 9_000 for _ in range(3)))
    stored = [StoredText(shared, row, 9_000) for row in range(3)]
    for row, start in places:
        assert stored[row][start : start + 5] == wide * min(5, 9_000 - start)
        assert sum(sys.getsizeof(one.text) for one in shared._known.values()) <= room
    assert str(stored[0]) == wide * 9_000
    assert shared._known.currsize <= room


def test_a_text_is_read_by_many_threads_at_once(monkeypatch):
    monkeypatch.setattr(texts, "BYTES_IN_MEMORY", 3 * STRETCH)
    text = "".join(chr(ord("a") + number % 26) for number in range(20 * STRETCH))
    stored = StoredText(store(text), 0, len(text))

    def read(start: int) -> bool:
        return stored[start : start + 5_000] == text[start : start + 5_000]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(0, len(text), 977)))


# -- an index on disk

SIZE = 4_000_000  # characters of a document
SENTENCE = 40


def large_text(name: str) -> str:
    return "".join(f"{name}{number:07}\n" for number in range(SIZE // 9))


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Three large documents; a sentence in every thousand of their characters."""
    path: Path = tmp_path_factory.mktemp("catalogs") / "catalog.sqlite"
    catalog = Catalog.create(path)
    with catalog.transaction() as connection:
        for name in "abc":
            text = large_text(name)
            whole = Document(name, "", text, name, layout=Lines(text))
            paragraphs = [
                Paragraph(span, (span,), Structure())
                for span in (Span(whole, at, at + SENTENCE) for at in range(0, SIZE - 100, 1_000))
            ]
            catalog.add_document(connection, whole, paragraphs)
    return Catalog(path)


@pytest.mark.slow
def test_sentences_all_over_large_documents_do_not_hold_their_texts(catalog, monkeypatch):
    room = 1_000_000
    monkeypatch.setattr(texts, "BYTES_IN_MEMORY", room)
    opened = Catalog(catalog.path)
    count = opened.count_sentences()
    assert count > 10_000
    tracemalloc.start()
    try:
        for first in range(1, count, 200):
            found = opened.sentences(range(first, first + 200))
            assert all(len(sentence.text) == SENTENCE for sentence, _ in found.values())
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert opened._texts._known.currsize <= room
    assert held < 2 * room  # the three texts have 12 million characters
    assert peak < 4 * room


def test_a_stored_sentence_has_its_words_and_its_line(catalog):
    texts_of = {name: large_text(name) for name in "abc"}
    sentences = [
        one for one, _ in catalog.sentences(range(1, catalog.count_sentences(), 97)).values()
    ]
    assert {one.document.id for one in sentences} == set(texts_of)
    for one in sentences:
        text = texts_of[one.document.id]
        assert one.text == text[one.start : one.end]
        assert one.place == Line(text.count("\n", 0, one.start) + 1)


def test_a_stored_document_is_the_document(tmp_path):
    path = tmp_path / "catalog.sqlite"
    text = "Grüße\n" * 2_000
    file = Document("a", "T", text, "a.txt", {"year": 1894}, layout=Lines(text), language="german")
    other = Document("b", "", "", "b")
    with Catalog.create(path).transaction() as connection:
        for one in (file, other):
            Catalog.add_document(connection, one, [])
    first, second = Catalog(path).documents()
    assert (first.id, first.title, first.source, first.language) == ("a", "T", "a.txt", "german")
    assert first.metadata == {"year": 1894}
    assert str(first.text) == text
    assert Span(first, 7, 9).place == Line(2)
    assert str(second.text) == ""
    assert Span(second, 0, 0).place is None


def test_a_text_of_which_a_part_is_missing_is_damaged(tmp_path):
    path = tmp_path / "catalog.sqlite"
    catalog = Catalog.create(path)
    whole = document("ab" * STRETCH)
    with catalog.transaction() as connection:
        catalog.add_document(connection, whole, [])
        connection.execute("DELETE FROM stretches WHERE number = 1")
    (found,) = Catalog(path).documents()
    assert found.text[:2] == "ab"
    with pytest.raises(IndexDamagedError, match=r"catalog\.sqlite is damaged"):
        str(found.text)
