import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import HEADLINE, SEEDS, document

from index import Document, SentenceIndex, Span
from index.embed import unit
from index.errors import (
    DocumentError,
    IndexDamagedError,
    IndexExistsError,
    IndexMismatchError,
    IndexMissingError,
    IndexVersionError,
    SentenceIndexError,
    UnderlineError,
)
from index.split import Paragraph

QUESTIONS = [HEADLINE, "Which university branches operate in Azerbaijan?", "Who is Beglov?"]


class HashedWords:
    """A deterministic embedder without a model: each word has a direction of its own."""

    name = "hashed-words"

    def embed_questions(self, texts):
        return self.embed_passages(texts), self.embed_passages(texts)

    def embed_passages(self, texts):
        rows = [sum((self._word(word) for word in text.split()), np.zeros(32)) for text in texts]
        return unit(np.array(rows, np.float32).reshape(len(texts), 32))

    def _word(self, word):
        return np.random.default_rng(list(word.encode())).normal(size=32)


def whole(document: Document) -> Document:
    """A document of an index with all of its text."""
    return replace(document, text=str(document.text))


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_reopened_index_gives_identical_hits(seeds_index, embedder):
    reopened = SentenceIndex.open(seeds_index.path, embedder=embedder)
    assert len(reopened) == len(seeds_index) > 150
    assert reopened.document_count == 5
    for before, after in zip(
        seeds_index.search(QUESTIONS, depth=40), reopened.search(QUESTIONS, depth=40), strict=True
    ):
        assert before.ids.tolist() == after.ids.tolist()
        assert before.cosine.tolist() == after.cosine.tolist()
        assert before.bm25.tolist() == after.bm25.tolist()


def test_scores_do_not_depend_on_the_depth(seeds_index):
    for few, many in zip(
        seeds_index.search(QUESTIONS, depth=10),
        seeds_index.search(QUESTIONS, depth=60),
        strict=True,
    ):
        rows = np.searchsorted(many.ids, few.ids)
        assert many.ids[rows].tolist() == few.ids.tolist()
        np.testing.assert_allclose(many.cosine[rows], few.cosine, atol=1e-6)
        assert many.bm25[rows].tolist() == few.bm25.tolist()
        np.testing.assert_allclose(many.about[rows], few.about, atol=1e-6)


def test_sentences_of_one_document_are_about_the_same(seeds_index):
    (candidates,) = seeds_index.search([HEADLINE], depth=40)
    about: dict[str, set[float]] = {}
    known = seeds_index.sentences(candidates.ids.tolist())
    for number, score in zip(candidates.ids.tolist(), candidates.about.tolist(), strict=True):
        about.setdefault(known[number][0].document.id, set()).add(score)
    assert len(about) == 5
    assert all(len(scores) == 1 for scores in about.values())


def test_sentences_come_back_as_slices_of_the_documents(seeds_index, seed_documents):
    texts = {document.id: document.text for document in seed_documents}
    (candidates,) = seeds_index.search([HEADLINE], depth=40)
    found = seeds_index.sentences(candidates.ids.tolist())
    assert list(found) == candidates.ids.tolist()
    for sentence, paragraph in found.values():
        assert sentence.text == texts[sentence.document.id][sentence.start : sentence.end]
        assert sentence in paragraph.sentences
        assert all(one in paragraph.span for one in paragraph.sentences)


def test_documents_come_back_as_they_were(seeds_index, seed_documents):
    told = [replace(one, language="en") for one in seed_documents]
    assert [whole(one) for one in seeds_index.documents()] == told
    assert whole(seeds_index.find_document(seed_documents[2].id)) == told[2]
    assert seeds_index.find_document("nothing.txt") is None


def test_an_id_that_is_not_live_is_dropped(seeds_index):
    assert seeds_index.sentences([10**9]) == {}


def test_questions_may_be_asked_from_many_threads(seeds_index):
    from concurrent.futures import ThreadPoolExecutor

    alone = seeds_index.search(QUESTIONS[:1], depth=10)[0].ids.tolist()
    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda _: seeds_index.search(QUESTIONS[:1], depth=10), range(40)))
    assert all(candidates[0].ids.tolist() == alone for candidates in asked)


def test_any_embedder_and_splitter_will_do(tmp_path):
    index = SentenceIndex.create(
        tmp_path / "an.index",
        [document("one two three. four five six.")],
        embedder=HashedWords(),
    )
    (candidates,) = index.search(["four five six."], depth=1)
    ((sentence, _),) = index.sentences([int(candidates.ids[candidates.cosine.argmax()])]).values()
    assert sentence.text == "four five six."
    assert index.manifest["embedder"] == "hashed-words"


