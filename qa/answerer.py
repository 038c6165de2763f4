"""Answerer: retrieve → read → judge → answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from index import Hit, SentenceIndex, Span
from index.split import Paragraph
from index.table import said, table_of
from qa.answer import Alternative, Answer, Passage
from qa.cross_encoder import BUNDLED, CrossEncoder
from qa.errors import QuestionError
from qa.judge import (
    DEPTH,
    Candidate,
    Judged,
    candidates,
    confidence,
    judge,
    probability,
    unmentioned,
    words_of,
)
from qa.layout import items_after
from qa.question import Mentions, mentions
from qa.read import Asked, Reader, Reading, Window
from qa.retrieve import SPARE, Found, retrieve
from qa.windows import window_of

MAX_QUESTION = 2_000  # characters; a question, not a document
HITS_A_PASSAGE = 20  # ranked sentences looked at for each passage that is wanted
CONSIDERED = 20  # sentences whose quotes may be the answer
ALTERNATIVES, LEAST_ALTERNATIVE = 3, 0.1  # how many other answers, and how probable at the least

MIN_CONFIDENCE = 0.07  # below it the documents are said not to answer; see training/README.md
SETTLED = 0.15  # a sentence this probable, and no further window is read
NEAR = 0.7  # in log-odds: other sentences of a passage this near to its best are marked too
PART = 0.5  # probability of a further sentence that makes it part of the answer, or another place
PLACE = 0.25  # the same for another place alone, where it is as near as that to the best
LEAD = 200  # characters shown before the sentence, so that "it" and "the country" can be resolved

TABLE_LEAD = 1_000  # characters of it shown before the paragraph, with the names of its columns

NO_READER = "none"


@dataclass(frozen=True, slots=True)
class Effort:
    """How many windows are read: the first ones in any case, then some more until it is settled."""

    first: int
    more: int
    most: int


EFFORTS: dict[str, Effort] = {
    "fast": Effort(3, 0, 3),
    "balanced": Effort(3, 3, 9),
    "thorough": Effort(10, 10, 40),
}


class Answerer:
    """Answers questions from one index; safe to share between threads.

    `reader` says where in a sentence the answer stands and how sure that is: the bundled one, the
    name or folder of another (see CrossEncoder), any Reader, or "none", which takes the sentences
    as they were found. `effort` is how much is read: "fast", "balanced" or "thorough".
    """

    def __init__(
        self,
        index: SentenceIndex,
        *,
        reader: Reader | str = BUNDLED,
        effort: str = "balanced",
    ) -> None:
        """Raises QuestionError for an effort that there is none of."""
        self.index = index
        self.reader = _reader(reader)
        self.effort = _effort(effort)

    def ask(self, question: str, k: int = 5) -> Answer:
        """The answer, quoted from the documents, with the `k` passages that match best.

        Raises QuestionError for a question that is empty or longer than MAX_QUESTION.
        """
        return self.ask_many([question], k=k)[0]

    def ask_many(self, questions: Sequence[str], k: int = 5) -> list[Answer]:
        """The answers to several questions, in their order; faster than one by one."""
        questions = [check_question(question) for question in questions]
        _check_k(k)
        return [
            self._answer(question, judged, k)
            for question, judged in zip(
                questions, self._judge(questions, k * HITS_A_PASSAGE), strict=True
            )
        ]

    def retrieve(self, question: str, k: int = 100) -> list[Hit]:
        """The `k` sentences that answer a question best, best first: the ranking `ask` answers
        from. A score is the log-odds that the sentence answers.

        Raises QuestionError for a question that is empty or longer than MAX_QUESTION.
        """
        _check_k(k)
        (judged,) = self._judge([check_question(question)], k)
        return [one.hit for one in judged[:k]]

    def _judge(self, questions: Sequence[str], depth: int) -> list[list[Judged]]:
        """The one ranking for each question: what was found, the likeliest of it read."""
        if not questions:
            return []
        rankings = retrieve(self.index, questions, k=max(depth, DEPTH) + SPARE)
        jobs = [
            _Job(question, ranking) for question, ranking in zip(questions, rankings, strict=True)
        ]
        if self.reader is not None:
            self._read(self.reader, jobs, self.effort.first)
            for read in range(self.effort.first, self.effort.most, max(1, self.effort.more)):
                more = min(self.effort.more, self.effort.most - read)
                self._read(self.reader, [job for job in jobs if not job.settled], more)
        return [job.judged for job in jobs]

    def _read(self, reader: Reader, jobs: Sequence[_Job], count: int) -> None:
        """Read the next windows of each job, all of them together."""
        asked = [(job, copies) for job in jobs for copies in job.next_windows(count)]
        if not asked:
            return
        pairs: list[Asked] = [(job.question, next(iter(copies))) for job, copies in asked]
        for (job, copies), readings in zip(asked, reader.read(pairs), strict=True):
            for window, paragraph in copies.items():
                for sentence, reading in zip(window, readings, strict=True):
                    job.readings.setdefault(sentence, (reading.of_copy(sentence), paragraph))
        for job in jobs:
            job.judged = judge(job.question, job.ranking, job.readings)

    def _answer(self, question: str, judged: Sequence[Judged], k: int) -> Answer:
        asked = mentions(question)
        found = candidates(_considered(judged), asked)
        if not found:
            return Answer(question, None, 0.0, ())
        best, lead = found[0], found[0].judged[0]
        # The passage of the answer first, also where the support of others made it the best.
        groups = _by_paragraph([lead, *judged], k)
        passages: tuple[Passage, ...] = ()
        for group in groups:
            if not _is_shown(group[0].paragraph.span, passages):
                passages += (self._passage(group, best, asked),)
        missing = unmentioned(asked, lead, passages[0].span)
        misdated = asked.misdated_in(lead.hit.sentence.text)
        refused = Answer(
            question,
            None,
            best.confidence,
            passages,
            alternatives=_alternatives(found),
            unmentioned=missing.names + missing.numbers,
            misdated=tuple(year for year in misdated if year not in missing.numbers),
        )
        if best.confidence < MIN_CONFIDENCE:
            return refused
        parts = passages[0].answers
        return replace(
            refused,
            quote=lead.quote,
            sentence=lead.hit.sentence,
            parts=parts,
            places=tuple(one.quote for one in best.judged if one is lead or _says_too(one, lead)),
            alternatives=_alternatives([one for one in found[1:] if _differs(one, parts)]),
        )

    def _passage(self, group: Sequence[Judged], best: Candidate, asked: Mentions) -> Passage:
        """One paragraph with the sentences of it that are marked, and what they answer."""
        first = group[0]
        sure = best.confidence if first is best.judged[0] else confidence([first], asked)
        answers = _parts(group) if sure >= MIN_CONFIDENCE else ()
        items = _goes_on(first) if answers else ()
        marked = [Hit(item, first.hit.score) for item in items] + [
            one.hit
            for one in group
            if (one.hit.score >= first.hit.score - NEAR or one.quote in answers)
            and not any(_overlap(one.hit.sentence, item) for item in items)
        ]
        return Passage(
            self._with_lead(first, [*items, *answers]),
            tuple(sorted(marked, key=lambda hit: hit.sentence.start)),
            first.hit.score,
            answers,
            sure,
        )

    def _with_lead(self, judged: Judged, items: Sequence[Span]) -> Span:
        """The paragraph, and of the one before it what a sentence near its start may refer to; of
        a table that is no long one, from its head on; to the end of a list that is introduced."""
        span, table = judged.paragraph.span, table_of(judged.hit.sentence)
        if table is not None and span.start - table.start <= TABLE_LEAD:
            span = Span(span.document, min(span.start, table.start), span.end)
        span = Span(span.document, span.start, max(span.end, *(item.end for item in items), 0))
        missing = LEAD - (judged.hit.sentence.start - span.start)
        before = self.index.paragraph_before(span) if missing > 0 else None
        if before is None:
            return span
        starts = [one.start for one in before.sentences if before.span.end - one.start >= missing]
        start = min(max(starts, default=before.span.start), span.start)
        return Span(span.document, start, span.end)


# Windows with the same words under the same title, in copies of a file: read once for all of them.
Copies = dict[Window, Paragraph]


@dataclass(slots=True)
class _Job:
    """One question on its way: what was found, what of it was read."""

    question: str
    ranking: list[Found]
    judged: list[Judged] = field(init=False)
    readings: dict[Span, tuple[Reading, Paragraph]] = field(default_factory=dict)
    _windows: Iterator[Copies] = field(init=False)

    def __post_init__(self) -> None:
        self.judged = judge(self.question, self.ranking, {})
        copies: dict[tuple[str, ...], Copies] = {}
        for hit, paragraph in self.ranking:
            window = window_of(hit.sentence, paragraph.sentences)
            copies.setdefault(_words_of_window(window), {})[window] = paragraph
        self._windows = iter(copies.values())

    @property
    def settled(self) -> bool:
        """Whether the best sentence is so probable that reading on would not change it."""
        return bool(self.judged) and probability(self.judged[0].hit.score) >= SETTLED

    def next_windows(self, count: int) -> list[Copies]:
        """The next windows to read, those with the best sentences first."""
        return list(islice(self._windows, count))


def _words_of_window(window: Window) -> tuple[str, ...]:
    """What is the same of copies of a window: the title, the text, and the names of the columns."""
    document = window[0].document
    text = document.text[window[0].start : window[-1].end]
    return document.title, text, *(said(sentence) for sentence in window)


def check_question(question: str) -> str:
    """The question with one space between its words. Raises QuestionError if it cannot be asked."""
    question = " ".join(question.replace("\ufeff", " ").split())  # the mark at the start of a file
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


def _reader(reader: Reader | str) -> Reader | None:
    if reader == NO_READER:
        return None
    return CrossEncoder(reader) if isinstance(reader, str) else reader


def _effort(name: str) -> Effort:
    if name not in EFFORTS:
        raise QuestionError(f"There is no effort {name!r}; choose {', '.join(EFFORTS)}.")
    return EFFORTS[name]


def _considered(ranking: Sequence[Judged]) -> list[Judged]:
    """The first sentences of a ranking, CONSIDERED different ones and their copies."""
    different = set(islice(dict.fromkeys(one.hit.sentence.text for one in ranking), CONSIDERED))
    return [one for one in ranking if one.hit.sentence.text in different]


def _by_paragraph(ranking: Iterable[Judged], k: int) -> list[list[Judged]]:
    """The first `k` different paragraphs of a ranking, each with its sentences, best first. Of
    copies the first one stands for all."""
    groups: dict[Span, list[Judged]] = {}
    for one in ranking:
        groups.setdefault(one.paragraph.span, []).append(one)
    different: dict[tuple[str, str], list[Judged]] = {}
    for span, group in groups.items():
        if len(different) == k:
            break
        once = {one.hit.sentence: one for one in group}  # the lead comes twice
        different.setdefault(_said(span), list(once.values()))
    return list(different.values())


def _is_shown(paragraph: Span, passages: Sequence[Passage]) -> bool:
    """Whether the list that a passage introduces reaches over all of a later paragraph."""
    return any(
        paragraph in passage.span and paragraph.start > passage.best.sentence.start
        for passage in passages
    )


def _said(paragraph: Span) -> tuple[str, str]:
    """What copies of a paragraph have in common; the same words may be about another thing where
    the title is another."""
    return paragraph.document.title, paragraph.text


def _alternatives(found: Sequence[Candidate]) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(one.judged[0].quote, one.judged[0].hit.sentence, one.confidence)
        for one in found[:ALTERNATIVES]
    )


def _differs(candidate: Candidate, parts: Sequence[Span]) -> bool:
    """Whether a further answer is worth a mention: "February 22" is none beside the full date."""
    words = _words(candidate.judged[0].quote)
    said = [_words(part) for part in parts]
    return candidate.confidence >= LEAST_ALTERNATIVE and not any(
        words in one or one in words for one in said
    )


def _words(span: Span) -> str:
    """Its words with a space around each: "18" is no part of "2018"."""
    return f" {words_of(span.text)} "


def _says_too(one: Judged, lead: Judged) -> bool:
    """Whether a sentence with the same quote answers as well, and does not just hold its words."""
    if _said(one.paragraph.span) == _said(lead.paragraph.span):  # a copy
        return True
    probable = probability(one.hit.score)
    return probable >= PART or (probable >= PLACE and one.hit.score >= lead.hit.score - NEAR)


def _parts(group: Sequence[Judged]) -> tuple[Span, ...]:
    """What to quote of a paragraph: of its best sentence, then of others that answer as well."""
    best, *others = group
    parts = [*best.parts]
    for one in others:
        if probability(one.hit.score) >= PART:
            said = {_words(part) for part in parts}
            parts += [
                part
                for part in one.parts
                if _words(part) not in said and not any(_overlap(part, known) for known in parts)
            ]
    return tuple(parts)


def _goes_on(judged: Judged) -> tuple[Span, ...]:
    """The items of the list in which a sentence goes on, or that it introduces."""
    items = items_after(judged.hit.sentence)
    ends = judged.hit.sentence.text.rstrip("*_").endswith(":")
    return items if ends or judged.parts == items else ()


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
