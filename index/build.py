"""Documents → the files of a new index. See `SentenceIndex` for what stands where."""

from __future__ import annotations

import datetime
import json
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np

from index.catalog import Catalog
from index.copies import Seen
from index.detect import language_in
from index.document import Document, Span
from index.embed import Embedder
from index.errors import DocumentError
from index.language import DEFAULT_LANGUAGE, SPLITTING
from index.lexical import LexicalWriter
from index.prepare import PREPARATION, embed, prepare, words
from index.split import SPLITTER, Paragraph, Splitter
from index.vectors import Vectors, write_segment

FORMAT = "4"  # raise it when an index written before cannot be read any more
CATALOG, VECTORS, LEXICAL = "catalog.sqlite", "vectors", "lexical"

EMBEDDED_AT_ONCE = 1_024  # sentences: more sort better by length, fewer move a progress bar
# Sentences held in memory until their vectors are written: 150 MB, and as much to write them.
SEGMENT_SENTENCES = 100_000

# The first documents tell the language of an index. So many of them are in memory at the same time,
# up to the one that reaches one of both.
FIRST_CHARACTERS, FIRST_DOCUMENTS = 5_000_000, 500

# Its vector stands in the manifest, to notice when a model changes under its name.
PROBE = "The probe tells whether two embedders are one."


def build(
    place: Path,
    documents: Iterable[Document],
    *,
    embedder: Embedder,
    language: str,
    splitter: Splitter | None,
    folder: Path | None,
    copies: Mapping[str, Iterable[str]],
    progress: Callable[[Span], object],
) -> None:
    """Write an index of the documents into an empty folder, `place`. Each is taken, written and
    forgotten; `progress` is told of each paragraph. `folder` is where the files of the documents
    stand, and `copies`, in the end, names further files with the same bytes as one of them.

    Raises DocumentError for two documents with the same id.
    """
    catalog = Catalog.create(place / CATALOG)
    vectors = _Segments(place / VECTORS)
    with catalog.transaction() as connection:
        with LexicalWriter(place / LEXICAL, language=language) as lexical:
            new = _each_once(documents, partial(catalog.add_copy, connection))
            prepared = ((one, prepare(one, language=language, splitter=splitter)) for one in new)
            stored = _stored(prepared, partial(catalog.add_document, connection), lexical)
            for batch in _batches(stored):
                vectors.add(
                    [number for ids, _ in batch for number in ids],
                    embed(embedder, [paragraph for _, paragraph in batch]),
                )
                for _, paragraph in batch:
                    progress(paragraph.span)
        vectors.flush()
        for of, names in copies.items():
            for name in names:
                catalog.add_copy_of_file(connection, name, of)
        probe = embedder.embed_passages([PROBE])[0]
        catalog.set_manifest(
            connection,
            {
                "format": FORMAT,
                "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                "embedder": embedder.name,
                "dimension": str(len(probe)),
                "probe": json.dumps([round(float(x), 4) for x in probe]),
                "splitter": "custom" if splitter else SPLITTER,
                "preparation": PREPARATION,
                "language": language,
                "folder": str(folder.absolute()) if folder else "",
            },
        )
        catalog.set_files(connection, _file_sizes(place))


def _each_once(
    documents: Iterable[Document], add_copy: Callable[[Document, str], None]
) -> Iterator[Document]:
    """The documents that are no copies; of copies it is only noted that they are."""
    seen = Seen()
    for document in documents:
        first = seen.first(document)
        if first == document.id:
            yield document
        else:
            add_copy(document, first)


def _stored(
    prepared: Iterable[tuple[Document, list[Paragraph]]],
    add_document: Callable[[Document, list[Paragraph]], list[list[int]]],
    lexical: LexicalWriter,
) -> Iterator[tuple[list[int], Paragraph]]:
    """Each paragraph with the ids of its sentences, once both are stored and their words, too."""
    for document, paragraphs in prepared:
        for ids, paragraph in zip(add_document(document, paragraphs), paragraphs, strict=True):
            titled = f"{document.title}\n{paragraph.span.text}"
            for number, sentence in zip(ids, words(paragraph), strict=True):
                lexical.add(number, sentence, titled)
            yield ids, paragraph


def taken(documents: Iterable[Document]) -> Generator[Document, None, None]:
    """The documents as they come, to be closed. Raises DocumentError for an error of the system,
    which is that of reading them, not of writing the index."""
    try:
        yield from documents
    except OSError as error:
        raise DocumentError(f"The documents cannot be read: {error.strerror or error}.") from error


def in_languages(
    documents: Iterator[Document], language: str | None
) -> tuple[Iterator[Document], str]:
    """The documents as they come, as `with_languages` gives them, and the language that it tells of
    the first: FIRST_DOCUMENTS, or as many as have FIRST_CHARACTERS. These are read at once."""
    first: list[Document] = []
    characters = 0
    for one in documents:
        first.append(one)
        characters += len(one.text)
        if characters >= FIRST_CHARACTERS or len(first) >= FIRST_DOCUMENTS:
            break
    told, name = with_languages(first, language)
    waiting = deque(told)
    del first, told  # each is forgotten once it is taken
    rest = (one for each in documents for one in with_languages([each], language)[0])
    return chain((waiting.popleft() for _ in range(len(waiting))), rest), name


def with_languages(
    documents: Sequence[Document], language: str | None
) -> tuple[list[Document], str]:
    """The documents with the language of each, and the one that most of their text is in: the words
    of an index are compared as that language does. `language`, where it is given, is that of all.
    """
    if language is not None:
        code = next((code for code, name in SPLITTING.items() if name == language), None)
        return [replace(one, language=code) for one in documents], language
    told = [replace(one, language=language_in(one)) for one in documents]
    sizes: Counter[str] = Counter()
    for one in told:
        sizes[SPLITTING.get(one.language or "", "")] += len(one.text)
    sizes.pop("", None)
    return told, max(sizes, key=lambda name: sizes[name], default=DEFAULT_LANGUAGE)


class _Segments:
    """Vectors on their way into segment files, so that memory stays bounded."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._ids: list[int] = []
        self._vectors: list[Vectors] = []

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        self._ids += ids
        self._vectors.append(vectors)
        if len(self._ids) >= SEGMENT_SENTENCES:
            self.flush()

    def flush(self) -> None:
        if not self._ids:
            return
        number = len(list(self._folder.iterdir())) + 1
        path = self._folder / f"{number:06}.faiss"
        ids, vectors = np.array(self._ids, np.int64), np.concatenate(self._vectors)
        self._ids, self._vectors = [], []
        write_segment(path, ids, vectors)


def _batches(
    paragraphs: Iterator[tuple[list[int], Paragraph]],
) -> Iterator[list[tuple[list[int], Paragraph]]]:
    """Paragraphs gathered until they hold EMBEDDED_AT_ONCE sentences."""
    batch: list[tuple[list[int], Paragraph]] = []
    size = 0
    for ids, paragraph in paragraphs:
        batch.append((ids, paragraph))
        size += len(ids)
        if size >= EMBEDDED_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _file_sizes(folder: Path) -> dict[str, int]:
    """The vector and word files, which do not change any more; not tantivy's lock files."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for part in (VECTORS, LEXICAL)
        for path in sorted((folder / part).iterdir())
        if not path.name.endswith(".lock")
    }
