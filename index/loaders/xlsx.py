"""Excel workbook → what its sheets show. Its XML is read as a stream, cell by cell: libraries give
values without their formats, or make room for all that lies between two cells far apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from index.errors import DocumentError
from index.loaders.archive import Archive
from index.loaders.grid import MAX_COLUMNS, Grid, GridCell, refuse_many
from index.loaders.number_format import BUILT_IN, general, is_date, shown
from index.loaders.office import main_part, relations
from index.loaders.writer import MAX_CHARACTERS
from index.loaders.xml_events import Characters, End, Event, Start, events

MAIN = "xl/workbook.xml"
MAX_ROWS = 1_048_576
MAX_STRINGS = 2_000_000
NAME = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
NUMBER = re.compile(r"[0-9]{1,9}")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # a character that XML cannot hold
TRUTH = {"1": "TRUE", "0": "FALSE"}


@dataclass(frozen=True, slots=True)
class Workbook:
    """What is said of all sheets: their names and parts, texts and formats of cells."""

    archive: Archive
    sheets: Sequence[tuple[str, str]]  # name, part of the archive; those that are seen
    hidden: Sequence[str]
    strings: Sequence[str]
    formats: Sequence[str]
    since_1904: bool

    def grids(self) -> Iterator[Grid]:
        """The sheets that are seen, in order."""
        read = 0
        for name, part in self.sheets:
            sheet = _Sheet(self, read)
            for event in _events(self.archive, part):
                sheet.take(event)
            read += len(sheet.cells)
            yield Grid(name, sheet.spanned(), _remarks(self.archive, part))


def open_workbook(archive: Archive) -> Workbook:
    """The workbook in an archive. Raises DocumentError where it holds none."""
    part = main_part(archive, MAIN)
    parts = relations(archive, part)
    of_kind = {one.kind: one.target for one in parts.values()}
    sheets, hidden, since_1904 = [], [], False
    for event in _events(archive, part):
        if isinstance(event, Start) and event.name == "sheet":
            named = parts.get(event.attributes.get("id", ""))
            name = event.attributes.get("name", "")
            if event.attributes.get("state", "visible") != "visible":
                hidden.append(name)
            elif named is not None and named.kind == "worksheet":
                sheets.append((name, named.target))
        elif isinstance(event, Start) and event.name == "workbookPr":
            since_1904 = event.attributes.get("date1904", "0") in ("1", "true")
    strings = list(_strings(archive, of_kind.get("sharedStrings", "")))
    formats = _formats(archive, of_kind.get("styles", ""))
    return Workbook(archive, sheets, hidden, strings, formats, since_1904)


@dataclass(slots=True)
class _Sheet:
    """The cells of one sheet, as they are read."""

    workbook: Workbook
    before: int  # cells of other sheets
    cells: dict[tuple[int, int], GridCell] = field(default_factory=dict)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    row: int = -1
    column: int = -1
    inside: Mapping[str, str] = field(default_factory=dict)  # the attributes of the cell
    text: list[str] = field(default_factory=list)  # of its value
    reading: bool = False  # its value
    length: int = 0  # characters of all cells

    def take(self, event: Event) -> None:
        if isinstance(event, Characters):
            if self.reading:
                self.text.append(event.text)
        elif isinstance(event, Start):
            self._start(event.name, event.attributes)
        elif event.name in ("v", "t"):
            self.reading = False
        elif event.name == "c" and self.text:
            self._finish("".join(self.text))

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            self.row = _number(attributes.get("r"), self.row + 2) - 1
            self.column = -1
        elif name == "c":
            place = _place(attributes.get("r", ""))
            self.row, self.column = place or (max(self.row, 0), self.column + 1)
            self.inside, self.text = attributes, []
        elif name in ("v", "t"):
            self.reading = True
        elif name == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            start, end = _place(first), _place(last)
            if start and end:
                self.merged[start] = end[0] - start[0] + 1, end[1] - start[1] + 1

    def _finish(self, text: str) -> None:
        text, is_value = self._shown(text)
        if text.strip() and 0 <= self.row < MAX_ROWS and 0 <= self.column < MAX_COLUMNS:
            self.cells[self.row, self.column] = GridCell(text, is_value)
            self.length += len(text)
            refuse_many(
                self.workbook.archive.file, self.before + len(self.cells), characters=self.length
            )

    def _shown(self, text: str) -> tuple[str, bool]:
        """What is shown for a value, and whether it is a number or a date."""
        kind = self.inside.get("t", "n")
        if kind == "s":
            number = _number(text, -1)
            strings = self.workbook.strings
            return (strings[number] if 0 <= number < len(strings) else ""), False
        if kind in ("str", "inlineStr", "e"):
            return _unescaped(text), False
        if kind == "b":
            return TRUTH.get(text.strip(), text), True
        if kind == "d":
            return text.removesuffix("T00:00:00"), True
        style = _number(self.inside.get("s"), 0)
        formats = self.workbook.formats
        code = formats[style] if 0 <= style < len(formats) else "General"
        return _shown_number(text, code, self.workbook.since_1904)

    def spanned(self) -> dict[tuple[int, int], GridCell]:
        """The cells, those that are merged with their extent."""
        for place, (height, width) in self.merged.items():
            if cell := self.cells.get(place):
                self.cells[place] = cell._replace(width=width, height=height)
        return self.cells


def _shown_number(text: str, code: str, since_1904: bool) -> tuple[str, bool]:
    try:
        number = float(text)
    except ValueError:
        return text, False
    if code == "General":
        return general(number), True
    return shown(number, code, since_1904=since_1904) or "", True


def _formats(archive: Archive, part: str) -> list[str]:
    """The format of each style of cells."""
    codes, formats, used = dict(BUILT_IN), [], False
    for event in _events(archive, part) if part else ():
        if isinstance(event, Start) and event.name == "numFmt":
            code = event.attributes.get("formatCode", "")
            number = _number(event.attributes.get("numFmtId"), 0)
            if number not in (14, 22) or not is_date(code):  # those are as the reader's country
                codes[number] = code
        elif isinstance(event, Start) and event.name == "cellXfs":
            used = True
        elif isinstance(event, Start) and event.name == "xf" and used:
            formats.append(codes.get(_number(event.attributes.get("numFmtId"), 0), "General"))
        elif isinstance(event, End) and event.name == "cellXfs":
            used = False
    return formats


def _strings(archive: Archive, part: str) -> Iterator[str]:
    """The texts that cells share, without how they are pronounced."""
    text: list[str] = []
    inside, spoken, count, length = False, False, 0, 0
    for event in _events(archive, part) if part else ():
        if isinstance(event, Characters):
            if inside and not spoken:
                text.append(event.text)
        elif event.name == "t":
            inside = isinstance(event, Start)
        elif event.name == "rPh":
            spoken = isinstance(event, Start)
        elif event.name == "si" and isinstance(event, End):
            yield _unescaped("".join(text))
            count, length = count + 1, length + sum(map(len, text))
            text = []
            if count > MAX_STRINGS or length > MAX_CHARACTERS:
                raise DocumentError(
                    f"{archive.file} has too much text in its cells; split it first."
                )


def _remarks(archive: Archive, sheet: str) -> list[tuple[tuple[int, int], str]]:
    """The remarks on cells of a sheet."""
    found: list[tuple[tuple[int, int], str]] = []
    for one in relations(archive, sheet).values():
        if one.kind not in ("comments", "threadedComment"):
            continue
        place, inside = None, False
        text: list[str] = []
        for event in _events(archive, one.target):
            if isinstance(event, Start) and event.name in ("comment", "threadedComment"):
                place, text = _place(event.attributes.get("ref", "")), []
            elif isinstance(event, Characters):
                text += [event.text] if inside else []
            elif event.name in ("t", "text"):
                inside = isinstance(event, Start)
            elif event.name in ("comment", "threadedComment") and place:
                found.append((place, "".join(text).strip()))
    return [(at, text) for at, text in found if text and not text.startswith("[Threaded comment]")]


def _events(archive: Archive, part: str) -> Iterator[Event]:
    return events(archive.reader(part), f"{archive.file} ({part})")


def _place(name: str) -> tuple[int, int] | None:
    """Row and column of the cell of a name, both from 0."""
    found = NAME.fullmatch(name)
    if found is None:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return max(int(found[2]) - 1, 0), column - 1


def _number(text: str | None, otherwise: int) -> int:
    text = (text or "").strip()
    return int(text) if NUMBER.fullmatch(text) else otherwise


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
