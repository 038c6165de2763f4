"""Gold question-and-answer files in: our own format and that of the public benchmark sets.

One JSON object a line (`.jsonl`, also gzipped: `.jsonl.gz`):

    {"id": "s1", "question": "Who?", "answers": ["Ada"],
     "gold": [{"source": "a.txt", "start": 0, "end": 3}]}

`gold` lists every place where the answer stands, by `source` or by `doc_id`, in code points. An
empty list says that the documents do not answer. Without the key only the answer is compared, and
without answers only the place.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import Document, SentenceIndex, Span
from qa.errors import GoldError


def names_of(document: Document) -> tuple[str, ...]:
    """What gold may call a document: its id, its source, and what its copies are called."""
    return (document.id, document.source, *document.copies)


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """A place where an answer stands: in the document of this name (see `names_of`)."""

    document: str
    start: int
    end: int

    def matches(self, sentence: Span) -> bool:
        """Whether the sentence holds any of it."""
        return (
            self.document in names_of(sentence.document)
            and sentence.start < self.end
            and self.start < sentence.end
        )


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question, the answers that are right, and where they stand (None: not known)."""

    id: str
    question: str
    answers: tuple[str, ...]
    gold: tuple[GoldSpan, ...] | None

    @property
    def answerable(self) -> bool:
        return bool(self.gold or (self.gold is None and self.answers))


def read_gold(path: Path) -> list[GoldQuestion]:
    """The questions of a gold file. Raises GoldError that names the line that is wrong."""
    questions: list[GoldQuestion] = []
    seen: set[str] = set()
    for number, line in _lines(path):
        question = _parse(line, f"{path}, line {number}")
        if question.id in seen:
            raise GoldError(f"{path}, line {number}: the id {question.id!r} was there before.")
        seen.add(question.id)
        questions.append(question)
    if not questions:
        raise GoldError(f"{path} holds no questions.")
    return questions


def check_gold(questions: list[GoldQuestion], index: SentenceIndex) -> None:
    """Raise GoldError when a gold span does not lie in a document of the index."""
    lengths: dict[str, int] = {}
    for document in index.documents():
        for name in names_of(document):
            lengths[name] = max(lengths.get(name, 0), len(document.text))
    for question in questions:
        for span in question.gold or ():
            if span.document not in lengths:
                raise GoldError(
                    f"Question {question.id!r} has its answer in {span.document!r}, which is not "
                    f"in {index.path}; index the documents the gold file was made for."
                )
            if span.end > lengths[span.document]:
                raise GoldError(
                    f"Question {question.id!r}: [{span.start}, {span.end}) does not lie in "
                    f"{span.document!r}, which has {lengths[span.document]} characters."
                )


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise GoldError(f"The gold file {path} cannot be read: {reason}.") from error
    except UnicodeDecodeError as error:
        raise GoldError(f"The gold file {path} is not UTF-8 text.") from error


def _parse(line: str, place: str) -> GoldQuestion:
    try:
        row: dict[str, Any] = json.loads(line)
    except (ValueError, RecursionError) as error:  # not JSON, or a number too long to read
        raise GoldError(f"{place} is not JSON: {error}.") from error
    try:
        spans = row.get("gold")
        if spans is None and "answers" not in row:
            raise KeyError("answers")
        answers = tuple(_string(answer) for answer in _list(row.get("answers", [])))
        if spans == [] and answers:
            raise ValueError("answers, and an empty gold that says there are none")
        return GoldQuestion(
            id=str(row["id"]),
            question=_string(row["question"]),
            answers=answers,
            gold=None if spans is None else tuple(_span(span) for span in _list(spans)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise GoldError(
            f"{place}: {what}. A line is {{id, question, answers: [...], "
            "gold: [{source, start, end}]}."
        ) from error


def _span(row: dict[str, Any]) -> GoldSpan:
    start, end = row["start"], row["end"]
    if not (type(start) is int and type(end) is int and 0 <= start < end):  # True is no offset
        raise ValueError(f"start {start!r} and end {end!r} are not offsets")
    return GoldSpan(_string(row["source"] if "source" in row else row["doc_id"]), start, end)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a string")
    value.encode("utf-8")  # a lone surrogate is a ValueError
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return value
