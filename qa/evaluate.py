"""Gold questions + Answerer → Report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index import Hit
from qa.answer import Answer
from qa.answerer import Answerer
from qa.errors import GoldError, QuestionError
from qa.gold import GoldQuestion, check_gold, names_of
from qa.metrics import (
    best_over,
    exact_match,
    f1,
    hit_at,
    mean,
    mean_reciprocal_rank,
    percentile,
)
from qa.question import check_question

RANKING_DEPTH = 100

# The figures that are better when higher, by name; the others are counts, times and wrong refusals.
FIGURES = ("hit@1", "hit@3", "hit@5", "hit@10", "mrr", "document", "em", "f1", "refused_right")

Measure = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one question."""

    gold: GoldQuestion
    answer: Answer
    rank: int | None  # of the first sentence that holds a gold answer, from 1
    document_right: bool  # whether the first sentence stands in a document that answers
    seconds: float  # from question to answer

    @property
    def text(self) -> str:
        """The quoted answer; '' for a refusal, as SQuAD 2.0 counts it."""
        return self.answer.quote.text if self.answer.quote else ""


@dataclass(frozen=True, slots=True)
class Report:
    """The results of all questions, and their figures by name."""

    results: tuple[Result, ...]

    def figures(self) -> dict[str, float | None]:
        """Each figure by its name, None where there is no question that it is taken over. Ranks
        are taken over the questions whose gold is known and not empty; EM and F1 over those whose
        answers are, a refusal being the right answer to the unanswerable."""
        answerable = [result for result in self.results if result.gold.answerable]
        unanswerable = [result for result in self.results if not result.gold.answerable]
        ranked = [result for result in answerable if result.gold.gold]
        ranks = [result.rank for result in ranked]
        worded = [r for r in self.results if r.gold.answers or not r.gold.answerable]
        return {
            "questions": len(self.results),
            "answerable": len(answerable),
            **{f"hit@{k}": hit_at(ranks, k) if ranked else None for k in (1, 3, 5, 10)},
            "mrr": mean_reciprocal_rank(ranks, 10) if ranked else None,
            "document": _mean([float(result.document_right) for result in ranked]),
            "em": _answer_score(exact_match, worded),
            "f1": _answer_score(f1, worded),
            "refused_right": _refused(unanswerable),
            "refused_wrong": _refused(answerable),
            "p50_ms": 1000 * percentile([result.seconds for result in self.results], 0.5),
            "p95_ms": 1000 * percentile([result.seconds for result in self.results], 0.95),
        }


def evaluate(
    answerer: Answerer, questions: Sequence[GoldQuestion], *, k: int = 5
) -> Iterator[Result]:
    """What becomes of each question, asked one at a time as a person would.

    Raises GoldError at once when the gold does not fit the answerer's index.
    """
    check_gold(list(questions), answerer.index)
    for question in questions:
        try:
            check_question(question.question)
        except QuestionError as error:
            raise GoldError(f"Question {question.id!r} cannot be asked. {error}") from error
    return _ask_all(answerer, questions, k)


def _ask_all(answerer: Answerer, questions: Sequence[GoldQuestion], k: int) -> Iterator[Result]:
    answerer.ask("Warm up?", k)  # loading the model is no part of an answer's time
    for question in questions:
        started = time.perf_counter()
        answer = answerer.ask(question.question, k)
        seconds = time.perf_counter() - started
        hits = answerer.retrieve(question.question, RANKING_DEPTH)
        yield Result(
            question, answer, first_right(hits, question), _document_right(hits, question), seconds
        )


def first_right(hits: Sequence[Hit], question: GoldQuestion) -> int | None:
    """The rank, from 1, of the first sentence that holds any of a gold span."""
    for rank, hit in enumerate(hits, 1):
        if any(span.matches(hit.sentence) for span in question.gold or ()):
            return rank
    return None


def _document_right(hits: Sequence[Hit], question: GoldQuestion) -> bool:
    first = hits[0].sentence.document if hits else None
    return first is not None and any(
        span.document in names_of(first) for span in question.gold or ()
    )


def _answer_score(measure: Measure, results: Sequence[Result]) -> float | None:
    return _mean([best_over(measure, result.text, result.gold.answers) for result in results])


def _refused(results: Sequence[Result]) -> float | None:
    return _mean([float(result.answer.quote is None) for result in results])


def _mean(values: Sequence[float]) -> float | None:
    return mean(values) if values else None
