"""Data, such as JSON → what people read: fields as rows of a name and a value, records that are
alike as a table, long texts as paragraphs, what holds others under a heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.layout import Line
from index.loaders.characters import fold
from index.loaders.writer import Writer
from index.structure import Kind

MAX_DEPTH = 100  # of values in values
MAX_VALUES = 2_000_000
MAX_COLUMNS = 60
MAX_CELL = 300  # characters; a longer one is a text
MAX_MEAN = 100  # characters of a column's cells, which are texts otherwise
MAX_SERIES = 200  # characters of values that are one field together
MIN_NAMED = 3  # records with names that are rows of a table
MIN_FILLED = 0.5  # of the cells of a table
PROSE = 60  # characters of a sentence; a shorter one may be a name or a label
SENTENCE = re.compile(r"[.!?。！？…][\"”»')\]]*\s*$")
PARAGRAPHS = re.compile(r"\n\s*\n")
TITLES = ("title", "name", "headline", "subject")  # of a record, by the names of fields
DEEPER = " › "


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value that holds no others, and the line it begins in; '' for one that says nothing."""

    text: str
    line: int
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Values with names, in order."""

    fields: Sequence[tuple[str, Node]]
    line: int


@dataclass(frozen=True, slots=True)
class Series:
    """Values without names, in order."""

    items: Sequence[Node]
    line: int


Node = Scalar | Record | Series


def write(writer: Writer, node: Node, path: Sequence[str] = ()) -> None:
    """Write a value and all that it holds; `path` names what it stands in."""
    if isinstance(node, Scalar):
        _write_text(writer, node)
    elif isinstance(node, Record):
        columns = _columns([value for _, value in node.fields])
        if columns and len(node.fields) >= MIN_NAMED:
            records = [(name, one) for name, one in node.fields if isinstance(one, Record)]
            _write_table(writer, records, columns)
        else:
            _write_record(writer, node, path)
    elif (columns := _columns(node.items)) and (rows := _records(node.items)):
        _write_table(writer, [("", row) for row in rows], columns)
    else:
        for item in node.items:
            _write_item(writer, item, path)


def _write_item(writer: Writer, item: Node, path: Sequence[str]) -> None:
    """Write one of several values; a record under its title."""
    if isinstance(item, Record):
        title = next((name for name, _ in item.fields if name.lower() in TITLES), None)
        value = dict(item.fields).get(title or "")
        rest = any(not isinstance(one, Scalar) or _is_prose(one) for _, one in item.fields)
        if rest and isinstance(value, Scalar) and value.text.strip() and not _is_prose(value):
            writer.stands(Line(value.line))
            writer.heading(fold(value.text), min(len(path) + 1, 6))
            fields = [(name, one) for name, one in item.fields if one is not value]
            item = Record(fields, item.line)
        write(writer, item, path)
    elif isinstance(item, Scalar) and not _is_prose(item):
        with writer.within(Kind.LIST), writer.within(Kind.ITEM):
            _write_text(writer, item)
    else:
        write(writer, item, path)


def _write_record(writer: Writer, record: Record, path: Sequence[str]) -> None:
    rows: list[tuple[str, Scalar]] = []
    for name, value in record.fields:
        if (cell := _as_cell(value)) is not None:
            rows += [(name, cell)] if cell.text.strip() else []
            continue
        _write_rows(writer, rows)
        rows = []
        if isinstance(value, Scalar):
            _write_text(writer, value)
        else:
            below = [*path, fold(name)]
            writer.stands(Line(value.line))
            writer.heading(DEEPER.join(one for one in below if one), min(len(below), 6))
            write(writer, value, below)
    _write_rows(writer, rows)


def _write_rows(writer: Writer, rows: Sequence[tuple[str, Scalar]]) -> None:
    writer.table(
        [[name, cell.text] for name, cell in rows],
        places=[[Line(cell.line), Line(cell.line)] for _, cell in rows],
    )


def _write_text(writer: Writer, value: Scalar) -> None:
    writer.stands(Line(value.line))
    for paragraph in PARAGRAPHS.split(value.text):
        writer.paragraph(paragraph)


def _write_table(
    writer: Writer, records: Sequence[tuple[str, Record]], columns: Sequence[str]
) -> None:
    """Write records that are alike, each after its name where they have names."""
    named = any(name for name, _ in records)
    lines = [Line(record.line) for _, record in records]
    rows, places = [["", *columns] if named else [*columns]], [[lines[0]] * (len(columns) + 1)]
    for (name, record), line in zip(records, lines, strict=True):
        cells = list(map(_cells(record).get, columns))
        rows.append([name] * named + [cell.text if cell else "" for cell in cells])
        places.append([line] * named + [Line(cell.line) if cell else line for cell in cells])
    writer.table(rows, heads=1, places=places)


def _records(items: Sequence[Node]) -> list[Record]:
    return [item for item in items if isinstance(item, Record)]


def _columns(items: Sequence[Node]) -> list[str]:
    """The names of the fields that records have in common; none where they are no table."""
    records = _records(items)
    if len(records) < 2 or len(records) < len(items):
        return []
    cells: dict[str, list[int]] = {}
    for record in records:
        of_record = _cells(record)
        if len(of_record) < len(record.fields):
            return []
        for name, cell in of_record.items():
            cells.setdefault(name, []).append(len(cell.text))
    filled = sum(len(lengths) for lengths in cells.values())
    thin = filled < MIN_FILLED * len(cells) * len(records)
    if thin or len(cells) > MAX_COLUMNS or not all(map(str.strip, cells)):
        return []
    long = any(sum(lengths) > MAX_MEAN * len(lengths) for lengths in cells.values())
    return [] if long else list(cells)


def _cells(record: Record) -> Mapping[str, Scalar]:
    """The fields of a record that are cells of a row, by name."""
    cells = ((name, _as_cell(value, MAX_CELL)) for name, value in record.fields)
    return {name: cell for name, cell in cells if cell is not None}


def _as_cell(value: Node, most: int = 0) -> Scalar | None:
    """A value that fits into a row: a short one, or short ones together; with `most` also a
    sentence of so many characters."""
    if isinstance(value, Scalar):
        fits = len(value.text) <= most and "\n" not in value.text.strip()
        return value if fits or not _is_prose(value) else None
    if isinstance(value, Record):
        return None if value.fields else Scalar("", value.line)
    texts = list(_short(value.items))
    joined = ", ".join(texts)
    return Scalar(joined, value.line) if len(texts) == len(value.items) else None


def _short(items: Sequence[Node]) -> Iterator[str]:
    """The texts of short values, as long as they are short together."""
    length = 0
    for item in items:
        length += len(item.text) if isinstance(item, Scalar) else MAX_SERIES + 1
        if length > MAX_SERIES or not isinstance(item, Scalar) or _is_prose(item):
            return
        yield item.text


def _is_prose(value: Scalar) -> bool:
    """Whether a value is a text to be read, not a name, a number or a label."""
    text = value.text
    if not value.is_text or "\n" in text.strip() or len(text) < PROSE:
        return value.is_text and "\n" in text.strip()
    return " " in text.strip() and (len(text) > 2 * PROSE or bool(SENTENCE.search(text)))
