"""The marks of an answer in a document, each with its number."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index import Span
from qa.answer import Passage
from qa.highlight import Mark, mark_pieces


class Part(NamedTuple):
    """A stretch of text, how it is marked, the number of its mark (0: none), and where it begins in
    the document."""

    text: str
    mark: Mark
    number: int
    start: int

    @property
    def end(self) -> int:
        """Where it ends in the document."""
        return self.start + len(self.text)


def numbered(shown: Span, passages: Sequence[Passage]) -> list[Part]:
    """A stretch of a document in parts, the marks of the passages numbered in their order; those of
    the same sentence are the same mark."""
    # All at once: a passage reaches back into the one before it, and may begin inside another.
    sentences = sorted(
        {hit.sentence for passage in passages for hit in passage.hits}, key=lambda one: one.start
    )
    answers = [answer for passage in passages for answer in passage.answers]
    return list(_number(shown, sentences, answers))


def number_at(offset: int, parts: Sequence[Part]) -> int:
    """The number of the mark at an offset of the document, or 0."""
    at = bisect_right(parts, offset, key=lambda part: part.start) - 1
    return parts[at].number if at >= 0 else 0


def clipped(parts: Sequence[Part], start: int, end: int) -> Iterator[Part]:
    """What lies in [start, end) of parts that follow one another."""
    at = max(0, bisect_right(parts, start, key=lambda part: part.start) - 1)
    while at < len(parts) and parts[at].start < end:
        part = parts[at]
        first = max(start - part.start, 0)
        text = part.text[first : end - part.start]
        if text:
            yield part._replace(text=text, start=part.start + first)
        at += 1


def _number(shown: Span, sentences: Sequence[Span], answers: Sequence[Span]) -> Iterator[Part]:
    at, number = shown.start, 0
    last: object = None
    for text, mark in mark_pieces(shown, sentences, answers):
        if mark:
            sentence = next((one for one in sentences if one.start <= at < one.end), at)
            number += sentence != last
            last = sentence
        yield Part(text, mark, number if mark else 0, at)
        at += len(text)
