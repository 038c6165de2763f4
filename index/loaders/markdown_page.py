"""The lines of a Markdown text without what the lists and quotations they stand in put before them.

Syntax gives way to spaces, so that every offset stays the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from index.loaders.commonmark import CONTAINERS, Part, What
from index.split.lines import Extent, wrap_width

FULL = 0.75  # of the width a text is wrapped at: code and links are not broken, so lines end early
SPACES = re.compile(r"[ \t]*")
TASK = re.compile(r"\[[ xX]\][ \t]+(?=\S)")
SOME = re.compile(r"\S")


class Page:
    """A Markdown text; `blank`, the same with spaces for the marks of lists and quotations; and the
    `width` above which a line goes on in the next one."""

    def __init__(self, text: str, parts: Sequence[Part]) -> None:
        self.text = text
        lines = text.split("\n")
        self._starts = [0, *accumulate(len(line) + 1 for line in lines)]
        opened: list[Part] = []
        prose: list[str] = []
        for part in parts:
            if part.what is What.END:
                opened.pop()
            elif part.what in CONTAINERS:
                opened.append(part)
            else:
                for number in range(part.first, part.last) if opened else ():
                    lines[number] = _blanked(lines[number], number, opened)
                if part.what is What.PARAGRAPH:
                    prose += [*lines[part.first : part.last], ""]
        self.blank = "\n".join(lines)
        self.width = int(FULL * wrap_width("\n".join(prose)))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def extent(self, first: int, last: int | None = None) -> Extent:
        """Where the lines [first, last) start and end, without the last line feed; by itself, where
        the first one does."""
        last = first + 1 if last is None else last
        return self._starts[first], max(self._starts[first], self._starts[last] - 1)

    def marker(self, number: int, opened: Sequence[Part]) -> Extent:
        """Where a line starts, and where it goes on behind the marks of these containers."""
        start, end = self.extent(number)
        line = self.text[start:end]
        at = _after(SPACES, line, prefix(line, number, opened))
        return start + min(at, _after(SPACES, line, 0)), start + at

    def first_mark(self, offset: int) -> int:
        """Where the line of an offset starts, with all its marks."""
        found = SOME.search(self.text, self.text.rfind("\n", 0, offset) + 1)
        return min(offset, found.start()) if found else offset


def prefix(line: str, number: int, opened: Sequence[Part]) -> int:
    """How many characters of a line are marks of the containers that it stands in."""
    at = 0
    for part in opened:
        inner = _after(SPACES, line, at)
        if part.what is What.QUOTATION:
            if not line.startswith(">", inner):
                return at  # a line that goes on with a quotation need not be marked
            at = inner + 1
        elif part.what is What.ITEM and number == part.first:
            at = inner + len(part.mark)
            task = TASK.match(line, _after(SPACES, line, at))
            at = task.end() if task else at
    return at


def _after(pattern: re.Pattern[str], line: str, at: int) -> int:
    found = pattern.match(line, at)
    return found.end() if found else at


def _blanked(line: str, number: int, opened: Sequence[Part]) -> str:
    """A line with spaces for its marks; one that has nothing else stays."""
    at = prefix(line, number, opened)
    return " " * at + line[at:] if line[at:].strip() else line
