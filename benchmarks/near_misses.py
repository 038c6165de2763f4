"""How near misses that people wrote are told from the questions that they were made from, by kind.

    python -m benchmarks.near_misses --data DIR --indexes FOLDER

Only documents that no reader is trained on. A near miss and its question are asked of the same
index, with the default settings. The indexes stay in FOLDER, for the next run.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sklearn.metrics import roc_auc_score

from benchmarks.confidence import ask_all
from benchmarks.data import bar, load, rows
from benchmarks.report import Row, write_section
from index import SentenceIndex
from qa import Answer, Answerer
from qa.answer import State
from qa.gold import GoldQuestion
from qa.metrics import mean
from training.sets import is_held_out

SETS = ("train_squad_part", "train_squad2_pairs")
# The letters by which the sets name the kinds, and what was done to the question.
KINDS = {
    "E": "another name",
    "#": "another number",
    "N": "negated",
    "A": "the opposite",
    "X": "what excludes it",
    "I": "not said",
}
FIRM = 0.5


@dataclass(frozen=True, slots=True)
class Pair:
    """A near miss of a kind, with how sure its answer is, and that of the question it was made
    from."""

    kind: str
    miss: Answer
    question: Answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--indexes", type=Path, required=True, help="folder for the indexes")
    arguments = parser.parse_args()
    pairs = [pair for name in SETS for pair in ask_pairs(arguments.data, name, arguments.indexes)]
    groups = {KINDS[kind]: [pair for pair in pairs if pair.kind == kind] for kind in KINDS}
    write_section(
        "near misses by kind",
        ("kind", "pairs", "AUROC", "told apart, %", "refused, %", "said firmly, %", "refused, own"),
        [*(_row(kind, some) for kind, some in groups.items() if some), _row("all", pairs)],
        [
            "Pairs of questions about held-out documents of SQuAD. Told apart: the question has "
            "more confidence than its near miss. Refused, own: of the questions that they were "
            "made from, in percent. Firmly is from .5 on."
        ],
    )


def ask_pairs(data: Path, name: str, indexes: Path) -> list[Pair]:
    """The answers to the near misses of one set and to their questions, of its held-out
    documents."""
    one = load(data, name)
    path = indexes / f"{name}-held-out.index"
    documents = [document for document in one.documents if is_held_out(name, document.id)]
    if not path.exists():
        SentenceIndex.create(path, documents, progress=bar(documents))
    answerer = Answerer(SentenceIndex.open(path))
    held_out = {document.id for document in documents}
    raw = [row for row in rows(data / name / "qa.jsonl.gz") if row.get("near_miss_of")]
    wanted = [row for row in raw if row["asked_of"]["doc_id"] in held_out and row["why"] in KINDS]
    misses = ask_all(answerer, [_question(row["question"]) for row in wanted])
    questions = ask_all(answerer, [_question(row["near_miss_of"]) for row in wanted])
    return [
        Pair(row["why"], miss, question)
        for row, miss, question in zip(wanted, misses, questions, strict=True)
    ]


def _question(text: str) -> GoldQuestion:
    return GoldQuestion(text, text, (), ())


def _row(kind: str, pairs: Sequence[Pair]) -> Row:
    missed = [pair.miss.confidence for pair in pairs]
    asked = [pair.question.confidence for pair in pairs]
    labels = [False] * len(missed) + [True] * len(asked)
    shares: Mapping[str, float] = {
        "apart": mean([float(a > b) for a, b in zip(asked, missed, strict=True)]),
        "refused": mean([float(pair.miss.state is State.NONE) for pair in pairs]),
        "firm": mean([float(sure >= FIRM) for sure in missed]),
        "own": mean([float(pair.question.state is State.NONE) for pair in pairs]),
    }
    area = round(roc_auc_score(labels, missed + asked), 3)
    return kind, len(pairs), area, *(round(100 * share, 1) for share in shares.values())


if __name__ == "__main__":
    main()
