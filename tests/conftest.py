"""What the tests share: the real model, and an index of the seed documents, made once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from index import Document, SentenceIndex
from index.embed import SentenceTransformerEmbedder
from index.loaders import Unreadable, load_documents
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