def test_no_more_candidates_than_sentences(tmp_path):
    index = SentenceIndex.create(
        tmp_path / "an.index", [document("One two. Three four.")], embedder=HashedWords()
    )
    for depth in (10**10, 2**70):
        assert len(index.search(["two"], depth=depth)[0].ids) == 2


def test_metadata_nuls_and_odd_titles_survive(tmp_path):
    odd = Document("ключ", 'T "quoted" \0 😀', "A\0B is text. " * 3, "a/b c.txt", {"k": "v\n"})
    index = SentenceIndex.create(tmp_path / "an.index", [odd], embedder=HashedWords())
    (back,) = index.documents()
    assert whole(back) == odd
    assert back.metadata == {"k": "v\n"}


def test_an_index_of_nothing_is_an_index(tmp_path):
    for number, documents in enumerate(([], [document("  \n ")])):
        path = tmp_path / str(number)
        SentenceIndex.create(path, documents, embedder=HashedWords())
        index = SentenceIndex.open(path, embedder=HashedWords())
        assert (len(index), index.document_count) == (0, len(documents))
        (found,) = index.search(["Who signed it?"], depth=10)
        assert len(found.ids) == 0


def test_two_documents_with_one_id(tmp_path):
    with pytest.raises(DocumentError, match=r"two documents with the id 'a\.txt'"):
        SentenceIndex.create(
            tmp_path / "an.index", [document("One."), document("Two.")], embedder=HashedWords()
        )
    assert left_in(tmp_path) == []


def test_few_documents_are_held_at_the_same_time(tmp_path, monkeypatch):
    class Held(str):
        """A text that can be told to be gone."""

    monkeypatch.setattr("index.build.FIRST_DOCUMENTS", 7)
    monkeypatch.setattr("index.build.EMBEDDED_AT_ONCE", 5)
    known: weakref.WeakSet[Held] = weakref.WeakSet()
    most, told = 0, []

    def documents():
        nonlocal most
        for number in range(60):
            text = Held(f"The number is {number}.")
            known.add(text)
            most = max(most, len(known))
            yield document(text, f"{number}")

    index = SentenceIndex.create(
        tmp_path / "an.index",
        documents(),
        embedder=HashedWords(),
        progress=lambda span: told.append((span.document.id, span.text)),
    )
    assert 7 <= most <= 7 + 5 + 2
    assert [one.id for one in index.documents()] == [str(number) for number in range(60)]
    assert told == [(str(number), f"The number is {number}.") for number in range(60)]


def test_documents_that_cannot_be_read_are_no_fault_of_the_index(tmp_path):
    closed = []

    def documents(error):
        try:
            yield document("One.")
            if error:
                raise error
            yield document("Two.")
        finally:
            closed.append(True)

    with pytest.raises(DocumentError, match=r"The documents cannot be read: Stale file handle\."):
        SentenceIndex.create(
            tmp_path / "a", documents(OSError(116, "Stale file handle")), embedder=HashedWords()
        )
    coming = documents(None)
    with pytest.raises(DocumentError, match="two documents with the id"):
        SentenceIndex.create(tmp_path / "a", coming, embedder=HashedWords())
    assert closed == [True, True]  # what reads them does not go on
    assert left_in(tmp_path) == []


def test_what_stands_at_the_path_is_not_lost(tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    (place / "precious.txt").write_text("precious")
    (tmp_path / "file").write_text("file")
    for path in (place, tmp_path / "file"):
        with pytest.raises(IndexExistsError, match="exists and is no index; choose another place"):
            SentenceIndex.create(path, [document("One.")], overwrite=True)
    assert (place / "precious.txt").read_text() == "precious"


def test_an_index_is_replaced_only_when_asked_and_only_by_a_complete_one(tmp_path):
    path = tmp_path / "an.index"
    SentenceIndex.create(path, [document("Old.")], embedder=HashedWords())
    with pytest.raises(IndexExistsError, match="exists already; replace it with --overwrite"):
        SentenceIndex.create(path, [document("New.")], embedder=HashedWords())
    twice = [document("New."), document("New.")]
    with pytest.raises(DocumentError):
        SentenceIndex.create(path, twice, embedder=HashedWords(), overwrite=True)
    assert str(next(SentenceIndex.open(path).documents()).text) == "Old."
    index = SentenceIndex.create(path, [document("New.")], embedder=HashedWords(), overwrite=True)
    assert str(next(index.documents()).text) == "New."
    assert left_in(tmp_path) == ["an.index"]


def test_what_appears_at_the_path_meanwhile_is_not_lost(tmp_path):
    class Slow(HashedWords):
        def embed_passages(self, texts):
            if not path.exists():
                path.mkdir()
                (path / "precious.txt").write_text("precious")
            return super().embed_passages(texts)

    path = tmp_path / "an.index"
    with pytest.raises(IndexExistsError):
        SentenceIndex.create(path, [document("One.")], embedder=Slow(), overwrite=True)
    assert left_in(path) == ["precious.txt"]
    assert left_in(tmp_path) == ["an.index"]


@pytest.mark.parametrize("at_once", [True, False])
def test_a_stop_in_the_moment_of_replacing_keeps_the_old_index(tmp_path, monkeypatch, at_once):
    path = tmp_path / "an.index"
    SentenceIndex.create(path, [document("Old.")], embedder=HashedWords())
    rename = Path.rename

    def stopped(self, target):
        if target == path and not self.name.endswith(".old"):
            raise SystemExit(143)
        return rename(self, target)

    def exchange(new, old):
        return at_once and stopped(new, old)

    monkeypatch.setattr(Path, "rename", stopped)
    monkeypatch.setattr("index.place.exchange", exchange)
    with pytest.raises(SystemExit):
        SentenceIndex.create(path, [document("New.")], embedder=HashedWords(), overwrite=True)
    assert str(next(SentenceIndex.open(path).documents()).text) == "Old."
    assert left_in(tmp_path) == ["an.index"]


def test_a_link_is_written_through(tmp_path):
    SentenceIndex.create(tmp_path / "an.index", [document("Old.")], embedder=HashedWords())
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "an.index")
    SentenceIndex.create(link, [document("New.")], embedder=HashedWords(), overwrite=True)
    assert link.is_symlink()
    assert str(next(SentenceIndex.open(tmp_path / "an.index").documents()).text) == "New."
    assert left_in(tmp_path) == ["an.index", "link"]


