"""How the constants of retrieval were chosen: on sets for training, never on those reported.

    python -m benchmarks.choose --data DIR

Indexes each set as a user's documents would be, with our own sentence boundaries, then varies one
constant at a time around its value. Last, fits the confidence of the sentence reader.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import qa.retrieve as retrieval
from benchmarks.data import BenchmarkSet, load
from benchmarks.report import write_section
from benchmarks.retrieval import ranked
from index import Hit, SentenceIndex
from qa.answerer import MIN_CONFIDENCE
from qa.evaluate import first_right
from qa.gold import GoldQuestion
from qa.metrics import hit_at, mean_reciprocal_rank
from qa.read import INTERCEPT, SLOPE, confidence

SETS = ("shift_newwiki", "shift_reddit")
QUESTIONS = 2_000  # of each set, every nth
GRID = {
    "LEXICAL_WEIGHT": (0.045, 0.09, 0.135, 0.18, 0.27),
    "NO_STATEMENT": (0.0, -0.1, -0.15, -0.2, -0.3),
    "QUANTITY": (0.0, 0.05, 0.1, 0.15, 0.2),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    arguments = parser.parse_args()
    lines = ["P@1 / MRR@100 over all sentences of a set:", ""]
    lines += [f"| constant | value | {' | '.join(SETS)} |", "|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        sets = [_thinned(load(arguments.data, name)) for name in SETS]
        indexes = [
            SentenceIndex.create(Path(folder, one.name), one.documents, progress=True)
            for one in sets
        ]
        for name, values in GRID.items():
            chosen = getattr(retrieval, name)
            for value in values:
                setattr(retrieval, name, value)
                cells = [_score(index, one) for index, one in zip(indexes, sets, strict=True)]
                mark = "**" if value == chosen else ""
                lines.append(f"| {name} | {mark}{value}{mark} | {' | '.join(cells)} |")
            setattr(retrieval, name, chosen)
        lines += ["", *_fit_confidence(indexes[0], sets[0])]
    write_section("constants", lines)


def _thinned(one: BenchmarkSet) -> BenchmarkSet:
    step = max(1, len(one.questions) // QUESTIONS)
    return BenchmarkSet(one.name, one.documents, one.questions[::step], one.splitter, one.relevant)


def _score(index: SentenceIndex, one: BenchmarkSet) -> str:
    ranks = [first_right(hits, question) for question, hits in ranked(index, one.questions)]
    return f"{100 * hit_at(ranks, 1):.1f} / {100 * mean_reciprocal_rank(ranks, 100):.1f}"


def _fit_confidence(index: SentenceIndex, one: BenchmarkSet) -> list[str]:
    """Each question twice: with the document that answers it, and as if that were not there."""
    scores, right, there = [], [], []
    for question, hits in ranked(index, one.questions):
        elsewhere = [hit for hit in hits if hit.sentence.document.id not in _gold(question)]
        for hit, answered in ((hits[0], _holds(hits[0], question)), *_first(elsewhere)):
            scores.append(hit.score)
            right.append(answered)
            there.append(hit is hits[0])
    x, y, known = np.array(scores)[:, None], np.array(right), np.array(there)
    half = np.random.default_rng(0).random(len(y)) < 0.5
    model = LogisticRegression(C=100).fit(x[half], y[half])
    sure = np.array([confidence(score) for score in x[:, 0]])
    below = sure < MIN_CONFIDENCE
    return [
        f"Confidence, fitted on half of {one.name} ({len(y)} cases, half of them without the "
        f"article that answers): slope {model.coef_[0, 0]:.2f}, intercept "
        f"{model.intercept_[0]:.2f}; in use {SLOPE}, {INTERCEPT}. On the other half: AUROC right "
        f"against wrong {roc_auc_score(y[~half], x[~half, 0]):.3f}; below the threshold of "
        f"{MIN_CONFIDENCE}: {100 * below[known & ~half].mean():.1f} % of the questions that are "
        f"answered, {100 * below[~known & ~half].mean():.1f} % of those that are not.",
    ]


def _gold(question: GoldQuestion) -> set[str]:
    return {span.document for span in question.gold or ()}


def _holds(hit: Hit, question: GoldQuestion) -> bool:
    return any(span.matches(hit.sentence) for span in question.gold or ())


def _first(hits: list[Hit]) -> list[tuple[Hit, bool]]:
    return [(hits[0], False)] if hits else []


if __name__ == "__main__":
    main()
