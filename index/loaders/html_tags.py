"""HTML → its tags and texts, in one pass that takes as long as the text is.

Follows what browsers do with broken syntax. Nothing in it can make the pass go back: a few
kilobytes keep other parsers busy for minutes, or make them need gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

NAME = re.compile(r"[a-zA-Z][^\t\n\f\r />]*")
ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+)))?+"""
)
# Only what the text depends on is kept of the attributes.
KEPT = {
    *("class", "id", "role", "style", "hidden", "aria-hidden", "aria-level", "open", "type"),
    *("colspan", "rowspan", "start", "value", "reversed", "scope", "href", "lang", "xml:lang"),
    *("name", "content", "property", "http-equiv", "charset", "itemprop", "epub:type", "alt"),
    "datetime",
}
MAX_ATTRIBUTES = 100  # of a tag
# What holds no tags: nothing but the end of itself ends it.
RAW = {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"}
UNSEEN = {"script", "style", "iframe", "noembed", "noframes"}


@dataclass(frozen=True, slots=True)
class Start:
    """A tag that begins an element, which `closed` ends at once."""

    name: str
    attributes: dict[str, str]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """A tag that ends an element."""

    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """What stands between two tags."""

    text: str


Token = Start | End | Text


@dataclass(slots=True)
class Tags:
    """The tokens of a text; in `xml`, texts may be marked as such."""

    text: str
    xml: bool = False
    _endless: set[str] = field(default_factory=set)  # what does not occur any more

    def tokens(self) -> Iterator[Token]:
        at = 0
        while at < len(self.text):
            found = self.text.find("<", at)
            found = len(self.text) if found < 0 else found
            if found > at:
                yield Text(unescape(self.text[at:found]))
            at = found
            if at == len(self.text):
                return
            token, at = self._tag(at)
            if token is not None:
                yield token
            if isinstance(token, Start) and token.name in RAW and not token.closed:
                inside, at = self._raw(token.name, at)
                yield from inside

    def _tag(self, at: int) -> tuple[Token | None, int]:
        """What stands at a "<", and where it ends."""
        after = self.text[at + 1 : at + 2]
        if after == "!" or after == "?":
            return self._declaration(at)
        name = NAME.match(self.text, at + 1 + (after == "/"))
        if name is None:
            return (None, self._after(">", at)) if after == "/" else (Text("<"), at + 1)
        if after == "/":
            return End(name[0].lower()), self._after(">", name.end())
        return self._start(name[0].lower(), name.end())

    def _start(self, name: str, at: int) -> tuple[Token, int]:
        attributes: dict[str, str] = {}
        for _ in range(MAX_ATTRIBUTES):
            found = ATTRIBUTE.match(self.text, at)
            if found is None:
                break
            at = found.end()
            key = found[1].lower()
            if key in KEPT:
                given = found[2] or found[3] or found[4] or ""
                attributes.setdefault(key, unescape(given))
        end = self._after(">", at)
        return Start(name, attributes, self.text[end - 2 : end] == "/>"), end

    def _declaration(self, at: int) -> tuple[Token | None, int]:
        """A comment, which may be unended, or what is to be passed over."""
        if self.text.startswith("<!--", at):
            if self.text.startswith((">", "->"), at + 4):
                return None, self._after(">", at + 4)
            return None, self._after("-->", at + 4)
        if self.xml and self.text.startswith("<![CDATA[", at):
            end = self._after("]]>", at)
            return Text(self.text[at + 9 : end].removesuffix("]]>")), end
        return None, self._after(">", at)

    def _raw(self, name: str, at: int) -> tuple[list[Token], int]:
        """The text of an element that holds no tags. One that never ends is taken for empty."""
        found = None
        if name not in self._endless:
            found = re.compile(rf"</{re.escape(name)}(?=[\s/>])", re.IGNORECASE).search(
                self.text, at
            )
        if found is None:
            self._endless.add(name)
            return [End(name)], len(self.text) if name == "script" else at
        inside = self.text[at : found.start()]
        seen: list[Token] = [] if name in UNSEEN else [Text(unescape(inside))]
        return [*seen, End(name)], self._after(">", found.end())

    def _after(self, what: str, at: int) -> int:
        """Where the text goes on after a mark, or its end."""
        if what in self._endless:
            return len(self.text)
        found = self.text.find(what, at)
        if found < 0:
            self._endless.add(what)
            return len(self.text)
        return found + len(what)
