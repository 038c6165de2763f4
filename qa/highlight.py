"""Passage → pieces of text with their marks, for a terminal, a web page or anything else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from index import Span
from qa.answer import Passage

Mark = Literal["answer", "sentence"] | None


class Piece(NamedTuple):
    """A stretch of text shown one way: the answer, the rest of a found sentence, or neither."""

    text: str
    mark: Mark


def pieces(passage: Passage) -> list[Piece]:
    """The passage from start to end in pieces, none of them empty; joined they are its text.

    Answers are marked inside their sentences. A mark that does not lie in the passage is not
    shown: better none than a wrong one.
    """
    sentences = [hit.sentence for hit in passage.hits]
    return mark_pieces(passage.span, sentences, passage.answers)


def mark_pieces(span: Span, sentences: Sequence[Span], answers: Sequence[Span] = ()) -> list[Piece]:
    """As `pieces`, for any stretch of a document."""
    layers: list[tuple[Span, Mark]] = [(sentence, "sentence") for sentence in sentences]
    layers += [(answer, "answer") for answer in answers]
    layers = [(layer, mark) for layer, mark in layers if layer in span and len(layer)]
    ends = {end for layer, _ in layers for end in (layer.start, layer.end)}
    cuts = sorted({span.start, span.end, *ends})
    shown = []
    for start, end in pairwise(cuts):
        marks = [mark for layer, mark in layers if layer.start <= start and end <= layer.end]
        shown.append(Piece(span.document.text[start:end], marks[-1] if marks else None))
    return shown
