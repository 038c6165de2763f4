"""Pieces of all pages → what repeats from page to page, apart from the text.

Running heads and feet, page numbers, printer's marks. A reader misses nothing where such a line is
kept on the first page that has it, and page numbers are left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from index.loaders.pdf_lines import Piece
from index.loaders.pdf_page import Row, rows_of

OUTER_ROWS = 3  # at the top and at the bottom of a page, among which the running lines are
REPEATED = 3  # pages, at least; two of a document of few pages
FEW_PAGES = 4
SHIFTED = 4.0  # points, by which a running line may be higher or lower on another page
MAX_NUMBER = 5  # digits of the number of a page
NUMBER = re.compile(r"\d+")
ROMAN = re.compile(r"[ivxlc]+|[IVXLC]+")
WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Margin:
    """The pieces of a page without what repeats, and what is kept of that, row by row."""

    text: list[Piece]
    running: list[Row]


def without_margins(pages: Sequence[Sequence[Piece]]) -> list[Margin]:
    """Each page without its running lines; each of these on the first page that has it."""
    outer = [list(_outer(pieces)) for pieces in pages]
    least = REPEATED if len(pages) > FEW_PAGES else 2
    numbers = _numbers(outer, least)
    repeated = _repeated(outer, numbers, least)
    known: set[str] = set()
    found = []
    for pieces, rows in zip(pages, outer, strict=True):
        gone = numbers | {piece for row in rows if row[0] in repeated for piece in row}
        kept = []
        for row in rows:
            name = NUMBER.sub("#", _text(row, numbers))
            if row[0] in repeated and name not in known and WORD.search(name):
                known.add(name)
                kept.append([one for one in row if one not in numbers])
        found.append(Margin([one for one in pieces if one not in gone], kept))
    return found


def _outer(pieces: Sequence[Piece]) -> Iterator[Row]:
    """What may be a running line: the outermost rows, and all that runs in another direction."""
    rows = rows_of([one for one in pieces if one.direction == 0])
    yield from rows[:OUTER_ROWS]
    yield from rows[OUTER_ROWS:][-OUTER_ROWS:]
    yield from ([one] for one in pieces if one.direction)


def _text(row: Row, numbers: Collection[Piece]) -> str:
    """The text of a row but for the number of its page: on a left page it stands elsewhere."""
    return "\t".join(one.text for one in row if one not in numbers)


def _names(row: Row, numbers: Collection[Piece]) -> Iterator[str]:
    """What may be the same on other pages: the text of a row as it is, or with a number in it that
    counts the pages. Other numbers differ in the rows of a table, too."""
    text = _text(row, numbers)
    yield text
    for number in {one for one in NUMBER.findall(text) if len(one) <= MAX_NUMBER}:
        counted = f"#{int(number) - row[0].page}"
        yield re.sub(rf"(?<!\d){re.escape(str(number))}(?!\d)", counted, text)


def _repeated(outer: Sequence[Sequence[Row]], numbers: Collection[Piece], least: int) -> set[Piece]:
    """The first pieces of the rows that other pages have at the same height."""
    same: defaultdict[tuple[str, int], list[Piece]] = defaultdict(list)
    for row in (row for rows in outer for row in rows):
        for name in _names(row, numbers):
            if WORD.search(name):
                same[name, row[0].direction].append(row[0])
    return {piece for several in same.values() for piece in _at_one_height(several, least)}


def _at_one_height(pieces: Sequence[Piece], least: int) -> Iterator[Piece]:
    """Those of pieces that enough pages have at about the same height."""
    pages: defaultdict[int, set[int]] = defaultdict(set)
    for piece in pieces:
        pages[round(piece.middle / SHIFTED)].add(piece.page)
    near = {
        height: len(pages[height].union(*(pages.get(height + step, ()) for step in (-1, 1))))
        for height in list(pages)
    }
    return (one for one in pieces if near[round(one.middle / SHIFTED)] >= least)


def _numbers(outer: Sequence[Sequence[Row]], least: int) -> set[Piece]:
    """Numbers that count the pages, from whichever one; those in Roman letters stand alone."""
    ends = [piece for rows in outer for row in rows for piece in {row[0], row[-1]}]
    counting = defaultdict(list)
    for piece in ends:
        if piece.text.isdecimal() and len(piece.text) <= MAX_NUMBER:
            counting[int(piece.text) - piece.page].append(piece)
    alone = [row[0] for rows in outer for row in rows if len(row) == 1]
    roman = [piece for piece in alone if ROMAN.fullmatch(piece.text)]
    found = [
        piece
        for several in counting.values()
        if len({one.page for one in several}) >= least
        for piece in several
    ]
    return {*found, *_at_one_height(roman, least)}
