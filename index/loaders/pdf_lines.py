"""Glyphs of a page → pieces of lines: words that follow each other on one line.

Text that runs down, up or upside down is turned first: within a piece, `left` to `right` is the
direction of reading, and what comes later stands further down.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

import numpy as np

from index.layout import BOX_UNIT, Boxes
from index.loaders.pdf_glyphs import Glyph, Sheet
from index.loaders.pdf_seen import is_spaceless, seen_glyphs

MAX_EDGE = 65_535  # of a box that is stored
SAME_LINE = 0.5  # of the lower of two heights, by which glyphs of one line overlap
NEAR = 1.0  # of a character's height: the widest space between words of one line
TOUCHING = 0.15  # of a character's height: narrower, it is no space
MAX_JUMP = 3.0  # of a character's height, by which a word may go back: what is set over another
RIGHT_TO_LEFT = ("\u0590", "\u08ff")

# What stands before an item of a list: bullets, and those that may be something else; numbers.
SURE = "•●○◦▪■□◆◇▶►➢➤✓✔‣⁃·∙⦁\ue000-\uf8ff"
MARKERS = rf"[{SURE}–—*-]|\(?(?:\d{{1,3}}|[A-Za-z]|[ivxIVX]{{2,5}})[.)]|\(\d+\)"
MARKER = re.compile(MARKERS)
UNNAMED = re.compile("^[\ue000-\uf8ff](?= |$)")  # a bullet of a font of symbols
MARKED = 3.0  # of a character's height: the widest space after it

SIZED = 0.88  # of the glyphs of a line are not larger than its size: small capitals are not
LEAST = 0.1  # points: the height of a line whose font says that it has none
BOLD = 0.9  # of the glyphs of a line that is bold, and not only begins so

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A stretch of a line: its text, and the box of each character on the page as shown."""

    text: str
    boxes: Boxes = field(repr=False)
    page: int
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool
    direction: int = 0

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top


def read_pieces(sheet: Sheet) -> list[Piece]:
    """The pieces of a page, in the order of the file, those of the commonest direction first."""
    directions: dict[int, list[Glyph]] = {}
    for direction, glyphs in groupby(seen_glyphs(sheet), key=_direction):
        directions.setdefault(direction, []).extend(glyphs)
    ordered = sorted(directions.items(), key=lambda one: -len(one[1]))
    return [
        piece
        for direction, glyphs in ordered
        for piece in _with_markers(list(_pieces(sheet, glyphs, direction)))
    ]


def same_line(one: Piece, other: Piece) -> bool:
    """Whether two pieces stand beside each other."""
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > SAME_LINE * min(one.height, other.height)


def joined(pieces: Sequence[Piece]) -> Piece:
    """Pieces of one line as one, in the direction of reading, with spaces between them."""
    if len(pieces) == 1:
        return pieces[0]
    rtl = sum(map(_is_rtl, pieces)) * 2 > len(pieces)
    ordered = sorted(pieces, key=lambda one: -one.right if rtl else one.left)
    texts, boxes = [ordered[0].text], [ordered[0].boxes]
    for last, piece in pairwise(ordered):
        if _spaced(last, piece):
            texts.append(" ")
            boxes.append(np.zeros((1, 4), np.uint16))
        texts.append(piece.text)
        boxes.append(piece.boxes)
    largest = max(ordered, key=lambda one: len(one.text))
    return replace(
        largest,
        text="".join(texts),
        boxes=np.concatenate(boxes),
        left=min(one.left for one in ordered),
        top=min(one.top for one in ordered),
        right=max(one.right for one in ordered),
        bottom=max(one.bottom for one in ordered),
        bold=all(one.bold for one in ordered),
    )


def _spaced(one: Piece, other: Piece) -> bool:
    gap = max(other.left - one.right, one.left - other.right)
    if is_spaceless(one.text[-1]) and is_spaceless(other.text[0]):
        return gap > NEAR * min(one.height, other.height)
    return gap > TOUCHING * min(one.height, other.height)


def _is_rtl(piece: Piece) -> bool:
    letters = [one for one in piece.text if one.isalpha()]
    first, last = RIGHT_TO_LEFT
    return sum(first <= one <= last or "\ufb1d" <= one <= "\ufeff" for one in letters) * 2 > len(
        letters
    )


def _direction(glyph: Glyph) -> int:
    return glyph.style.direction


