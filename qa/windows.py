"""Paragraph → windows: what a reader is given at once, whole sentences with their neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index import Span

WINDOW = 600  # characters, about 130 tokens: a longer one costs time, a shorter one lacks context


def windows(sentences: Sequence[Span], limit: int | None = None) -> Iterator[tuple[Span, ...]]:
    """The sentences of a paragraph, in order, in runs over at most `limit` characters (WINDOW).

    A run begins with the sentence that the one before ended with, so that each is read with what
    stands before it. A sentence longer than the limit is a run of its own.
    """
    limit = WINDOW if limit is None else limit
    first = 0
    while first < len(sentences):
        last = first
        while last + 1 < len(sentences) and _reach(sentences[first : last + 2]) <= limit:
            last += 1
        yield tuple(sentences[first : last + 1])
        if last + 1 == len(sentences):
            return
        overlaps = last > first and _reach(sentences[last : last + 2]) <= limit
        first = last if overlaps else last + 1


def window_of(sentence: Span, sentences: Sequence[Span]) -> tuple[Span, ...]:
    """The first window of its paragraph that holds a sentence: what stands before it counts."""
    return next(window for window in windows(sentences) if sentence in window)


def _reach(sentences: Sequence[Span]) -> int:
    return sentences[-1].end - sentences[0].start
