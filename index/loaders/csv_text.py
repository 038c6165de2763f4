"""Tables as text, a row a line, cells between commas, semicolons, tabs or bars. The home of csv."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import Literal

from index.document import Document
from index.errors import DocumentError
from index.layout import Line
from index.loaders.grid import Grid, GridCell, refuse_many
from index.loaders.grid_writer import write_grid
from index.loaders.source import SourceFile
from index.loaders.text import read_decoded
from index.loaders.writer import Writer

DELIMITERS = ",;\t|"
SAMPLE, SAMPLED = 100, 100_000  # lines and characters, by which the delimiter is told
MAX_CELL = 10_000_000  # characters
MAX_QUOTED = 1_000_000  # delimiters in one line: as many are in no cell
SAID = re.compile(
    r'"?sep=([^"\s\w])"?\s*', re.IGNORECASE
)  # a line that Excel writes and does not show
# Numbers with signs, currencies and units; dates and times.
VALUE = re.compile(
    r"[-+(]?\s?[$€£¥₹]?\s?[-+]?\d[\d.,'\s\u00a0\u202f]*(?:[eE][-+]?\d+)?\s?(?:%|[$€£¥₹])?\)?"
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d\d(?::\d\d)?\S*)?|\d{1,2}:\d\d(?::\d\d)?"
)


def load_csv(file: SourceFile) -> Iterator[Document]:
    """The document in a table of text. Raises DocumentError for bytes that are no text."""
    decoded = read_decoded(file)
    text = decoded.text
    said = SAID.fullmatch(text.partition("\n")[0])
    delimiter = said[1] if said else _delimiter(text, file.suffix)
    writer = Writer(file)
    cells, places = _cells(file, text, delimiter, 2 if said else 1)
    write_grid(writer, Grid("", cells), lambda row, column: places.get((row, column)))
    yield writer.document(named=True, metadata=decoded.metadata)


def _cells(
    file: SourceFile, text: str, delimiter: str, first: int
) -> tuple[dict[tuple[int, int], GridCell], dict[tuple[int, int], Line]]:
    """The cells by row and column, and the line that each begins in."""
    cells: dict[tuple[int, int], GridCell] = {}
    places: dict[tuple[int, int], Line] = {}
    for row, (line, fields) in enumerate(_rows(file, text, delimiter, first)):
        refuse_many(file, len(cells), columns=len(fields))
        for column, field in enumerate(fields):
            if field.strip():
                value = bool(VALUE.fullmatch(field.strip()))
                cells[row, column] = GridCell(field, value)
                places[row, column] = Line(line)
            line += field.count("\n")
    return cells, places


def _rows(
    file: SourceFile, text: str, delimiter: str, first: int
) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows, each with the number of its first line."""
    longest = max((line.count(delimiter) for line in text.split("\n")), default=0)
    refuse_many(file, 0, columns=longest if longest > MAX_QUOTED else 0)
    csv.field_size_limit(MAX_CELL)
    lines = io.StringIO(text, newline="\n")
    for _ in range(1, first):
        lines.readline()
    quoting: Literal[0, 3] = csv.QUOTE_NONE if _is_open(text, delimiter) else csv.QUOTE_MINIMAL
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, quoting=quoting)
    line = 0
    try:
        for fields in reader:
            yield line + first, fields
            line = reader.line_num
    except csv.Error as error:
        raise DocumentError(
            f"{file} is no table from line {line + first:,} on ({error}); close its quotes there."
        ) from error


def _is_open(text: str, delimiter: str) -> bool:
    """Whether a cell begins with a quote that nothing closes: then quotes are characters as any."""
    rows = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    try:
        last = deque(rows, maxlen=1)
    except csv.Error:
        return True
    field = last[0][-1] if last and last[0] else ""
    return "\n" in field and not text.rstrip().endswith('"')


def _delimiter(text: str, suffix: str) -> str:
    """What stands between cells: what divides most lines into the same number of them."""
    usual = "\t" if suffix == ".tsv" else ","
    sample = "\n".join(text[:SAMPLED].split("\n")[:SAMPLE])
    best, most = usual, 0.0
    for delimiter in (usual, *DELIMITERS.replace(usual, "")):
        try:
            rows = csv.reader(io.StringIO(sample), delimiter=delimiter, skipinitialspace=True)
            counts = Counter(len(row) for row in rows if row)
        except csv.Error:
            continue
        width, agreeing = max(
            ((width, times) for width, times in counts.items() if width > 1),
            key=lambda one: one[1],
            default=(0, 0),
        )
        score = agreeing / max(counts.total(), 1) if width else 0.0
        if score > most:
            best, most = delimiter, score
    return best
