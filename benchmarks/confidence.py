"""What confidence is worth: rows that say how well it tells right from wrong."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from sklearn.metrics import roc_auc_score

from benchmarks.report import Row
from qa import Answer, Answerer
from qa.gold import GoldQuestion
from qa.metrics import best_over, coverage_at, f1

AT_ONCE = 64  # questions asked together
CONFIDENCE = (
    *("set", "answerable", "unanswerable", "AUROC, answerable or not", "AUROC, right or wrong"),
    *("coverage at 90 % precision", "of the answerable"),
    *("coverage at 95 % precision", "of the answerable"),
)
CONFIDENCE_NOTE = (
    "A quote is right where its F1 is at least .5. Coverage is in percent of all questions, then "
    "of the answerable ones."
)
BINS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9)
RELIABILITY = ("set", "questions", *(f"from {least}" for least in BINS))
RELIABILITY_NOTE = (
    "How many questions have a best answer of that confidence, and of how many its sentence holds "
    "a gold answer. A question that nothing answers has none."
)
SQUAD20_NOTE = "The unanswerable questions of squad20_dev were written to look answerable."


def confidence_row(name: str, questions: Sequence[GoldQuestion], answers: Sequence[Answer]) -> Row:
    """How well confidence tells the answerable from the others, and the right from the wrong."""
    sure = [answer.confidence for answer in answers]
    right = [
        bool(q.gold) and best_over(f1, best_quote(a), q.answers) >= 0.5
        for q, a in zip(questions, answers, strict=True)
    ]
    there = [bool(question.gold) for question in questions]
    share = len(questions) / max(1, sum(there))
    covered: list[float] = []
    for precision in (0.9, 0.95):
        cover = coverage_at(sure, right, precision)
        covered += [round(100 * cover, 1), round(100 * min(1, share * cover), 1)]
    auroc = (round(roc_auc_score(labels, sure), 3) for labels in (there, right))
    return name, sum(there), len(there) - sum(there), *auroc, *covered


def told_apart_row(name: str, questions: Sequence[GoldQuestion], answerer: Answerer) -> Row:
    """How well confidence tells the answerable from the others, where only that is known."""
    there = [bool(question.gold) for question in questions]
    sure = [answer.confidence for answer in ask_all(answerer, questions)]
    auroc = round(roc_auc_score(there, sure), 3)
    return name, sum(there), len(there) - sum(there), auroc, None, None, None, None, None


def reliability_row(name: str, questions: Sequence[GoldQuestion], answerer: Answerer) -> Row:
    """How many answers of each confidence there are, and how many of them are right."""
    counts, right = [0] * len(BINS), [0] * len(BINS)
    for question, answer in zip(questions, ask_all(answerer, questions), strict=True):
        sentence = answer.sentence or answer.alternatives[0].sentence
        place = bisect_right(BINS, answer.confidence) - 1
        counts[place] += 1
        right[place] += any(gold.matches(sentence) for gold in question.gold or ())
    cells = (f"{some} of {count}" for some, count in zip(right, counts, strict=True))
    return name, len(questions), *cells


def ask_all(answerer: Answerer, questions: Sequence[GoldQuestion]) -> list[Answer]:
    texts = [question.question for question in questions]
    parts = [texts[first : first + AT_ONCE] for first in range(0, len(texts), AT_ONCE)]
    return [answer for part in parts for answer in answerer.ask_many(part)]


def best_quote(answer: Answer) -> str:
    """What would be quoted if nothing were refused."""
    return (answer.quote or answer.alternatives[0].quote).text
