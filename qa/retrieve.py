"""Question → one ranking of sentences → passages."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import numpy as np

from index import Hit, SentenceIndex, Span
from index.sentence_index import Candidates
from qa.answer import Passage

# Score of a sentence: cosine + LEXICAL_WEIGHT × BM25 (of the sentence and of its titled
# paragraph, added) / log(1 + number of sentences) + what `plausibility` says. The logarithm is
# what a word weighs in BM25 that occurs only once: with it, a score means the same in one document
# and in a million. See benchmarks/RESULTS.md for how the weights were chosen.
LEXICAL_WEIGHT = 0.135
NO_STATEMENT = -0.15
QUANTITY = 0.1

FEWEST_WORDS = 6  # fewer are a heading or an exclamation
ASKS = re.compile(r"[?？؟][\s\"'”’»)\]]*$")
ASKS_QUANTITY = re.compile(
    r"\bhow (?:many|much|old|long|far|fast|big|large|high|tall|often|deep)\b"
    r"|\bwhat (?:share|percentage|number|amount)\b",
    re.IGNORECASE,
)
STATES_QUANTITY = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?"
    r"|thousands?|millions?|billions?|half|several|once|twice)\b",
    re.IGNORECASE,
)

DEPTH = 200  # candidates taken from each search, at the least
RERANKED = 50  # candidates looked at beyond those that are wanted
NEAR = 0.1  # below the best score in a passage: other sentences that good are marked too

Found = tuple[Hit, Span]  # a sentence, and the paragraph it stands in


def retrieve(index: SentenceIndex, questions: Sequence[str], *, k: int) -> list[list[Found]]:
    """For each question its `k` best sentences, best first, each with its paragraph."""
    found = index.search(questions, depth=max(k, DEPTH))
    return [
        _rank(index, question, candidates, k)
        for question, candidates in zip(questions, found, strict=True)
    ]


def _rank(index: SentenceIndex, question: str, candidates: Candidates, k: int) -> list[Found]:
    weight = LEXICAL_WEIGHT / math.log1p(len(index))
    scores = candidates.cosine + weight * candidates.bm25
    order = np.argsort(-scores, kind="stable")[: k + RERANKED]
    ids = candidates.ids[order].tolist()
    found = index.sentences(ids)
    ranking = [
        (Hit(sentence, score + plausibility(question, sentence.text)), found[number].span)
        for number, score in zip(ids, scores[order].tolist(), strict=True)
        if number in found
        for sentence in found[number].sentences
    ]
    return sorted(ranking, key=lambda entry: -entry[0].score)[:k]


def plausibility(question: str, sentence: str) -> float:
    """What the form of a sentence adds to its score: a question or a heading hardly answers
    anything, and "how many" asks for a number."""
    if ASKS.search(sentence) or len(sentence.split(maxsplit=FEWEST_WORDS)) < FEWEST_WORDS:
        return NO_STATEMENT
    if ASKS_QUANTITY.search(question) and STATES_QUANTITY.search(sentence):
        return QUANTITY
    return 0.0


def gather(ranking: Iterable[Found], *, k: int) -> list[Passage]:
    """The `k` best passages, best first: a paragraph each, with those of its sentences that match
    about as well as its best one."""
    paragraphs: dict[Span, list[Hit]] = {}
    for hit, paragraph in ranking:
        if paragraph not in paragraphs and len(paragraphs) == k:
            continue
        paragraphs.setdefault(paragraph, []).append(hit)
    return [
        Passage(span, _near_best(hits), max(hit.score for hit in hits))
        for span, hits in paragraphs.items()
    ]


def _near_best(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    best = max(hit.score for hit in hits)
    near = [hit for hit in hits if hit.score >= best - NEAR]
    return tuple(sorted(near, key=lambda hit: hit.sentence.start))
