"""Question → the sentences that match it, by meaning and by words, with one score."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

import numpy as np

from index import Hit, SentenceIndex, Span
from index.sentence_index import Candidates
from index.split import Paragraph
from qa.layout import heads_table, items_after
from qa.question import MARK

# Score of a sentence: cosine + lexical_weight × BM25 (of the sentence and of its titled paragraph,
# added) + NO_STATEMENT if it states nothing. See benchmarks/RESULTS.md for how the weights were
# chosen.
LEXICAL_WEIGHT = 0.135
GROWN = 20_000  # sentences: above it, the words of a question are about as frequent in any more
NO_STATEMENT = -0.15

SAYING = {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "So"}  # categories of characters
FEWEST_WORDS = 6  # fewer are a heading or an exclamation

DEPTH = 200  # candidates taken from each search, at the least
SPARE = 50  # looked at beyond those that are wanted: what comes next may be better after all

Found = tuple[Hit, Paragraph]  # a sentence, and the paragraph it stands in


def retrieve(index: SentenceIndex, questions: Sequence[str], *, k: int) -> list[list[Found]]:
    """For each question its `k` best sentences, best first, each with its paragraph."""
    found = index.search(questions, depth=max(k, DEPTH))
    return [rank(index, candidates, k=k) for candidates in found]


def rank(index: SentenceIndex, candidates: Candidates, *, k: int) -> list[Found]:
    """The `k` best of the candidates, best first, each with its paragraph."""
    weight = lexical_weight(len(index))
    scores = candidates.cosine + weight * candidates.bm25
    order = np.argsort(-scores, kind="stable")[: k + SPARE]
    ids = candidates.ids[order].tolist()
    found = index.sentences(ids)
    ranking = [
        (Hit(sentence, score if may_answer(sentence) else score + NO_STATEMENT), paragraph)
        for score, (sentence, paragraph) in (
            (score, found[number])
            for number, score in zip(ids, scores[order].tolist(), strict=True)
            if number in found and says_something(found[number][0].text)
        )
    ]
    return sorted(ranking, key=lambda entry: -entry[0].score)[:k]


def lexical_weight(sentences: int) -> float:
    """What BM25 counts in an index of so many sentences, so that a score means about the same in
    one document and in a million. A word that occurs once weighs log(1 + sentences) in it; but what
    is asked about grows with an index, and above GROWN its words weigh no more than before."""
    return LEXICAL_WEIGHT / math.log1p(min(sentences, GROWN))


def says_something(sentence: str) -> bool:
    """Whether there is a letter, a digit or a picture in it: a rule across the page has none."""
    return any(unicodedata.category(character) in SAYING for character in sentence)


def may_answer(sentence: Span) -> bool:
    """Whether a sentence may answer at all: it states something, or a list comes after it."""
    stated = is_statement(sentence.text) and not heads_table(sentence)
    return stated or bool(items_after(sentence))


def is_statement(sentence: str) -> bool:
    """Whether a sentence does not ask itself, and is no heading."""
    words = sentence.split(maxsplit=FEWEST_WORDS)
    return len(words) >= FEWEST_WORDS and not MARK.search(sentence)
