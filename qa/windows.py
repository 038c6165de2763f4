"""Paragraph → windows: what a reader is given at once, whole sentences with their neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from index import Paragraph, Span
from index.rows import spelt_out
from qa.quote import Offsets

WINDOW = 600  # characters, about 130 tokens: a longer one costs time, a shorter one lacks context
TITLE = 100  # characters of it that are read


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Sentences of one paragraph that stand next to each other, as a reader is given them.

    `text` is what is read: the title, the sentences, the names of the columns of a row. `places`
    (characters of `text`) are their offsets from the first sentence, -1 for those that do not stand
    there. No answer reaches over one of the `walls`, offsets too: around the cells of rows.
    """

    paragraph: Paragraph
    sentences: tuple[Span, ...]
    text: str
    places: Offsets
    walls: tuple[int, ...] = ()

    @property
    def start(self) -> int:
        """Where its first sentence starts in the document."""
        return self.sentences[0].start

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands: its document and its start."""
        return self.sentences[0].document.id, self.start

    @property
    def key(self) -> tuple[object, ...]:
        """What is the same of copies: what is read, where its sentences are, and the walls."""
        extents = ((one.start - self.start, one.end - self.start) for one in self.sentences)
        return self.text, tuple(extents), self.walls

    def of(self, sentence: Span) -> Window:
        """The window of one of its sentences alone."""
        return as_read([sentence], self.paragraph)


def windows(paragraph: Paragraph, limit: int = WINDOW) -> Iterator[tuple[Span, ...]]:
    """The sentences of a paragraph, in order, in runs over at most `limit` characters.

    A run begins with the sentence that the one before ended with, so that each is read with what
    stands before it. A sentence longer than the limit is a run of its own.
    """
    sentences = paragraph.sentences
    named = list(accumulate((_names(one, paragraph) for one in sentences), initial=0))

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


def window_of(sentence: Span, paragraph: Paragraph) -> Window:
    """The first window of its paragraph that holds a sentence: what stands before it counts."""
    return as_read(next(run for run in windows(paragraph) if sentence in run), paragraph)


def as_read(sentences: Sequence[Span], paragraph: Paragraph) -> Window:
    """A run of sentences as a reader is given it."""
    document, base = sentences[0].document, sentences[0].start
    whole, reached = document.text[base : sentences[-1].end], base
    pieces: list[tuple[str, int | None]] = [(f"{document.title[:TITLE]}. ", None)]
    for sentence in sentences:
        pieces.append((whole[reached - base : sentence.start - base], reached))
        pieces += spelt_out(sentence, paragraph)
        reached = sentence.end
    places = [
        np.full(len(text), -1) if start is None else np.arange(len(text)) + start - base
        for text, start in pieces
    ]
    text = "".join(text for text, _ in pieces)
    walls = tuple(_walls(sentences, paragraph))
    return Window(paragraph, tuple(sentences), text, np.concatenate(places), walls)


def _walls(sentences: Sequence[Span], paragraph: Paragraph) -> Iterator[int]:
    base = sentences[0].start
    for sentence in sentences:
        block = paragraph.block_of(sentence)
        for cell in block.cells if block else ():
            for wall in (cell.start, cell.end + 1):  # a bar is no part of a cell
                if sentence.start < wall < sentence.end:
                    yield wall - base


def _names(sentence: Span, paragraph: Paragraph) -> int:
    """How many characters of names of columns are read with a sentence."""
    return sum(len(text) for text, start in spelt_out(sentence, paragraph) if start is None)
