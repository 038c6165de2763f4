import math
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from index.errors import IndexDamagedError
from index.lexical import LexicalSearch, LexicalWriter

ROWS = [
    (3, "The bridge was opened in 1894.", "Tower Bridge\nThe bridge was opened in 1894."),
    (5, "It has two towers.", "Tower Bridge\nIt has two towers."),
    (9, "Bridges are often built of steel.", "Steel\nBridges are often built of steel."),
    (12, "Café owners protested.", "News\nCafé owners protested."),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("words") / "lexical"
    with LexicalWriter(path, language="english") as writer:
        for row in ROWS:
            writer.add(*row)
    return path


@pytest.fixture(scope="module")
def opened(path):
    return LexicalSearch(path, language="english")


def found(path, question, k=10):
    ids, scores = LexicalSearch(path, language="english").search(question, k=k)
    assert sorted(scores, reverse=True) == scores.tolist()
    return ids.tolist()


def test_words_are_matched_by_their_stems_in_the_sentence_and_its_paragraph(path):
    assert found(path, "When was the bridge opening?")[0] == 3
    assert found(path, "towers")[0] == 5
    assert set(found(path, "tower")) == {3, 5}
    assert found(path, "CAFE") == [12]


def test_one_of_the_words_is_enough_and_k_bounds(path):
    assert set(found(path, "bridge xylophone")) == {3, 5, 9}
    assert len(found(path, "bridge", k=2)) == 2


@given(st.sets(st.integers(0, 12)), st.sampled_from(["bridge", "steel towers", "?!", "kiosk"]))
def test_a_sentence_has_the_same_score_however_it_is_asked_for(opened, numbers, question):
    found, scores = opened.search(question, k=10)
    of = dict(zip(found.tolist(), scores.tolist(), strict=True))
    ids = sorted(numbers)
    asked = opened.scores(question, np.array(ids, np.int64))
    assert asked.tolist() == [of.get(number, 0.0) for number in ids]


@pytest.mark.parametrize(
    "question",
    ["", "?!", "AND OR NOT", 'sentence:"x" +y -z', "id:3", "(((", "\\", "*", "a" * 5_000, "日本"],
)
def test_a_question_is_words_and_never_a_query_language(path, question):
    assert set(found(path, question)) <= {row[0] for row in ROWS}


def test_words_that_only_ask_do_not_find_other_questions(tmp_path):
    with LexicalWriter(tmp_path / "lexical", language="english") as writer:
        writer.add(1, "What did he say, and who was there?", "What did he say, and who was there?")
        writer.add(2, "The mayor opened the fair.", "The mayor opened the fair.")
    assert found(tmp_path / "lexical", "Who was the mayor?")[0] == 2
    assert found(tmp_path / "lexical", "Who was who?")[0] == 1  # there is nothing else to go by


def test_the_score_is_bm25(tmp_path):
    with LexicalWriter(tmp_path / "lexical", language="english") as writer:
        writer.add(1, "steel bridge", "")
        writer.add(2, "steel steel", "")
    ids, scores = LexicalSearch(tmp_path / "lexical", language="english").search("bridge", k=5)
    # Robertson & Zaragoza 2009 with k1 = 1.2, b = 0.75, both texts of average length.
    idf = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    assert ids.tolist() == [1]
    assert scores[0] == pytest.approx(idf * 2.2 / (1 + 1.2), rel=1e-3)


def test_other_languages_are_stemmed_or_at_least_matched(tmp_path):
    for language, text, question in [
        ("german", "Die Brücken wurden gebaut.", "brücke"),
        ("russian", "Были построены мосты.", "мост"),
        ("polish", "Zbudowano mosty.", "mosty"),
    ]:
        with LexicalWriter(tmp_path / language, language=language) as writer:
            writer.add(1, text, text)
        ids, _ = LexicalSearch(tmp_path / language, language=language).search(question, k=1)
        assert ids.tolist() == [1], language


def test_what_is_no_word_index_is_named(tmp_path):
    (tmp_path / "lexical").mkdir()
    with pytest.raises(IndexDamagedError, match="lexical cannot be read as a word index"):
        LexicalSearch(tmp_path / "lexical", language="english")


READS_ONLY = """
import os, sys
from pathlib import Path
from index.errors import SentenceIndexError
from index.lexical import LexicalSearch
if os.geteuid() == 0:
    os.setuid(65534)  # nobody
try:
    print(len(LexicalSearch(Path(sys.argv[1]), language="english")))
except SentenceIndexError as error:
    print(type(error).__name__, error)
"""


def as_one_who_may_only_read(path):
    command = [sys.executable, "-c", READS_ONLY, str(path)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout


def test_an_index_may_be_read_where_nothing_may_be_written():
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # unlike those of pytest, open to others
        path = Path(folder, "lexical")
        with LexicalWriter(path, language="english") as writer:
            for row in ROWS:
                writer.add(*row)
        for file in path.iterdir():
            file.chmod(0o444 if file.stat().st_mode & 0o044 == 0o044 else 0o400)
        path.chmod(0o555)
        assert as_one_who_may_only_read(path) == f"{len(ROWS)}\n"
        (path / "meta.json").chmod(0)
        said = as_one_who_may_only_read(path)
        assert said.startswith("SentenceIndexError")
        assert "may not be read; ask its owner" in said
        path.chmod(0o755)
