"""Lines of a region → paragraphs, headings and items; lines of a paragraph → its text.

A line ends a paragraph where what follows stands apart, looks different, is set in, or would have
had room on the line.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from index.layout import Boxes
from index.loaders.pdf_hyphens import Hyphens, ends_with_cut
from index.loaders.pdf_lines import MARKERS, SURE, Piece
from index.loaders.pdf_page import Region
from index.loaders.pdf_seen import is_spaceless
from index.structure import Kind

SAME_SIZE = 0.08  # of the size of the letters, by which lines of a paragraph may differ
LARGER = 1.12  # times the size of the text: a heading
FAR = 1.35  # times the usual distance between lines: another paragraph
VERY_FAR = 2.2  # times the height of a line, where the usual distance is not known
TIGHT = 1.1  # times the size of the letters: the least usual distance between lines
KNOWN_LINES = 4
SET_IN = 0.8  # of a line's height: an indent
FULL_LINES = 0.8  # of the lines end before the right margin of a region
ROOM = 0.5  # of a line's height, that must be left over beside the word that had room
CENTRED = 1.0  # of a line's height
MAX_HEADING = 200  # characters
HEADING_LINES = 3
MAX_NAME = 60  # characters of a heading that is not set larger than the text
MAX_NAME = 60  # characters of a heading that is not set larger than the text
MARKER = re.compile(rf"(?:{MARKERS})\s+(?=\S)")
BULLET = re.compile(rf"[{SURE}]")
ENDS = re.compile(r"[.?!:;…。？！：；؟۔]['\"”’»)\]\d*†‡]*$")
SENTENCE = re.compile(r"[.;,。、]$")


@dataclass(frozen=True, slots=True, eq=False)
class Paragraph:
    """Lines that belong together, in reading order; of a table, its rows."""

    kind: Kind
    lines: tuple[Piece, ...]
    rows: tuple[tuple[Piece, ...], ...] = ()
    marker: int = 0
    first: bool = False  # in its region
    right: float = 0  # margin of its region
    aside: bool = False  # not of the text: a running line

    @property
    def size(self) -> float:
        return self.lines[0].size

    @property
    def text(self) -> str:
        return " ".join(one.text for one in self.lines)

    @property
    def pages(self) -> tuple[int, int]:
        return self.lines[0].page, self.lines[-1].page


@dataclass(frozen=True, slots=True)
class Usual:
    """How most of a document's text looks."""

    size: float
    bold: bool

    @classmethod
    def of(cls, pieces: Sequence[Piece]) -> Usual:
        """That of most characters."""
        counted: dict[float, int] = {}
        for one in pieces:
            size = round(one.size * 2) / 2
            counted[size] = counted.get(size, 0) + len(one.text)
        size = max(counted, key=counted.__getitem__, default=0)
        here = [one for one in pieces if round(one.size * 2) / 2 == size]
        bold = sum(len(one.text) for one in here if one.bold)
        return cls(size, bold * 2 > sum(len(one.text) for one in here))


