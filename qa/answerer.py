"""Answerer: retrieve → read → rank → answer."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from index import Hit, SentenceIndex, Span
from index.embed import DEFAULT_EMBEDDER
from index.errors import ModelError
from index.language import TRAINED_ON
from qa.answer import Alternative, Answer, Passage, State
from qa.calibration import Calibration, read_calibration
from qa.cross_encoder import BUNDLED, CrossEncoder, check_fits
from qa.errors import QuestionError
from qa.features import missing_near
from qa.mentions import other_years
from qa.passage import bounded, by_paragraph, is_shown, passage_of, supports
from qa.question import Question, check_question
from qa.rank import DEPTH, Candidate, Ranked, Ranking, candidate, candidates
from qa.read import Asked, Reader, Reading
from qa.retrieve import SPARE, Found, retrieve
from qa.trace import Step, Trace
from qa.windows import Window, window_of

HITS_A_PASSAGE = 20  # ranked sentences looked at for each passage that is wanted
CONSIDERED = 20  # sentences whose quotes may be the answer
ALTERNATIVES, LEAST_ALTERNATIVE = 3, 0.1  # how many other answers, and how probable at the least
BESIDE = 0.25  # and beside the answer: less is no answer that anybody would consider
TRACED = 5  # sentences of a ranking whose places are explained

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
    `calibration` has the weights of the ranking; that of the bundled reader unless given.
    """

    def __init__(
        self,
        index: SentenceIndex,
        *,
        reader: Reader | str = BUNDLED,
        effort: str = "balanced",
        calibration: Calibration | None = None,
    ) -> None:
        """Raises QuestionError for an effort that there is none of, and ModelError for weights that
        were not fitted with the bundled reader."""
        self.index = index
        self.reader = _reader(reader)
        self.effort = _effort(effort)
        self._languages = _languages(self.reader, index)
        self.calibration = calibration or read_calibration()
        check_fits(self.calibration)

    def ask(self, question: str, k: int = 5) -> Answer:
        """The answer, quoted from the documents, with the `k` passages that match best.

        Raises QuestionError for a question that is empty or longer than MAX_QUESTION.
        """
        return self.ask_many([question], k=k)[0]

    def ask_many(self, questions: Sequence[str], k: int = 5) -> list[Answer]:
        """The answers to several questions, in their order; faster than one by one."""
        questions = [check_question(question) for question in questions]
        _check_k(k)
        return [self._answer(job, k) for job in self._rank(questions, k * HITS_A_PASSAGE)]

    def retrieve(self, question: str, k: int = 100) -> list[Hit]:
        """The `k` sentences that answer a question best, best first: the ranking `ask` answers
        from. A score is the log-odds that the sentence answers.

        Raises QuestionError for a question that is empty or longer than MAX_QUESTION.
        """
        _check_k(k)
        (job,) = self._rank([check_question(question)], k)
        return [one.hit for one in job.ranking.order[:k]]

    def _rank(self, questions: Sequence[str], depth: int) -> list[_Job]:
        """The one ranking for each question: what was found, the likeliest of it read."""
        if not questions:
            return []
        understood = [Question(question, self.index) for question in questions]
        found = retrieve(self.index, understood, self.calibration, k=max(depth, DEPTH) + SPARE)
        rank = partial(
            Ranking,
            calibration=self.calibration,
            language=self.index.language,
            read=self.reader is not None,
            known=self._languages,
        )
        jobs = [
            _Job(rank(question, each), each)
            for question, each in zip(understood, found, strict=True)
        ]
        if self.reader is not None:
            effort, settled = self.effort, self.calibration.thresholds["settled"]
            self._read(self.reader, jobs, effort.first)
            for read in range(effort.first, effort.most, max(1, effort.more)):
                more = min(effort.more, effort.most - read)
                unsettled = [job for job in jobs if job.ranking.best < settled]
                self._read(self.reader, unsettled, more)
        return jobs

    def _read(self, reader: Reader, jobs: Sequence[_Job], count: int) -> None:
        """Read the next windows of each job, all of them together."""
        asked = [(job, copies) for job in jobs for copies in job.next_windows(count)]
        if not asked:
            return
        pairs: list[Asked] = [(job.ranking.question.text, copies[0]) for job, copies in asked]
        for (job, copies), readings in zip(asked, _sound(reader, pairs), strict=True):
            job.windows_read += 1
            for window in copies:
                job.ranking.add(window, readings)

    def _answer(self, job: _Job, k: int) -> Answer:
        question, language = job.ranking.question, self.index.language
        order = job.ranking.order
        found = candidates(_considered(order), self.calibration, language)
        if not found:
            return Answer(question.text, None, 0.0, ())
        best, lead = found[0], found[0].lead
        # The passage of the answer first, also where the support of others made it the best.
        passages: tuple[Passage, ...] = ()
        for group in by_paragraph([lead, *order], k):
            if not is_shown(group[0].paragraph.span, passages):
                passages += (self._passage(group, best),)
        missing = missing_near(question, lead.sentence, lead.paragraph, passages[0].span, language)
        years = other_years(question, lead.sentence.text)
        state = self._state(best.confidence)
        refused = Answer(
            question.text,
            None,
            best.confidence,
            passages,
            alternatives=_alternatives(found),
            unmentioned=(*missing.names, *missing.numbers),
            misdated=tuple(year for year in years if year not in missing.numbers),
            foreign=lead.sentence.document.language if lead.foreign else None,
            state=state,
            trace=self._trace(job, order, best),
        )
        if state is State.NONE:
            return refused
        parts = passages[0].answers
        return replace(
            refused,
            quote=lead.parts[0],
            sentence=lead.sentence,
            parts=parts,
            places=tuple(one.parts[0] for one in best.ranked if one is lead or supports(one, lead)),
            alternatives=_alternatives([one for one in found[1:] if _differs(one, best, parts)]),
        )

    def _passage(self, group: Sequence[Ranked], best: Candidate) -> Passage:
        """One paragraph with the sentences of it that are marked, and what they answer."""
        if group[0] is best.lead:
            sure = best.confidence
        else:
            sure = candidate(group[:1], self.calibration, self.index.language).confidence
        answers = self._state(sure) is not State.NONE
        return passage_of(group, sure, self.index, answers=answers)

    def _state(self, confidence: float) -> State:
        thresholds = self.calibration.thresholds
        if confidence >= thresholds["answer"]:
            return State.ANSWER
        return State.PERHAPS if confidence >= thresholds["perhaps"] else State.NONE

    def _trace(self, job: _Job, order: Sequence[Ranked], best: Candidate) -> Trace:
        steps = [
            Step(
                one.sentence,
                one.found.by_meaning,
                one.found.by_words,
                one.reading is not None,
                one.features,
                self.calibration.shares(one.stage, one.features),
                one.odds,
            )
            for one in order[:TRACED]
        ]
        shares = self.calibration.shares
        topic = shares("topic", job.ranking.topic)
        return Trace(tuple(steps), job.windows_read, shares("answer", best.features), topic)


