"""Markdown → its parts: which lines are a heading, a list, a table, code. The home of markdown-it.

Only lines are told apart, their text is not read: what links and emphasis cost has no bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table

MAX_NESTING = 40  # containers: 19 lists in one another


class What(StrEnum):
    """What a part is, as markdown-it calls it; a container goes on to its END."""

    QUOTATION = "blockquote_open"
    BULLETS = "bullet_list_open"
    NUMBERS = "ordered_list_open"
    ITEM = "list_item_open"
    END = "close"
    PARAGRAPH = "paragraph_open"
    HEADING = "heading_open"
    TABLE = "table"
    FENCE = "fence"
    INDENTED = "code_block"
    HTML = "html_block"
    RULE = "hr"


CONTAINERS = frozenset({What.QUOTATION, What.BULLETS, What.NUMBERS, What.ITEM})
ENDS = frozenset(name.replace("_open", "_close") for name in CONTAINERS)
NAMES = frozenset(What)


class Part(NamedTuple):
    """The lines [first, last), and how they are marked: "##", "=", "12.", "-", "```"."""

    what: What
    first: int
    last: int
    mark: str = ""


def parse(text: str) -> Iterator[Part]:
    """The parts of a text, a container before those in it and its END after them.

    Where lines are nested deeper than MAX_NESTING, they and all after them are in no part.
    """
    for token in _parser().parse(text):
        if token.type in ENDS:
            yield Part(What.END, 0, 0)
        elif token.type in NAMES and token.map is not None:
            number = token.info if token.type == What.ITEM else ""
            first, last = token.map
            yield Part(What(token.type), first, last, number + token.markup)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).disable("reference")
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _table(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """markdown-it's own rule, but one token for the table: it makes three for each cell."""
    if not table(state, first, last, True):
        return False
    if silent:
        return True
    ends = state.md.block.ruler.getRules("blockquote")
    line = first + 2
    while (
        line < last
        and state.sCount[line] >= state.blkIndent
        and not state.isEmpty(line)
        and not state.is_code_block(line)
        and not any(rule(state, line, last, True) for rule in ends)
    ):
        line += 1
    state.push(What.TABLE, "table", 0).map = [first, line]
    state.line = line
    return True
