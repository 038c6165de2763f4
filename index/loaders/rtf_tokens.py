"""RTF → its control words and the text between them, decoded as its fonts say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)",
    re.DOTALL,
)
CHARSETS = {
    **{77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5"},
    **{161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257"},
    **{204: "cp1251", 222: "cp874", 238: "cp1250", 255: "cp437"},
}
CODE_PAGES = {
    *(437, 720, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869, 874),
    *(932, 949, 950, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258),
}
NAMED_PAGES = {936: "gbk", 10000: "mac_roman", 65001: "utf-8", 54936: "gb18030", 1361: "johab"}
SETS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
SIGNS = {
    **{"tab": "\t", "cell": "", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘"},
    **{"rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " "},
    **{"qmspace": " ", "zwj": "\u200d", "zwnj": "\u200c", "ltrmark": "", "rtlmark": ""},
}
ESCAPES = {"~": "\xa0", "_": "-", "-": "", "{": "{", "}": "}", "\\": "\\"}
MAX_SKIPPED = 1_000  # characters that one escape replaces
MAX_FONTS = 100_000
ANSI = (0, 1)  # charsets that the code page of the file decides


@dataclass(frozen=True, slots=True)
class Word:
    """A control word with its number, if it has one."""

    name: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Characters of the text itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Open:
    """The start of a group, which ends with Close."""


@dataclass(frozen=True, slots=True)
class Close:
    """The end of a group."""


Token = Word | Text | Open | Close


@dataclass(frozen=True, slots=True)
class _State:
    """What a group keeps to itself about its characters."""

    encoding: str | None = None  # that of the font; None for that of the file
    skipped: int = 1  # characters that follow an escape for programs that do not know it
    in_fonts: bool = False


@dataclass(slots=True)
class Tokens:
    """The tokens of a file, whose bytes are given as characters."""

    source: str
    _default: str = "cp1252"
    _fonts: dict[int, str | None] = field(default_factory=dict)
    _font: int = 0  # that is being described
    _bytes: bytearray = field(default_factory=bytearray)
    _units: list[int] = field(default_factory=list)  # of UTF-16
    _left_out: int = 0  # characters that are still to be passed over

    def tokens(self) -> Iterator[Token]:
        state, states = _State(), [_State()]
        at = 0
        while at < len(self.source):
            found = TOKEN.match(self.source, at)
            if found is None:
                at += 1
                continue
            at = found.end()
            word, number, code, escaped, brace, text = found.groups()
            if code or text or escaped in ESCAPES:
                data = self._data(code, text or ESCAPES.get(escaped, ""))
                if data and self._units:
                    yield Text(self._from_units())
                self._bytes += data
                continue
            if word == "u" and number:
                yield from self._from_bytes(state)
                self._units.append(int(number) % 0x10000)
                self._left_out = state.skipped
                continue
            yield from self._decoded(state)
            self._left_out = 0
            if brace == "{":
                states.append(state)
                yield Open()
            elif brace == "}":
                state = states.pop() if len(states) > 1 else state
                yield Close()
            elif escaped:
                yield Word("par" if escaped in "\r\n" else escaped)
            elif word == "bin":
                at += min(max(int(number or 0), 0), len(self.source))
            else:
                value = None if number is None else int(number)
                state = self._noted(word, value, state)
                yield Text(SIGNS[word]) if SIGNS.get(word) else Word(word, value)
        yield from self._decoded(state)

    def _data(self, code: str | None, text: str) -> bytes:
        """Characters as bytes, without those that an escape has said before."""
        data = bytes([int(code, 16)]) if code else text.encode("latin-1", "ignore")
        passed = min(self._left_out, len(data))
        self._left_out -= passed
        return data[passed:]

    def _decoded(self, state: _State) -> Iterator[Text]:
        """The characters that were met since the last token."""
        if self._units:
            yield Text(self._from_units())
        yield from self._from_bytes(state)

    def _from_units(self) -> str:
        units = b"".join(unit.to_bytes(2, "little") for unit in self._units)
        self._units.clear()
        return units.decode("utf-16-le", errors="replace")

    def _from_bytes(self, state: _State) -> Iterator[Text]:
        if self._bytes:
            encoding = state.encoding or self._default
            yield Text(self._bytes.decode(encoding, errors="replace"))
            self._bytes.clear()

    def _noted(self, word: str, number: int | None, state: _State) -> _State:
        """What a control word says of the characters after it."""
        if word == "ansicpg" and number is not None:
            named = NAMED_PAGES.get(number, self._default)
            self._default = f"cp{number}" if number in CODE_PAGES else named
        elif word in SETS:
            self._default = SETS[word]
        elif word == "uc" and number is not None:
            return replace(state, skipped=min(max(number, 0), MAX_SKIPPED))
        elif word == "fonttbl":
            return replace(state, in_fonts=True)
        elif word == "f" and number is not None:
            if not state.in_fonts:
                return replace(state, encoding=self._fonts.get(number))
            self._font = number
        elif word == "fcharset" and state.in_fonts and number is not None:
            if len(self._fonts) < MAX_FONTS and number not in ANSI:
                self._fonts[self._font] = CHARSETS.get(number)
        elif word == "plain":
            return replace(state, encoding=None)
        return state
