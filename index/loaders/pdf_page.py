"""Pieces of a page → regions in reading order: columns of lines, and tables.

A region is cut where a corridor of white runs down between pieces: what stands over the corridor
comes first, then what stands beside it, then what stands under it. Beside a corridor is either text
in columns, read one after the other, or a table, read row by row.
"""

from __future__ import annotations

import math
import statistics
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from index.loaders.pdf_lines import Piece, joined, same_line
from index.loaders.pdf_seen import is_spaceless

CORRIDOR = 0.6  # of a character's height: the least width between two columns
MIN_LINES = 3  # on either side of a corridor
PROSE_LINES = 3
PROSE_CHARACTERS = 18  # of a usual line of prose; cells have fewer
CELLS = 0.35  # of the rows of a text, at most, end early; of a table more hold a short cell
PROSE_FULL = 0.6  # of the width of its column, that a usual line of prose has
ALIGNED = 0.6  # of the lines of the shorter side of a table, that stand beside one of the other
SHIFTED = 0.3  # of a line's height, by which lines that stand beside each other may differ
DENSE = 0.7  # of the lines of a text that is a column of a table have a cell at their side
NARROW = 0.6  # of the width of a text: a column of heads or cells at its side
MAX_COLUMNS = 8
APART = 0.7  # of a line's height: white between two blocks of the same side
NUMBERED = 8  # lines with a number in the margin, at least
MAX_DEPTH = 40
CANDIDATES = 200  # corridors that are tried
Row = list[Piece]


@dataclass(frozen=True, slots=True)
class Region:
    """Lines of one column, or rows of a table, from top to bottom."""

    rows: tuple[tuple[Piece, ...], ...]  # of pieces from left to right
    is_table: bool = False

    @property
    def lines(self) -> list[Piece]:
        return [joined(row) for row in self.rows]


@dataclass(frozen=True, slots=True)
class _Corridor:
    """White between two sides of the pieces from `top` to `bottom`."""

    at: float
    top: float
    bottom: float
    left: list[Piece] = field(repr=False)
    right: list[Piece] = field(repr=False)
    worth: float


def arrange(pieces: Sequence[Piece]) -> list[Region]:
    """The regions of a page in reading order; text that runs in another direction comes last."""
    pieces = _without_numbers(pieces)
    directions = dict.fromkeys(one.direction for one in pieces)
    return [
        region
        for direction in directions
        for region in _cut([one for one in pieces if one.direction == direction], 0)
    ]


