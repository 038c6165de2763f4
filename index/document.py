"""What everything else passes around: a document, a stretch of it, a scored stretch."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from index.layout import Box, Layout, Page, Place, Unplaced
from index.metadata import Value
from index.structure import Block


class Text(Protocol):
    """The characters of a document, read in stretches: `text[start:end]` is a `str`, and
    `str(text)` all of it. A `str` is one."""

    def __len__(self) -> int: ...

    def __getitem__(self, key: slice, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Document:
    """A text with a name. `text` never changes: every offset in the system points into it.

    `id` is unique within an index; `source` is what a person would look for (a path relative to
    the folder that was indexed). `blocks` say what each stretch of the text is, in reading order, a
    block before those in it; None leaves that to be guessed, and is what a document of an index
    has, which keeps its blocks apart. `sha256` is that of the file's bytes, '' for what is no file.
    `copies` are the ids of further documents that an index met and that are the same.
    Raises ValueError for text that is not valid Unicode.
    """

    id: str
    title: str
    text: Text = field(hash=False)
    source: str
    metadata: Mapping[str, Value] = field(default_factory=dict, hash=False)
    blocks: Sequence[Block] | None = field(default=None, hash=False, compare=False)
    layout: Layout = field(default=Unplaced(), hash=False, compare=False)
    language: str | None = None
    sha256: str = field(default="", hash=False, compare=False)
    copies: Sequence[str] = field(default=(), hash=False, compare=False)

    def __post_init__(self) -> None:
        parts: list[tuple[str, object]] = [("id", self.id), ("title", self.title)]
        parts += [("source", self.source), *(("metadata key", key) for key in self.metadata)]
        parts += [("text", self.text)] if isinstance(self.text, str) else []
        parts += [
            (f"metadata {key!r}", value)
            for key, value in self.metadata.items()
            if not isinstance(value, int | float | datetime.date)
        ]
        for name, value in parts:
            if not isinstance(value, str):
                raise TypeError(f"Document.{name} must be a string, not {type(value).__name__}.")
            # Lone surrogates pass through Python strings but through no file or database.
            try:
                value.encode("utf-8")
            except UnicodeEncodeError as error:
                raise ValueError(
                    f"Document {self.id!r}: its {name} holds a lone surrogate at character "
                    f"{error.start}; replace it before indexing."
                ) from None
        if isinstance(self.text, bytes) or not hasattr(self.text, "__getitem__"):
            kind = type(self.text).__name__
            raise TypeError(f"Document.text must be a string, not {kind}.")
        if not self.id:
            raise ValueError("A document needs an id that is not empty.")

    def __repr__(self) -> str:
        return f"Document({self.id!r}, {self.title!r}, {len(self.text)} characters)"


@dataclass(frozen=True, slots=True)
class Span:
    """The half-open stretch of code points [start, end) of a document."""

    document: Document
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end <= len(self.document.text):
            raise ValueError(
                f"[{self.start}, {self.end}) is not a stretch of document {self.document.id!r}, "
                f"which has {len(self.document.text)} characters."
            )

    @property
    def text(self) -> str:
        """The characters themselves: always a slice of the document."""
        return self.document.text[self.start : self.end]

    @property
    def place(self) -> Place | None:
        """Where it starts in the original; None where that is not known."""
        return self.document.layout.place(self.start)

    @property
    def boxes(self) -> list[tuple[Page, list[Box]]]:
        """Where it is seen in a document with pages: page by page, a box for each line."""
        return self.document.layout.boxes(self.start, self.end)

    def __len__(self) -> int:
        return self.end - self.start

    def __contains__(self, other: object) -> bool:
        """Whether `other` is a span that lies wholly inside this one."""
        return (
            isinstance(other, Span)
            and other.document == self.document
            and self.start <= other.start
            and other.end <= self.end
        )

    def __repr__(self) -> str:
        return f"Span({self.document.id!r}, {self.start}, {self.end}, {self.text[:40]!r})"


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence that was found, and how well it matches: higher is better."""

    sentence: Span
    score: float
