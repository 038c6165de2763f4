"""SentenceIndex: documents in, the sentences that may answer a question out. On disk, a folder:

catalog.sqlite          documents, sentences, manifest, list of files: the truth
vectors/000001.faiss    a segment of vectors with their sentence ids; never written again
lexical/                tantivy's files, with the same ids
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import MappingProxyType

import numpy as np

from index.build import CATALOG, FORMAT, LEXICAL, PROBE, VECTORS, build, in_languages, taken
from index.catalog import Catalog
from index.document import Document, Span
from index.embed import Embedder, SentenceTransformerEmbedder
from index.errors import (
    IndexDamagedError,
    IndexMismatchError,
    IndexVersionError,
    SentenceIndexError,
)
from index.lexical import LexicalSearch
from index.loaders import SourceFile
from index.originals import find_original
from index.place import (
    Stamp,
    check_files,
    check_is_index,
    check_place,
    checked_path,
    reading,
    stamp,
    writing,
)
from index.prepare import PREPARATION
from index.search import Candidates, Search
from index.split import SPLITTER, Paragraph, Splitter, languages
from index.structure import Block, Structure
from index.vectors import VectorSearch

CUSTOM = "custom"  # the name of every splitter that is not ours
PROBE_LIKENESS = 0.98  # the same model in bfloat16 and float32 is at .998, others below .9
OPENINGS = 5  # as often is an index opened that another takes the place of meanwhile


class SentenceIndex:
    """An index open for questions, from `create` or `open`; safe to share between threads."""

    def __init__(
        self, path: Path, catalog: Catalog, embedder: Embedder, opened_as: tuple[Stamp, int]
    ) -> None:
        """Not for callers: `open` checks what this trusts."""
        self.path = path
        self.embedder = embedder
        self.manifest = catalog.manifest()
        self._catalog = catalog
        self._opened_as = opened_as
        self._sentence_count = catalog.count_sentences()
        self._vectors = VectorSearch(
            sorted(path / name for name in catalog.files() if name.startswith(VECTORS)),
            int(self.manifest["dimension"]),
        )
        self._lexical = LexicalSearch(path / LEXICAL, language=self.manifest["language"])
        self._search = Search(catalog, self._vectors, self._lexical)
        self._probed = False
        self._probing = threading.Lock()

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str],
        documents: Iterable[Document],
        *,
        embedder: Embedder | None = None,
        language: str | None = None,
        splitter: Splitter | None = None,
        folder: Path | None = None,
        copies: Mapping[str, Iterable[str]] = MappingProxyType({}),
        overwrite: bool = False,
        progress: Callable[[Span], object] = lambda _: None,
    ) -> SentenceIndex:
        """Write a new index and open it. Nothing stands at `path` before it is complete.

        Documents are taken as they come, and few are in memory at the same time. `language` is that
        of all documents, as Punkt calls it; unless given, it is told from the text of each, and
        words are compared as most of the first documents do: 500 of them, or as many as have five
        million characters. `splitter` replaces our own way of splitting a document into sentences.
        `folder` is where the files of their sources stand, to show the originals. `progress` is
        told of each paragraph once it is indexed. Documents of files that say the same are stored
        once (`Document.copies`); `copies` names further files that have the bytes of a source and
        are not among the documents, and is looked at when all of these are there.
        With `overwrite`, an index that stands at `path` is replaced once the new one is complete,
        unless something stands in its folder that no index wrote. Raises IndexExistsError;
        DocumentError for two documents with the same id; and SentenceIndexError when it cannot be
        written (a full disk, a folder that is not there).
        """
        path = Path(os.path.realpath(checked_path(path)))  # of a link, what it points to
        check_place(path, overwrite=overwrite)
        embedder = embedder or SentenceTransformerEmbedder()
        with (
            closing(taken(documents)) as coming,
            writing(path, overwrite=overwrite) as building,
        ):
            told, language = in_languages(coming, language)
            build(
                building,
                told,
                embedder=embedder,
                language=language,
                splitter=splitter,
                folder=folder,
                copies=copies,
                progress=progress,
            )
        return cls.open(path, embedder=embedder)

    @classmethod
    def open(
        cls, path: str | os.PathLike[str], *, embedder: Embedder | None = None
    ) -> SentenceIndex:
        """Open an index; the embedder it was made with is loaded at the first question.

        Raises IndexMissingError, IndexVersionError, IndexDamagedError, and IndexMismatchError
        when it was made with an embedder other than `embedder`, or in a way this version does not.
        """
        path = checked_path(path)
        for _ in range(OPENINGS):
            before = stamp(path)
            try:
                with reading(path):
                    index = cls._open(path, embedder, before)
            except SentenceIndexError:
                if stamp(path) == before:
                    raise
            else:
                if index.is_current():
                    return index
            # It was in part another index, which took its place meanwhile.
        raise SentenceIndexError(f"{path} is replaced all the time; open it when that is over.")

    @classmethod
    def _open(cls, path: Path, embedder: Embedder | None, stamped: Stamp) -> SentenceIndex:
        check_is_index(path)
        catalog = Catalog(path / CATALOG)
        version = catalog.version()
        catalog.check()
        manifest = catalog.manifest()
        _check_made_with(path, manifest, embedder)
        check_files(path, catalog)
        embedder = embedder or SentenceTransformerEmbedder(manifest["embedder"])
        index = cls(path, catalog, embedder, (stamped, version))
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

    def is_current(self) -> bool:
        """Whether what was opened is still all that stands at the path; asked in microseconds."""
        catalog = self._catalog
        return self._opened_as == (stamp(catalog.path.parent), catalog.version())

    @property
    def document_count(self) -> int:
        return self._catalog.count_documents()

    def documents(self) -> Iterator[Document]:
        """Every document, in the order they were added."""
        return self._catalog.documents()

    def sentence_counts(self) -> dict[str, int]:
        """How many sentences each document has that has any, by its id."""
        return self._catalog.sentence_counts()

    def copies(self) -> dict[str, str]:
        """For the id of each copy of a document: the id of that document."""
        return self._catalog.copies()

    def find_document(self, document_id: str) -> Document | None:
        """The document with an id, or with a copy that has it."""
        return self._catalog.find_document(document_id)

    def original(self, document: Document) -> SourceFile | None:
        """The file that a document was read from; None where it stands there no more as it was."""
        folder = self.manifest["folder"]
        return find_original(Path(folder), document) if folder else None

    def original_of(self, sha256: str) -> SourceFile | None:
        """The file with this hash that a document was read from, as `original` tells it."""
        found = map(self.original, self._catalog.documents_of_file(sha256))
        return next(filter(None, found), None)

    def structure(self, shown: Span) -> Structure:
        """The blocks of the sentences in a stretch of a document whose text its loader made; none
        where it is the text of the file."""
        return self._catalog.structure(shown)

    def search(self, questions: Sequence[str], *, depth: int) -> list[Candidates]:
        """For each question, the `depth` best sentences by meaning and the `depth` best by words.

        By meaning twice: as something that answers the question, and as a text that is about the
        same. The first finds the sentence, the second the document (docs/decisions/0031).
        Raises IndexMismatchError when the embedder is not the model the index was made with.
        """
        self._check_embedder()
        return self._search(questions, *self.embedder.embed_questions(questions), depth=depth)

    def sentences(self, ids: Iterable[int]) -> dict[int, tuple[Span, Paragraph]]:
        """For each id: its sentence, and the paragraph it stands in. Ids of sentences that are no
        longer part of the index are left out."""
        return self._catalog.sentences(ids)

    def paragraph_before(self, paragraph: Span) -> Paragraph | None:
        """The paragraph before one of the index; None for the first of its document."""
        return self._catalog.paragraph_before(paragraph)

    def block_of(self, sentence: Span) -> Block | None:
        """What a sentence of the index stands in: a heading, a paragraph, an item, a row, code."""
        paragraph = self._catalog.paragraph_at(sentence)
        return paragraph.block_of(sentence) if paragraph else None

    @property
    def language(self) -> str:
        """The language that its sentences are split in."""
        return self.manifest["language"]

    def words(self, text: str) -> list[str]:
        """The words of a text as the index compares them: without case, accents and endings."""
        return self._lexical.words(text)

    def frequency(self, word: str) -> int:
        """How many sentences stand in a titled paragraph with one of `words`."""
        return self._lexical.frequency(word)

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


def _check_made_with(path: Path, manifest: dict[str, str], embedder: Embedder | None) -> None:
    """Raise IndexVersionError or IndexMismatchError for an index that would be read wrongly."""
    again = f"Build it again: underline build --overwrite {path} FOLDER"
    if manifest.get("format") != FORMAT:
        raise IndexVersionError(
            f"{path} has index format {manifest.get('format')}, and this version reads format "
            f"{FORMAT}. {again}"
        )
    made_with = manifest["embedder"]
    if embedder is not None and embedder.name != made_with:
        raise IndexMismatchError(
            f"{path} was made with the embedder {made_with!r}, not with {embedder.name!r}. "
            "Open it with that one, or build it again."
        )
    for key, what, known in (
        ("splitter", "sentence splitter", (SPLITTER, CUSTOM)),
        ("preparation", "preparation of sentences", (PREPARATION,)),
    ):
        if manifest.get(key) not in known:
            raise IndexMismatchError(
                f"{path} was made with the {what} {manifest.get(key)!r}, and this version has "
                f"{known[0]!r}. {again}"
            )
    # A splitter that is not ours may split any language; words of an unknown one are not stemmed.
    if manifest["splitter"] == SPLITTER and manifest["language"] not in languages():
        raise IndexMismatchError(
            f"{path} was made for the language {manifest['language']!r}, which this version does "
            f"not know. {again} --language NAME, with one of {', '.join(languages())}."
        )
