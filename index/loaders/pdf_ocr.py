"""A picture of a page → the pieces of lines that OCR reads in it.

A page that lies on its side or stands on its head is read as it should be held. A page that was
scanned askew is read as if it were straight. The boxes are those on the page as it is shown.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.layout import BOX_UNIT, Boxes
from index.loaders.ocr import Line, OcrError, Picture, Points, read_lines
from index.loaders.pdf_glyphs import Glyph, Sheet, Style
from index.loaders.pdf_lines import MAX_EDGE, Piece, Rectangle, read_pieces

DOTS = 200 / 72  # pixels a point
MAX_PIXELS = 16_000_000  # of a picture; a larger page is drawn smaller
SURE = 0.8  # as the engine is, at least, of a line that it reads, and of a page held rightly
INKED = 0.5  # of the characters of a line are no spaces: it says one for a letter it does not know
READ = 0.5  # of the lines of a page, by their lengths, that are read
LETTERS = 0.85  # of the height of a line's box is the size of its letters
SHARED = 0.5  # of the smaller of two rectangles, where the same text is
STEP = 1.5  # times as large: letters of another size; what is between is noise


def read_picture(picture: Picture, sheet: Sheet) -> list[Piece]:
    """The pieces of lines on a sheet that is shown as a picture, whatever glyphs it has.

    Raises OcrError where most of them cannot be read: letters of a script that the engine does not
    know, or a hand.
    """
    if picture.size == 0 or picture.min() == picture.max():  # nothing is on it
        return []
    height, width = picture.shape[:2]
    points = np.array([sheet.width / width, sheet.height / height])
    lines = [replace(one, corners=one.corners * points) for one in _known(_lines(picture))]
    if not lines:
        return []
    straight = _Straight(_skew(lines), sheet.width / 2, sheet.height / 2)
    glyphs = tuple(glyph for line in lines for glyph in _glyphs(line, sheet, straight))
    pieces = read_pieces(replace(sheet, glyphs=glyphs))
    return [replace(one, boxes=straight.undone(one.boxes, sheet)) for one in pieces]


def beside(found: Sequence[Piece], known: Sequence[Piece]) -> list[Piece]:
    """Pieces that do not stand where others do."""
    rectangles = [_rectangle(one) for one in known]
    return [one for one in found if not any(_covers(_rectangle(one), box) for box in rectangles)]


def _rectangle(piece: Piece) -> Rectangle:
    """What a piece takes of its page."""
    boxes = piece.boxes[piece.boxes[:, 2] > piece.boxes[:, 0]].astype(int)
    if not len(boxes):
        return 0, 0, 0, 0
    (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return left, top, right, bottom


def _covers(one: Rectangle, other: Rectangle) -> bool:
    """Whether two rectangles share most of the smaller one."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    least = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width > 0 and height > 0 and width * height > SHARED * least


def with_few_sizes(
    pages: Sequence[Sequence[Piece]], read: Collection[Piece]
) -> list[Sequence[Piece]]:
    """Pieces of pages; those that were read by OCR have letters of few sizes: a box is as high as
    its line happens to be."""
    if not read:
        return list(pages)
    usual = float(np.median(np.repeat([o.size for o in read], [len(o.text) for o in read])))
    return [[_like(one, usual) if one in read else one for one in pieces] for pieces in pages]


def _like(piece: Piece, usual: float) -> Piece:
    steps = round(math.log(max(piece.size, 0.1) / usual, STEP))
    return replace(piece, size=usual * STEP**steps)


def _lines(picture: Picture) -> list[Line]:
    """The lines in a picture, or in the picture on its head where that says more."""
    lines = read_lines(picture)
    if not lines or _sureness(lines) >= SURE:
        return lines
    turned = read_lines(np.ascontiguousarray(picture[::-1, ::-1]))
    if not turned or _sureness(turned) <= _sureness(lines):
        return lines
    size = np.array([picture.shape[1], picture.shape[0]])
    return [replace(one, corners=size - one.corners) for one in turned]


def _known(lines: Sequence[Line]) -> list[Line]:
    """Lines that are read, not guessed. Raises OcrError where most are guessed."""
    known = [one for one in lines if one.sure >= SURE and _inked(one.text) >= INKED]
    if sum(map(_length, known)) < READ * sum(map(_length, lines)):
        raise OcrError("Most of it is guessed.")
    return known


def _inked(text: str) -> float:
    return len("".join(text.split())) / len(text)


def _length(line: Line) -> float:
    return float(np.linalg.norm(line.corners[1] - line.corners[0]))


def _sureness(lines: Sequence[Line]) -> float:
    return float(np.average([one.sure for one in lines], weights=[len(one.text) for one in lines]))


def _turns(line: Line) -> float:
    """The angle of a line in quarters of a circle, clockwise from one that runs to the right."""
    x, y = line.corners[1] - line.corners[0]
    return math.atan2(y, x) / (math.pi / 2)


def _skew(lines: Sequence[Line]) -> float:
    """By which angle a page was scanned askew: what half of its letters exceed."""
    askew = [_turns(one) - round(_turns(one)) for one in lines]
    return float(np.median(np.repeat(askew, [len(one.text) for one in lines]))) * math.pi / 2


@dataclass(frozen=True, slots=True)
class _Straight:
    """Turns a page around its middle, so that its lines are straight."""

    skew: float  # radians, clockwise
    x: float
    y: float

    def __call__(self, points: Points, skew: float | None = None) -> Points:
        angle = self.skew if skew is None else skew
        cos, sin = math.cos(angle), math.sin(angle)
        middle = np.array([self.x, self.y])
        turned: Points = (points - middle) @ np.array([[cos, -sin], [sin, cos]]) + middle
        return turned

    def undone(self, boxes: Boxes, sheet: Sheet) -> Boxes:
        """Boxes of a page that was turned, on the page as it is shown, as large as they were."""
        edges = boxes.astype(np.float64) / BOX_UNIT
        middles = (edges[:, :2] + edges[:, 2:]) / 2
        moved = np.tile(self(middles, -self.skew) - middles, 2)
        limit = np.array([sheet.width, sheet.height] * 2) * BOX_UNIT
        shown = np.clip((edges + moved) * BOX_UNIT, 0, np.minimum(limit, MAX_EDGE))
        shown[boxes[:, 2] <= boxes[:, 0]] = 0
        return np.rint(shown).astype(np.uint16)


def _glyphs(line: Line, sheet: Sheet, straight: _Straight) -> Iterator[Glyph]:
    """The characters of a line, each with its rectangle on the straight page."""
    corners = straight(line.corners)
    top, bottom = corners[1] - corners[0], corners[2] - corners[3]
    size = LETTERS * float(np.linalg.norm(corners[3] - corners[0]))
    style = Style(size, bold=False, direction=round(_turns(line)) % 4, seen=True)
    apart = True
    for character, (begin, end) in zip(line.text, line.ends, strict=True):
        if character.isspace():
            apart = True
            continue
        box = [corners[0] + begin * top, corners[0] + end * top]
        box += [corners[3] + begin * bottom, corners[3] + end * bottom]
        edges = np.clip(box, 0, [sheet.width, sheet.height])
        (left, upper), (right, lower) = edges.min(axis=0), edges.max(axis=0)
        yield Glyph(character, left, upper, right, lower, style, apart, known=True)
        apart = False
