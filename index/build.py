"""Documents → the files of a new index. See `SentenceIndex` for what stands where."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from index.catalog import Catalog
from index.detect import language_in
from index.document import Document
from index.embed import Embedder
from index.language import DEFAULT_LANGUAGE, SPLITTING
from index.lexical import LexicalWriter
from index.prepare import PREPARATION, embed, prepare, words
from index.split import SPLITTER, Paragraph, Splitter
from index.vectors import Vectors, write_segment

FORMAT = "3"  # raise it when an index written before cannot be read any more
CATALOG, VECTORS, LEXICAL = "catalog.sqlite", "vectors", "lexical"

EMBEDDED_AT_ONCE = 1_024  # sentences: more sort better by length, fewer move the progress bar
SEGMENT_SENTENCES = 100_000  # sentences held in memory until their vectors are written: 150 MB

# Its vector stands in the manifest, to notice when a model changes under its name.
PROBE = "The probe tells whether two embedders are one."


def build(
    place: Path,
    documents: Sequence[Document],
    *,
    embedder: Embedder,
    language: str,
    splitter: Splitter | None,
    folder: Path | None,
    bar: tqdm,  # type: ignore[type-arg]
) -> None:
    """Write an index of the documents into an empty folder, `place`; `bar` moves by characters.
    `folder` is where the files of the documents stand.

    Raises DocumentError for two documents with the same id.
    """
    catalog = Catalog.create(place / CATALOG)
    vectors = _Segments(place / VECTORS)
    with catalog.transaction() as connection:
        with LexicalWriter(place / LEXICAL, language=language) as lexical:

            def add_documents() -> Iterator[tuple[list[int], Paragraph]]:
                for document in documents:
                    paragraphs = prepare(document, language=language, splitter=splitter)
                    added = catalog.add_document(connection, document, paragraphs)
                    for ids, paragraph in zip(added, paragraphs, strict=True):
                        titled = f"{document.title}\n{paragraph.span.text}"
                        for number, sentence in zip(ids, words(paragraph), strict=True):
                            lexical.add(number, sentence, titled)
                        yield ids, paragraph

            for batch in _batches(add_documents()):
                vectors.add(
                    [number for ids, _ in batch for number in ids],
                    embed(embedder, [paragraph for _, paragraph in batch]),
                )
                bar.update(sum(len(paragraph.span) for _, paragraph in batch))
        vectors.flush()
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
        write_segment(path, np.array(self._ids, np.int64), np.concatenate(self._vectors))
        self._ids, self._vectors = [], []


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
