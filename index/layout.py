"""Offset → place in the original: where a person looks for it in the file itself.

Offsets count the characters of `Document.text`. They are not those of the file once carriage
returns, byte-order marks and NULs are gone; its lines are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text file, counted from 1 as editors do."""

    number: int

    def __str__(self) -> str:
        return f"line {self.number:,}"


Place = Line  # one union, once there are files without lines


class Layout(Protocol):
    """What knows where the characters of a document stand in its original."""

    def place(self, offset: int, /) -> Place | None:
        """Where the character at an offset stands; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """The layout of a document that is no file."""

    def place(self, _offset: int, /) -> Place | None:
        return None


@dataclass(frozen=True, slots=True)
class Lines:
    """The layout of a text file."""

    text: Sequence[str]

    def place(self, offset: int, /) -> Place:
        return Line(str(self.text[:offset]).count("\n") + 1)
