"""XML → its events, in order, with their lines. The home of expat.

Nothing outside the file is read. Entities that the file declares are put in where they are plain
text, and never in one another: what a file unpacks to is no longer than the file allows.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

from index.errors import DocumentError

READ_AT_ONCE = 64 * 1024  # bytes
MAX_ENTITY = 1_000  # characters of an entity that a file declares
MAX_PUT_IN = 1_000_000  # characters for all entities together
MAX_EVENTS = 10_000_000
DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
MARKUP = re.compile("[&<]")
KNOWN = ("utf-8", "utf-16", "iso-8859-1", "us-ascii")  # to expat


class Start(NamedTuple):
    """An element begins; names are without their prefix."""

    name: str
    attributes: dict[str, str]
    line: int


class End(NamedTuple):
    """An element ends."""

    name: str


class Characters(NamedTuple):
    """What stands between two tags, or a part of it."""

    text: str
    line: int


Event = Start | End | Characters


@dataclass(slots=True)
class _Events:
    """What expat has told and nobody has taken yet."""

    parser: expat.XMLParserType
    found: list[Event] = field(default_factory=list)
    entities: dict[str, str] = field(default_factory=dict)
    declaring: bool = False  # in the declarations at the top of the file
    put_in: int = 0  # characters for entities

    def __post_init__(self) -> None:
        self.parser.buffer_text = True
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._declare
        self.parser.StartDoctypeDeclHandler = self._begin_doctype
        self.parser.EndDoctypeDeclHandler = self._end_doctype
        self.parser.DefaultHandler = self._other  # with it, expat puts in no entity by itself

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        self.found.append(Start(name.rpartition(":")[2], local, self.parser.CurrentLineNumber))

    def _end(self, name: str) -> None:
        self.found.append(End(name.rpartition(":")[2]))

    def _text(self, text: str) -> None:
        # Text is told when the tag after it is met.
        self.found.append(Characters(text, self.parser.CurrentLineNumber - text.count("\n")))

    def _begin_doctype(self, *_: object) -> None:
        self.declaring = True

    def _end_doctype(self) -> None:
        self.declaring = False

    def _declare(self, name: str, parameter: bool, value: str | None, *_: object) -> None:
        if not parameter and value and len(value) <= MAX_ENTITY and not MARKUP.search(value):
            self.entities.setdefault(name, value)

    def _other(self, text: str) -> None:
        if not self.declaring and text.startswith("&") and text.endswith(";"):
            text = self.entities.get(text[1:-1]) or html.unescape(text)
            self.put_in += len(text)
            self._text(text if self.put_in <= MAX_PUT_IN else "")


def events(read: Callable[[int], bytes], name: str) -> Iterator[Event]:
    """The events of an XML file, of which `read` gives so many of the next bytes, or all for -1.

    Raises DocumentError, also late, where it is not well formed.
    """
    first = read(READ_AT_ONCE)
    declared = DECLARED.match(first[:200])
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    if encoding not in KNOWN:
        first = _recoded(first + read(-1), encoding, name)
    told = _Events(expat.ParserCreate(None if encoding in KNOWN else "utf-8"))
    count = 0
    try:
        while True:
            told.parser.Parse(first, not first)
            yield from told.found
            count += len(told.found)
            if count > MAX_EVENTS:
                raise DocumentError(f"{name} has more than {MAX_EVENTS:,} parts; split it first.")
            told.found.clear()
            if not first:
                return
            first = read(READ_AT_ONCE)
    except (LookupError, ValueError) as error:  # an encoding that Python does not know
        raise DocumentError(f"{name} is not well-formed XML: {error}; mend it there.") from error
    except expat.ExpatError as error:
        why = expat.ErrorString(error.code)
        raise DocumentError(
            f"{name} is not well-formed XML: {why} in line {error.lineno:,}; mend it there."
        ) from error


def _recoded(data: bytes, encoding: str, name: str) -> bytes:
    try:
        return data.decode(encoding, errors="replace").encode("utf-8", errors="replace")
    except (LookupError, UnicodeError) as error:
        raise DocumentError(
            f"{name} says that its encoding is {encoding}, which is not known; save it as UTF-8."
        ) from error
