"""`underline build`."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from tqdm import tqdm

from index import Document, SentenceIndex, Span
from index.embed import DEFAULT_EMBEDDER, SentenceTransformerEmbedder
from index.errors import DocumentError, UnderlineError
from index.loaders import Options
from index.report import READ, Report, most
from qa.terminal import counted, line

MAX_LINES = 20  # of one kind on stderr; the report has them all


def build(
    index: Annotated[Path, typer.Argument(metavar="INDEX", help="Folder to make the index in.")],
    documents: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Folder of documents, or one file.")
    ],
    embedder: Annotated[
        str | None,
        typer.Option(
            help="Name or folder of a sentence-transformers model; default: built in. A name that "
            "is not on this machine is fetched."
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(help="Language of all documents, such as german; default: told from each."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the index if there is one.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Write nothing if there is a file that cannot be read.")
    ] = False,
    ocr: Annotated[
        str | None,
        typer.Option(
            help="Which pages of a PDF are read by OCR: auto, those without a text; always, all; "
            "never. Default: auto where it is installed.",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write here, as JSON, what became of every file of the folder.",
        ),
    ] = None,
) -> None:
    """Index a folder of documents, without the files that cannot be read. Nothing is written before
    the index is complete."""
    told = Report(documents, Options(ocr))
    loaded = _named(told)
    try:
        with _few_notes(), _bar() as bar:
            built = SentenceIndex.create(
                index,
                _all_of(loaded, told) if strict else loaded,
                embedder=SentenceTransformerEmbedder(embedder or DEFAULT_EMBEDDER, fetch=True),
                language=language,
                folder=told.folder,
                copies=told.copies,
                overwrite=overwrite,
                progress=lambda paragraph: _move(bar, told, paragraph),
            )
    except UnderlineError:
        if report is not None and told.rows:
            _write(report, told.with_index({}), "No index is made.")
        raise
    holds = f"{counted(len(built), 'sentence')} of {counted(built.document_count, 'document')}"
    read = told.counts[READ]
    formats = f" Files read: {most(read.items())}." if len(read) > 1 else ""
    copies = len(built.copies())
    once = f", with {copies} {'copy' if copies == 1 else 'copies'} of them" if copies else ""
    print(f"{line(str(index))}: {holds}{once}.{formats}")
    if told.skipped:
        print(f"Left out because they cannot be read: {len(told.skipped):,}.", file=sys.stderr)
    if report is not None:
        _write(report, told.with_index(_known(built)), "The index is complete.")


def _named(told: Report) -> Iterator[Document]:
    """The documents of a folder. A file that cannot be read is named on stderr and left out."""
    shown = 0
    try:
        for document in told.documents():
            shown = _show(told.skipped, shown)
            yield document
    finally:
        _more(_show(told.skipped, shown), "files that cannot be read")


def _show(reasons: Sequence[str], shown: int) -> int:
    """Name the files that are skipped and not named yet; returns how many there are now."""
    for reason in reasons[shown:MAX_LINES]:
        print(line(f"Unreadable: {reason}"), file=sys.stderr)
    return len(reasons)


@contextmanager
def _few_notes() -> Iterator[None]:
    """Cut what the log says of files to a few lines."""
    said = 0

    def is_one_of_few(record: logging.LogRecord) -> bool:
        nonlocal said
        of_files = record.name.startswith("index.loaders")
        said += of_files
        return not of_files or said <= MAX_LINES

    handlers = logging.getLogger("index").handlers
    for handler in handlers:
        handler.addFilter(is_one_of_few)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(is_one_of_few)
        _more(said, "notes on files")


def _more(count: int, what: str) -> None:
    if count > MAX_LINES:
        more = count - MAX_LINES
        print(f"… and {more:,} more {what}; --report FILE has them all.", file=sys.stderr)


def _all_of(documents: Iterable[Document], told: Report) -> Iterator[Document]:
    """The documents, as long as all of them can be read. After the first file that cannot, the
    others are only read, so that all such files are named; then DocumentError is raised."""
    for document in documents:
        if not told.skipped:
            yield document
    if told.skipped:
        raise DocumentError(
            f"Files that cannot be read: {len(told.skipped)}. Repair or remove them, or go on "
            "without them: leave --strict out."
        )


def _bar() -> tqdm:  # type: ignore[type-arg]
    """A bar for the bytes of the files, shown where somebody watches."""
    hidden = not sys.stderr.isatty()
    return tqdm(desc="Indexing", unit="B", unit_scale=True, disable=hidden)


def _move(bar: tqdm, told: Report, paragraph: Span) -> None:  # type: ignore[type-arg]
    """Move a bar to the end of a paragraph that is indexed."""
    document = paragraph.document
    start, end = told.extents[document.source]
    reached = start + (end - start) * paragraph.end // max(1, len(document.text))
    bar.total = next(reversed(told.extents.values()))[1]
    bar.update(max(0, reached - bar.n))


def _known(built: SentenceIndex) -> dict[str, dict[str, object]]:
    """What an index knows of its documents, by their ids."""
    sentences = built.sentence_counts()
    known: dict[str, dict[str, object]] = {
        one.id: {"language": one.language, "sentences": sentences.get(one.id, 0)}
        for one in built.documents()
    }
    return known | {name: {"same_as": of} for name, of in built.copies().items()}


def _write(path: Path, told: Mapping[str, Any], state: str) -> None:
    """Write a report. Raises DocumentError where that cannot be done, with the state of the
    index."""
    try:
        # A name that is not UTF-8 is written as JSON escapes.
        with path.open("w", encoding="utf-8", errors="backslashreplace") as file:
            json.dump(told, file, ensure_ascii=False, indent=1)
    except OSError as error:
        raise DocumentError(
            f"The report {path} cannot be written: {error.strerror}. {state}"
        ) from error
