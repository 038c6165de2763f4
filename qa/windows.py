"""Paragraph → windows: what a reader is given at once, whole sentences with their neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from index import Span
from index.table import said

WINDOW = 600  # characters, about 130 tokens: a longer one costs time, a shorter one lacks context


def windows(sentences: Sequence[Span], limit: int | None = None) -> Iterator[tuple[Span, ...]]:
    """The sentences of a paragraph, in order, in runs over at most `limit` characters (WINDOW).

    A run begins with the sentence that the one before ended with, so that each is read with what
    stands before it. A sentence longer than the limit is a run of its own.
    """
    limit = WINDOW if limit is None else limit
    names = [len(said(sentence)) - len(sentence) for sentence in sentences]
    named = list(accumulate(names, initial=0))

    def reach(first: int, last: int) -> int:
        """How long a run is, with the names of columns that are read with it."""
        length = sentences[last].end - sentences[first].start
        return length + named[last + 1] - named[first]

    first = 0
    while first < len(sentences):
        last = first
        while last + 1 < len(sentences) and reach(first, last + 1) <= limit:
            last += 1
        yield tuple(sentences[first : last + 1])
        if last + 1 == len(sentences):
            return
        overlaps = last > first and reach(last, last + 1) <= limit
        first = last if overlaps else last + 1


def window_of(sentence: Span, sentences: Sequence[Span]) -> tuple[Span, ...]:
    """The first window of its paragraph that holds a sentence: what stands before it counts."""
    return next(window for window in windows(sentences) if sentence in window)
