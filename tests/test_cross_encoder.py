"""Readers made of a transformer: the bundled one, other kinds, and what is none."""

from __future__ import annotations

import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from conftest import document
from transformers import (
    AutoTokenizer,
    BertConfig,
    BertForMaskedLM,
    BertForQuestionAnswering,
    BertForSequenceClassification,
)

from index import Document, Paragraph, Span
from index.errors import ModelError
from qa import cross_encoder, network
from qa.cross_encoder import WEIGHTS, WEIGHTS_SHA256, CrossEncoder
from qa.network import join
from qa.read import Tokens
from qa.windows import Window, as_read

pytestmark = pytest.mark.models

TEXT = (
    "The bridge was opened in 1894 by the mayor, Ada Byron. "
    "It cost two million crowns, which the town paid for twenty years."
)


def window_of(whole: Document, *extents: tuple[int, int]) -> Window:
    """Sentences of a document as they are read; all of it unless said which."""
    sentences = tuple(Span(whole, *extent) for extent in extents or [(0, len(whole.text))])
    paragraph = Paragraph(Span(whole, sentences[0].start, sentences[-1].end), sentences)
    return as_read(sentences, paragraph)


WINDOW = window_of(document(TEXT), (0, 54), (55, len(TEXT)))


@pytest.fixture(scope="module")
def reader():
    return CrossEncoder()


@pytest.fixture
def model_folder(tmp_path):
    """Makes a folder with a small model of a class, its weights as chance has them."""

    def make(kind, **options):
        config = BertConfig(
            hidden_size=24,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            **options,
        )
        kind(config).save_pretrained(tmp_path / "model")
        AutoTokenizer.from_pretrained(WEIGHTS.parent).save_pretrained(tmp_path / "model")
        return tmp_path / "model"

    return make


def test_the_weights_are_the_ones_that_were_trained():
    assert hashlib.sha256(WEIGHTS.read_bytes()).hexdigest() == WEIGHTS_SHA256
    assert sum(file.stat().st_size for file in WEIGHTS.parent.iterdir()) < 50_000_000


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("When was the bridge opened?", 0, "1894"),
        ("Who opened the bridge?", 0, "Ada Byron"),
        ("How much did the bridge cost?", 1, "two million crowns"),
    ],
)
def test_it_finds_the_sentence_and_the_answer_in_it(reader, question, sentence, answer):
    (readings,) = reader.read([(question, WINDOW)])
    assert [reading.sentence for reading in readings] == list(WINDOW.sentences)
    assert np.argmax([reading.score for reading in readings]) == sentence
    assert answer in readings[sentence].answer.text
    assert readings[sentence].answer in WINDOW.sentences[sentence]


def test_what_stands_there_scores_higher_than_what_does_not(reader):
    other = document("Beavers build dams of wood. They eat the bark of willows.")
    window = window_of(other, (0, 27), (28, 57))
    here, elsewhere = reader.read([("Who opened the bridge?", w) for w in (WINDOW, window)])
    assert max(r.score for r in here) > 1 + max(r.score for r in elsewhere)


def test_together_or_alone_is_the_same(reader):
    asked = [(q, WINDOW) for q in ("Who?", "When was the bridge opened, and who opened it?")]
    for one, together in zip(asked, CrossEncoder().read(asked), strict=True):
        (alone,) = CrossEncoder().read([one])
        for a, b in zip(alone, together, strict=True):
            assert a.score == pytest.approx(b.score, abs=0.1)


def test_what_was_read_is_remembered(reader, monkeypatch):
    asked = [("Who opened the bridge?", WINDOW)]
    first = reader.read(asked)
    monkeypatch.setattr(cross_encoder, "one_pass", None)  # whoever reads again fails
    assert reader.read(asked * 2) == first * 2
    assert reader.read([]) == []


def test_copies_are_read_once_and_each_answered_in_its_own_place(reader, monkeypatch):
    copy = window_of(document("Once more. " + TEXT, "copy.txt"), (11, 65), (66, len(TEXT) + 11))
    assert copy.key == WINDOW.key
    (first,) = reader.read([("Who opened the bridge?", WINDOW)])
    monkeypatch.setattr(cross_encoder, "one_pass", None)  # whoever reads again fails
    (again,) = reader.read([("Who opened the bridge?", copy)])
    assert [one.sentence for one in again] == list(copy.sentences)
    assert [one.answer.text for one in again] == [one.answer.text for one in first]
    assert all(one.answer in one.sentence for one in again)


def test_what_is_too_long_to_be_remembered_is_read_all_the_same(monkeypatch):
    monkeypatch.setattr(cross_encoder, "REMEMBERED", 60)
    asked = [
        ("Who opened the bridge?", window) for window in (WINDOW, WINDOW.of(WINDOW.sentences[0]))
    ]
    both, alone = CrossEncoder().read(asked)
    assert [len(both), len(alone)] == [2, 1]
    assert "Ada Byron" in alone[0].answer.text


def test_a_reader_is_asked_by_many_threads_at_once(reader):
    questions = [f"Who opened the bridge number {number}?" for number in range(6)]
    alone = [CrossEncoder().read([(question, WINDOW)]) for question in questions]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda one: CrossEncoder().read([(one, WINDOW)]), questions))
    for one, other in zip(alone, together, strict=True):
        assert [r.score for r in one[0]] == pytest.approx([r.score for r in other[0]], abs=0.1)


