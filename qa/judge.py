"""Retrieval scores and readings → one ranking of sentences, and what the best of them answer.

Every score is the log-odds that a sentence answers, so that sentences that were read and sentences
that were not, of an index of any size, stand in one order. training/fit.py fits the constants;
training/README.md says on what.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index import Hit, Span
from index.asking import states
from index.split import Paragraph
from index.table import cells, said, table_of
from qa.layout import cell_asked_for, heads_table, in_code, in_own_line, items_after
from qa.metrics import ARTICLES
from qa.question import (
    MARK,
    STATEMENT_END,
    Mentions,
    announces,
    is_same,
    mentions,
    points_on,
    tells,
)
from qa.read import Reading
from qa.retrieve import Found, says_something

# Log-odds that a sentence answers that was found with this retrieval score and not read: the best
# of its question, where there is no reader, by its length too; one that others were read before.
ALONE, ALONE_BASE = 3.63, -4.65
LENGTH_WEIGHT, LONG = 0.07, 300  # of the length; characters, above which it is hardly a sentence
FOUND, FOUND_BASE = 5.56, -8.90
# The same of one that was read: from its retrieval score and what the reader gives it.
READ_FOUND, READ_SCORE, READ_BASE = 4.53, 0.49, -6.17
STATED = 0.3  # of READ_SCORE, for a claim: the reader has learnt from questions only
# The same of an answer: from the log-odds of its best sentence; for each name and number of the
# question that its paragraph and title do not mention, and each year instead of which the sentence
# has another; and from the probability of each further sentence with the same answer. The last
# was not fitted: where no fact is told twice, as in the sets it could be fitted on, a further
# sentence with the same words is a bad sign.
SURE, SURE_BASE = 0.85, 0.74
NAME_MISSING, NUMBER_MISSING = -1.74, -3.57
SURE_SUPPORT = 0.3

# The same of a sentence that says nothing but what the question says, or names the columns of a
# table. Not fitted: of those that answer a question of the public sets 5 in 10,000 are such, mostly
# where one asks whether it is so.
TELLS_NOTHING = -10.0
# At the least, that of the statement that stands after the question itself, in a list of questions
# and answers. Not fitted either: a sentence that the reader is surer of still comes first.
REPLIES = 0.0

DEPTH = 100  # sentences that are found for a question in any case
WHOLE_BELOW = 0.02  # share of an answer under which the whole sentence is the better quote

NEARBY = 2_000  # characters before and after the start of a sentence, looked through for names
REMEMBERED = 256  # stretches of tables, looked through for names

THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# Punctuation, but for a point or comma in a number, a sign before one, and what is behind C.
OF_NUMBER = r"(?<=\d)[.,:/](?=\d)|(?<!\w)-(?=\d)|(?<=[\w+#])[+#]"
NO_PART = re.compile(rf"(?!{OF_NUMBER})[{re.escape(string.punctuation)}]")

# What marks a heading, a quotation, an item of a list or a row of a table, and is no word of it;
# before a number it may be a sign.
MARKER = re.compile(r"(?:(?:#{1,6}|[>*+•‣◦·–—-]|\(?(?:\d{1,3}|[A-Za-z])\))\s+)+(?=[^\s\d])|\|\s*")
ROW_END = re.compile(r"\s*\|$")

SECTION = re.compile(r"\d{1,3}(?:\.\d{1,3})+\.?")

WORDS = ((0.8, "very likely"), (0.5, "likely"), (0.25, "possible"), (0.0, "weak"))


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence in the one ranking, and what to quote: all of it where nothing was read; where it
    only introduces a list that answers, the items of the list."""

    hit: Hit  # its score: log-odds that the sentence answers
    paragraph: Paragraph
    parts: tuple[Span, ...]

    @property
    def quote(self) -> Span:
        """The first of the parts."""
        return self.parts[0]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer: the sentences that give it, the best first, and how probable it is."""

    judged: tuple[Judged, ...]
    confidence: float


def judge(
    question: str, ranking: Sequence[Found], readings: Mapping[Span, tuple[Reading, Paragraph]]
) -> list[Judged]:
    """The sentences that were found or read for a question, best first."""
    weight, asked = STATED if states(question) else 1.0, mentions(question)
    found = {hit.sentence: (hit.score, paragraph) for hit, paragraph in ranking}
    # A sentence next to those that were found, and not found itself, did not match better. No
    # deeper than DEPTH, so that a score does not depend on how many results are asked for.
    least = ranking[:DEPTH][-1][0].score if ranking else 0.0
    for sentence, (_, paragraph) in readings.items():
        if says_something(sentence.text):
            found.setdefault(sentence, (least, paragraph))
    replies = _replies(question, found)
    for sentence, paragraph in replies.items():
        found.setdefault(sentence, (least, paragraph))
    judged = []
    for sentence, (score, paragraph) in found.items():
        reading = readings[sentence][0] if sentence in readings else None
        odds = log_odds(score, reading, weight) if readings else alone(sentence, score)
        if heads_table(sentence) or not (tells(question, sentence.text) or items_after(sentence)):
            odds += TELLS_NOTHING
        elif sentence in replies:
            odds = max(odds, REPLIES)
        odds += of_another_row(asked, sentence)
        judged.append(Judged(Hit(sentence, odds), paragraph, parts(question, sentence, reading)))
    return sorted(judged, key=lambda one: -one.hit.score)


def _replies(question: str, found: Mapping[Span, tuple[float, Paragraph]]) -> dict[Span, Paragraph]:
    """The first statement after the question itself, where that is among what was found and stands
    in a line of its own; none where another question comes first."""
    replies = {}
    for sentence, (_, paragraph) in found.items():
        if is_same(question, sentence.text) and in_own_line(sentence):
            after = (one for one in paragraph.sentences if one.start >= sentence.end)
            ended = (
                one for one in after if MARK.search(one.text) or STATEMENT_END.search(one.text)
            )
            reply = next(ended, None)
            if reply is not None and not MARK.search(reply.text):
                replies[reply] = paragraph
    return replies


def of_another_row(asked: Mentions, sentence: Span) -> float:
    """What it takes from a row of a table that another one nearby has what the question mentions,
    and it has not. Nothing of few columns, where each row is about the same thing."""
    table, text = table_of(sentence), sentence.document.text
    if table is None or not table.named:
        return 0.0
    own = asked.missing_in(f"{sentence.document.title}\n{said(sentence)}")
    if not own.names and not own.numbers:
        return 0.0
    start = sentence.start // NEARBY * NEARBY  # the same for many rows, which are looked at once
    rows = text[max(table.rows, start - NEARBY) : min(table.end, start + 2 * NEARBY)]
    missing = _missing_in(asked, rows)
    names = set(own.names) - set(missing.names)
    numbers = set(own.numbers) - set(missing.numbers)
    return NAME_MISSING * len(names) + NUMBER_MISSING * len(numbers)


@lru_cache(maxsize=REMEMBERED)
def _missing_in(asked: Mentions, text: str) -> Mentions:
    return asked.missing_in(text)


def alone(sentence: Span, found: float) -> float:
    """How likely a sentence answers where nothing is read. A longer one says more, so it is
    likelier to say what is asked; a short one needs little to look like the question."""
    return ALONE * (found + for_length(sentence.text)) + ALONE_BASE


def for_length(sentence: str) -> float:
    """What the length of a sentence adds to its retrieval score."""
    return LENGTH_WEIGHT * math.log(min(max(len(sentence), 1), LONG) / 100)


def log_odds(found: float, reading: Reading | None, weight: float = 1.0) -> float:
    """How likely a sentence answers, from its retrieval score and what a reader makes of it,
    which counts with that weight."""
    if reading is None:
        return FOUND * found + FOUND_BASE
    return READ_FOUND * found + weight * READ_SCORE * reading.score + READ_BASE


def parts(question: str, sentence: Span, reading: Reading | None) -> tuple[Span, ...]:
    """What to quote of a sentence, or the items of the list that it introduces, if that is all that
    it does: where it announces what is asked for, or the quote points on, is but the number of the
    section, or is all of it. What ends as a statement does introduces nothing. Of a row, the cell
    in the column that the question names."""
    cell = cell_asked_for(question, sentence)
    if cell is not None:
        return (cell,)
    quoted = quote(sentence, reading)
    pointing = not STATEMENT_END.search(sentence.text) and (
        words_of(quoted.text) == words_of(quote(sentence, None).text)
        or (quoted.start == sentence.start and SECTION.fullmatch(quoted.text))
        or announces(question, sentence.text)
        or points_on(question, quoted.text)
    )
    return (items_after(sentence) if pointing else ()) or (quoted,)


def quote(sentence: Span, reading: Reading | None) -> Span:
    """What of a sentence to quote: a short answer if the reader sees one, else all of it, as of a
    line of code; not the mark that it begins with as a heading, an item of a list or a row."""
    short = reading and (reading.share >= WHOLE_BELOW or cells(sentence)) and not in_code(sentence)
    answer = reading.answer if reading and short else sentence
    marker, closed = MARKER.match(sentence.text), ROW_END.search(sentence.text)
    begins = sentence.start + (marker.end() if marker else 0)
    ends = sentence.start + closed.start() if marker and closed else sentence.end
    start, end = max(answer.start, begins), min(answer.end, ends)
    return Span(sentence.document, start, end) if start < end else answer


def candidates(judged: Sequence[Judged], asked: Mentions) -> list[Candidate]:
    """The different answers to a question that asks about these names and numbers, most probable
    first; the same words in two places are one answer."""
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(words_of(" ".join(part.text for part in one.parts)), []).append(one)
    found = [Candidate(tuple(group), confidence(group, asked)) for group in groups.values()]
    return sorted(found, key=lambda one: -one.confidence)


def words_of(quote: str) -> str:
    """The words of a quote, the same for two that say the same. Unlike the words that answers are
    scored by, 1.5 is not 15, -3 not 3, and C++ not C."""
    text = THOUSANDS.sub("", quote.casefold().replace("−", "-"))
    words = ARTICLES.sub(" ", NO_PART.sub("", text)).split()
    return " ".join(words) or quote


def confidence(group: Sequence[Judged], asked: Mentions) -> float:
    """How probable an answer is that these sentences give, the best of them first."""
    different = {one.hit.sentence.text: one for one in reversed(group)}  # a copy is no witness
    support = sum(probability(one.hit.score) for one in different.values() if one is not group[0])
    names, numbers = misses(asked, group[0])
    return probability(
        SURE * group[0].hit.score
        + SURE_SUPPORT * support
        + NAME_MISSING * names
        + NUMBER_MISSING * numbers
        + SURE_BASE
    )


def misses(asked: Mentions, judged: Judged) -> tuple[int, int]:
    """How many names, and how many numbers, of a question a sentence does not answer for."""
    missing = unmentioned(asked, judged, judged.paragraph.span)
    numbers = {*missing.numbers, *asked.misdated_in(judged.hit.sentence.text)}
    return len(missing.names), len(numbers)


def unmentioned(asked: Mentions, judged: Judged, passage: Span) -> Mentions:
    """What neither the passage around a sentence, nor the title of its document, nor the names of
    the columns mention."""
    document, sentence = passage.document, judged.hit.sentence
    at = sentence.start
    near = document.text[max(passage.start, at - NEARBY) : min(passage.end, at + NEARBY)]
    return asked.missing_in(f"{document.title}\n{said(sentence)}\n{near}")


def probability(log_odds: float) -> float:
    """Log-odds as a probability in [0, 1]."""
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, log_odds))))


def in_words(probability: float) -> str:
    """A probability in [0, 1] as one of four words."""
    return next((word for least, word in WORDS if probability >= least), WORDS[-1][1])
