"""How the questions that come with this project are answered. It needs no other data.

    python -m benchmarks.own_gold

The same figures as `underline eval` gives for each gold file.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.report import ROOT, Row, write_section
from index import Document, SentenceIndex
from index.loaders import load_documents
from qa import Answerer
from qa.evaluate import Report, evaluate
from qa.gold import read_gold

# folder of documents: the gold files about them
GOLD = {
    "seeds": ("gold.jsonl", "near-misses.jsonl"),
    "benchmarks/tables": ("seen.jsonl", "fresh.jsonl"),
}
SHARES = ("hit@1", "hit@5", "mrr", "em", "f1", "refused_right", "refused_wrong")
COLUMNS = (
    *("gold file", "questions", "answerable", "right sentence first, %", "among five, %"),
    *("MRR@10", "EM", "F1", "unanswerable refused, %", "answerable refused, %", "p50, ms"),
)
NOTES = (
    "A refusal is the right answer to an unanswerable question, for EM and F1 as well.",
    "The threshold of refusal was set with seeds/gold.jsonl in view. The questions of "
    "benchmarks/tables/seen.jsonl were in view while tables were worked on.",
)


def main() -> None:
    table: list[Row] = []
    for folder, names in GOLD.items():
        with tempfile.TemporaryDirectory() as temporary:
            loaded = load_documents(ROOT / folder / "documents")
            documents = [one for one in loaded if isinstance(one, Document)]
            index = SentenceIndex.create(Path(temporary, "gold.index"), documents)
            table += [_row(Answerer(index), f"{folder}/{name}") for name in names]
    write_section("own gold files", COLUMNS, table, NOTES)


def _row(answerer: Answerer, name: str) -> Row:
    figures = Report(tuple(evaluate(answerer, read_gold(ROOT / name)))).figures()
    counts = [int(figures[count] or 0) for count in ("questions", "answerable")]
    shares = [_percent(figures[share]) for share in SHARES]
    return name, *counts, *shares, round(figures["p50_ms"] or 0)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


if __name__ == "__main__":
    main()
