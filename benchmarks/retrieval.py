"""How well sentences are found, before any reader, on public sets.

    python -m benchmarks.retrieval --data DIR --indexes FOLDER

Every set is indexed as a user's documents would be, with the default settings; where a set comes
with sentence boundaries, those are taken. The indexes stay in FOLDER, for the next run. P@1: the
first sentence holds any of a gold span. The figures beside ours were measured on the same files by
others: BM25 (stemmed, over sentence and titled paragraph), and an untrained hybrid of the same
model with BM25.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from benchmarks.answers import percent
from benchmarks.data import BenchmarkSet, load, open_index
from benchmarks.report import Row, write_section
from index import Hit, SentenceIndex
from qa import Answerer
from qa.evaluate import first_right
from qa.gold import GoldQuestion
from qa.metrics import hit_at, mean, ndcg

DEPTH = 100

# set: (BM25 over sentence and titled paragraph, the untrained hybrid these sets came with)
BESIDE = {
    "reqa_squad_dev": ("68.6 / 76.5", "69 / 78"),
    "qed_nq": ("48.4 / 62.9", "54.4 / 70.5"),
    "clapnq_dev": ("55.9 / 70.7", "70.6 / 82.9"),
    "chroma_chunk_eval": ("45.1 / 57.4", "53.2 / 64.9"),
}
SCIFACT = {"BM25": 67.9, "all-MiniLM-L6-v2": 64.5, "all-mpnet-base-v2": 65.6, "bge-small": 71.3}


COLUMNS = (
    *("set", "pool", "questions", "P@1", "MRR@100", "hit@5", "hit@100"),
    *("BM25, P@1 / MRR", "untrained hybrid, P@1 / MRR"),
)
NOTES = (
    "Search alone, no reader, all questions. The pool is the number of sentences.",
    "The last two columns were measured on the same files by others: BM25, stemmed, over the "
    "sentence and its titled paragraph; the same embedder with BM25, nothing trained.",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--indexes", type=Path, required=True, help="folder for the indexes")
    parser.add_argument(
        "--sets",
        nargs="*",
        default=["reqa_squad_dev", "qed_nq", "clapnq_dev", "chroma_chunk_eval", "scifact"],
    )
    arguments = parser.parse_args()
    table: list[Row] = []
    for name in arguments.sets:
        benchmark = load(arguments.data, name)
        index = open_index(benchmark, arguments.indexes)
        if name == "scifact":
            _claims(benchmark, index)
        else:
            table.append(_row(benchmark, index))
    if table:
        write_section("retrieval", COLUMNS, table, NOTES)


def _claims(benchmark: BenchmarkSet, index: SentenceIndex) -> None:
    value = mean(
        [
            ndcg(_documents(hits), benchmark.relevant[question.id], 10)
            for question, hits in ranked(index, benchmark.questions)
        ]
    )
    systems = {"Underline, search alone": round(100 * value, 1), **SCIFACT}
    sizes = len(benchmark.documents), len(benchmark.questions)
    write_section(
        "retrieval of claims",
        ("system", "documents", "claims", "nDCG@10"),
        [(name, *sizes, figure) for name, figure in systems.items()],
        ["The set is scifact. The figures of the other systems are published ones."],
    )


def _row(benchmark: BenchmarkSet, index: SentenceIndex) -> Row:
    answerable = [question for question in benchmark.questions if question.gold]
    ranks = [first_right(hits, question) for question, hits in ranked(index, answerable)]
    hits = (round(100 * hit_at(ranks, depth), 1) for depth in (5, DEPTH))
    sizes = len(index), len(answerable)
    return benchmark.name, *sizes, *percent(ranks), *hits, *BESIDE[benchmark.name]


def ranked(
    index: SentenceIndex, questions: list[GoldQuestion]
) -> Iterator[tuple[GoldQuestion, list[Hit]]]:
    """Each question with its ranking."""
    answerer = Answerer(index, reader="none")
    for question in questions:
        yield question, answerer.retrieve(question.question, DEPTH)


def _documents(hits: list[Hit]) -> list[str]:
    """The documents of a ranking of sentences, each at its best sentence."""
    return list(dict.fromkeys(hit.sentence.document.id for hit in hits))


if __name__ == "__main__":
    main()
