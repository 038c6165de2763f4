"""Answerer: retrieve → read → decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index import Hit, SentenceIndex
from qa.answer import Answer, Passage
from qa.errors import QuestionError
from qa.read import Reader, Reading, SentenceReader
from qa.retrieve import Found, gather, retrieve

MAX_QUESTION = 2_000  # characters; a question, not a document
MIN_CONFIDENCE = 0.12  # below it the documents are said not to answer; set on shift_newwiki
HITS_A_PASSAGE = 20  # ranked sentences looked at for each passage that is wanted


class Answerer:
    """Answers questions from one index; safe to share between threads."""

    def __init__(self, index: SentenceIndex, *, reader: Reader | None = None) -> None:
        self.index = index
        self._reader = reader or SentenceReader()

    def ask(self, question: str, k: int = 5) -> Answer:
        """The answer, quoted from the documents, with the `k` passages that match best.

        Raises QuestionError for a question that is empty or longer than MAX_QUESTION.
        """
        return self.ask_many([question], k=k)[0]

    def ask_many(self, questions: Sequence[str], k: int = 5) -> list[Answer]:
        """The answers to several questions, in their order; faster than one by one."""
        questions = [check_question(question) for question in questions]
        _check_k(k)
        if not questions:
            return []
        rankings = retrieve(self.index, questions, k=k * HITS_A_PASSAGE)
        return [
            self._decide(question, ranking, k)
            for question, ranking in zip(questions, rankings, strict=True)
        ]

    def retrieve(self, question: str, k: int = 100) -> list[Hit]:
        """The `k` sentences that match a question best, best first.

        Raises QuestionError for a question that is empty or longer than MAX_QUESTION.
        """
        _check_k(k)
        (ranking,) = retrieve(self.index, [check_question(question)], k=k)
        return [hit for hit, _ in ranking]

    def _decide(self, question: str, ranking: Sequence[Found], k: int) -> Answer:
        passages = gather(ranking, k=k)
        readings = self._reader.read(question, passages)
        if not readings:
            return Answer(question, None, 0.0, ())
        best = max(readings, key=lambda reading: reading.confidence)
        answered = best.confidence >= MIN_CONFIDENCE
        return Answer(
            question,
            best.answer if answered else None,
            best.confidence,
            tuple(map(_mark, passages, readings)),
        )


def check_question(question: str) -> str:
    """The question without white space around it. Raises QuestionError if it cannot be asked."""
    question = question.strip()
    if not question:
        raise QuestionError("The question is empty; type one, such as: Who signed the agreement?")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters; the limit is {MAX_QUESTION:,}. "
            "Ask for one thing at a time."
        )
    # What no file or terminal can hold (a lone surrogate) becomes a question mark.
    return question.encode("utf-8", "replace").decode("utf-8")


def _check_k(k: int) -> None:
    if k < 1:
        raise QuestionError(f"k is the number of results and must be at least 1, not {k}.")


def _mark(passage: Passage, reading: Reading) -> Passage:
    """The passage with its answer; only where the reader is sure enough to show it."""
    sure = reading.confidence >= MIN_CONFIDENCE
    return replace(passage, answer=reading.answer if sure else None, confidence=reading.confidence)