def paragraphs_of(region: Region, usual: Usual) -> list[Paragraph]:
    """The paragraphs of a region of a page, or its table."""
    if region.is_table:
        pieces = tuple(one for row in region.rows for one in row)
        return [Paragraph(Kind.TABLE, pieces, region.rows)]
    lines = region.lines
    column = _Column.of(lines)
    groups: list[list[Piece]] = []
    for line in lines:
        if groups and not column.parts(groups[-1], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [
        _paragraph(group, usual, column, first=number == 0) for number, group in enumerate(groups)
    ]


def without_lone_items(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Paragraphs; what begins with a number or a letter as an item does, but is no neighbour of
    another item, is a heading where it is short, and else a paragraph."""
    kinds = [None, *(one.kind for one in paragraphs), None]
    return [
        _lone(one) if one.kind is Kind.ITEM and Kind.ITEM not in kinds[at : at + 3 : 2] else one
        for at, one in enumerate(paragraphs)
    ]


def _lone(item: Paragraph) -> Paragraph:
    if BULLET.match(item.text):
        return item
    name = item.text[item.marker :]
    is_heading = len(item.lines) == 1 and name[0].isupper() and not SENTENCE.search(name)
    short = len(name) <= MAX_NAME and sum(map(str.isalpha, name)) * 2 > len(name)
    kind = Kind.HEADING if is_heading and short else Kind.PARAGRAPH
    return replace(item, kind=kind, marker=0)


def _paragraph(lines: Sequence[Piece], usual: Usual, column: _Column, *, first: bool) -> Paragraph:
    marker = MARKER.match(lines[0].text)
    kind = Kind.ITEM if marker else Kind.PARAGRAPH
    if _is_heading(lines, usual):
        kind, marker = Kind.HEADING, None
    length = marker.end() if marker else 0
    return Paragraph(kind, tuple(lines), marker=length, first=first, right=column.right)


def _is_heading(lines: Sequence[Piece], usual: Usual) -> bool:
    text = " ".join(one.text for one in lines)
    if len(lines) > HEADING_LINES or len(text) > MAX_HEADING:
        return False
    if sum(map(str.isalpha, text)) * 2 < len(text.replace(" ", "")):
        return False
    bold = all(one.bold for one in lines) and not usual.bold
    large = lines[0].size > LARGER * usual.size
    return large or (bold and lines[0].size >= 0.9 * usual.size and not SENTENCE.search(text))


@dataclass(frozen=True, slots=True)
class _Column:
    """The margins of a column and the distance between its lines."""

    left: float
    right: float
    pitch: float  # 0 where it is not known
    step: list[float] = field(repr=False)

    @classmethod
    def of(cls, lines: Sequence[Piece]) -> _Column:
        rights = [one.right for one in lines]
        many = len(lines) >= KNOWN_LINES
        right = float(np.quantile(rights, FULL_LINES)) if many else max(rights)
        steps = [b.bottom - a.bottom for a, b in pairwise(lines)]
        pitch = statistics.median(steps) if len(steps) >= KNOWN_LINES - 1 else 0.0
        return cls(min(one.left for one in lines), right, pitch, steps)

    def parts(self, group: Sequence[Piece], line: Piece) -> bool:
        """Whether a line begins a paragraph of its own after a group of lines."""
        last = group[-1]
        if last.direction != line.direction or self._is_far(last, line):
            return True
        if abs(last.size - line.size) > SAME_SIZE * max(last.size, line.size):
            return True
        if ends_with_cut(last.text) and line.text[0].islower():
            return False
        ended = bool(ENDS.search(last.text))
        if last.bold != line.bold and (ended or not line.text[0].islower()):
            return True
        if MARKER.match(line.text) and self._begins_item(group, line, ended):
            return True
        return self._is_set_in(group, line, ended) or self._had_room(last, line, ended)

    def _is_far(self, last: Piece, line: Piece) -> bool:
        step = line.bottom - last.bottom
        limit = VERY_FAR * min(last.height, line.height)
        if self.pitch > 0:  # of a heading, the lines are further apart than those of the text
            limit = min(FAR * max(self.pitch, TIGHT * min(last.size, line.size)), 1.5 * limit)
        return step > limit or step < -0.5 * line.height

    def _begins_item(self, group: Sequence[Piece], line: Piece, ended: bool) -> bool:
        bullet = bool(BULLET.match(line.text))
        moved = abs(line.left - group[-1].left) > 0.3 * line.height
        listed = bool(MARKER.match(group[0].text))
        return bullet or ended or moved or listed or not self._is_full(group[-1])

    def _is_full(self, line: Piece) -> bool:
        return line.right > self.right - 2 * line.height

    def _is_set_in(self, group: Sequence[Piece], line: Piece, ended: bool) -> bool:
        """Whether a line stands further in or out than a next line of the paragraph would."""
        last, step = group[-1], line.left - group[-1].left
        if abs((line.left + line.right) - (last.left + last.right)) < 2 * CENTRED * line.height:
            return False
        if step > SET_IN * line.height:
            return (ended or not self._is_full(last)) and not MARKER.match(last.text)
        return (
            step < -SET_IN * line.height and len(group) > 1 and (ended or step < -3 * line.height)
        )

    def _had_room(self, last: Piece, line: Piece, ended: bool) -> bool:
        """Whether the first word of a line had room at the end of the one before."""
        middles = abs((line.left + line.right) - (last.left + last.right))
        if middles < 2 * CENTRED * line.height and abs(line.left - last.left) > 1 and not ended:
            return False  # centred
        if not ended and line.text[0].islower():
            return False
        word = line.text.partition(" ")[0]
        if is_spaceless(word[0]):
            width = line.height if ended else 4 * line.height
        else:
            width = (line.right - line.left) * len(word) / len(line.text)
        room = self.right - last.right - width
        return room > (ROOM if ended else 2 + ROOM) * line.height


@dataclass(frozen=True, slots=True)
class Flow:
    """The text of lines: its characters, the box of each, and where each page begins."""

    text: str
    boxes: Boxes = field(repr=False)
    pages: tuple[tuple[int, int], ...]  # from which character on, which page


def flow(lines: Sequence[Piece], hyphens: Hyphens) -> Flow:
    """Lines as one text: words that are cut are whole again."""
    texts: list[str] = []
    boxes: list[Boxes] = []
    pages: list[tuple[int, int]] = []
    length = 0
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else None
        cut, between = _between(line.text, following.text, hyphens) if following else (0, "")
        if not pages or pages[-1][1] != line.page:
            pages.append((length, line.page))
        kept = len(line.text) - cut
        texts += (line.text[:kept], between)
        boxes += (line.boxes[:kept], np.zeros((len(between), 4), np.uint16))
        length += kept + len(between)
    return Flow("".join(texts), np.concatenate(boxes), tuple(pages))


def _between(line: str, following: str, hyphens: Hyphens) -> tuple[int, str]:
    """How many characters of the end of a line go, and what comes before the next one."""
    if is_spaceless(line[-1]) and is_spaceless(following[0]):
        return 0, ""
    if line[-1] in "–—/" and line[-2:-1].strip() and following[0].isalnum():
        return 0, ""
    return hyphens.between(line, following)


def cut_words(paragraphs: Sequence[Paragraph]) -> Iterator[list[str]]:
    """The lines of each paragraph, for `Hyphens` to learn of."""
    for one in paragraphs:
        yield [line.text for line in one.lines]