def test_an_open_index_goes_on_when_another_takes_its_place(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    path = tmp_path / "an.index"
    old = SentenceIndex.create(path, [document("Alpha one is old.")], embedder=HashedWords())
    SentenceIndex.create(
        path, [document("Zulu nine is brand new.")], embedder=HashedWords(), overwrite=True
    )
    with ThreadPoolExecutor(1) as another:
        (candidates,) = another.submit(old.search, ["Alpha one"], depth=5).result()
        ((sentence, _),) = another.submit(old.sentences, candidates.ids.tolist()).result().values()
    assert sentence.text == "Alpha one is old."


@pytest.mark.parametrize("name", ["with space", "q?x=1#y%20z", "ключ", "a'b\"c"])
def test_odd_names(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    SentenceIndex.create(name, [document("One two.")], embedder=HashedWords())
    index = SentenceIndex.open(f"{name}/", embedder=HashedWords())
    monkeypatch.chdir("/")
    assert len(index.search(["two"], depth=5)[0].ids) == 1
    assert str(next(index.documents()).text) == "One two."


@pytest.mark.parametrize("name", ["x" * 300, "\udcff"])
def test_names_that_cannot_be(tmp_path, name):
    for act in (lambda path: SentenceIndex.create(path, [document("One.")]), SentenceIndex.open):
        with pytest.raises(SentenceIndexError, match="cannot stand at"):
            act(tmp_path / name)


def test_every_mark_of_a_document_too_large_to_keep(tmp_path, monkeypatch, embedder):
    from qa import Answerer, pieces

    monkeypatch.setattr("index.catalog.DOCUMENTS_IN_MEMORY", 0)
    monkeypatch.setattr("index.texts.BYTES_IN_MEMORY", 1_000)
    text = "The bridge was opened by the mayor in 1894. The bridge was opened by the king in 1895."
    index = SentenceIndex.create(tmp_path / "an.index", [document(text)], embedder=embedder)
    answer = Answerer(index).ask("Who opened the bridge?")
    marks = [mark for _, mark in pieces(answer.passages[0]) if mark]
    assert {"answer", "sentence"} == set(marks)


def test_a_path_without_an_index(tmp_path):
    (tmp_path / "file").write_text("file")
    (tmp_path / "folder").mkdir()
    for name, reason in [
        ("missing", "There is no index at .*missing; make one with: underline build"),
        ("file", "is a file; an index is a folder"),
        ("folder", "is no index; make one with: underline build"),
    ]:
        with pytest.raises(IndexMissingError, match=reason):
            SentenceIndex.open(tmp_path / name)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(SentenceIndexError, match=r"There is no folder .*no to make the index in"):
        SentenceIndex.create(tmp_path / "no" / "an.index", [document("One.")])


@pytest.fixture
def copy(seeds_index, tmp_path) -> Path:
    return Path(shutil.copytree(seeds_index.path, tmp_path / "copy.index"))


def set_manifest(path: Path, key: str, value: str) -> None:
    connection = sqlite3.connect(path / "catalog.sqlite")
    connection.execute("UPDATE manifest SET value = ? WHERE key = ?", (value, key))
    connection.commit()
    connection.close()


def test_another_format(copy):
    set_manifest(copy, "format", "99")
    with pytest.raises(IndexVersionError, match="has index format 99, and this version reads"):
        SentenceIndex.open(copy)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("splitter", "made with the sentence splitter 'another', and this version has 'blocks-"),
        ("preparation", "made with the preparation of sentences 'another', and this version has"),
        ("language", "made for the language 'another', which this version does not know"),
    ],
)
def test_another_way_to_prepare_sentences(copy, key, reason):
    set_manifest(copy, key, "another")
    with pytest.raises(IndexMismatchError, match=f"{reason}.* underline build --overwrite .*copy"):
        SentenceIndex.open(copy)


