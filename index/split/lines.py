"""Lines of a text → the stretches that belong together: a line, or lines that only wrap one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from index.language import BEFORE_NUMBER, NEVER_LAST

Extent = tuple[int, int]

WRAP_WIDTHS = range(40, 121)  # columns; narrower is verse or a list, wider is not wrapped
WITHIN = (0.98, 0.95, 0.9)  # shares of the lines that keep to the width: some may stick out
FEWEST_WRAPS = 3  # fewer line breaks tell nothing about how a text is laid out
UNWRAPPED = 1 << 30  # columns: no line is so long
ZERO_WIDTH_JOINER = "\u200d"

LINE = re.compile(r"[^\n]+")
# How an item of a list begins.
ITEM = re.compile(
    r"([-*+•‣◦·–—]|\(?(?:\d{1,3}[.)]|(?:[A-Za-z]|[ivx]{2,5})\)))[^\S\n]+"
    r"(?:\[[ xX]\][^\S\n]+)?(?=\S)"
)
HASHES = re.compile(r"#{1,6}\s+")
RULE = re.compile(r"[\W_]+")
FENCE = re.compile(r"`{3,}|~{3,}")
NUMBER = re.compile(r"\d+")
LETTERS = re.compile(r"[A-Za-z]+")
SPACES = re.compile(r"\s+")


def stretches(
    text: str,
    start: int,
    end: int,
    apart: Callable[[int], bool] = lambda _: False,
    *,
    width: int | None = None,
) -> Iterator[Extent]:
    """The lines between two places, in order; those that only wrap a text are joined, but where one
    of two lines is to stay `apart`. `width` is the column the text is wrapped at, found between
    the two places unless given."""
    runs = list(_runs(text, start, end))
    width = _wrap_width(text, runs) if width is None else width
    for lines in runs:
        first = lines[0][0]
        for line, following in pairwise(lines):
            alone = apart(line[0]) or apart(following[0])
            if alone or not _is_wrap(text, line, following, width):
                yield first, line[1]
                first = following[0]
        yield first, lines[-1][1]


def wrap_width(text: str) -> int:
    """The column a text is wrapped at; UNWRAPPED where it is not."""
    return _wrap_width(text, list(_runs(text, 0, len(text))))


def item_kind(text: str, at: int) -> str | None:
    """How an item of a list that begins there is marked, the same for all of one list: "-", "1.",
    "(a)"; None if none begins there."""
    mark = ITEM.match(text, at)
    return LETTERS.sub("a", NUMBER.sub("1", mark[1])) if mark else None


def column(text: str, at: int) -> int:
    """How far from the start of its line a place is."""
    return at - text.rfind("\n", 0, at) - 1


def strip(text: str, start: int, end: int) -> Extent | None:
    """The extent without the white space at its ends, or None when there is nothing else."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    return (start + left, start + right) if left < right else None


def cut(text: str, extent: Extent, bound: int) -> Iterator[Extent]:
    """An extent in pieces of at most `bound` characters, cut at white space where there is some."""
    start, end = extent
    while end - start > bound:
        limit = start + bound
        spaces = list(SPACES.finditer(text, start + bound // 2, limit))
        at = spaces[-1].start() if spaces else _between_letters(text, limit)
        piece = strip(text, start, at)
        if piece:
            yield piece
        start = at
    rest = strip(text, start, end)
    if rest:
        yield rest


def _runs(text: str, start: int, end: int) -> Iterator[list[Extent]]:
    """The lines that stand together without a blank one between them, white space stripped."""
    run: list[Extent] = []
    below = start  # where the line under the run would begin
    for match in LINE.finditer(text, start, end):
        line = strip(text, *match.span())
        if run and (line is None or match.start() > below):
            yield run
            run = []
        if line:
            run.append(line)
        below = match.end() + 1
    if run:
        yield run


def _wrap_width(text: str, runs: Sequence[Sequence[Extent]]) -> int:
    """The column a text is wrapped at, if it is: then most lines that another one follows are so
    full that the next word would not have fitted."""
    pairs = [
        (column(text, line[1]), _first_word(text, following))
        for lines in runs
        for line, following in pairwise(lines)
    ]
    if len(pairs) < FEWEST_WRAPS:
        return UNWRAPPED
    lengths = sorted(length for length, _ in pairs)
    for share in WITHIN:
        width = lengths[int(share * (len(lengths) - 1))]
        full = sum(length + 1 + len(word) > width for length, word in pairs)
        if width in WRAP_WIDTHS and full > 0.6 * len(pairs):
            return width
    return UNWRAPPED


def _is_wrap(text: str, extent: Extent, after: Extent, width: int) -> bool:
    """Whether the break between two lines only wraps a text that is `width` columns wide."""
    word, last = _first_word(text, after), _last_word(text, extent)
    if word[0].isdigit() and last in BEFORE_NUMBER:
        return True  # "under section", and in the next line "7. This"
    if opens_block(text, after) or stands_alone(text, extent):
        return False
    if last in NEVER_LAST:
        return True
    if column(text, extent[1]) + 1 + len(word) > width:
        return True  # the word would not have fitted, so the writer had no choice
    return word[0].islower() and text[extent[1] - 1] not in ".!?:;"


def opens_block(text: str, line: Extent) -> bool:
    """Whether a line begins a block of its own: a heading, an item, a row, a fence, a rule."""
    return stands_alone(text, line) or ITEM.match(text, *line) is not None


def stands_alone(text: str, line: Extent) -> bool:
    """Whether nothing is joined to a line: a heading, a row of a table, a fence, a rule."""
    return (
        text.startswith("|", line[0])
        or any(pattern.match(text, *line) for pattern in (HASHES, FENCE))
        or RULE.fullmatch(text, *line) is not None
    )


def _first_word(text: str, line: Extent) -> str:
    return text[slice(*line)].split(maxsplit=1)[0]


def _last_word(text: str, line: Extent) -> str:
    return text[slice(*line)].rsplit(maxsplit=1)[-1]


def _between_letters(text: str, at: int) -> int:
    """The place at or a little before `at` that does not part a letter from its accents."""
    for place in range(at, at - 8, -1):
        if (
            not unicodedata.combining(text[place])
            and ZERO_WIDTH_JOINER not in text[place - 1 : place + 1]
        ):
            return place
    return at
