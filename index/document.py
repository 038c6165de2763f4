"""What everything else passes around: a document, a stretch of it, a scored stretch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Document:
    """A text with a name. `text` never changes: every offset in the system points into it.

    `id` is unique within an index; `source` is what a person would look for (a path relative
    to the folder that was indexed). Raises ValueError for text that is not valid Unicode.
    """

    id: str
    title: str
    text: str
    source: str
    metadata: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        parts = {"id": self.id, "title": self.title, "text": self.text, "source": self.source}
        parts |= {f"metadata {key!r}": value for key, value in self.metadata.items()}
        for name, value in parts.items():
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