def test_a_window_longer_than_the_model_reads_is_read_whole(reader):
    text = "The harbour was quiet. " * 150 + "The bridge was opened in 1894 by the mayor."
    whole = document(text)
    start = text.index("The bridge")
    window = window_of(whole, (0, start - 1), (start, len(text)))
    (readings,) = reader.read([("When was the bridge opened?", window)])
    assert readings[1].answer.text == "1894"
    assert readings[1].score > readings[0].score


def test_a_question_as_long_as_a_page_leaves_room_for_the_window(reader):
    """The end of it is read, and all of the window."""
    night = "It was a dark and stormy night. "
    asked, longer = (night * count + "When was the bridge opened?" for count in (60, 90))
    other = night * 60 + "Who painted the gate?"
    (readings,), (same,), (others,) = (reader.read([(q, WINDOW)]) for q in (asked, longer, other))
    assert [one.sentence for one in readings] == list(WINDOW.sentences)
    assert [one.score for one in readings] == [one.score for one in same]
    assert [one.score for one in readings] != [one.score for one in others]


@pytest.mark.parametrize(
    "text", ["وقع الإعلان في 22 فبراير 2022", "1894年開通。", "🦊" * 400, "\0"]
)
def test_a_text_it_does_not_know_gets_a_low_score(reader, text):
    ((reading,),) = reader.read([("When was the bridge opened?", window_of(document(text)))])
    assert reading.score < 0
    assert reading.answer in reading.sentence


def test_parts_that_overlap_are_one():
    def part(first, last, value):
        offsets = np.array([(i, i + 1) for i in range(first, last)])
        values = np.full(len(offsets), value, np.float32)
        return Tokens(offsets, values, values, values, null=value)

    whole = join([part(5, 9, 2.0), part(0, 6, 1.0)])
    assert whole.offsets[:, 0].tolist() == list(range(9))
    assert whole.starts.tolist() == [1.0] * 6 + [2.0] * 3
    assert whole.null == 1.0


def test_a_model_for_question_answering(model_folder):
    folder = model_folder(BertForQuestionAnswering)
    readings = CrossEncoder(str(folder)).read(
        [("Who?", WINDOW), ("When?", WINDOW.of(WINDOW.sentences[0]))]
    )
    assert [len(each) for each in readings] == [2, 1]
    for reading in readings[0]:
        assert reading.answer in reading.sentence
        assert np.isfinite(reading.score)


def test_a_cross_encoder_ranks_and_marks_nothing(model_folder):
    folder = model_folder(BertForSequenceClassification, num_labels=1)
    (readings,) = CrossEncoder(str(folder)).read([("Who opened the bridge?", WINDOW)])
    assert [reading.answer for reading in readings] == list(WINDOW.sentences)


def test_a_model_that_is_no_reader(model_folder):
    folder = model_folder(BertForMaskedLM)
    with pytest.raises(ModelError, match="is no reader: it is a BertForMaskedLM, and what can"):
        CrossEncoder(str(folder)).read([("Who?", WINDOW)])


def test_a_classifier_of_three_is_no_reader(model_folder):
    folder = model_folder(BertForSequenceClassification, num_labels=3)
    with pytest.raises(ModelError, match="is no reader"):
        CrossEncoder(str(folder)).read([("Who?", WINDOW)])


@pytest.mark.parametrize(
    "name", ["nobody/nothing", "/nowhere/at/all", "", "x" * 300, "a\0b", "~", "\udcff"]
)
def test_a_model_that_is_not_there(name):
    with pytest.raises(ModelError, match="cannot be loaded"):
        CrossEncoder(name).read([("Who?", WINDOW)])


def test_a_model_that_reads_little_at_once(model_folder):
    folder = model_folder(BertForQuestionAnswering, max_position_embeddings=100)
    (readings,) = CrossEncoder(str(folder)).read([("Who? " * 300, WINDOW)])
    assert [reading.sentence for reading in readings] == list(WINDOW.sentences)


def test_a_model_that_does_not_know_its_own_words_is_told_when_it_is_loaded(model_folder):
    folder = model_folder(BertForQuestionAnswering, vocab_size=50)
    with pytest.raises(ModelError, match="can be loaded and not be read with"):
        CrossEncoder(str(folder)).load()


def test_the_space_before_a_word_is_no_part_of_it():
    assert network._word("It  rained.", 2, 10) == (4, 10)
    assert network._word("It  rained.", 2, 4) == (4, 4)
    assert network._word("It", 0, 0) == (0, 0)


def test_a_pickle_is_not_loaded(model_folder):
    folder = model_folder(BertForQuestionAnswering)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="cannot be loaded"):
        CrossEncoder(str(folder)).read([("Who?", WINDOW)])


def test_weights_that_are_not_those_shipped(tmp_path, monkeypatch):
    folder = tmp_path / "reader"
    shutil.copytree(WEIGHTS.parent, folder)
    weights = folder / WEIGHTS.name
    monkeypatch.setattr(cross_encoder, "WEIGHTS", weights)
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ModelError, match=r"is not the one that was shipped .* Install the package"):
        CrossEncoder().read([("Who?", WINDOW)])
    weights.unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        CrossEncoder().read([("Who?", WINDOW)])
    weights.symlink_to(tmp_path / "nowhere")
    with pytest.raises(ModelError, match="cannot be read"):
        CrossEncoder().read([("Who?", WINDOW)])
