"""What each part is worth: one after the other loses its weight, the same questions asked.

    python -m benchmarks.ablation --data DIR [--set qed_nq]

A part is a feature of the calibration, the reader, or the tuning of questions. The difference is
that of P@1 to all parts together, with 95 % of a paired bootstrap.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.answers import DEPTH, every_nth, interval, percent
from benchmarks.data import load
from benchmarks.report import Row, write_section
from index import SentenceIndex
from index.embed import SentenceTransformerEmbedder
from index.vectors import Vectors
from qa import Answerer
from qa.calibration import read_calibration
from qa.cross_encoder import BUNDLED
from qa.evaluate import first_right
from qa.gold import GoldQuestion


@dataclass(frozen=True, slots=True)
class Variant:
    """Features that lose their weight, and what else is left out."""

    name: str
    without: Sequence[str] = ()
    reader: str = BUNDLED
    tuned: bool = True


class Untuned(SentenceTransformerEmbedder):
    """The bundled embedder, with questions embedded as it was published."""

    def embed_questions(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        vectors = self.embed_passages(texts)
        return vectors, vectors


VARIANTS = (
    Variant("all parts"),
    Variant("no reader", reader="none"),
    Variant("the reader's word alone", ["search"]),
    Variant("questions embedded as published", tuned=False),
    Variant("no words (BM25)", ["bm25"]),
    Variant("no meaning (vectors)", ["cosine"]),
    Variant("any length", ["length"]),
    Variant("questions and headings as good as statements", ["is_question", "is_heading"]),
    Variant("short sentences as good as others", ["is_short"]),
    Variant("other rows not looked at", ["in_other_row"]),
    Variant("replies not looked for", ["follows_question"]),
    Variant("what repeats the question as good as others", ["repeats_question"]),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--set", default="qed_nq")
    parser.add_argument("--questions", type=int, default=400)
    arguments = parser.parse_args()
    one = load(arguments.data, arguments.set)
    questions = every_nth([q for q in one.questions if q.gold], arguments.questions)
    table: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "whole")
        SentenceIndex.create(whole, one.documents, splitter=one.splitter)
        base: list[float] = []
        for number, variant in enumerate(VARIANTS):
            embedder = SentenceTransformerEmbedder() if variant.tuned else Untuned()
            index = SentenceIndex.open(whole, embedder=embedder)
            calibration = read_calibration().without(*variant.without)
            answerer = Answerer(index, reader=variant.reader, calibration=calibration)
            ranks = _ranks(answerer, questions)
            first = [float(rank == 1) for rank in ranks]
            base = base or first
            difference = interval(base, first) if number else None
            table.append((variant.name, *percent(ranks), difference))
            print(*table[-1], flush=True)
    write_section(
        "ablation",
        ("parts", "P@1", "MRR@100", "P@1 against all parts (95 %)"),
        table,
        [
            f"{arguments.set}, {len(questions)} questions. One part is taken out at a time, and "
            "the same questions are asked."
        ],
    )


def _ranks(answerer: Answerer, questions: Sequence[GoldQuestion]) -> list[int | None]:
    return [first_right(answerer.retrieve(q.question, DEPTH), q) for q in questions]


if __name__ == "__main__":
    main()
