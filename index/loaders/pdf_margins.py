"""Pieces of all pages → what repeats from page to page, apart from the text.

Running heads and feet, page numbers, printer's marks. A reader misses nothing where such a line is
kept on the first page that has it, and page numbers are left out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
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
    repeated = _repeated(outer, least)
    numbers = _numbers(outer, least)
    known: set[str] = set()
    found = []
    for pieces, rows in zip(pages, outer, strict=True):
        gone = numbers | {piece for row in rows if row[0] in repeated for piece in row}
        kept = []
        for row in rows:
            name = NUMBER.sub("#", _text(row))
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


def _text(row: Row) -> str:
    """The text of a row but for a number that stands alone: on a left page it stands elsewhere."""
    return "\t".join(one.text for one in row if not _is_number(one))


def _is_number(piece: Piece) -> bool:
    return bool(piece.text.isdecimal() or ROMAN.fullmatch(piece.text))


def _names(row: Row) -> Iterator[str]:
    """What may be the same on other pages: the text of a row as it is, or with a number in it that
    counts the pages. Other numbers differ in the rows of a table, too."""
    text = _text(row)
    yield text
    for number in {one for one in NUMBER.findall(text) if len(one) <= MAX_NUMBER}:
        counted = f"#{int(number) - row[0].page}"
        yield re.sub(rf"(?<!\d){number}(?!\d)", counted, text)


def _repeated(outer: Sequence[Sequence[Row]], least: int) -> set[Piece]:
    """The first pieces of the rows that other pages have at the same height."""
    same: defaultdict[tuple[str, int], list[Piece]] = defaultdict(list)
    for row in (row for rows in outer for row in rows):
        for name in _names(row):
            if WORD.search(name):
                same[name, row[0].direction].append(row[0])
    found = set()
    for several in same.values():
        for piece in several if len(several) >= least else ():
            near = {one.page for one in several if abs(one.middle - piece.middle) < SHIFTED}
            if len(near) >= least:
                found.add(piece)
    return found


def _numbers(outer: Sequence[Sequence[Row]], least: int) -> set[Piece]:
    """Numbers that count the pages, from whichever one; the outermost row of each page has one."""
    alone = [piece for rows in outer for row in rows for piece in row if _is_number(piece)]
    numbers = [
        (piece, int(piece.text) - piece.page)
        for piece in alone
        if piece.text.isdecimal() and len(piece.text) <= MAX_NUMBER
    ]
    counted = Counter(
        {first: len({p.page for p, f in numbers if f == first}) for _, first in numbers}
    )
    roman = [one for one in alone if not one.text.isdecimal()]
    return {piece for piece, first in numbers if counted[first] >= least} | {
        one
        for one in roman
        if len({o.page for o in roman if abs(o.middle - one.middle) < SHIFTED}) >= least
    }
