"""What became of every file of a folder: read, the same as another one, skipped with the reason, or
passed over."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.document import Document
from index.errors import DocumentError
from index.loaders import DEFAULT_OPTIONS, Options, Outcome, find_files, load_folder
from index.loaders.source import size_of

READ, COPY, SKIPPED, PASSED_OVER = "read", "copy", "skipped", "passed over"
STATES = (READ, COPY, SKIPPED, PASSED_OVER)


@dataclass(slots=True)
class Report:
    """The files of a folder, each once, by their paths below it; or of a single file."""

    path: Path
    options: Options = DEFAULT_OPTIONS
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)  # why files were, a reason a file
    copies: dict[str, list[str]] = field(default_factory=dict)  # of a file that was read, by name
    # Where each file begins and ends among the bytes of all that are to be read.
    extents: dict[str, tuple[int, int]] = field(default_factory=dict)

    def documents(self) -> Iterator[Document]:
        """The documents in it; every file is told of as it is met or read. Raises DocumentError
        where there is none, or none can be read."""
        met = find_files(self.path)
        for path, why in met.passed:
            of_suffix = why.startswith((".", "without"))
            reason = f"{why}: no format that is read" if of_suffix else why
            self._note(path, PASSED_OVER, reason=reason)
        for closed in met.closed:
            self._note(closed.path, SKIPPED, reason=closed.reason)
        self._measure(met.files)
        read = False
        for outcome in load_folder(self.path, met, options=self.options):
            self._tell(outcome)
            read = read or bool(outcome.documents)
            yield from outcome.documents
        if not read:
            raise DocumentError(f"No file in {self.path} can be read.")

    @property
    def folder(self) -> Path:
        """The folder that the files are named from."""
        try:
            return self.path if self.path.is_dir() else self.path.parent
        except OSError:  # a name that no file can have
            return self.path.parent

    @property
    def counts(self) -> dict[str, Counter[str]]:
        """How many files have each of STATES, by their suffixes."""
        counts = {status: Counter[str]() for status in STATES}
        for name, row in self.rows.items():
            counts[row["status"]][Path(name).suffix.lower() or "without a suffix"] += 1
        return counts

    def with_index(self, indexed: Mapping[str, Mapping[str, object]]) -> dict[str, Any]:
        """The report as JSON has it, with what an index knows of each document by its id."""
        for row in self.rows.values():
            for document in row.get("documents", ()):
                document.update(indexed.get(document["id"], {}))
        counts = {status: dict(sorted(some.items())) for status, some in self.counts.items()}
        return {
            "of": str(self.path),
            "counts": counts,
            "files": dict(sorted(self.rows.items())),
        }

    def _tell(self, outcome: Outcome) -> None:
        if outcome.same_as:
            self.copies.setdefault(outcome.same_as, []).append(outcome.name)
        status = SKIPPED if outcome.reason else COPY if outcome.same_as else READ
        self._note(
            outcome.path,
            status,
            reason=outcome.reason,
            same_as=outcome.same_as,
            format=outcome.path.suffix.lower().lstrip("."),
            bytes=size_of(outcome.path),
            seconds=round(outcome.seconds, 2),
            documents=list(map(_row, outcome.documents)),
            notes=outcome.notes,
        )

    def _measure(self, files: Iterable[Path]) -> None:
        start = 0
        for path in files:
            end = start + size_of(path)
            self.extents[_below(path, self.path)] = start, end
            start = end

    def _note(self, path: Path, status: str, **more: object) -> None:
        told = {key: value for key, value in more.items() if value not in ("", [])}
        if status == SKIPPED:
            self.skipped.append(str(more["reason"]))
        self.rows[_below(path, self.path)] = {"status": status, **told}


def _row(document: Document) -> dict[str, Any]:
    """What is told of a document that was read."""
    metadata = {
        key: value.isoformat() if isinstance(value, datetime.date) else value
        for key, value in document.metadata.items()
    }
    return {
        "id": document.id,
        "title": document.title,
        "characters": len(document.text),
        "metadata": metadata,
    }


def _below(path: Path, root: Path) -> str:
    for base in (root, root.absolute()):
        if path != base and path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return path.name


def most(counts: Iterable[tuple[str, int]]) -> str:
    """`41 .pdf, 12 .docx`: what there is most of, first."""
    ordered = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{count:,} {what}" for what, count in ordered)
