"""Question → the sentences that match it, by meaning and by words, with one score."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from index import Hit, SentenceIndex
from index.sentence_index import Candidates
from index.split import Paragraph
from qa.question import MARK

# Score of a sentence: cosine + LEXICAL_WEIGHT × BM25 (of the sentence and of its titled
# paragraph, added) / log(1 + number of sentences) + what it has before anything is asked. The
# logarithm is what a word weighs in BM25 that occurs only once: with it, a score means about the
# same in one document and in a million. See benchmarks/RESULTS.md for how the weights were chosen.
LEXICAL_WEIGHT = 0.135

# Before anything is asked: a longer sentence says more, so it is likelier to say what is asked;
# a short one needs little to look like the question. (A reader sees what it says, so there the
# length does not count: see judge.) One that states nothing answers nothing.
LENGTH_WEIGHT = 0.07  # × log(characters / 100)
LONG = 300  # characters; what is longer is hardly a sentence
NO_STATEMENT = -0.15

FEWEST_WORDS = 6  # fewer are a heading or an exclamation

DEPTH = 200  # candidates taken from each search, at the least
RERANKED = 50  # candidates looked at beyond those that are wanted

Found = tuple[Hit, Paragraph]  # a sentence, and the paragraph it stands in


def retrieve(index: SentenceIndex, questions: Sequence[str], *, k: int) -> list[list[Found]]:
    """For each question its `k` best sentences, best first, each with its paragraph."""
    found = index.search(questions, depth=max(k, DEPTH))
    return [rank(index, candidates, k=k) for candidates in found]


def rank(index: SentenceIndex, candidates: Candidates, *, k: int) -> list[Found]:
    """The `k` best of the candidates, best first, each with its paragraph."""
    weight = LEXICAL_WEIGHT / math.log1p(len(index))
    scores = candidates.cosine + weight * candidates.bm25
    order = np.argsort(-scores, kind="stable")[: k + RERANKED]
    ids = candidates.ids[order].tolist()
    found = index.sentences(ids)
    ranking = [
        (Hit(sentence, score + prior(sentence.text)), paragraph)
        for score, (sentence, paragraph) in (
            (score, found[number])
            for number, score in zip(ids, scores[order].tolist(), strict=True)
            if number in found
        )
    ]
    return sorted(ranking, key=lambda entry: -entry[0].score)[:k]


def prior(sentence: str) -> float:
    """What a sentence scores by itself, whatever is asked."""
    return for_length(sentence) + (0.0 if is_statement(sentence) else NO_STATEMENT)


def for_length(sentence: str) -> float:
    """What a sentence scores for how much it may say."""
    return LENGTH_WEIGHT * math.log(min(max(len(sentence), 1), LONG) / 100)


def is_statement(sentence: str) -> bool:
    """Whether a sentence may answer at all: it does not ask itself, and is no heading."""
    words = sentence.split(maxsplit=FEWEST_WORDS)
    return len(words) >= FEWEST_WORDS and not MARK.search(sentence)
