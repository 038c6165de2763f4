"""What the layout of a text says of a sentence: what list it introduces, and whether it is code or
the head of a table."""

from __future__ import annotations

import re
from bisect import bisect
from functools import lru_cache

from index import Document, Span
from index.split import ITEM, find_blocks, item_kind

LONGEST = 5_000  # characters; a longer list is no answer but a text of its own
FEWEST = 2  # items; a single one may be a line that begins with a number by chance

PARTED = re.compile(r"[,;](?:\s+(?:and|or))?$")
FOLLOWS = re.compile(rf"[^\S\n]*(?:\n[^\S\n]*)+{ITEM.pattern}")
BLANK_BEFORE = re.compile(r"\n[^\S\n]*\n[^\S\n]*\Z")
TABLE_RULE = re.compile(r"[^\S\n]*\n[|:+\s-]*--[|:+\s-]*(?:\n|$)")
FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)

REMEMBERED = 64  # documents whose fences are known


def items_after(sentence: Span) -> tuple[Span, ...]:
    """The items of the list that stands right after a sentence, without their marks and without
    what parts them (", and"); what is indented under an item is of it. None where no list stands
    there, or one longer than LONGEST."""
    document, base = sentence.document, sentence.end
    if not FOLLOWS.match(document.text, base, base + LONGEST):
        return ()
    rest = document.text[base : base + LONGEST]
    items: list[tuple[int, int]] = []
    for start, end in find_blocks(rest):
        kind = item_kind(rest, start)
        deeper = bool(items) and _indent(rest, start) > _indent(rest, items[0][0])
        if deeper or (items and not kind and _runs_on(rest, items[-1], start)):
            items[-1] = (items[-1][0], end)
        elif kind and (not items or kind == item_kind(rest, items[0][0])):
            items.append((start, end))
        else:
            break
    else:
        if base + LONGEST < len(document.text):
            return ()
    said = [_said(Span(document, base + start, base + end)) for start, end in items]
    return tuple(filter(len, said)) if len(items) >= FEWEST else ()


def heads_table(sentence: Span) -> bool:
    """Whether a line names the columns of a table: there are bars in it, and a rule under it."""
    document, end = sentence.document, sentence.end
    return "|" in sentence.text and bool(TABLE_RULE.match(document.text, end, end + LONGEST))


def in_code(sentence: Span) -> bool:
    """Whether it stands between fences, as code does in Markdown."""
    return bisect(_fences(sentence.document), sentence.start) % 2 == 1


@lru_cache(maxsize=REMEMBERED)
def _fences(document: Document) -> list[int]:
    return [fence.start() for fence in FENCE.finditer(document.text)]


def _indent(text: str, at: int) -> int:
    """How far from the start of its line something stands."""
    return at - text.rfind("\n", 0, at) - 1


def _runs_on(text: str, item: tuple[int, int], start: int) -> bool:
    """Whether a line only goes on with an item: the next one, in a small letter or in a list whose
    items have blank lines between them."""
    letter = re.search(r"\w", text[start:])
    small = letter is not None and letter[0].islower()
    apart = BLANK_BEFORE.search(text, 0, item[0]) is not None
    return text.count("\n", item[1], start) == 1 and (small or apart)


def _said(item: Span) -> Span:
    """An item without its mark and without what parts it from the next one."""
    mark, parted = ITEM.match(item.text), PARTED.search(item.text)
    start = item.start + (mark.end() if mark else 0)
    end = item.start + parted.start() if parted else item.end
    return Span(item.document, start, max(start, end))
