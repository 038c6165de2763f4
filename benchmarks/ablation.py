"""What each part is worth: one after the other is taken out, the same questions asked.

    python -m benchmarks.ablation --data DIR [--set qed_nq]

The difference is that of P@1 to all parts together, with 95 % of a paired bootstrap. Taking out
what is in the vectors means indexing again.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from benchmarks.answers import DEPTH, every_nth, interval, shown
from benchmarks.data import BenchmarkSet, load
from benchmarks.report import write_section
from index import SentenceIndex, embed, tuning
from qa import Answerer, judge, retrieve, windows
from qa.evaluate import first_right
from qa.gold import GoldQuestion

Change = tuple[ModuleType, str, float]


@dataclass(frozen=True, slots=True)
class Variant:
    """Constants that are changed while a set is indexed and asked."""

    name: str
    changes: Sequence[Change] = field(default=())
    reader: bool = True
    reindex: bool = False


VARIANTS = (
    Variant("all parts"),
    Variant("no reader", reader=False),
    Variant("the reader's word alone", [(judge, "READ_FOUND", 0.0)]),
    Variant("sentences read without neighbours", [(windows, "WINDOW", 1)]),
    Variant("questions embedded as published", [(tuning, "KEPT", 0.0)]),
    Variant("no words (BM25)", [(retrieve, "LEXICAL_WEIGHT", 0.0)]),
    Variant("questions and headings as good as statements", [(retrieve, "NO_STATEMENT", 0.0)]),
    Variant("no paragraph in the vectors", [(embed, "CONTEXT_WEIGHT", 0.0)], reindex=True),
    Variant("no title in the vectors", [(embed, "TITLE_WEIGHT", 0.0)], reindex=True),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--set", default="qed_nq")
    parser.add_argument("--questions", type=int, default=400)
    arguments = parser.parse_args()
    one = load(arguments.data, arguments.set)
    questions = every_nth([q for q in one.questions if q.gold], arguments.questions)
    table = [
        f"{arguments.set}, {len(questions)} questions:",
        "",
        "| | P@1 / MRR@100 | P@1 against all parts (95 %) |",
        "|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        whole = _index(one, Path(folder, "whole")).path
        base: list[float] = []
        for number, variant in enumerate(VARIANTS):
            with changed(variant.changes):
                again = Path(folder, str(number))
                index = _index(one, again) if variant.reindex else SentenceIndex.open(whole)
                ranks = _ranks(index, questions, reader=variant.reader)
            first = [float(rank == 1) for rank in ranks]
            base = base or first
            difference = interval(base, first) if number else "–"
            table.append(f"| {variant.name} | {shown(ranks)} | {difference} |")
            print(table[-1], flush=True)
    write_section("ablation", table)


@contextmanager
def changed(changes: Sequence[Change]) -> Iterator[None]:
    """Constants as given inside, as they were after."""
    before = [getattr(module, name) for module, name, _ in changes]
    for module, name, value in changes:
        setattr(module, name, value)
    try:
        yield
    finally:
        for (module, name, _), value in zip(changes, before, strict=True):
            setattr(module, name, value)


def _ranks(
    index: SentenceIndex, questions: Sequence[GoldQuestion], *, reader: bool
) -> list[int | None]:
    answerer = Answerer(index) if reader else Answerer(index, reader="none")
    return [first_right(answerer.retrieve(q.question, DEPTH), q) for q in questions]


def _index(one: BenchmarkSet, path: Path) -> SentenceIndex:
    return SentenceIndex.create(path, one.documents, splitter=one.splitter, progress=True)


if __name__ == "__main__":
    main()
