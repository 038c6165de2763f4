"""Cells in rows and columns, as of a sheet: what a loader of tables reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from index.errors import DocumentError
from index.loaders.source import SourceFile
from index.loaders.writer import MAX_CHARACTERS

MAX_CELLS = 1_000_000  # of a file, that hold something
MAX_COLUMNS = 16_384  # as spreadsheets have


class GridCell(NamedTuple):
    """What a cell shows, whether it is a number or a date, how many columns and rows it spans."""

    text: str
    is_value: bool = False
    width: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a sheet that show something, by row and column, both counted from 0; and the
    remarks on cells."""

    name: str
    cells: Mapping[tuple[int, int], GridCell]
    remarks: Sequence[tuple[tuple[int, int], str]] = ()
    rows: Mapping[int, Sequence[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rows: dict[int, list[int]] = {}
        for row, column in sorted(self.cells):
            rows.setdefault(row, []).append(column)
        object.__setattr__(self, "rows", rows)


@dataclass(frozen=True, slots=True)
class Rectangle:
    """The rows [top, bottom) and the columns [left, right)."""

    top: int
    bottom: int
    left: int
    right: int


def name_of(row: int, column: int) -> str:
    """What spreadsheets call a cell: `B7`."""
    letters, column = "", column + 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def stretches(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers in order → the stretches [first, last) without a gap."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], number + 1))
        else:
            found.append((number, number + 1))
    return found


def refuse_many(file: SourceFile, cells: int, *, columns: int = 0, characters: int = 0) -> None:
    """Raise DocumentError for more cells, or more in them, than a document may have."""
    if characters > MAX_CHARACTERS:
        raise DocumentError(
            f"{file} has more than {MAX_CHARACTERS:,} characters in its cells; split it first."
        )
    if cells > MAX_CELLS:
        raise DocumentError(f"{file} has more than {MAX_CELLS:,} filled cells; split it first.")
    if columns > MAX_COLUMNS:
        raise DocumentError(
            f"{file} has a row of {columns:,} cells, more than the {MAX_COLUMNS:,} that a table "
            "may have; give it the suffix of its format."
        )
