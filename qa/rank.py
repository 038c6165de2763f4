"""What was found and read for a question → one ranking, and the different answers in it.

Every score is the log-odds that a sentence answers, so that sentences that were read and sentences
that were not, of an index of any size, stand in one order.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Container, Sequence
from dataclasses import dataclass

from index import Hit, Paragraph, Span
from index.language import ARTICLES, JOINING, POINTING
from index.structure import Block, Kind
from qa.calibration import Calibration, probability
from qa.features import (
    MENTIONS,
    Features,
    cell_asked_for,
    is_syntax,
    of_mentions,
    of_reading,
    of_sentence,
    reply_to,
    topic_of,
)
from qa.question import SILENT, Question, ends_statement, words_in
from qa.read import Reading
from qa.retrieve import Found, says_something
from qa.windows import Window

SECTION = re.compile(r"\d{1,3}(?:\.\d{1,3})+\.?")
ARTICLE = re.compile(rf"\b(?:{'|'.join(ARTICLES)})\b")
JOINED = re.compile(rf"[,;](?:\s+(?:{'|'.join(JOINING)}))?$")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# Punctuation, but for a point or comma in a number, a sign before one, and what is behind C.
OF_NUMBER = r"(?<=\d)[.,:/](?=\d)|(?<!\w)-(?=\d)|(?<=[\w+#])[+#]"
NO_PART = re.compile(rf"(?!{OF_NUMBER})[{re.escape(string.punctuation)}]")

SEARCHED = ("cosine", "bm25", "about")  # what the search gives a sentence
# The share for a language that the reader does not know. Of 22 questions in seven of them, it was
# right from there on, and otherwise cut words and numbers.
FOREIGN_SHORT = 0.3
DEPTH = 100  # sentences that are found for a question in any case


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence in the one ranking: its log-odds, and what they are made of."""

    question: Question
    found: Found
    reading: Reading | None
    stage: str
    features: Features
    odds: float
    short: float  # share of an answer from which it is quoted alone
    topic: float  # probability that the documents are about what is asked
    foreign: bool = False  # whether its document is in a language that the models do not know

    @property
    def sentence(self) -> Span:
        return self.found.sentence

    @property
    def paragraph(self) -> Paragraph:
        return self.found.paragraph

    @property
    def block(self) -> Block | None:
        """The leaf that it stands in."""
        return self.paragraph.block_of(self.sentence)

    @property
    def hit(self) -> Hit:
        """The sentence with its log-odds."""
        return Hit(self.sentence, self.odds)

    @property
    def parts(self) -> tuple[Span, ...]:
        """What to quote: of a row, the cell in the column that the question names; the items of
        the list that it introduces, if that is all that it does; else its answer."""
        document = self.sentence.document
        cell = cell_asked_for(self.question, self.sentence, self.paragraph)
        if cell is not None:
            return (Span(document, cell.start, cell.end),)
        quoted = self.quote
        return (self.items if self._only_introduces(quoted) else ()) or (quoted,)

    @property
    def items(self) -> tuple[Span, ...]:
        """The items of the list that it introduces, without their marks and what joins them."""
        blocks = self.paragraph.structure.items_after(self.sentence.start)
        if not blocks or self.block is None or self.block.end > self.sentence.end:
            return ()
        return tuple(filter(len, (_item(self.sentence, block) for block in blocks)))

    @property
    def quote(self) -> Span:
        """A short answer if the reader sees one, clearly in a language that it does not know, else
        all of it, as of a line of code; without the syntax at the ends of its block."""
        reading, block, sentence = self.reading, self.block, self.sentence
        code = block is not None and block.kind is Kind.CODE
        row = block is not None and block.kind is Kind.ROW and bool(block.cells)
        least = max(self.short, FOREIGN_SHORT) if self.foreign else self.short
        short = reading is not None and (row or reading.share >= least) and not code
        answer = reading.answer if reading and short else sentence
        if block is None:
            return answer
        start, end = block.content
        start, end = max(answer.start, start), min(answer.end, end)
        return Span(sentence.document, start, end) if start < end else answer

    def _only_introduces(self, quoted: Span) -> bool:
        """Whether a quote is no answer but points at the list that comes after it."""
        if ends_statement(self.found.text):
            return False
        words = set(words_in(quoted.text))
        whole = set(words_in(self.found.text))
        section = quoted.start == self.sentence.start and SECTION.fullmatch(quoted.text)
        pointing = bool(words & POINTING) or words <= SILENT | self.question.words
        return bool(section) or pointing or words == whole


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer: the sentences that give it, the best first, what speaks for it, and how probable
    it is."""

    ranked: tuple[Ranked, ...]
    features: Features
    confidence: float

    @property
    def lead(self) -> Ranked:
        """The sentence that it is quoted from."""
        return self.ranked[0]


class Ranking:
    """The sentences of one question, put in order by what is known of them so far."""

    def __init__(
        self,
        question: Question,
        found: Sequence[Found],
        calibration: Calibration,
        language: str,
        *,
        read: bool,
        known: Container[str] | None = None,
    ) -> None:
        """`read`: whether some of what was found will be read, so that the rest is less likely.
        `known`: the languages that the models were trained on, as codes; None: any may be."""
        self.question, self.calibration, self.language = question, calibration, language
        self._known = known
        # A sentence next to those that were found, and not found itself, did not match better. No
        # deeper than DEPTH, so that a score does not depend on how many results are asked for.
        self._least = found[:DEPTH][-1] if found else None
        self._found = {one.sentence: one for one in found}
        self._about = {one.sentence.document.id: one.features.get("about", 0.0) for one in found}
        self._replies: dict[Span, float] = {}
        for one in found[:DEPTH]:
            reply = reply_to(question, one.sentence, one.paragraph) if _asks(one) else None
            if reply is not None:
                statement, alike = reply
                self._replies[statement] = max(alike, self._replies.get(statement, 0.0))
                self._add(statement, one.paragraph)
        self.topic = topic_of([one.features for one in found[:DEPTH]])
        self._topic = probability(calibration.odds("topic", self.topic))
        stage = "unread" if read else "alone"
        self._ranked = {one.sentence: self._rank(one, stage) for one in self._found.values()}

    def add(self, window: Window, readings: Sequence[Reading]) -> None:
        """Take in what a reader says of the sentences of a window, or of a copy of it."""
        for sentence, reading in zip(window.sentences, readings, strict=True):
            known = self._ranked.get(sentence)
            fresh = known is None or known.reading is None
            fresh = fresh and not is_syntax(sentence, window.paragraph)
            if fresh and says_something(sentence.text) and self._add(sentence, window.paragraph):
                own = reading.of_copy(sentence)
                self._ranked[sentence] = self._rank(self._found[sentence], "read", own)

    @property
    def best(self) -> float:
        """How probable the best of them answers."""
        return probability(max((one.odds for one in self._ranked.values()), default=-math.inf))

    @property
    def order(self) -> list[Ranked]:
        """All of them, best first."""
        return sorted(self._ranked.values(), key=lambda one: -one.odds)

    def _add(self, sentence: Span, paragraph: Paragraph) -> bool:
        if sentence not in self._found and self._least is not None:
            features = dict(self._least.features)
            scores = {name: features[name] for name in SEARCHED if name in features}
            scores["about"] = self._about.get(sentence.document.id, scores.get("about", 0.0))
            text = sentence.text
            seen = scores | of_sentence(self.question, text, sentence, paragraph)
            self._found[sentence] = Found(sentence, paragraph, text, seen, self._least.score)
        return sentence in self._found

    def _rank(self, found: Found, stage: str, reading: Reading | None = None) -> Ranked:
        features = {**found.features, "search": found.score}
        if found.sentence in self._replies:
            features["follows_question"] = self._replies[found.sentence]
        if reading is not None:
            features |= of_reading(
                self.question, found.sentence, found.paragraph, reading, self.language
            )
        odds = self.calibration.odds(stage, features)
        short = self.calibration.thresholds["short"]
        spoken = found.sentence.document.language
        foreign = bool(spoken and self._known is not None and spoken not in self._known)
        about = self._topic
        return Ranked(self.question, found, reading, stage, features, odds, short, about, foreign)


def candidates(
    ranked: Sequence[Ranked], calibration: Calibration, language: str
) -> list[Candidate]:
    """The different answers, most probable first; the same words in two places are one answer."""
    groups: dict[str, list[Ranked]] = {}
    for one in ranked:
        groups.setdefault(answer_words(" ".join(part.text for part in one.parts)), []).append(one)
    found = [candidate(group, calibration, language) for group in groups.values()]
    return sorted(found, key=lambda one: -one.confidence)


def candidate(group: Sequence[Ranked], calibration: Calibration, language: str) -> Candidate:
    """The answer that these sentences give, the best of them first."""
    best = group[0]
    different = {one.found.text: one for one in reversed(group)}  # a copy is no witness
    support = sum(probability(one.odds) for one in different.values() if one is not best)
    features: Features = {"odds": best.odds}
    if support:
        features["support"] = support
    if best.foreign:
        features["other_language"] = 1.0
    if best.reading is not None:  # it was looked at when it was ranked
        features |= {name: best.features[name] for name in MENTIONS if name in best.features}
    else:
        features |= of_mentions(
            best.question, best.sentence, best.paragraph, best.paragraph.span, language
        )
    right = probability(calibration.odds("answer", features))
    return Candidate(tuple(group), features, best.topic * right)


def answer_words(quote: str) -> str:
    """The words of a quote, the same for two that say the same. Unlike the words that answers are
    scored by, 1.5 is not 15, -3 not 3, and C++ not C."""
    text = THOUSANDS.sub("", quote.casefold().replace("−", "-"))
    words = ARTICLE.sub(" ", NO_PART.sub("", text)).split()
    return " ".join(words) or quote


def _asks(found: Found) -> bool:
    return not found.features.keys().isdisjoint({"is_question", "is_heading"})


def _item(sentence: Span, block: Block) -> Span:
    start, end = block.content
    joined = JOINED.search(sentence.document.text[start:end])
    return Span(sentence.document, start, start + joined.start() if joined else end)
