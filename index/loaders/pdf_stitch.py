"""Paragraphs of all pages, in reading order → those that go over the end of a column or a page are
one.

What stands between the two parts, as footnotes, figures and tables, comes before the paragraph, or
after it where it stands on the later page: so pages never go down.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from index.loaders.pdf_hyphens import ends_with_cut
from index.loaders.pdf_text import ENDS, MARKER, SAME_SIZE, Paragraph
from index.structure import Kind

MAX_BETWEEN = 12  # paragraphs, that may stand between the two parts of one
LONG = 60  # characters of a paragraph that may go on with a capital letter
LONG_LINE = 25
SHORT = 25  # characters of one that may go on with a small letter
CAPTION = re.compile(r"[^\W\d_]+\.? \d+(?:\.\d+)*[.:]")  # "Figure 2."
OPENING = re.compile(r"^[\"“‘«(\[]*")


def stitch(paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    """The paragraphs of a document, each whole."""
    found: list[Paragraph] = []
    for paragraph in paragraphs:
        at = _begun(found, paragraph)
        if at is None:
            found.append(paragraph)
            continue
        begun, between = found[at], found[at + 1 :]
        whole = replace(begun, lines=begun.lines + paragraph.lines, right=paragraph.right)
        before = [one for one in between if one.pages[1] <= begun.pages[0]]
        after = [one for one in between if one.pages[1] > begun.pages[0]]
        found[at:] = [*before, whole, *after]
    return found


def _begun(found: Sequence[Paragraph], paragraph: Paragraph) -> int | None:
    """The number of the paragraph that another one goes on with."""
    if paragraph.kind is not Kind.PARAGRAPH or paragraph.aside:
        return None
    strong = _beginning(paragraph).islower()
    for number in range(len(found) - 1, max(-1, len(found) - 2 - MAX_BETWEEN), -1):
        one = found[number]
        if paragraph.pages[0] - one.pages[1] > 1:
            return None
        if one.kind not in (Kind.PARAGRAPH, Kind.ITEM) or one.aside or not _alike(one, paragraph):
            continue
        if CAPTION.match(one.lines[0].text):
            continue
        between = found[number + 1 :]
        pages = {page for other in between for page in other.pages}
        if any(one.pages[0] < page < paragraph.pages[0] for page in pages):
            return None
        whole = bool(ENDS.search(one.text))
        if not (paragraph.first or between or whole):  # what parted them in their column is right
            return None
        if not whole and _goes_on(one, paragraph, between):
            return number
        strong = strong or ends_with_cut(one.text)
        if not strong:
            return None
    return None


def _beginning(paragraph: Paragraph) -> str:
    """The first letter of a paragraph."""
    return OPENING.sub("", paragraph.lines[0].text)[:1]


def _alike(one: Paragraph, other: Paragraph) -> bool:
    size = max(one.size, other.size)
    return (
        abs(one.size - other.size) <= SAME_SIZE * size
        and one.lines[-1].direction == other.lines[0].direction
        and one.lines[-1].bold == other.lines[0].bold
    )


def _goes_on(one: Paragraph, other: Paragraph, between: Sequence[Paragraph]) -> bool:
    """Whether the second of two paragraphs is the rest of the first."""
    last = one.lines[-1]
    is_full = last.right >= one.right - 2 * last.height
    begins = _beginning(other)
    if begins.islower():
        return len(one.text) >= (SHORT if is_full else LONG)
    if not is_full:
        return False
    if CAPTION.match(other.lines[0].text) or MARKER.match(other.lines[0].text):
        return False
    if ends_with_cut(last.text):
        return begins.isalpha()
    if not other.first or any(each.kind is Kind.HEADING for each in between):
        return False
    return (
        len(one.text) >= LONG
        and min(len(last.text), len(other.lines[0].text)) >= LONG_LINE
        and (begins.isalpha() or (begins.isdigit() and one.pages[1] != other.pages[0]))
    )
