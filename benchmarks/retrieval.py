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

from benchmarks.data import BenchmarkSet, load, open_index
from benchmarks.report import write_section
from index import Hit, SentenceIndex
from qa.evaluate import first_right
from qa.gold import GoldQuestion
from qa.judge import judge
from qa.metrics import hit_at, mean, mean_reciprocal_rank, ndcg
from qa.retrieve import retrieve

DEPTH = 100
BATCH = 256  # questions embedded together

# set: (BM25 over sentence and titled paragraph, the untrained hybrid these sets came with)
BESIDE = {
    "reqa_squad_dev": ("68.6 / 76.5", "69 / 78"),
    "qed_nq": ("48.4 / 62.9", "54.4 / 70.5"),
    "clapnq_dev": ("55.9 / 70.7", "70.6 / 82.9"),
    "chroma_chunk_eval": ("45.1 / 57.4", "53.2 / 64.9"),
}
SCIFACT = "BM25 67.9, all-MiniLM-L6-v2 64.5, all-mpnet-base-v2 65.6, bge-small 71.3"


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
    table = [
        "| set | unit, pool | questions | P@1 / MRR@100 | hit@5 | hit@100 | BM25 | hybrid floor |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in arguments.sets:
        benchmark = load(arguments.data, name)
        table.append(_row(benchmark, open_index(benchmark, arguments.indexes)))
    write_section("retrieval", table)


def _row(benchmark: BenchmarkSet, index: SentenceIndex) -> str:
    if benchmark.name == "scifact":
        value = mean(
            [
                ndcg(_documents(hits), benchmark.relevant[question.id], 10)
                for question, hits in ranked(index, benchmark.questions)
            ]
        )
        return (
            f"| scifact | document, {len(benchmark.documents):,} | {len(benchmark.questions):,} "
            f"| nDCG@10 {100 * value:.1f} | – | – | {SCIFACT} | – |"
        )
    answerable = [question for question in benchmark.questions if question.gold]
    ranks = [first_right(hits, question) for question, hits in ranked(index, answerable)]
    p1, mrr = hit_at(ranks, 1), mean_reciprocal_rank(ranks, DEPTH)
    bm25, hybrid = BESIDE[benchmark.name]
    return (
        f"| {benchmark.name} | sentence, {len(index):,} | {len(answerable):,} "
        f"| **{100 * p1:.1f} / {100 * mrr:.1f}** | {100 * hit_at(ranks, 5):.1f} "
        f"| {100 * hit_at(ranks, DEPTH):.1f} | {bm25} | {hybrid} |"
    )


def ranked(
    index: SentenceIndex, questions: list[GoldQuestion]
) -> Iterator[tuple[GoldQuestion, list[Hit]]]:
    """Each question with its ranking."""
    for first in range(0, len(questions), BATCH):
        some = questions[first : first + BATCH]
        rankings = retrieve(index, [question.question for question in some], k=DEPTH)
        for question, ranking in zip(some, rankings, strict=True):
            yield question, [one.hit for one in judge(question.question, ranking, {})]


def _documents(hits: list[Hit]) -> list[str]:
    """The documents of a ranking of sentences, each at its best sentence."""
    return list(dict.fromkeys(hit.sentence.document.id for hit in hits))


if __name__ == "__main__":
    main()
