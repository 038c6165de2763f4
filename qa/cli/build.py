"""`underline build`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from index import Document, SentenceIndex
from index.embed import DEFAULT_EMBEDDER, SentenceTransformerEmbedder
from index.errors import DocumentError
from index.loaders import Unreadable, load_documents
from qa.terminal import counted, line


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
) -> None:
    """Index a folder of documents, without the files that cannot be read. Nothing is written before
    the index is complete."""
    left_out: list[Unreadable] = []
    loaded = _load(documents, left_out)
    built = SentenceIndex.create(
        index,
        _all_of(loaded, left_out) if strict else loaded,
        embedder=SentenceTransformerEmbedder(embedder or DEFAULT_EMBEDDER, fetch=True),
        language=language,
        overwrite=overwrite,
        progress=sys.stderr.isatty(),
    )
    holds = f"{counted(len(built), 'sentence')} of {counted(built.document_count, 'document')}"
    print(f"{line(str(index))}: {holds}.")
    if left_out:
        print(f"Left out because they cannot be read: {len(left_out):,}.", file=sys.stderr)


def _load(path: Path, left_out: list[Unreadable]) -> Iterator[Document]:
    """The documents of a folder. A file that cannot be read is named on stderr and left out; that
    there is nothing else is a DocumentError."""
    readable = 0
    for loaded in load_documents(path):
        if isinstance(loaded, Unreadable):
            left_out.append(loaded)
            print(line(f"Unreadable: {loaded.reason}"), file=sys.stderr)
        else:
            readable += 1
            yield loaded
    if not readable:
        raise DocumentError(f"No file in {path} can be read.")


def _all_of(documents: Iterable[Document], left_out: Sequence[Unreadable]) -> list[Document]:
    """The documents, once all of them are there. Raises DocumentError where one was left out."""
    found = list(documents)
    if left_out:
        raise DocumentError(
            f"Files that cannot be read: {len(left_out)}. Repair or remove them, or go on without "
            "them: leave --strict out."
        )
    return found
