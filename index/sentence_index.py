"""SentenceIndex: documents in, the sentences that may answer a question out. On disk, a folder:

catalog.sqlite          documents, sentences, manifest, list of files: the truth
vectors/000001.faiss    a segment of vectors with their sentence ids; never written again
lexical/                tantivy's files, with the same ids
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from index.build import CATALOG, FORMAT, LEXICAL, PROBE, VECTORS, build
from index.catalog import Catalog
from index.document import Document, Span
from index.embed import Embedder, SentenceTransformerEmbedder
from index.errors import (
    IndexDamagedError,
    IndexExistsError,
    IndexMismatchError,
    IndexMissingError,
    IndexVersionError,
    SentenceIndexError,
)
from index.lexical import LexicalSearch
from index.split import SPLITTER, Paragraph, Splitter, split
from index.vectors import Ids, Scores, VectorSearch

PROBE_LIKENESS = 0.98  # the same model in bfloat16 and float32 is at .998, others below .9


@dataclass(frozen=True, slots=True)
class Candidates:
    """The sentences found for one question, by ascending id, with the scores of both searches."""

    ids: Ids
    cosine: Scores
    bm25: Scores  # 0 for a sentence that shares no word with the question


class SentenceIndex:
    """An index open for questions, from `create` or `open`; safe to share between threads."""

    def __init__(self, path: Path, catalog: Catalog, embedder: Embedder) -> None:
        """Not for callers: `open` checks what this trusts."""
        self.path = path
        self.embedder = embedder
        self.manifest = catalog.manifest()
        self._catalog = catalog
        self._sentence_count = catalog.count_sentences()
        self._vectors = VectorSearch(
            sorted(path / name for name in catalog.files() if name.startswith(VECTORS)),
            int(self.manifest["dimension"]),
        )
        self._lexical = LexicalSearch(path / LEXICAL, language=self.manifest["language"])
        self._probed = False
        self._probing = threading.Lock()

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str],
        documents: Iterable[Document],
        *,
        embedder: Embedder | None = None,
        language: str = "english",
        splitter: Splitter | None = None,
        overwrite: bool = False,
        progress: bool = False,
    ) -> SentenceIndex:
        """Write a new index and open it. Nothing stands at `path` before it is complete.

        `splitter` replaces our own way of splitting a document into sentences. With `overwrite`,
        an index that stands at `path` is replaced once the new one is complete. Raises
        IndexExistsError; DocumentError for documents without a sentence or with the same id; and
        SentenceIndexError when it cannot be written (a full disk, a folder that is not there).
        """
        path = Path(os.path.realpath(_checked_path(path)))  # of a link, what it points to
        _check_place(path, overwrite)
        documents = list(documents)
        characters = sum(len(document.text) for document in documents)
        embedder = embedder or SentenceTransformerEmbedder()
        building = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            building.mkdir()
            with tqdm(
                total=characters,
                desc="Indexing",
                unit=" characters",
                unit_scale=True,
                disable=not progress,
            ) as bar:
                build(
                    building,
                    documents,
                    embedder=embedder,
                    language=language,
                    splitter=splitter or partial(split, language=language),
                    splitter_name="custom" if splitter else SPLITTER,
                    bar=bar,
                )
            _move_into_place(building, path, overwrite)
        except OSError as error:
            raise SentenceIndexError(
                f"{path} could not be written ({error.strerror or error}). Nothing was kept: make "
                "room on the disk or name another place."
            ) from error
        finally:
            shutil.rmtree(building, ignore_errors=True)
        return cls.open(path, embedder=embedder)

    @classmethod
    def open(
        cls, path: str | os.PathLike[str], *, embedder: Embedder | None = None
    ) -> SentenceIndex:
        """Open an index; the embedder it was made with is loaded at the first question.

        Raises IndexMissingError, IndexVersionError, IndexDamagedError, and IndexMismatchError
        when an `embedder` is given that the index was not made with.
        """
        path = _checked_path(path)
        _check_is_index(path)
        catalog = Catalog(path / CATALOG)
        catalog.check()
        manifest = catalog.manifest()
        if manifest.get("format") != FORMAT:
            raise IndexVersionError(
                f"{path} has index format {manifest.get('format')}, and this version reads format "
                f"{FORMAT}. Build it again: underline build --overwrite {path} FOLDER"
            )
        made_with = manifest["embedder"]
        if embedder is not None and embedder.name != made_with:
            raise IndexMismatchError(
                f"{path} was made with the embedder {made_with!r}, not with {embedder.name!r}. "
                "Open it with that one, or build it again."
            )
        _check_files(path, catalog)
        index = cls(path, catalog, embedder or SentenceTransformerEmbedder(made_with))
        if len(index._lexical) < len(index):
            raise IndexDamagedError(
                f"{path / LEXICAL} holds {len(index._lexical)} of {len(index)} sentences; build "
                "the index again."
            )
        return index

    def __len__(self) -> int:
        """The number of sentences."""
        return self._sentence_count

    def __repr__(self) -> str:
        return f"SentenceIndex({str(self.path)!r}, {len(self)} sentences)"

    @property
    def document_count(self) -> int:
        return self._catalog.count_documents()

    def documents(self) -> Iterator[Document]:
        """Every document, in the order they were added."""
        return self._catalog.documents()

    def find_document(self, document_id: str) -> Document | None:
        return self._catalog.find_document(document_id)

    def search(self, questions: Sequence[str], *, depth: int) -> list[Candidates]:
        """For each question, the `depth` best sentences by meaning and the `depth` best by words.

        Raises IndexMismatchError when the embedder is not the model the index was made with.
        """
        self._check_embedder()
        depth = min(depth, len(self))
        found = []
        vectors = self.embedder.embed_questions(questions)
        nearest = self._vectors.search(vectors, k=depth)
        for question, vector, (near, _) in zip(questions, vectors, nearest, strict=True):
            matching, _ = self._lexical.search(question, k=depth)
            ids = np.union1d(near, matching)
            # Both scores of each, whichever search found it: they do not depend on the depth.
            found.append(
                Candidates(
                    ids, self._vectors.scores(vector, ids), self._lexical.scores(question, ids)
                )
            )
        return found

    def sentences(self, ids: Iterable[int]) -> dict[int, tuple[Span, Paragraph]]:
        """For each id: its sentence, and the paragraph it stands in. Ids of sentences that are no
        longer part of the index are left out."""
        return self._catalog.sentences(ids)

    def paragraph_before(self, paragraph: Span) -> Paragraph | None:
        """The paragraph before one of the index; None for the first of its document."""
        return self._catalog.paragraph_before(paragraph)

    def _check_embedder(self) -> None:
        """Once, when the model is there: does it still embed as it did when the index was made?"""
        with self._probing:
            if self._probed:
                return
            made_with = np.array(json.loads(self.manifest["probe"]), np.float32)
            now = self.embedder.embed_passages([PROBE])[0]
            if now.shape != made_with.shape or now @ made_with < PROBE_LIKENESS:
                raise IndexMismatchError(
                    f"{self.path} was made with another model than the {self.embedder.name!r} "
                    "that is installed now. Install that one, or build the index again."
                )
            self._probed = True


def _checked_path(path: str | os.PathLike[str]) -> Path:
    """The path, once it is clear that there can be a file of that name."""
    path = Path(path)
    try:
        str(path).encode("utf-8")
        path.exists()
    except (UnicodeEncodeError, ValueError, OSError) as error:
        reason = getattr(error, "strerror", None) or "the name is not UTF-8"
        raise SentenceIndexError(
            f"An index cannot stand at {str(path)[:100]!r} ({reason}); choose another place."
        ) from error
    return path


def _check_place(path: Path, overwrite: bool) -> None:
    """Raise SentenceIndexError unless an index may be written at `path`."""
    if not path.parent.is_dir():
        raise SentenceIndexError(
            f"There is no folder {path.parent} to make the index in; make it first."
        )
    if path.is_symlink():  # still, after all links were followed
        raise SentenceIndexError(f"{path} is a link that goes in circles; choose another place.")
    if not path.exists():
        return
    if not (path / CATALOG).is_file():
        raise IndexExistsError(f"{path} exists and is no index; choose another place.")
    if not overwrite:
        raise IndexExistsError(
            f"{path} exists already; replace it with --overwrite, or choose another place."
        )


def _move_into_place(building: Path, path: Path, overwrite: bool) -> None:
    """Put a complete index where it belongs, in one step or, over an old one, in two."""
    _check_place(path, overwrite)  # again: building takes a while
    if not path.exists():
        building.rename(path)
        return
    old = building.with_name(f"{building.name}.old")
    path.rename(old)
    try:
        building.rename(path)
    except BaseException:
        old.rename(path)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _check_is_index(path: Path) -> None:
    build_one = f"make one with: underline build {path} FOLDER"
    if not path.exists():
        raise IndexMissingError(f"There is no index at {path}; {build_one}")
    if path.is_file():
        raise IndexMissingError(f"{path} is a file; an index is a folder. Name another place.")
    try:
        names = {entry.name for entry in path.iterdir()}
    except OSError as error:
        raise SentenceIndexError(f"{path} cannot be opened: {error.strerror}.") from error
    if CATALOG not in names:
        if names & {VECTORS, LEXICAL}:
            raise IndexDamagedError(f"{path / CATALOG} is missing; build the index again.")
        raise IndexMissingError(f"The folder {path} is no index; {build_one}")


def _check_files(path: Path, catalog: Catalog) -> None:
    """Raise IndexDamagedError unless every file is there, as long as it was written."""
    for name, size in catalog.files().items():
        file = path / name
        if not file.is_file():
            raise IndexDamagedError(f"{file} is missing; build the index again.")
        if file.stat().st_size != size:
            raise IndexDamagedError(
                f"{file} has {file.stat().st_size:,} bytes instead of {size:,}; build the index "
                "again."
            )
