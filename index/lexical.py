"""Words → sentences by BM25: tantivy, over each sentence and over the paragraph around it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import tantivy

from index.errors import IndexDamagedError, SentenceIndexError
from index.language import STEMMED, UNSEARCHED
from index.vectors import Ids, Scores

WRITER_MEMORY = 64 * 1024 * 1024  # bytes, before tantivy writes a segment of its own
MAX_WORD = 240  # bytes; longer ones are noise (base64, addresses)
FIELDS = ("sentence", "paragraph")


def _analyzer(language: str) -> tantivy.TextAnalyzer:
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(MAX_WORD))
        .filter(tantivy.Filter.lowercase())
    )
    if language in STEMMED:
        builder = builder.filter(tantivy.Filter.stemmer(language))
    return builder.filter(tantivy.Filter.ascii_fold()).build()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", indexed=True, fast=True)
    for field in FIELDS:
        builder.add_text_field(field, tokenizer_name="words", index_option="freq")
    return builder.build()


class LexicalWriter:
    """Writes a new word index into a folder that is not there yet, in a `with` statement."""

    def __init__(self, path: Path, *, language: str) -> None:
        path.mkdir()
        self._path = path
        index = tantivy.Index(_schema(), path=str(path))
        index.register_tokenizer("words", _analyzer(language))
        # One thread writes one segment: scores do not depend on how the work was shared out.
        self._writer = index.writer(heap_size=WRITER_MEMORY, num_threads=1)

    def add(self, sentence_id: int, sentence: str, paragraph: str) -> None:
        """Add a sentence with its paragraph, before which the title may stand."""
        with _as_os_error():
            self._writer.add_document(
                tantivy.Document(id=sentence_id, sentence=sentence, paragraph=paragraph)
            )

    def __enter__(self) -> LexicalWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write what was added; after an error, only end the threads that write to the folder."""
        with _as_os_error() if kind is None else suppress(ValueError, OSError):
            if kind is None:
                self._writer.commit()
            self._writer.wait_merging_threads()
            # tantivy lets only their owner read two of its files; the others are as umask has it.
            for file in self._path.iterdir():
                file.chmod(self._path.stat().st_mode & 0o666)


@contextmanager
def _as_os_error() -> Iterator[None]:
    """tantivy reports a full disk as a ValueError."""
    try:
        yield
    except ValueError as error:
        raise OSError(str(error)) from error


class LexicalSearch:
    """BM25 search over an index folder written by LexicalWriter."""

    def __init__(self, path: Path, *, language: str) -> None:
        self._path = path
        self._links: TemporaryDirectory[str] | None = None
        with self._damage_named():
            try:
                self._open(path)
            except ValueError as error:
                if "Lockfile" not in str(error):
                    raise
                # tantivy locks a folder also to read it; where it may not write, a folder of links.
                self._links = TemporaryDirectory(prefix="underline-")
                links = Path(self._links.name)
                for file in path.iterdir():
                    if file.suffix != ".lock":
                        (links / file.name).symlink_to(file.resolve())
                self._open(links)
        self._schema = self._index.schema
        self._analyzer = _analyzer(language)
        self._asking = {
            form for word in UNSEARCHED.get(language, ()) for form in self._analyzer.analyze(word)
        }

    def _open(self, path: Path) -> None:
        self._index = tantivy.Index.open(str(path))
        self._index.config_reader("manual")
        self._searcher = self._index.searcher()

    def __len__(self) -> int:
        return self._searcher.num_docs

    def words(self, text: str) -> list[str]:
        """The words of a text as they are compared: without case, accents and endings."""
        words: list[str] = self._analyzer.analyze(text)
        return words

    def frequency(self, word: str) -> int:
        """How many sentences stand in a titled paragraph with one of `words`."""
        with self._damage_named():
            return int(self._searcher.doc_freq("paragraph", word))

    def search(self, question: str, *, k: int) -> tuple[Ids, Scores]:
        """The ids of the `k` best sentences, best first, and their BM25 scores.

        Any of the question's words may match; the score adds that of the sentence and that of
        its paragraph.
        """
        return self._run(tantivy.Query.boolean_query(self._any_word(question)), k)

    def scores(self, question: str, ids: Ids) -> Scores:
        """The BM25 score of each of these sentences, `ids` ascending; 0 where no word matches."""
        numbers = tantivy.Query.term_set_query(self._schema, "id", ids.tolist())
        only_these = (tantivy.Occur.Must, tantivy.Query.const_score_query(numbers, 0.0))
        query = tantivy.Query.boolean_query([only_these, *self._any_word(question)])
        scores = np.zeros(len(ids), np.float32)
        if len(ids):
            found, bm25 = self._run(query, len(ids))
            scores[np.searchsorted(ids, found)] = bm25
        return scores

    def _any_word(self, question: str) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        """A clause for each word of the question and each field it may stand in."""
        asked = list(dict.fromkeys(self._analyzer.analyze(question)))
        words = [word for word in asked if word not in self._asking] or asked
        return [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, field, word, "freq"))
            for word in words
            for field in FIELDS
        ]

    def _run(self, query: tantivy.Query, limit: int) -> tuple[Ids, Scores]:
        with self._damage_named():
            found = self._searcher.search(query, limit=limit, count=False).hits
            ids = self._searcher.fast_field_values("id", [address for _, address in found])
        scores = np.fromiter((score for score, _ in found), np.float32, len(found))
        return np.asarray(ids, np.int64), scores

    @contextmanager
    def _damage_named(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            # A panic in Rust is no Exception, so that nobody catches it by accident.
            if not isinstance(error, ValueError | OSError) and "Panic" not in type(error).__name__:
                raise
            if "PermissionDenied" in str(error):
                raise SentenceIndexError(
                    f"{self._path} may not be read; ask its owner for the permission to."
                ) from error
            raise IndexDamagedError(
                f"{self._path} cannot be read as a word index; build the index again."
            ) from error
