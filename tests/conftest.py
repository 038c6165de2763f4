"""What the tests share: the real model, and an index of the seed documents, made once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from index import Document, SentenceIndex
from index.embed import SentenceTransformerEmbedder
from index.lexical import LexicalSearch as Words
from index.lexical import LexicalWriter
from index.loaders import Unreadable, load_documents
from index.prepare import prepare
from index.split import Paragraph
from qa import Answerer

# Whatever a test does, a model or a file from the network is a failure.
os.environ["HF_HUB_OFFLINE"] = "1"

# The machines that run this are noisy: a slow example says nothing about the code.
settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("default")

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"

HEADLINE = "When was the Declaration on Allied Interaction signed?"


LEFT_OUT = ("models", "browser", "slow")  # by make test-fast
MODELS = {"embedder", "seeds_index", "answerer", "reader", "model_folder"}  # fixtures


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import a module of which every test is left out: some import torch."""
    if collection_path.suffix != ".py":
        return None
    text = collection_path.read_text("utf-8")
    marks = (mark for mark in LEFT_OUT if f"not {mark}" in config.option.markexpr)
    return True if any(f"pytestmark = pytest.mark.{mark}" in text for mark in marks) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs a model, by its fixtures; and where these tests are left out, hold the others
    to it."""
    for item in items:
        if MODELS & set(getattr(item, "fixturenames", ())):
            item.add_marker("models")
    if "not models" in config.option.markexpr:
        sys.modules["sentence_transformers"] = sys.modules["transformers"] = None  # type: ignore[assignment]


@pytest.fixture(scope="session")
def words(tmp_path_factory: pytest.TempPathFactory) -> Words:
    """The word index of a few sentences: a vocabulary without a model."""
    path = tmp_path_factory.mktemp("words") / "lexical"
    said = [f"The bridge number {number} is closed." for number in range(20)]
    with LexicalWriter(path, language="english") as writer:
        for number, sentence in enumerate([*said, "Anna opened a harbour."]):
            writer.add(number, sentence, sentence)
    return Words(path, language="english")


@pytest.fixture(scope="session")
def embedder() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder()


@pytest.fixture(scope="session")
def seed_documents() -> list[Document]:
    documents = []
    for loaded in load_documents(SEEDS / "documents"):
        assert not isinstance(loaded, Unreadable)
        documents.append(loaded)
    return documents


@pytest.fixture(scope="session")
def seeds_index(
    tmp_path_factory: pytest.TempPathFactory,
    seed_documents: list[Document],
    embedder: SentenceTransformerEmbedder,
) -> SentenceIndex:
    path = tmp_path_factory.mktemp("indexes") / "seeds.index"
    return SentenceIndex.create(path, seed_documents, embedder=embedder)


@pytest.fixture(scope="session")
def answerer(seeds_index: SentenceIndex) -> Answerer:
    return Answerer(seeds_index)


def document(text: str, name: str = "a.txt") -> Document:
    return Document(id=name, title="", text=text, source=name)


def paragraphs(text: str, name: str = "a.txt") -> list[Paragraph]:
    """The paragraphs of a plain text, as an index would have them."""
    return prepare(document(text, name), language="english", splitter=None)
