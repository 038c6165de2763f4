"""What the layout of a text says of a sentence: what list it introduces, and whether it is code or
the head of a table."""

from __future__ import annotations

import re
from functools import lru_cache

from index import Document, Span
from index.split import ITEM, find_blocks, item_kind
from index.table import cells, table_of
from qa.question import column_asked_for

LONGEST = 5_000  # characters; a longer list is no answer but a text of its own
FEWEST = 2  # items; a single one may be a line that begins with a number by chance

PARTED = re.compile(r"[,;](?:\s+(?:and|or))?$")
FOLLOWS = re.compile(rf"[^\S\n]*(?:\n[^\S\n]*)+(?=({ITEM.pattern}))")
BLANK_BEFORE = re.compile(r"\n[^\S\n]*\n[^\S\n]*\Z")
LETTERED = re.compile(r"\(\w{1,5}\)")
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)

REMEMBERED = 8  # documents whose code is known


def items_after(sentence: Span) -> tuple[Span, ...]:
    """The items of the list that stands right after a sentence, without their marks and without
    what parts them (", and"); what is indented under an item is of it. None where no list stands
    there, or one longer than LONGEST."""
    document, base = sentence.document, sentence.end
    follows = FOLLOWS.match(document.text, base, base + LONGEST)
    if follows is None or not _is_under(document.text, base, follows.end()):
        return ()
    rest = document.text[base : base + LONGEST]
    items: list[tuple[int, int]] = []
    for start, end in find_blocks(rest):
        kind = item_kind(rest, start)
        depth = _indent(rest, start) - _indent(rest, items[0][0]) if items else 0
        if kind and depth < 0:  # of the list that this one is part of
            break
        deeper = depth > 0
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
    """Whether a line names the columns of a table, or is the rule under it. Of few columns it may
    as well be a row: who writes Markdown can make no table without a head."""
    table = table_of(sentence)
    return table is not None and table.named and sentence.start < table.rows


def cell_asked_for(question: str, sentence: Span) -> Span | None:
    """The cell of a row that stands in the column which a question names, and is not in the
    question; None where no column, or no single one, is named best."""
    row = cells(sentence)
    column = column_asked_for(question, [(cell.name, cell.span.text) for cell in row])
    return None if column is None else row[column].span


def in_own_line(sentence: Span) -> bool:
    """Whether nothing else stands in its line, or its lines."""
    text = sentence.document.text
    start, end = text.rfind("\n", 0, sentence.start) + 1, text.find("\n", sentence.end)
    around = text[start : sentence.start] + text[sentence.end : end if end >= 0 else len(text)]
    return not around.strip()


def in_code(sentence: Span) -> bool:
    """Whether it stands between fences, as code does in Markdown."""
    return any(start <= sentence.start < end for start, end in _code(sentence.document))


@lru_cache(maxsize=REMEMBERED)
def _code(document: Document) -> list[tuple[int, int]]:
    """What stands between fences: the second one is as the first, or longer, and alone."""
    text, found, opened = document.text, [], None
    for fence in FENCE.finditer(text):
        marks, rest = fence[1], fence[2].strip()
        if opened is None:
            above = text[text.rfind("\n", 0, max(0, fence.start() - 1)) + 1 : fence.start()]
            underlines = marks[0] == "~" and bool(above.strip())
            opened = None if underlines or "`" in rest else fence
        elif marks.startswith(opened[1]) and not rest:
            found.append((opened.end(), fence.start()))
            opened = None
    return found


def _is_under(text: str, end: int, item: int) -> bool:
    """Whether an item that begins there is of a list under the line that ends before it; the next
    item of the same list is not."""
    start = text.rfind("\n", 0, end) + 1
    own = start + len(text[start:end]) - len(text[start:end].lstrip())
    deeper = _indent(text, item) - _indent(text, own)
    return deeper > 0 if ITEM.match(text, own, end) else deeper >= 0


def _indent(text: str, at: int) -> int:
    """How far from the start of its line something stands."""
    return at - text.rfind("\n", 0, at) - 1


def _runs_on(text: str, item: tuple[int, int], start: int) -> bool:
    """Whether a line only goes on with an item: the next one, in a small letter or in a list whose
    items have blank lines between them."""
    letter = re.search(r"\w", text[start : start + 100])
    small = letter is not None and letter[0].islower() and not LETTERED.match(text, start)
    apart = BLANK_BEFORE.search(text, 0, item[0]) is not None
    return text.count("\n", item[1], start) == 1 and (small or apart)


def _said(item: Span) -> Span:
    """An item without its mark and without what parts it from the next one."""
    mark, parted = ITEM.match(item.text), PARTED.search(item.text)
    start = item.start + (mark.end() if mark else 0)
    end = item.start + parted.start() if parted else item.end
    return Span(item.document, start, max(start, end))
