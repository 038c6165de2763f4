"""A word that is cut at the end of a line → whether its hyphen is its own.

The document itself is asked: whether it has the word whole elsewhere, or with a hyphen; whether the
two parts are words of its own; whether it cuts words at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

HYPHENS = "-\u2010\u00ad"
SOFT = "\u00ad"
WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
CUT = re.compile(r"(?<![^\W\d_])(?<![-\u2010])([^\W\d_]++(?:[-\u2010][^\W\d_]+)*)[-\u2010]$")
REST = re.compile(r"[^\W\d_]+")
SUSPENDED = re.compile(r"(?<=\w)[-\u2010] (\w+)")  # "pre- and postwar"
OFTEN = 0.03  # of the lines of a document that cuts words end with one that is cut
MIN_WORD = 3  # letters of what counts as a word of its own


class Hyphens:
    """What the lines of a document say of its hyphens."""

    def __init__(self, paragraphs: Iterable[Sequence[str]]) -> None:
        self._words: Counter[str] = Counter()
        self._suspended: set[str] = set()
        self._prefixes: set[str] = set()
        self._lines = 0
        cuts = [cut for lines in paragraphs for cut in self._learn(lines)]
        whole = sum(self._words[a + b] > 0 for a, b in cuts)
        own = sum(self._words[f"{a}-{b}"] > 0 for a, b in cuts)
        self._cuts = whole > own or (not own and len(cuts) >= OFTEN * self._lines)

    def _learn(self, lines: Sequence[str]) -> Iterable[tuple[str, str]]:
        """Count the words of a paragraph that stand whole on a line; gives those that are cut."""
        was_cut = ""
        self._lines += len(lines)
        for line in lines:
            words = [one.lower().replace("\u2010", "-") for one in WORD.findall(line)]
            cut = CUT.search(line)
            if was_cut and words:
                yield was_cut, words.pop(0)
            was_cut = words.pop() if cut and words else ""
            self._words.update(words)
            self._prefixes.update(one.partition("-")[0] for one in words if "-" in one)
            self._suspended.update(one.lower() for one in SUSPENDED.findall(line))

    def between(self, line: str, following: str) -> tuple[int, str]:
        """How many characters of the end of a line go, and what comes before the next one."""
        cut, rest = CUT.search(line), REST.match(following)
        if line.endswith(SOFT):
            return 1, ""
        if not cut:
            return 0, "" if line[-1:] in HYPHENS and not line[-2:-1].isspace() else " "
        if not rest:
            return 0, ""
        first, second = cut[1].lower().replace("\u2010", "-"), rest[0].lower()
        if second in self._suspended:
            return 0, " "
        return (0, "") if self._is_own(first, second, rest[0]) else (1, "")

    def _is_own(self, first: str, second: str, written: str) -> bool:
        """Whether the hyphen between two parts belongs to the word."""
        whole, own = self._words[first + second], self._words[f"{first}-{second}"]
        if whole != own:
            return own > whole
        if "-" in first or written[0].isupper():
            return True
        known = len(second) >= MIN_WORD and self._words[second] > 0
        if known and (first in self._prefixes or self._words[first] > 0):
            return True
        return not self._cuts


def ends_with_cut(line: str) -> bool:
    """Whether the last word of a line goes on."""
    return bool(CUT.search(line)) or line.endswith(SOFT)
