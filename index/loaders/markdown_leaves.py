"""A part of a Markdown text → its leaves, and the table that a row is of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from index.loaders.commonmark import Part, What
from index.loaders.markdown_page import Page
from index.split.lines import Extent, strip
from index.split.plain import find_leaves, row
from index.split.tables import Table, find_tables
from index.structure import Block, Kind

Leaf = tuple[Block, Table | None]

UNDERLINES = {"=": 1, "-": 2}  # the levels of the headings above them
HASHES = re.compile(r"#{1,6}[ \t]*")
# Where the address of a link or a footnote is said, in a line of its own.
DEFINITION = re.compile(r"[ \t]*\[[^\]\n]+\]:")
# Two spaces or a backslash at the end of a line keep it apart from the next one.
BREAK = re.compile(rf"(?:  |\\)\n|\n(?={DEFINITION.pattern})")


def leaves(page: Page, part: Part) -> Iterator[Leaf]:
    """The leaves of a part that is no container, in order."""
    if part.what in (What.PARAGRAPH, What.TABLE):
        yield from text_leaves(page, *page.extent(part.first, part.last))
    elif part.what is What.HEADING:
        yield from _heading(page, part)
    elif part.what is What.HTML:
        for leaf in find_leaves(page.blank, *page.extent(part.first, part.last), width=page.width):
            yield Block(Kind.PARAGRAPH, leaf.start, leaf.end), None
    else:
        yield from _code_or_rule(page, part)


def text_leaves(page: Page, start: int, end: int) -> Iterator[Leaf]:
    """The paragraphs and tables between two places where no other syntax stands."""
    for table in find_tables(page.blank, start, end):
        yield from _paragraphs(page, start, table.start)
        for line in _lines(page.blank, table.start, table.end):
            yield row(page.blank, table, *line), table
        start = table.end
    yield from _paragraphs(page, start, end)


def line_leaf(page: Page, kind: Kind, number: int, *, syntax: bool = False) -> Iterator[Leaf]:
    """The leaf that is a line, or nothing but syntax; none of an empty line."""
    for start, end in _lines(page.blank, *page.extent(number)):
        yield Block(kind, start, end, marker=(end - start) * syntax), None


def _paragraphs(page: Page, start: int, end: int) -> Iterator[Leaf]:
    ends = [
        found.start() + found[0].index("\n") for found in BREAK.finditer(page.blank, start, end)
    ]
    for stop in [*ends, end]:
        for leaf in find_leaves(page.blank, start, stop, width=page.width):
            guessed = leaf.kind is Kind.HEADING and not leaf.level  # Markdown marks its headings
            yield replace(leaf, kind=Kind.PARAGRAPH) if guessed else leaf, None
        start = stop


def _heading(page: Page, part: Part) -> Iterator[Leaf]:
    underlined = part.mark in UNDERLINES
    whole = strip(page.blank, *page.extent(part.first, part.last))
    words = strip(page.blank, *page.extent(part.first, part.last - underlined))
    if whole is None:
        return
    words = words or (whole[0], whole[0])
    text = page.blank[slice(*words)]
    ruled = not text or DEFINITION.match(text) or (part.mark == "-" and "\n" in text)
    if underlined and ruled:
        # A line under a whole paragraph, or under the addresses of links, is meant as a rule.
        yield from _paragraphs(page, *words)
        yield from line_leaf(page, Kind.PARAGRAPH, part.last - 1, syntax=True)
    elif underlined:
        closing = whole[1] - words[1]
        level = UNDERLINES[part.mark]
        yield Block(Kind.HEADING, *whole, level=level, closing=closing), None
    else:
        marker, closing = _hashes(text)
        level = len(part.mark)
        yield Block(Kind.HEADING, *words, level=level, marker=marker, closing=closing), None


def _hashes(text: str) -> tuple[int, int]:
    """How long the marks at the two ends of a heading are."""
    first = HASHES.match(text)
    marker = first.end() if first else 0
    words = text[marker:].rstrip("#")
    ended = not words or words[-1].isspace()  # "C#" is a word
    return marker, len(text) - marker - len(words.rstrip()) if ended else 0


def _code_or_rule(page: Page, part: Part) -> Iterator[Leaf]:
    kind = Kind.PARAGRAPH if part.what is What.RULE else Kind.CODE
    for number in range(part.first, part.last):
        syntax = part.what is What.RULE or _is_fence(page, part, number)
        yield from line_leaf(page, kind, number, syntax=syntax)


def _is_fence(page: Page, part: Part, number: int) -> bool:
    if part.what is not What.FENCE or part.first < number < part.last - 1:
        return False
    line = page.blank[slice(*page.extent(number))].strip()
    return number == part.first or (line.startswith(part.mark) and not line.strip(part.mark[0]))


def _lines(text: str, start: int, end: int) -> Iterator[Extent]:
    """The lines between two places without the white space around them; no empty ones."""
    at = start
    for line in text[start:end].split("\n"):
        extent = strip(text, at, at + len(line))
        if extent:
            yield extent
        at += len(line) + 1
