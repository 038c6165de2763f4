"""What was mined → groups of windows, cut as they are read in use, and what they should say."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from index import Document, Span
from index.language import ASKING_FIRST
from index.prepare import prepare
from index.split import Paragraph
from qa.windows import windows
from training.near_misses import OtherQuestions
from training.sets import SETS, TrainingSet, is_held_out, read_set

LIMITS = (300, 450, 600)  # characters of a window: more than one, so that none is learnt by heart
UNSAID = 0.3  # of these, how many lack the sentences that answer
DROPPED = 0.3  # of a question as it is searched for: of the words that the right window has too
BETWEEN = 40  # characters at the most between two answers that are quoted as one
FEWEST_WORDS = 3  # that are left of it, besides those that join others

ENDING = re.compile(r"[.!?\n]")
WORD = re.compile(r"\w+(?:['’.-]\w+)*")
JOINING = ENGLISH_STOP_WORDS | ASKING_FIRST


@dataclass(frozen=True, slots=True)
class Window:
    """A window to read, its sentences, what the search gives each of them, and the places of the
    answer in it (none: not there)."""

    question: str
    title: str
    text: str
    sentences: tuple[tuple[int, int], ...]
    found: tuple[float, ...]
    answers: tuple[tuple[int, int], ...] = ()

    def holds(self, sentence: tuple[int, int]) -> bool:
        """Whether the answer stands in that sentence, or some of it."""
        return any(sentence[0] < end and start < sentence[1] for start, end in self.answers)


@dataclass(slots=True)
class Corpus:
    """The documents of one set, split into paragraphs when first looked at; its questions, and by
    their numbers those that people turned them into, which the same passage does not answer."""

    one: TrainingSet
    documents: dict[str, Document]
    questions: list[dict[str, Any]]
    twins: dict[int, list[dict[str, Any]]]
    _paragraphs: dict[str, list[Paragraph]] = field(default_factory=dict)

    @classmethod
    def read(cls, data: Path, mined: Path, name: str) -> Corpus:
        documents, _ = read_set(data, name)
        with gzip.open(mined / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        answered = ((n, row) for n, row in enumerate(rows) if row["answers"])
        numbers = {(row["document"], row["question"]): n for n, row in answered}
        twins: dict[int, list[dict[str, Any]]] = {}
        for row in rows:
            number = numbers.get((row["document"], row["twin"]))
            if number is not None:
                twins.setdefault(number, []).append(row)
        return cls(SETS[name], {one.id: one for one in documents}, rows, twins)

    def paragraph(self, document: str, start: int) -> Paragraph | None:
        """The paragraph that a place in a document belongs to."""
        if document not in self._paragraphs:
            whole = self.documents[document]
            self._paragraphs[document] = prepare(whole, language="english", splitter=None)
        found = (p for p in self._paragraphs[document] if p.span.start <= start < p.span.end)
        return next(found, None)


class Examples:
    """The groups of an epoch, or those held out: the same ones for the same seed. Of those of an
    epoch, `searched` is the share whose question is put as a search engine is asked, and they come
    with `wrong` times as many wrong windows as WRONG says, `near_misses` times as often with a
    near miss as NEAR_MISS."""

    def __init__(
        self,
        data: Path,
        mined: Path,
        sets: Sequence[str] = tuple(SETS),
        *,
        searched: float = 0.0,
        wrong: float = 1.0,
        near_misses: float = 1.0,
    ) -> None:
        self._searched, self._wrong, self._near_misses = searched, wrong, near_misses
        self._corpora = {name: Corpus.read(data, mined, name) for name in sets}
        self.training: list[tuple[str, int]] = []
        self.held_out: list[tuple[str, int]] = []
        for name, corpus in self._corpora.items():
            paired = {row["id"] for rows in corpus.twins.values() for row in rows}
            for number, row in enumerate(corpus.questions):
                if row["id"] in paired:
                    continue  # asked together with the question that it was made from
                if not is_held_out(name, row["document"]):
                    self.training.append((name, number))
                elif row["answers"]:
                    self.held_out.append((name, number))
        asked = [self._corpora[name].questions[n] for name, n in self.training + self.held_out]
        self.others = OtherQuestions((row["document"], row["question"]) for row in asked)

    def order(self, seed: int, epoch: int) -> list[tuple[str, int]]:
        """Which questions are asked in an epoch, shuffled."""
        chance = random.Random(f"{seed}/{epoch}")
        asked = [one for one in self.training if chance.random() < SETS[one[0]].asked]
        chance.shuffle(asked)
        return asked

    def group(self, one: tuple[str, int], seed: int, *, wrong: int | None = None) -> list[Window]:
        """The windows for one question, that with the answer first; then the same window asked what
        people made of the question; then wrong ones, `wrong` or as many as chance has it. Empty
        where no window holds the answer. Of a question without one, the passage it is about."""
        name, number = one
        corpus, row = self._corpora[name], self._corpora[name].questions[number]
        chance = random.Random(f"{seed}/{one}")
        limit = chance.choice(LIMITS)
        group = self._asked(corpus, number, limit, chance)
        if not group:
            return []
        count = _round(self._wrong * corpus.one.wrong, chance) if wrong is None else wrong
        negatives = row["negatives"]
        chosen = chance.sample(negatives, min(count, len(negatives)))
        if wrong is not None:
            chosen = negatives[:wrong]
        group += [w for n in chosen if (w := _wrong(corpus, row, n, limit))]
        if wrong is not None or not row["answers"] or number in corpus.twins:
            return group
        right = group[0]
        if chance.random() < self._near_misses * corpus.one.near_miss:
            near_miss = self._near_miss(right, row["document"], chance)
            group += [near_miss] if near_miss else []
        if self._searched and chance.random() < self._searched:
            dropped = to_drop(row["question"], f"{right.title} {right.text}", chance)
            group = [replace(w, question=as_searched(w.question, dropped)) for w in group]
        return group

    def pair(self, one: tuple[str, int]) -> list[Window]:
        """A window that holds the answer to a question, and the same one asked what people made of
        the question; empty where they made nothing of it."""
        name, number = one
        return self.group(one, 0, wrong=0) if number in self._corpora[name].twins else []

    def _asked(
        self, corpus: Corpus, number: int, limit: int, chance: random.Random
    ) -> list[Window]:
        """The window that holds the answer, and that once more for one of its twins; of a question
        without an answer, the window of its passage that the search likes best."""
        row = corpus.questions[number]
        if not row["answers"]:
            document, start, end = row["passage"]
            best = [f for f in row["found"] if f[0] == document and start <= f[1] < end][:1]
            return [w for place in best if (w := _wrong(corpus, row, place, limit))]
        right = self._right(corpus, row, limit, chance)
        if right is None:
            return []
        twins = corpus.twins.get(number, ())
        return [right, *(_twin(right, chance.choice(twins)) for _ in twins[:1])]

    def _right(
        self, corpus: Corpus, row: dict[str, Any], limit: int, chance: random.Random
    ) -> Window | None:
        """A window that holds an answer whole."""
        document, start, _ = chance.choice(row["answers"])
        paragraph = corpus.paragraph(document, start)
        if paragraph is None:
            return None
        answers: Sequence[Sequence[Any]] = row["answers"]
        if corpus.one.together:
            answers = joined(answers, str(paragraph.span.document.text))
        found = []
        for sentences in windows(paragraph, limit):
            window = _window(row, sentences, answers)
            if window.answers:
                found.append(window)
        return chance.choice(found) if found else None

    def _near_miss(self, right: Window, document: str, chance: random.Random) -> Window | None:
        """The same window asked about something else, or without the sentences that answer."""
        if chance.random() >= UNSAID:
            text = f"{right.title} {right.text}"
            question = self.others.of(right.question, document, text, chance)
            if question:
                return replace(right, question=question, answers=())
        return without_answer(right)


def _window(
    row: dict[str, Any], sentences: Sequence[Span], answers: Sequence[Sequence[Any]]
) -> Window:
    first, last = sentences[0].start, sentences[-1].end
    document = sentences[0].document
    found = {(name, start): score for name, start, score in row["found"]}
    least = min(found.values())  # a sentence that was not found did not match better
    return Window(
        row["question"],
        document.title,
        document.text[first:last],
        tuple((s.start - first, s.end - first) for s in sentences),
        tuple(found.get((document.id, s.start), least) for s in sentences),
        tuple(
            (start - first, end - first)
            for name, start, end in answers
            if name == document.id and first <= start < end <= last
        ),
    )


def joined(answers: Sequence[Sequence[Any]], text: str) -> list[list[Any]]:
    """Places of answers in a text, `[document, start, end]`, in order: those that little more than
    a comma or "and" parts from the one before are one with it."""
    one: list[list[Any]] = []
    for name, start, end in sorted(answers, key=tuple):
        between = text[one[-1][2] : start] if one and one[-1][0] == name else None
        if between is not None and len(between) <= BETWEEN and not ENDING.search(between):
            one[-1][2] = max(one[-1][2], end)
        else:
            one.append([name, start, end])
    return one


def _twin(right: Window, row: dict[str, Any]) -> Window:
    """The same window, asked a question that people made from the one that it answers."""
    return replace(right, question=row["question"], answers=())


def _wrong(corpus: Corpus, row: dict[str, Any], place: Sequence[Any], limit: int) -> Window | None:
    document, start, _ = place
    paragraph = corpus.paragraph(document, start)
    if paragraph is None:
        return None
    for sentences in windows(paragraph, limit):
        if sentences[-1].end > start:
            return _window(row, sentences, ())
    return None


def to_drop(question: str, text: str, chance: random.Random) -> set[str]:
    """Some of the words that a question shares with a text: who has not seen it uses others."""
    said = set(WORD.findall(text.lower()))
    words = [word for word in WORD.findall(question.lower()) if word not in JOINING]
    chosen = [w for w in dict.fromkeys(words) if w in said and chance.random() < DROPPED]
    chance.shuffle(chosen)
    return set(chosen[: max(0, len(words) - FEWEST_WORDS)])


def as_searched(question: str, dropped: set[str]) -> str:
    """A question without its mark and without these words."""
    words = question.rstrip(" ?").split()
    return " ".join(word for word in words if word.lower().strip("'\".,()") not in dropped)


def without_answer(right: Window) -> Window | None:
    """The window without the sentences that answer; none where nothing is left, or it is told
    twice."""
    each = zip(right.sentences, right.found, strict=True)
    kept = [(sentence, score) for sentence, score in each if not right.holds(sentence)]
    text, sentences = "", []
    for (start, end), _ in kept:
        sentences.append((len(text), len(text) + end - start))
        text += right.text[start:end] + " "
    told = {right.text[start:end].lower() for start, end in right.answers}
    if not kept or any(answer in text.lower() for answer in told):
        return None
    found = tuple(score for _, score in kept)
    return Window(right.question, right.title, text.rstrip(), tuple(sentences), found)


def _round(share: float, chance: random.Random) -> int:
    """A share as a count: 1.3 is 1, and in three of ten cases 2."""
    return int(share) + (chance.random() < share % 1)