def test_a_splitter_of_ones_own_splits_any_language(tmp_path):
    def whole(document):
        span = Span(document, 0, len(document.text))
        return [Paragraph(span, (span,))]

    index = SentenceIndex.create(
        tmp_path / "an.index",
        [document("nuqneH. Qapla'.")],
        embedder=HashedWords(),
        language="klingon",
        splitter=whole,
    )
    assert len(SentenceIndex.open(index.path, embedder=HashedWords())) == 1


def test_another_embedder_by_name(copy):
    with pytest.raises(
        IndexMismatchError, match="made with the embedder 'all-MiniLM-L6-v2', not with 'hashed-wo"
    ):
        SentenceIndex.open(copy, embedder=HashedWords())


def test_another_embedder_under_the_same_name(copy, embedder):
    other = HashedWords()
    other.name = embedder.name
    index = SentenceIndex.open(copy, embedder=other)
    with pytest.raises(IndexMismatchError, match="was made with another model than the"):
        index.search(["Anything?"], depth=5)


def test_every_file_that_is_missing_or_short_is_noticed(copy, embedder):
    """Opened or asked, a damaged index says so; it neither crashes nor answers wrongly."""
    files = [path for path in copy.rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert len(files) > 5
    for file in files:
        content = file.read_bytes()
        damages = [None, b"", content[: len(content) // 2], content[:-1]]
        for damage in damages:
            if damage is None:
                file.unlink()
            else:
                file.write_bytes(damage)
            with pytest.raises(IndexDamagedError):
                SentenceIndex.open(copy, embedder=embedder).search(["Anything?"], depth=5)
        file.write_bytes(content)
    assert len(SentenceIndex.open(copy, embedder=embedder)) > 150


def test_asking_writes_nothing(copy, embedder):
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*")}
    SentenceIndex.open(copy, embedder=embedder).search([HEADLINE], depth=5)
    assert {path: path.stat().st_mtime_ns for path in copy.rglob("*")} == before


BUILD = [sys.executable, "-m", "qa", "build"]


@pytest.mark.slow
def test_a_disk_that_takes_no_more_leaves_nothing(tmp_path):
    """A bound on the size of files fails the same system calls that a full disk fails."""
    for limit in (20_000, 100_000, 250_000):
        done = subprocess.run(
            [*BUILD, tmp_path / "an.index", SEEDS / "documents"],
            capture_output=True,
            text=True,
            preexec_fn=lambda bound=limit: resource.setrlimit(  # type: ignore[misc]
                resource.RLIMIT_FSIZE, (bound, bound)
            ),
        )
        assert done.returncode == 1, done.stderr
        assert "an.index could not be written" in done.stderr
        assert "Nothing was kept: " in done.stderr
        assert "make room" not in done.stderr  # there is room; a full disk is in test_place.py
        assert "Traceback" not in done.stderr
        assert left_in(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_leaves_nothing(tmp_path, interrupt):
    documents = tmp_path / "documents"
    documents.mkdir()
    for number in range(40):
        text = (SEEDS / "documents" / "002_44103dff5f1d34f9.txt").read_text("utf-8")
        (documents / f"{number}.txt").write_text(f"{text}\n\nThis is number {number}.", "utf-8")
    place = tmp_path / "place"
    place.mkdir()
    heard = signal.signal(interrupt, signal.SIG_DFL)  # what these tests may be told to ignore
    try:
        building = subprocess.Popen(
            [*BUILD, place / "an.index", documents], stderr=subprocess.PIPE, text=True
        )
    finally:
        signal.signal(interrupt, heard)
    until = time.monotonic() + 60
    while not any(place.glob(".an.index.*/catalog.sqlite")) and time.monotonic() < until:
        time.sleep(0.05)
    assert left_in(place)
    building.send_signal(interrupt)
    time.sleep(0.003)  # while it cleans up: a terminal that is closed sends a hangup twice
    building.send_signal(interrupt)
    _, said = building.communicate(timeout=60)
    assert building.returncode == 128 + interrupt
    assert said.count("nothing is left half-written") == 1
    assert "Traceback" not in said
    assert left_in(place) == []


def test_errors_are_of_one_family():
    assert issubclass(SentenceIndexError, UnderlineError)
