import gzip
import json

import pytest
from conftest import document

from index import Span
from qa.errors import GoldError
from qa.gold import GoldSpan, check_gold, read_gold

ROW = {
    "id": "q1",
    "question": "Who?",
    "answers": ["Ada"],
    "gold": [{"source": "a.txt", "start": 4, "end": 7}],
}


def written(path, *rows):
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_our_own_format(tmp_path):
    unanswerable = {"id": "q2", "question": "Why?", "answers": [], "gold": []}
    unplaced = {"id": "q3", "question": "Where?", "answers": ["Paris"]}
    rows = read_gold(written(tmp_path / "gold.jsonl", ROW, "", unanswerable, unplaced))
    assert [row.id for row in rows] == ["q1", "q2", "q3"]
    assert rows[0].gold == (GoldSpan("a.txt", 4, 7),)
    assert [row.answerable for row in rows] == [True, False, True]
    assert rows[2].gold is None


def test_the_benchmark_format_gzipped(tmp_path):
    row = ROW | {"gold": [{"doc_id": "d1", "start": 0, "end": 3, "text": "Ada", "para": [0, 9]}]}
    with gzip.open(tmp_path / "qa.jsonl.gz", "wt") as file:
        file.write(json.dumps(row) + "\n")
    assert read_gold(tmp_path / "qa.jsonl.gz")[0].gold == (GoldSpan("d1", 0, 3),)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (["{not json"], "line 1 is not JSON"),
        ([ROW, ROW], "line 2: the id 'q1' was there before"),
        ([{"id": 1, "answers": []}], "line 1: no 'question'"),
        (["[1, 2]"], "line 1: "),
        ([ROW | {"question": 5}], "line 1: 5 is not a string"),
        ([ROW | {"gold": [{"source": "a.txt", "start": 7, "end": 4}]}], "7 and end 4 are not off"),
        ([ROW | {"gold": [{"source": "a.txt", "start": "4", "end": 7}]}], "are not offsets"),
        ([ROW | {"gold": [{"start": 4, "end": 7}]}], "line 1: no 'doc_id'"),
        ([ROW | {"answers": "Ada"}], "'Ada' is not a list"),
        ([ROW | {"answers": ["\ud800"]}], "line 1: 'utf-8' codec can't encode"),
        (["[" * 100_000], "line 1 is not JSON"),
        (["1" * 5_000], "line 1 is not JSON"),
        ([{"id": 1, "question": "Who?"}], "line 1: no 'answers'"),
        ([], "holds no questions"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, rows, reason):
    with pytest.raises(GoldError, match=reason):
        read_gold(written(tmp_path / "gold.jsonl", *rows))


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(GoldError, match="cannot be read: No such file"):
        read_gold(tmp_path / "missing.jsonl")
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(GoldError, match="is not UTF-8 text"):
        read_gold(tmp_path / "bytes.jsonl")
    (tmp_path / "short.jsonl.gz").write_bytes(gzip.compress(b"{}" * 999)[:-12])
    (tmp_path / "broken.jsonl.gz").write_bytes(gzip.compress(b"{}" * 999)[:10] + b"\xff" * 40)
    for name in ("short", "broken"):
        with pytest.raises(GoldError, match="cannot be read"):
            read_gold(tmp_path / f"{name}.jsonl.gz")


@pytest.mark.parametrize(
    ("start", "end", "matches"), [(0, 4, False), (0, 5, True), (6, 9, True), (7, 9, False)]
)
def test_a_sentence_matches_when_it_holds_any_of_the_span(start, end, matches):
    sentence = Span(document("x" * 20), start, end)
    assert GoldSpan("a.txt", 4, 7).matches(sentence) is matches
    assert not GoldSpan("b.txt", 4, 7).matches(sentence)


def test_gold_of_other_documents_is_noticed(tmp_path, seeds_index):
    with pytest.raises(GoldError, match=r"'q1' has its answer in 'a\.txt', which is not in"):
        check_gold(read_gold(written(tmp_path / "gold.jsonl", ROW)), seeds_index)
    row = ROW | {"gold": [{"source": "004_1af95d4622994180.txt", "start": 4, "end": 10**6}]}
    with pytest.raises(GoldError, match=r"\[4, 1000000\) does not lie in '004_"):
        check_gold(read_gold(written(tmp_path / "gold.jsonl", row)), seeds_index)


def test_documents_that_share_a_source(tmp_path):
    from test_sentence_index import HashedWords

    from index import Document, SentenceIndex

    documents = [Document(n, "", text, "a.txt") for n, text in [("1", "Is it Ada?"), ("2", "No.")]]
    index = SentenceIndex.create(tmp_path / "an.index", documents, embedder=HashedWords())
    check_gold(read_gold(written(tmp_path / "gold.jsonl", ROW)), index)
