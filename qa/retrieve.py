"""Question → the sentences that match it, by meaning and by words."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index import Candidates, Paragraph, SentenceIndex, Span
from qa.calibration import Calibration
from qa.features import Features, is_syntax, of_sentence
from qa.question import Question

# Sentences: in a larger index, the words of a question are about as frequent as in one of these.
IDF_SATURATES_AT = 20_000
SAYING = {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "So"}  # categories of characters

SEARCH_DEPTH = 200  # sentences taken from each search, at the least
SPARE = 50  # looked at beyond those that are wanted: what comes next may be better after all


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence, its paragraph, what speaks for it, and the score that puts it in order.

    `by_meaning` and `by_words` are its ranks, from 1, among all that was found.
    """

    sentence: Span
    paragraph: Paragraph
    text: str  # of the sentence
    features: Features
    score: float  # higher is better
    by_meaning: int | None = None
    by_words: int | None = None


def retrieve(
    index: SentenceIndex, questions: Sequence[Question], calibration: Calibration, *, k: int
) -> list[list[Found]]:
    """For each question its `k` best sentences, best first."""
    found = index.search([question.text for question in questions], depth=max(k, SEARCH_DEPTH))
    return [
        rank(index, question, candidates, calibration, k=k)
        for question, candidates in zip(questions, found, strict=True)
    ]


def rank(
    index: SentenceIndex,
    question: Question,
    candidates: Candidates,
    calibration: Calibration,
    *,
    k: int,
) -> list[Found]:
    """The `k` best of the candidates, best first."""
    bm25 = scaled(candidates.bm25, len(index))
    weight = calibration.weight
    seen = {"cosine": candidates.cosine, "bm25": bm25, "about": candidates.about}
    scores = np.zeros(len(bm25))
    for name, each in seen.items():
        scores += weight("search", name) * each
    order = np.argsort(-scores, kind="stable")[: k + SPARE]
    ids = candidates.ids[order].tolist()
    known = index.sentences(ids)
    by_meaning, by_words = _ranks(candidates.cosine)[order], _ranks(candidates.bm25)[order]
    ranking = []
    for row, number in enumerate(ids):
        if number not in known:
            continue
        sentence, paragraph = known[number]
        text = sentence.text
        if not says_something(text) or is_syntax(sentence, paragraph):
            continue
        features: Features = {
            **{name: float(each[order[row]]) for name, each in seen.items()},
            **of_sentence(question, text, sentence, paragraph),
        }
        matched = bm25[order[row]] > 0
        ranking.append(
            Found(
                sentence,
                paragraph,
                text,
                features,
                calibration.odds("search", features),
                int(by_meaning[row]),
                int(by_words[row]) if matched else None,
            )
        )
    return sorted(ranking, key=lambda found: -found.score)[:k]


def scaled(bm25: np.ndarray, sentences: int) -> np.ndarray:
    """BM25 scores that mean about the same in one document and in a million. A word that occurs
    once weighs log(1 + sentences) in them; but what is asked about grows with an index, and above
    IDF_SATURATES_AT its words weigh no more than before."""
    return bm25 / math.log1p(min(max(sentences, 1), IDF_SATURATES_AT))


def says_something(sentence: str) -> bool:
    """Whether there is a letter, a digit or a picture in it: a rule across the page has none."""
    return any(unicodedata.category(character) in SAYING for character in sentence)


def _ranks(scores: np.ndarray) -> np.ndarray:
    """The rank of each score, from 1, the highest first."""
    ranks = np.empty(len(scores), np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks
