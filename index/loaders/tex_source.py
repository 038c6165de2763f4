"""LaTeX → its commands, braces and texts, and what stands in a pair of braces."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"(?P<comment>%[^\n]*+(?:\n(?![ \t]*\n)[ \t]*+)?)"
    r"|\\(?P<word>[a-zA-Z@]+\*?)(?:[ \t]*+\n(?![ \t]*\n)[ \t]*+|[ \t]++)?"
    r"|\\(?P<sign>.)|(?P<end>\n[ \t]*+\n\s*+)|(?P<math>\$\$?)|(?P<open>\{)|(?P<close>\})"
    r"|(?P<cell>&)|(?P<dashes>---?|``|''|[?!]?`)|(?P<text>[^\\%{}$&\n~`'?!-]++|\n|.)",
    re.DOTALL,
)
OPTION = re.compile(r"\s*\[([^\[\]]{0,2000})\]")
SPACE = re.compile(r"[ \t]*\n?[ \t]*")
BRACE = re.compile(r"\\.|%[^\n]*|[{}]", re.DOTALL)
COMMAND = re.compile(r"\\[a-zA-Z@]+\*?\s*|[{}]")
MAX_FORMULA = 100_000  # characters of what stands between two marks


@dataclass(slots=True)
class Source:
    """A source, and how far it is read."""

    text: str
    at: int = 0
    _ends: dict[int, int] = field(init=False)  # of each pair of braces, by its start

    def __post_init__(self) -> None:
        self._ends, opened = {}, []
        for brace in BRACE.finditer(self.text):
            if brace[0] == "{":
                opened.append(brace.start())
            elif brace[0] == "}" and opened:
                self._ends[opened.pop()] = brace.start()

    def token(self) -> re.Match[str] | None:
        """The next token, or None at the end."""
        found = TOKEN.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def peek(self) -> str:
        """The next character that is no space."""
        at = self._after_space()
        return self.text[at : at + 1]

    def matched(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What stands here, if it does, passed over."""
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def option(self) -> str | None:
        """What stands in brackets here; None where nothing does."""
        found = self.matched(OPTION)
        return None if found is None else found[1]

    def argument(self) -> str:
        """What stands in braces here; "" where nothing does."""
        start = self._after_space()
        if self.text[start : start + 1] != "{":
            return ""
        end = self._ends.get(start)
        self.at = start + 1 if end is None else end + 1
        return "" if end is None else self.text[start + 1 : end]

    def name(self) -> str:
        """A command that is named here, in braces or without."""
        if self.peek() != "\\":
            return self.argument().strip().removeprefix("\\")
        self.at = self._after_space()
        found = self.token()
        return (found["word"] or "") if found else ""

    def brace(self) -> bool:
        """Whether a brace opens here, passed over."""
        start = self._after_space()
        opens = self.text[start : start + 1] == "{"
        self.at = start + 1 if opens else self.at
        return opens

    def until(self, closing: str, *, bounded: bool = True) -> str | None:
        """All up to a mark; None where that does not come."""
        end = self.text.find(closing, self.at, self.at + MAX_FORMULA if bounded else None)
        if end < 0:
            return None
        inside = self.text[self.at : end]
        self.at = end + len(closing)
        return inside

    def rest(self) -> str:
        """All that is left."""
        inside = self.text[self.at :]
        self.at = len(self.text)
        return inside

    def _after_space(self) -> int:
        found = SPACE.match(self.text, self.at)
        return found.end() if found else self.at


def plain(source: str) -> str:
    """A short text without its commands."""
    return COMMAND.sub("", source.replace("\\\\", " ").replace("~", " ")).strip()
