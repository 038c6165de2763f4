"""Glyphs of a page → those that a reader sees, an accent and its letter as one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from index.loaders.pdf_glyphs import Glyph, Sheet

UPRIGHT = 3  # glyphs, one under the other, that make a vertical line
# Scripts that are written without spaces: none is put between two pieces of a line.
SPACELESS = (("\u2e80", "\u9fff"), ("\uf900", "\ufaff"), ("\uff00", "\uffef"))
# Accents that stand alone, as TeX sets them, and as they are in a letter.
ACCENTS = dict(
    zip(
        "`´ˆ˜¨˚ˇ˘¯˙˝¸˛",
        "\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0306\u0304\u0307\u030b\u0327\u0328",
        strict=True,
    )
)


def seen_glyphs(sheet: Sheet) -> Iterator[Glyph]:
    """What a reader sees on a page, in the order of the file."""
    return _with_accents(_on_page(sheet))


def is_spaceless(character: str) -> bool:
    """Whether a character is of a script without spaces between words."""
    return any(first <= character <= last for first, last in SPACELESS)


def _on_page(sheet: Sheet) -> Iterator[Glyph]:
    """The glyphs that a reader sees; those that are not to be seen, too, where they are most of a
    page with pictures: the text of a scan."""
    inside = [
        one
        for one in sheet.glyphs
        if 0 <= (one.left + one.right) / 2 <= sheet.width
        and 0 <= (one.top + one.bottom) / 2 <= sheet.height
    ]
    seen = sum(one.style.seen for one in inside)
    scanned = sheet.pictured and seen < len(inside) - seen
    vertical = _vertical(inside)
    for glyph, is_vertical in zip(inside, vertical, strict=True):
        if glyph.style.seen or scanned:
            yield replace(glyph, style=replace(glyph.style, direction=1)) if is_vertical else glyph


def _with_accents(glyphs: Iterable[Glyph]) -> Iterator[Glyph]:
    """Glyphs, with an accent that is set over the next letter as part of it."""
    accent: Glyph | None = None
    for glyph in glyphs:
        if accent:
            letter = {"ı": "i", "ȷ": "j"}.get(glyph.text, glyph.text)
            whole = unicodedata.normalize("NFC", letter + ACCENTS[accent.text])
            inside = glyph.left <= (accent.left + accent.right) / 2 <= glyph.right
            if len(whole) == 1 and inside and abs(accent.top - glyph.top) < glyph.style.size:
                glyph = replace(glyph, text=whole, top=min(glyph.top, accent.top))
            else:
                yield accent
        accent = glyph if glyph.text in ACCENTS else None
        if not accent:
            yield glyph
    if accent:
        yield accent


def _vertical(glyphs: Sequence[Glyph]) -> list[bool]:
    """Whether each glyph stands in a column of upright ones, as in Japanese set vertically."""
    found = [False] * len(glyphs)
    start = 0
    for at in range(1, len(glyphs) + 1):
        if at < len(glyphs) and _is_under(glyphs[at - 1], glyphs[at]):
            continue
        if at - start >= UPRIGHT:
            found[start:at] = [True] * (at - start)
        start = at
    return found


def _is_under(one: Glyph, other: Glyph) -> bool:
    width = max(one.right - one.left, 0.1)
    return (
        one.style.direction == other.style.direction == 0
        and is_spaceless(one.text)
        and is_spaceless(other.text)
        and abs(one.left + one.right - other.left - other.right) / 2 < 0.2 * width
        and 0.5 * width < other.top - one.top < 1.5 * width
    )