def _without_numbers(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces but for the numbers of lines in the margin: nobody reads them as text."""
    numbers = [one for one in pieces if one.text.isdecimal()]
    if len(numbers) < NUMBERED:
        return list(pieces)
    edge = min(one.right for one in numbers)
    column = sorted((one for one in numbers if one.right - edge < edge * 0.1), key=_top)
    values = [int(one.text) for one in column]
    steps = {other - one for one, other in pairwise(values)}
    others = [one for one in pieces if one not in column]
    outside = all(one.left > edge for one in others)
    if len(column) >= NUMBERED and len(steps) == 1 and steps <= {1, 5} and outside:
        return others
    return list(pieces)


def _top(piece: Piece) -> float:
    return piece.top


def rows_of(pieces: Sequence[Piece]) -> list[Row]:
    """Pieces by lines, from top to bottom and from left to right."""
    rows: list[Row] = []
    for piece in sorted(pieces, key=lambda one: (one.middle, one.left)):
        near = [row for row in rows[-3:] if any(same_line(one, piece) for one in row)]
        if near and not any(_overlap(one, piece) for one in near[-1]):
            near[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda one: one.left) for row in rows]


def _overlap(one: Piece, other: Piece) -> bool:
    """Whether two pieces of a line stand over each other."""
    inside = min(one.right, other.right) - max(one.left, other.left)
    return inside > 0.5 * min(one.right - one.left, other.right - other.left)


def _cut(pieces: list[Piece], depth: int) -> Iterator[Region]:
    if not pieces:
        return
    corridor = _widest(pieces) if len(pieces) > 2 and depth < MAX_DEPTH else None
    if corridor is None:
        yield Region(tuple(map(tuple, rows_of(pieces))))
        return
    beside = {*corridor.left, *corridor.right}
    rest = [one for one in pieces if one not in beside]
    yield from _cut([one for one in rest if one.middle <= corridor.top], depth + 1)
    yield from _beside(corridor, depth)
    yield from _cut([one for one in rest if one.middle > corridor.top], depth + 1)


def _beside(corridor: _Corridor, depth: int) -> Iterator[Region]:
    """What stands on the two sides of a corridor."""
    left, right = corridor.left, corridor.right
    prose = [_is_prose(left), _is_prose(right)]
    if not any(prose) and not _are_wordy(left, right) and _is_aligned(left, right, 0):
        yield from _table(rows_of([*left, *right]))
        return
    if any(prose) and not all(prose):
        heads, text = (left, right) if prose[1] else (right, left)
        if _width(heads) <= NARROW * _width(text):
            if _is_aligned(heads, text, DENSE):
                yield from _table(rows_of([*left, *right]))
                return
            for band in (bands := _bands(heads, text)):
                yield from _cut([one for one in left if one in band], depth + 1)
                yield from _cut([one for one in right if one in band], depth + 1)
            if bands:
                return
    yield from _cut(left, depth + 1)
    yield from _cut(right, depth + 1)


def _table(rows: Sequence[Row]) -> Iterator[Region]:
    """A table, and the lines over and under it that are not cells."""
    several = [number for number, row in enumerate(rows) if len(row) > 1]
    if len(several) < MIN_LINES:
        yield Region(tuple(map(tuple, rows)))
        return
    first, last = several[0], several[-1] + 1
    for part, is_table in ((rows[:first], False), (rows[first:last], True), (rows[last:], False)):
        if part:
            yield Region(tuple(map(tuple, part)), is_table)


def _is_prose(pieces: list[Piece], depth: int = 0) -> bool:
    """Whether most lines are as long as those of a text, in one column or in several."""
    rows = rows_of(pieces)
    if len(rows) < PROSE_LINES:
        return False
    if sum(len(row) > 1 for row in rows) > CELLS * len(rows) and depth < MAX_COLUMNS:
        corridor = _widest(pieces)
        if corridor and len(corridor.left) + len(corridor.right) > PROSE_FULL * len(pieces):
            sides = (corridor.left, corridor.right)
            return all(_is_prose(side, depth + 1) for side in sides)
    spaceless = sum(is_spaceless(one.text[0]) for one in pieces) * 2 > len(pieces)
    least = PROSE_CHARACTERS / 2 if spaceless else PROSE_CHARACTERS
    long = np.quantile([min(len(one.text) for one in row) for row in rows], CELLS)
    full = statistics.median(sum(one.right - one.left for one in row) for row in rows)
    return bool(long >= least and full >= PROSE_FULL * _width(pieces))


def _are_wordy(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether two sides are columns as those of the index of a book: words of about one width."""
    lengths = [statistics.median(len(one.text) for one in side) for side in (left, right)]
    narrower, wider = sorted((_width(left), _width(right)))
    return min(lengths) >= PROSE_CHARACTERS and narrower > NARROW * wider


def _width(pieces: Sequence[Piece]) -> float:
    return max(one.right for one in pieces) - min(one.left for one in pieces)


def _is_aligned(left: Sequence[Piece], right: Sequence[Piece], dense: float) -> bool:
    """Whether the lines of one side stand beside lines of the other, and are at least so many for
    each of these."""
    fewer, more = sorted((rows_of(left), rows_of(right)), key=len)
    if len(fewer) < dense * len(more):
        return False
    return sum(_stands_beside(row, more) for row in fewer) >= ALIGNED * len(fewer)


def _stands_beside(row: Row, others: Sequence[Row]) -> bool:
    near = SHIFTED * row[0].height
    return any(abs(row[0].bottom - other[0].bottom) < near for other in others)


def _bands(heads: Sequence[Piece], text: Sequence[Piece]) -> list[set[Piece]]:
    """A text with heads at its side, cut where a head begins: each head with the lines beside it,
    after those that stand over the first one. None where heads do not begin beside a line."""
    starts: list[Row] = []
    bottom = -math.inf
    for row in rows_of(heads):
        if row[0].top - bottom > APART * row[0].height:
            starts.append(row)
        bottom = max(one.bottom for one in row)
    lines = rows_of(text)
    if sum(_stands_beside(row, lines) for row in starts) < ALIGNED * len(starts):
        return []
    tops = [row[0].top - SHIFTED * row[0].height for row in starts]
    bands: list[set[Piece]] = [set() for _ in range(len(tops) + 1)]
    for piece in (*heads, *text):
        bands[bisect_right(tops, piece.top)].add(piece)
    return [band for band in bands if band]


def _widest(pieces: Sequence[Piece]) -> _Corridor | None:
    """The corridor that most lines stand beside; None where there is none."""
    lefts = np.array([one.left for one in pieces])
    rights = np.array([one.right for one in pieces])
    middles = np.array([one.middle for one in pieces])
    height = statistics.median(one.height for one in pieces)
    best: _Corridor | None = None
    for at in _candidates(rights, 0.25 * height):
        crossing = np.sort(middles[(lefts < at - 0.1) & (rights > at + 0.1)])
        stretch = np.searchsorted(crossing, middles)
        on_left = rights <= at + 0.1
        on_right = lefts >= at - 0.1
        counts = [
            np.bincount(stretch[side], minlength=len(crossing) + 1) for side in (on_left, on_right)
        ]
        for number in np.flatnonzero(np.minimum(*counts) >= MIN_LINES):
            here = stretch == number
            corridor = _corridor(pieces, here & on_left, here & on_right, at, height)
            if corridor and (best is None or corridor.worth > best.worth):
                best = corridor
    return best


def _candidates(rights: np.ndarray, step: float) -> list[float]:
    """Where a corridor may begin: the right edges of pieces, one of those that are as good as
    equal."""
    found: list[float] = []
    for right in np.sort(rights)[::-1].tolist():
        if not found or found[-1] - right > step:
            found.append(right)
    return found[:CANDIDATES]


def _corridor(
    pieces: Sequence[Piece], left: np.ndarray, right: np.ndarray, at: float, height: float
) -> _Corridor | None:
    """The corridor between two sides, where it is wide enough and stands beside both."""
    one = [pieces[number] for number in np.flatnonzero(left).tolist()]
    other = [pieces[number] for number in np.flatnonzero(right).tolist()]
    width = min(piece.left for piece in other) - max(piece.right for piece in one)
    if width < CORRIDOR * height:
        return None
    top = max(min(piece.top for piece in side) for side in (one, other))
    bottom = min(max(piece.bottom for piece in side) for side in (one, other))
    lines = [
        len({round(p.middle / height) for p in side if top <= p.middle <= bottom})
        for side in (one, other)
    ]
    if min(lines) < MIN_LINES:
        return None
    worth = min(lines) + 0.1 * max(lines) + 0.01 * min(width / height, 10)
    first = min(piece.middle for piece in (*one, *other))
    last = max(piece.middle for piece in (*one, *other))
    return _Corridor(at, first, last, one, other, worth)
