"""How well sentences are found, before any reader, on public sets, beside untrained searches.

    python -m benchmarks.retrieval --data DIR --indexes FOLDER

Every set is indexed as a user's documents would be, with the default settings; where a set comes
with sentence boundaries, those are taken. The indexes stay in FOLDER, for the next run. P@1: the
first sentence holds any of a gold span. BM25 alone and an untrained hybrid (untrained.py) rank the
sentences of the same index for the same questions; the interval is of a paired bootstrap over them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from benchmarks.answers import every_nth, interval, percent
from benchmarks.data import BenchmarkSet, load, open_index
from benchmarks.report import Row, write_section
from benchmarks.untrained import by_words, hybrid
from index import Hit, SentenceIndex
from qa import Answerer
from qa.evaluate import first_right
from qa.gold import GoldQuestion
from qa.metrics import hit_at, mean, ndcg

DEPTH = 100

SCIFACT = {"BM25": 67.9, "all-MiniLM-L6-v2": 64.5, "all-mpnet-base-v2": 65.6, "bge-small": 71.3}


COLUMNS = (
    *("set", "pool", "questions", "P@1", "MRR@100", "hit@5", "hit@100"),
    *("BM25, P@1", "MRR@100", "untrained hybrid, P@1", "MRR@100", "gain in P@1 (95 %)"),
)
NOTES = (
    "Search alone, no reader. The pool is the number of sentences; of a large set, every nth "
    "question is asked. BM25 is stemmed, over the sentence and its titled paragraph; the hybrid "
    "adds it to the same embedder as it was published. The gain is that over the hybrid.",
)
QUESTIONS = {"qed_nq": 2_000, "clapnq_dev": 2_000, "chroma_chunk_eval": 500, "scifact": 500}
QUESTIONS_OF_OTHERS = 500  # of each set, at most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--indexes", type=Path, required=True, help="folder for the indexes")
    parser.add_argument(
        "--sets",
        nargs="*",
        default=[
            *("reqa_squad_dev", "qed_nq", "clapnq_dev", "chroma_chunk_eval", "cookbook_code"),
            *("squad11_dev", "scifact"),
        ],
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
    count = QUESTIONS.get(benchmark.name, QUESTIONS_OF_OTHERS)
    asked = every_nth([question for question in benchmark.questions if question.gold], count)
    ranks = [first_right(hits, question) for question, hits in ranked(index, asked)]
    words, both = (
        [first_right(search(question.question, DEPTH), question) for question in asked]
        for search in (by_words(index), hybrid(index))
    )
    hits = (round(100 * hit_at(ranks, depth), 1) for depth in (5, DEPTH))
    gain = interval([float(r == 1) for r in both], [float(r == 1) for r in ranks])
    own = len(index), len(asked), *percent(ranks), *hits
    return benchmark.name, *own, *percent(words), *percent(both), gain


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