def _sound(reader: Reader, pairs: Sequence[Asked]) -> list[tuple[Reading, ...]]:
    """What a reader says. Raises ModelError for scores that are no numbers."""
    read = reader.read(pairs)
    wrong = next((one for readings in read for one in readings if not one.is_sound), None)
    if wrong is not None:
        name = getattr(reader, "name", type(reader).__name__)
        raise ModelError(
            f"The reader {name!r} gives the score {wrong.score} and the share {wrong.share}, which "
            "are not numbers to rank by. Use another reader, or go without: --reader none"
        )
    return read


@dataclass(slots=True)
class _Job:
    """One question on its way: what was found, what of it was read."""

    ranking: Ranking
    found: list[Found]
    windows_read: int = 0
    _windows: Iterator[list[Window]] = field(init=False)

    def __post_init__(self) -> None:
        self._windows = windows_to_read(self.found)

    def next_windows(self, count: int) -> list[list[Window]]:
        """The next windows to read, those with the best sentences first, each with its copies."""
        return list(islice(self._windows, count))


def windows_to_read(found: Sequence[Found]) -> Iterator[list[Window]]:
    """The windows of what was found, best first. Those with the same words under the same title,
    in copies of a file, come together and are read once for all of them."""
    same: dict[str, list[Found]] = {}
    for one in found:
        same.setdefault(one.text, []).append(one)
    seen: set[tuple[str, int]] = set()
    for one in found:
        window = window_of(one.sentence, one.paragraph)
        if window.place in seen:
            continue
        twins = (window_of(twin.sentence, twin.paragraph) for twin in same[one.text])
        copies = [twin for twin in twins if twin.key == window.key and twin.place not in seen]
        seen.update(copy.place for copy in copies)
        yield list({copy.place: copy for copy in copies}.values())


def _check_k(k: int) -> None:
    if k < 1:
        raise QuestionError(f"k is the number of results and must be at least 1, not {k}.")


def _reader(reader: Reader | str) -> Reader | None:
    if reader == NO_READER:
        return None
    return CrossEncoder(reader) if isinstance(reader, str) else reader


def _languages(reader: Reader | None, index: SentenceIndex) -> Container[str] | None:
    """The languages that the bundled models were trained on; None for models of others."""
    bundled = reader.name == BUNDLED if isinstance(reader, CrossEncoder) else reader is None
    return TRAINED_ON if bundled and index.embedder.name == DEFAULT_EMBEDDER else None


def _effort(name: str) -> Effort:
    if name not in EFFORTS:
        raise QuestionError(f"There is no effort {name!r}; choose {', '.join(EFFORTS)}.")
    return EFFORTS[name]


def _considered(ranking: Sequence[Ranked]) -> list[Ranked]:
    """The first sentences of a ranking, CONSIDERED different ones and their copies."""
    different = set(islice(dict.fromkeys(one.found.text for one in ranking), CONSIDERED))
    return [one for one in ranking if one.found.text in different]


def _alternatives(found: Sequence[Candidate]) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(one.lead.parts[0], one.lead.sentence, one.confidence)
        for one in found[:ALTERNATIVES]
    )


def _differs(candidate: Candidate, best: Candidate, parts: Sequence[Span]) -> bool:
    """Whether a further answer is worth a mention: "February 22" is none beside the full date."""
    words = bounded(candidate.lead.parts[0])
    said = [bounded(part) for part in parts]
    return candidate.confidence >= max(LEAST_ALTERNATIVE, BESIDE * best.confidence) and not any(
        words in one or one in words for one in said
    )
