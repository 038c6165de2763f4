"""OpenDocument spreadsheet → what its sheets show. The file says itself what each cell shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from index.errors import DocumentError
from index.loaders.archive import Archive
from index.loaders.grid import MAX_COLUMNS, Grid, GridCell, refuse_many
from index.loaders.source import SourceFile
from index.loaders.xml_events import Characters, Event, Start, events

CONTENT, MANIFEST = "content.xml", "META-INF/manifest.xml"
MAX_ROWS = 1_048_576
MAX_REPEATED = 1_000  # times that a cell is shown that stands for many
CELLS = ("table-cell", "covered-table-cell")
NUMBER = re.compile(r"[0-9]{1,9}")
SPACES = ("s", "tab", "line-break")
TEXTS = ("string", "")  # types of a value that are no number


@dataclass(slots=True)
class _Sheets:
    """The sheets of a file, as they are read."""

    file: SourceFile
    grids: list[Grid] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    unseen: set[str] = field(default_factory=set)  # styles of sheets that are not shown
    style: str = ""
    name: str = ""  # of the sheet that is read
    depth: int = 0  # of tables in one another
    style_of_sheet: str = ""
    cells: dict[tuple[int, int], GridCell] = field(default_factory=dict)
    remarks: list[tuple[tuple[int, int], str]] = field(default_factory=list)
    row: int = 0
    column: int = 0
    repeated: int = 1
    inside: Mapping[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    remark: list[str] | None = None
    reading: bool = False
    read: int = 0  # cells of the sheets before
    length: int = 0  # characters of all cells

    def take(self, event: Event) -> None:
        if isinstance(event, Characters):
            if self.reading:
                self._add(event.text)
        elif isinstance(event, Start):
            self._start(event.name, event.attributes)
        else:
            self._end(event.name)

    def _add(self, text: str) -> None:
        lines = self.lines if self.remark is None else self.remark
        lines[-1:] = [(lines[-1] if lines else "") + text]

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "style":
            self.style = attributes.get("name", "")
        elif name == "table-properties" and attributes.get("display") == "false":
            self.unseen.add(self.style)
        elif name == "table":
            self.depth += 1
            if self.depth == 1:
                self.name, self.row = attributes.get("name", ""), 0
                self.style_of_sheet = attributes.get("style-name", "")
                self.cells, self.remarks = {}, []
        elif self.depth == 1:
            self._start_inside(name, attributes)

    def _start_inside(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "table-row":
            self.column, self.repeated = 0, _count(attributes, "number-rows-repeated")
        elif name in CELLS:
            self.inside, self.lines = attributes, []
        elif name == "annotation":
            self.remark = []
        elif name == "p":
            self.reading = True
            (self.lines if self.remark is None else self.remark).append("")
        elif self.reading and name in SPACES:
            self._add(" " * min(_count(attributes, "c"), MAX_REPEATED))

    def _end(self, name: str) -> None:
        if name == "table":
            self.depth -= 1
            if self.depth == 0:
                self._finish_sheet()
        elif self.depth != 1:
            return
        elif name == "p":
            self.reading = False
        elif name == "annotation":
            text = "\n".join(self.remark or []).strip()
            self.remarks += [((self.row, self.column), text)] if text else []
            self.remark = None
        elif name in CELLS:
            self._finish_cell()
        elif name == "table-row":
            self.row += self.repeated

    def _finish_cell(self) -> None:
        times = _count(self.inside, "number-columns-repeated")
        text = "\n".join(self.lines)
        if text.strip():
            cell = GridCell(
                text,
                self.inside.get("value-type", "") not in TEXTS,
                _count(self.inside, "number-columns-spanned"),
                _count(self.inside, "number-rows-spanned"),
            )
            wide = min(times, MAX_REPEATED)
            high = min(self.repeated, MAX_REPEATED // wide)
            rows = range(self.row, min(self.row + high, MAX_ROWS))
            last = min(self.column + wide, MAX_COLUMNS)
            for row in rows:
                for column in range(self.column, last):
                    self.cells[row, column] = cell
                self.length += len(text) * max(last - self.column, 0)
                refuse_many(self.file, self.read + len(self.cells), characters=self.length)
        self.column += times

    def _finish_sheet(self) -> None:
        self.read += len(self.cells)
        if self.style_of_sheet in self.unseen:
            self.hidden.append(self.name)
        else:
            self.grids.append(Grid(self.name, self.cells, self.remarks))


def read_ods(archive: Archive) -> tuple[list[Grid], list[str]]:
    """The sheets that are seen, and the names of those that are hidden. Raises DocumentError where
    an archive holds none."""
    file = archive.file
    if MANIFEST in archive and b"encryption-data" in archive.read(MANIFEST):
        raise DocumentError(f"{file} is encrypted; save it without a password first.")
    sheets = _Sheets(file)
    for event in events(archive.reader(CONTENT), f"{file} ({CONTENT})"):
        sheets.take(event)
    return sheets.grids, sheets.hidden


def _count(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return max(int(text), 1) if NUMBER.fullmatch(text) else 1
