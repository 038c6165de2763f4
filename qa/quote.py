"""The stretch that answers, whole: what belongs to a quote, and what may not be torn apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.language import NEGATING

Offsets = NDArray[np.int64]

PAIRED = dict.fromkeys("([{“", 1) | dict.fromkeys(")]}”", -1)
# What is one thing, however many tokens a model sees in it: addresses of pages and mail, paths,
# names of files, numbers, also of telephones, and dates. Of 1,600 answers in seven public sets that
# touch a number with points, commas or colons in it, 12 cut it, by mistake. Each begins where no
# such thing goes on, so that long ones are looked at once.
WHOLE = re.compile(
    r"""
    (?<!\w)(?:\w+://|www\.)[^\s<>"`\])]+
    | (?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+
    | (?<![\w/.~])(?:~|\.{1,2})?/[\w.-]+(?:/[\w.-]+)*
    | (?<!\w)[A-Za-z]:\\[^\s<>"|]+
    | (?<![\w()-])\w[\w()-]*\.[a-z]\w{1,4}(?![\w.])
    | (?<![\w+])\+\d{1,3}(?:[ -]?\(\d{1,4}\)|[ -]\d(?!\d))?(?:[ -]?\d{2,4}){2,6}(?!\w)
    | (?<!\w)\(\d{3}\)[ ]?\d{3}[-–]\d{4}(?!\w)
    | (?<!\w)\d+(?:[.,:]\d+)+(?!\w)
    | (?<!\w)\d+(?:[-–]\d+){2,}(?!\w)
    """,
    re.VERBOSE,
)
ENDS_SENTENCE = ".,;:!?'"  # after an address, not of it
# "more than" something is another thing than not more than that.
THAN = re.compile(r"(?:more|less|\w{1,20}er)\s{1,9}than\b", re.IGNORECASE)
NOT = re.compile(rf"\b(?:{'|'.join(NEGATING)}|\w+n['’]t)\s+(?:\w+\s+){{0,4}}$", re.IGNORECASE)
NEGATED = 60  # characters before it, in which the "not" stands
SIGN = re.compile(r"(?:^|(?<=[\s(\[]))[-−+](?=\d)")
JOINED = "\u200d\ufe0e\ufe0f"  # to the character before: parts of one emoji


def whole_tokens(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch of a text, and with it the sign of the number it begins with, the "not" of what
    is not more than something, the rest of a number or an address that it cuts, and the accents of
    its last letter."""
    for match in WHOLE.finditer(text):
        first, last = match.start(), match.start() + len(match.group().rstrip(ENDS_SENTENCE))
        if first < end and start < last:
            start, end = min(start, first), max(end, last)
    if start and SIGN.match(text, start - 1):
        start -= 1
    negated = NOT.search(text, max(0, start - NEGATED), start) if THAN.match(text, start) else None
    if negated:
        start = negated.start()
    while end < len(text) and (unicodedata.combining(text[end]) or text[end] in JOINED):
        end += 1
    return start, end


def nesting(text: str, walls: Sequence[int] = ()) -> Offsets:
    """A number for what is open at each offset of a text, its end included: the same number at
    two of them means that as much is opened as closed between them, with no wall in between."""
    steps = [PAIRED.get(character, 0) for character in text]
    depth = np.cumsum([0, *steps])
    quotes, code = (np.cumsum([0, *(c == mark for c in text)]) % 2 for mark in '"`')
    walled = np.zeros(len(text) + 1, np.int64)
    walled[list(walls)] = len(text) + 1
    state: Offsets = 4 * (depth + walled.cumsum()) + 2 * quotes + code
    return state
