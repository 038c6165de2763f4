"""JSON → its values, and the line that each begins in. Numbers stay as they are written."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from index.loaders.records import MAX_DEPTH, MAX_VALUES, Node, Record, Scalar, Series

SPACE = re.compile(r"[ \t\n\r]*")
STRING = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
OTHER = re.compile(r"-?\d[\d.eE+-]*|true|false|null|NaN|-?Infinity")
EMPTY = ("null", "NaN")  # they say nothing


class JsonError(Exception):
    """What is wrong with JSON, and in which line."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def parse(text: str, line: int = 1) -> Node:
    """The value that a text is, whose first line has this number. Raises JsonError."""
    parser = _Parser(text, line)
    value = parser.value(0)
    if mark := parser.mark():
        raise parser.error(f"something follows its end: {mark!r}")
    return value


@dataclass(slots=True)
class _Parser:
    """A place in a text, its line, and how many values were read."""

    text: str
    line: int
    at: int = 0
    values: int = 0

    def value(self, depth: int) -> Node:
        mark, line = self.mark(), self.line
        self.values += 1
        if depth > MAX_DEPTH or self.values > MAX_VALUES:
            raise self.error("it has more values, or deeper ones, than a document may have")
        if mark == "{":
            return Record(self._fields(depth), line)
        if mark == "[":
            return Series(self._items(depth), line)
        if mark == '"':
            return Scalar(self._string(), line, is_text=True)
        found = OTHER.match(self.text, self.at)
        if found is None:
            raise self.error(f"a value is missing before {mark!r}" if mark else "it ends early")
        self.at = found.end()
        return Scalar("" if found[0] in EMPTY else found[0], line)

    def _fields(self, depth: int) -> list[tuple[str, Node]]:
        fields: list[tuple[str, Node]] = []
        self.at += 1
        while self.mark() != "}":
            if fields:
                self._take(",")
            if self.mark() != '"':
                raise self.error("a name in quotes is missing")
            name = self._string()
            self._take(":")
            fields.append((name, self.value(depth + 1)))
        self.at += 1
        return fields

    def _items(self, depth: int) -> list[Node]:
        items: list[Node] = []
        self.at += 1
        while self.mark() != "]":
            if items:
                self._take(",")
            items.append(self.value(depth + 1))
        self.at += 1
        return items

    def _string(self) -> str:
        found = STRING.match(self.text, self.at)
        if found is None:
            raise self.error("a quote is not closed")
        self._go(found.end())
        if "\\" not in found[1]:
            return found[1]
        try:
            return str(json.loads(found[0], strict=False))
        except ValueError:
            return found[1]

    def _take(self, wanted: str) -> None:
        if self.mark() != wanted:
            raise self.error(f"{wanted!r} is missing")
        self.at += 1

    def mark(self) -> str:
        """The next character that is no white space; '' at the end."""
        space = SPACE.match(self.text, self.at)
        self._go(space.end() if space else self.at)
        return self.text[self.at : self.at + 1]

    def _go(self, end: int) -> None:
        self.line += self.text.count("\n", self.at, end)
        self.at = end

    def error(self, what: str) -> JsonError:
        return JsonError(self.line, what)