def _turned(glyph: Glyph) -> Rectangle:
    """The rectangle of a glyph as if its text ran to the right."""
    left, top, right, bottom = glyph.left, glyph.top, glyph.right, glyph.bottom
    match glyph.style.direction:
        case 1:
            return top, -right, bottom, -left
        case 2:
            return -right, -bottom, -left, -top
        case 3:
            return -bottom, left, -top, right
        case _:
            return left, top, right, bottom


def _pieces(sheet: Sheet, glyphs: Sequence[Glyph], direction: int) -> Iterator[Piece]:
    """Glyphs of one direction → pieces, each of what follows in the file and on the line."""
    line: list[Glyph] = []
    for glyph in glyphs:
        if line and not _follows(line, glyph):
            yield _piece(sheet, line, direction)
            line = []
        line.append(glyph)
    if line:
        yield _piece(sheet, line, direction)


def _follows(line: Sequence[Glyph], glyph: Glyph) -> bool:
    """Whether a glyph goes on with a line, to the right of it or, in Arabic, to the left."""
    left, top, right, bottom = _turned(glyph)
    last = _turned(line[-1])
    height = max(min(bottom - top, last[3] - last[1]), 0.1)
    overlap = min(bottom, last[3]) - max(top, last[1])
    if overlap <= SAME_LINE * height:
        return False
    gap = left - last[2]
    back = last[0] - right
    if gap >= -MAX_JUMP * height and back < -0.1 * height:
        return gap <= NEAR * height
    return RIGHT_TO_LEFT[0] <= max(glyph.text, line[-1].text) and back <= NEAR * height


def _piece(sheet: Sheet, line: Sequence[Glyph], direction: int) -> Piece:
    """Glyphs of one line with spaces between words, all as high as most are."""
    turned = [_turned(one) for one in line]
    size = float(np.quantile([one.style.size for one in line], SIZED, method="lower"))
    usual = [
        box
        for box, one in zip(turned, line, strict=True)
        if abs(one.style.size - size) <= 0.1 * size
    ] or turned
    top = statistics.median(one[1] for one in usual)
    bottom = max(statistics.median(one[3] for one in usual), top + LEAST)
    texts: list[str] = []
    rows: list[Rectangle] = []
    for number, (glyph, box) in enumerate(zip(line, turned, strict=True)):
        if number and glyph.apart and _is_space(turned[number - 1], box, line[number - 1], glyph):
            texts.append(" ")
            rows.append((0, 0, 0, 0))
        texts.append(glyph.text)
        rows.append(_back((box[0], min(top, box[1]), box[2], max(bottom, box[3])), direction))
    bold = sum(one.style.bold for one in line) >= BOLD * len(line)
    left, right = min(one[0] for one in turned), max(one[2] for one in turned)
    boxes = _stored(rows, sheet)
    text = UNNAMED.sub("•", "".join(texts))
    return Piece(text, boxes, sheet.number, left, top, right, bottom, size, bold, direction)


def _with_markers(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Pieces, with a bullet or a number at the beginning of the one that it marks."""
    marker: Piece | None = None
    for piece in pieces:
        if marker and _marks(marker, piece):
            piece = joined([marker, piece])
        elif marker:
            yield marker
        marker = piece if MARKER.fullmatch(piece.text) else None
        if not marker:
            yield piece
    if marker:
        yield marker


def _marks(marker: Piece, piece: Piece) -> bool:
    """Whether a bullet or a number stands just before a piece."""
    return same_line(marker, piece) and 0 < piece.left - marker.right <= MARKED * marker.height


def _is_space(last: Rectangle, box: Rectangle, before: Glyph, after: Glyph) -> bool:
    """Whether what the file calls a space is one: not between two letters that touch."""
    gap = max(box[0] - last[2], last[0] - box[2])
    if is_spaceless(before.text) and is_spaceless(after.text):
        return gap > 0.5 * (box[3] - box[1])
    return True


def _back(box: Rectangle, direction: int) -> Rectangle:
    """What `_turned` was given."""
    left, top, right, bottom = box
    match direction:
        case 1:
            return -bottom, left, -top, right
        case 2:
            return -right, -bottom, -left, -top
        case 3:
            return top, -right, bottom, -left
        case _:
            return box


def _stored(rows: Sequence[Rectangle], sheet: Sheet) -> Boxes:
    """Rectangles in points → boxes, not smaller and on the page."""
    edges = np.asarray(rows, np.float64) * BOX_UNIT
    edges[:, :2] = np.floor(edges[:, :2])
    edges[:, 2:] = np.ceil(edges[:, 2:])
    limit = np.array([sheet.width, sheet.height] * 2) * BOX_UNIT
    return np.clip(edges, 0, np.minimum(limit, MAX_EDGE)).astype(np.uint16)
