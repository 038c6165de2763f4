"""The documents and questions that the weights of layout are fitted on."""

import json
import re
from collections import Counter
from itertools import pairwise

import pytest
from conftest import ROOT

from index.loaders import load_file
from qa.gold import read_gold

LAYOUTS = ROOT / "training" / "layouts"
KINDS = {"prose", "table", "list", "faq", "short", "code", "none"}

Row = dict[str, object]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [json.loads(line) for line in (LAYOUTS / "gold.jsonl").open(encoding="utf-8")]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {path.name: load_file(path).text for path in (LAYOUTS / "documents").iterdir()}


def test_the_loaders_change_nothing(texts):
    for name, text in texts.items():
        written = (LAYOUTS / "documents" / name).read_bytes()
        assert b"\r" not in written, name
        assert written.decode() == text, name


def test_every_gold_span_is_an_answer(rows, texts):
    for row in rows:
        cut = [texts[span["source"]][span["start"] : span["end"]] for span in row["gold"]]
        assert set(cut) <= set(row["answers"]), row["id"]
        assert all(part == part.strip() != "" for part in cut), row["id"]
        assert cut[:1] == row["answers"][:1], row["id"]


def test_an_answer_of_a_question_is_listed_once(rows):
    for row in rows:
        spans = [tuple(span.values()) for span in row["gold"]]
        assert len(set(spans)) == len(spans), row["id"]
        assert len(set(row["answers"])) == len(row["answers"]), row["id"]


def test_no_question_is_asked_twice(rows):
    read = read_gold(LAYOUTS / "gold.jsonl")  # refuses an id that was there before
    assert len(read) == len({question.question.casefold() for question in read}) == len(rows)


def test_every_document_is_asked_about(rows, texts):
    asked = Counter(name for row in rows for name in {span["source"] for span in row["gold"]})
    assert set(asked) == set(texts)
    assert min(asked.values()) >= 5


def test_the_items_of_a_list_are_apart_and_in_order(rows):
    lists = [row for row in rows if row["kind"] == "list"]
    assert all(row["all_wanted"] and len(row["gold"]) >= 2 for row in lists)
    for row in lists:
        places = [(span["start"], span["end"]) for span in row["gold"]]
        for (_, end), (start, _) in pairwise(places):
            assert end < start, row["id"]


def test_the_question_of_a_faq_is_no_answer(rows, texts):
    for row in (row for row in rows if row["kind"] == "faq"):
        asked = row["asked_at"]
        put = texts[asked["source"]][asked["start"] : asked["end"]]
        assert put.count("\n") <= 1, row["id"]
        for span in row["gold"]:
            assert asked["source"] == span["source"], row["id"]
            apart = asked["end"] <= span["start"] or span["end"] <= asked["start"]
            assert apart, row["id"]  # in a mail the reply may stand above


def test_a_near_miss_resembles_a_question_with_an_answer(rows):
    answered = {row["id"]: row for row in rows if row["gold"]}
    missed = [row for row in rows if not row["gold"]]
    assert {row["kind"] for row in missed} == {"none"}
    for row in missed:
        assert row["answers"] == [], row["id"]
        assert row["why"], row["id"]
        like = answered[row["near_miss_of"]]
        assert like["id"].split("-")[0] == row["id"].split("-")[0]


def test_the_readme_counts_the_kinds(rows):
    counted = re.findall(r"^\| (\w+) \| (\d+) \|", (LAYOUTS / "README.md").read_text(), re.M)
    kinds = Counter(row["kind"] for row in rows)
    assert set(kinds) == KINDS
    assert {kind: int(count) for kind, count in counted} == kinds
