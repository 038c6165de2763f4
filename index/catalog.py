"""SQLite: the documents, their sentences and the files of an index; the one truth about all three.

Sentence ids only grow and are never reused. Whatever the catalog does not know does not exist: a
vector or a posting whose id is not here is dropped. A commit is one transaction.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from cachetools import LRUCache, cached

from index.document import Document, Span
from index.errors import (
    DocumentError,
    IndexDamagedError,
    IndexMissingError,
    SentenceIndexError,
)
from index.metadata import pack_metadata, unpack_metadata
from index.places import PLACED, layout_of, name_of, rows_of
from index.schema import APPLICATION_ID, SCHEMA
from index.split import Paragraph
from index.structure import Block, Structure, pack, unpack
from index.texts import Key, StoredText, Stretch, Texts, in_stretches
from index.vectors import Ids

DOCUMENTS_IN_MEMORY = 10_000  # without their texts
Values = Sequence[object] | Mapping[str, object]
DAMAGE = {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}  # no such table, …


class Catalog:
    """The SQLite file of an index, open for reading; safe to share between threads.

    One connection for all: whoever reads goes on reading the index that was opened, also when
    another one has taken its place on disk.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        self._texts = Texts(self._read_stretches)
        recent: LRUCache[int, Document] = LRUCache(DOCUMENTS_IN_MEMORY)
        self._document = cached(recent, key=int, lock=threading.Lock())(self._read_document)

    @classmethod
    def create(cls, path: Path) -> Catalog:
        """A new catalog without documents. Raises OSError when the disk is full."""
        with _as_os_error(), closing(sqlite3.connect(path)) as connection:
            connection.executescript(SCHEMA)
        return cls(path)

    def check(self) -> None:
        """Raise IndexDamagedError when the file is no catalog or shorter than it was written, and
        IndexMissingError when it is a database of another program."""
        pages, page_size = self._one("PRAGMA page_count")[0], self._one("PRAGMA page_size")[0]
        if self.path.stat().st_size < pages * page_size:
            raise self._damaged()
        if pages and self._one("PRAGMA application_id")[0] != APPLICATION_ID:
            raise IndexMissingError(
                f"{self.path} is of another program or of an early version; name another place."
            )
        self._one("SELECT count(*) FROM manifest")

    def close(self) -> None:
        """Let go of the file; it is opened again to read more."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    # -- writing

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written inside, or nothing. Raises OSError when the disk is full."""
        # Closing the connection rolls back what was not committed.
        with (
            _as_os_error(),
            closing(sqlite3.connect(self.path, isolation_level=None)) as connection,
        ):
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    @staticmethod
    def add_document(
        connection: sqlite3.Connection, document: Document, paragraphs: Sequence[Paragraph]
    ) -> list[list[int]]:
        """Add a document; returns the new ids of its sentences, a list a paragraph.

        Raises DocumentError when there is a document with its id.
        """
        _check_new(connection, document)
        row = connection.execute(
            "INSERT INTO documents (id, title, source, metadata, language, layout, length, sha256) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.id,
                document.title,
                document.source,
                pack_metadata(document.metadata),
                document.language,
                name_of(document.layout),
                len(document.text),
                document.sha256,
            ),
        ).lastrowid
        connection.executemany(
            "INSERT INTO stretches (document, number, line, text) VALUES (?, ?, ?, ?)",
            (
                (row, number, stretch.line, stretch.text)
                for number, stretch in enumerate(in_stretches(str(document.text)))
            ),
        )
        connection.executemany(
            "INSERT INTO places (document, start, place, boxes) VALUES (?, ?, ?, ?)",
            ((row, *each) for each in rows_of(document.layout)),
        )
        return [_add_paragraph(connection, row, paragraph) for paragraph in paragraphs]

    @staticmethod
    def add_copy(connection: sqlite3.Connection, document: Document, of: str) -> None:
        """Note that a document is the same as the one with the id `of`. Raises DocumentError as
        `add_document` does."""
        _check_new(connection, document)
        connection.execute(
            "INSERT INTO copies (document, id, source, sha256) "
            "SELECT row, ?, ?, ? FROM documents WHERE id = ?",
            (document.id, document.source, document.sha256, of),
        )

    @staticmethod
    def add_copy_of_file(connection: sqlite3.Connection, name: str, of: str) -> None:
        """Note that a file has the bytes of the file `of`: the documents in it are the same, and
        are called alike."""
        connection.execute(
            "INSERT INTO copies (document, id, source, sha256) "
            "SELECT document, :name || substr(id, length(:of) + 1), :name, sha256 FROM ("
            "SELECT row AS document, id, sha256 FROM documents WHERE source = :of UNION ALL "
            "SELECT document, id, sha256 FROM copies WHERE source = :of ORDER BY document)",
            {"name": name, "of": of},
        )

    @staticmethod
    def set_manifest(connection: sqlite3.Connection, values: Mapping[str, str]) -> None:
        connection.executemany("INSERT OR REPLACE INTO manifest VALUES (?, ?)", values.items())

    @staticmethod
    def set_files(connection: sqlite3.Connection, sizes: Mapping[str, int]) -> None:
        """Note the files of the index, by their path inside it, and their sizes in bytes."""
        connection.execute("DELETE FROM files")
        connection.executemany("INSERT INTO files VALUES (?, ?)", sizes.items())

    # -- reading

    def version(self) -> int:
        """A number that is another one after each commit since this catalog was opened."""
        return int(self._one("PRAGMA data_version")[0])

    def manifest(self) -> dict[str, str]:
        return dict(self._all("SELECT key, value FROM manifest"))

    def files(self) -> dict[str, int]:
        return dict(self._all("SELECT path, bytes FROM files"))

    def count_documents(self) -> int:
        return int(self._one("SELECT count(*) FROM documents")[0])

    def count_sentences(self) -> int:
        return int(self._one("SELECT count(*) FROM sentences")[0])

    def sentence_counts(self) -> dict[str, int]:
        """How many sentences each document has that has any, by its id."""
        return dict(
            self._all(
                "SELECT d.id, count(*) FROM documents d JOIN paragraphs p ON p.document = d.row "
                "JOIN sentences s ON s.paragraph = p.id GROUP BY d.row"
            )
        )

    def copies(self) -> dict[str, str]:
        """For the id of each copy that of the document that it is the same as."""
        return dict(
            self._all("SELECT c.id, d.id FROM copies c JOIN documents d ON d.row = c.document")
        )

    def documents(self) -> Iterator[Document]:
        """Every document, in the order they were added."""
        for (row,) in self._all("SELECT row FROM documents ORDER BY row"):
            yield self._document(row)

    def find_document(self, document_id: str) -> Document | None:
        rows = self._all(
            "SELECT row FROM documents WHERE id = :id UNION ALL "
            "SELECT document FROM copies WHERE id = :id",
            {"id": document_id},
        )
        return self._document(rows[0][0]) if rows else None

    def documents_of_file(self, sha256: str) -> Iterator[Document]:
        """The documents that were read from a file with this hash."""
        for (row,) in self._all(
            "SELECT row FROM documents WHERE sha256 = ? AND sha256 != ''", (sha256,)
        ):
            yield self._document(row)

    def structure(self, shown: Span) -> Structure:
        """The blocks of the sentences in a stretch of a document whose text its loader made; none
        where it is the text of the file."""
        rows = self._all(
            "SELECT p.structure FROM paragraphs p JOIN documents d ON d.row = p.document "
            'WHERE d.id = ? AND d.layout = ? AND p.start < ? AND p."end" > ? ORDER BY p.start',
            (shown.document.id, PLACED, shown.end, shown.start),
        )
        blocks: dict[int, Block] = {}
        for (packed,) in rows:
            blocks |= unpack(packed).blocks
        return Structure(dict(sorted(blocks.items())))

    def sentences(self, ids: Iterable[int]) -> dict[int, tuple[Span, Paragraph]]:
        """For each id that is live: its sentence, and the paragraph it stands in."""
        rows = self._all(
            'SELECT id, paragraph, start, "end" FROM sentences '
            "WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        paragraphs = self._paragraphs({row[1] for row in rows})
        return {
            number: (
                Span(paragraphs[paragraph].span.document, start, end),
                paragraphs[paragraph],
            )
            for number, paragraph, start, end in rows
        }

    def documents_of(self, ids: Ids) -> dict[int, int]:
        """For each id that is live: a number that the sentences of one document share."""
        rows = self._all(
            "SELECT s.id, p.document FROM sentences s JOIN paragraphs p ON p.id = s.paragraph "
            "WHERE s.id IN (SELECT value FROM json_each(?))",
            (json.dumps(ids.tolist()),),
        )
        return dict(rows)

    def paragraph_before(self, paragraph: Span) -> Paragraph | None:
        """The paragraph that ends where this one begins; None for the first of a document."""
        rows = self._all(
            "SELECT p.id FROM paragraphs p JOIN documents d ON d.row = p.document "
            "WHERE d.id = ? AND p.start < ? ORDER BY p.start DESC LIMIT 1",
            (paragraph.document.id, paragraph.start),
        )
        return next(iter(self._paragraphs(rows[0]).values())) if rows else None

    def paragraph_at(self, place: Span) -> Paragraph | None:
        """The paragraph that holds a stretch of a document; None where none does."""
        after = Span(place.document, place.start + 1, max(place.end, place.start + 1))
        found = self.paragraph_before(after)
        return found if found and place in found.span else None

    def _paragraphs(self, ids: Iterable[int]) -> dict[int, Paragraph]:
        """For each id of a paragraph: the paragraph with all of its sentences, in order."""
        rows = self._all(
            'SELECT p.id, p.document, p.start, p."end", p.structure, s.start, s."end" '
            "FROM paragraphs p JOIN sentences s ON s.paragraph = p.id "
            "WHERE p.id IN (SELECT value FROM json_each(?)) ORDER BY p.id, s.start",
            (json.dumps(list(ids)),),
        )
        self._texts.load({row[1:4] for row in rows})
        documents = {row: self._document(row) for row in {row[1] for row in rows}}
        paragraphs = {}
        for number, group in groupby(rows, key=itemgetter(0)):
            _, row, start, end, structure, *_ = (sentences := list(group))[0]
            paragraphs[number] = Paragraph(
                Span(documents[row], start, end),
                tuple(Span(documents[row], *one[5:]) for one in sentences),
                unpack(structure),
            )
        return paragraphs

    def _read_document(self, row: int) -> Document:
        document_id, title, source, metadata, language, layout, length, sha256 = self._one(
            "SELECT id, title, source, metadata, language, layout, length, sha256 FROM documents "
            "WHERE row = ?",
            (row,),
        )
        text = StoredText(self._texts, row, length)
        copies = self._all("SELECT id FROM copies WHERE document = ? ORDER BY row", (row,))
        return Document(
            document_id,
            title,
            text,
            source,
            unpack_metadata(metadata),
            layout=layout_of(layout, text, self._all),
            language=language,
            sha256=sha256,
            copies=tuple(one for (one,) in copies),
        )

    def _read_stretches(self, keys: Sequence[Key]) -> list[tuple[Key, Stretch]]:
        rows = self._all(
            "SELECT document, number, text, line FROM json_each(?) AS wanted "
            "CROSS JOIN stretches ON document = json_extract(wanted.value, '$[0]') "
            "AND number = json_extract(wanted.value, '$[1]')",
            (json.dumps(keys),),
        )
        if len(rows) < len(keys):
            raise self._damaged()
        return [((row, number), Stretch(text, line)) for row, number, text, line in rows]

    def _one(self, query: str, values: Sequence[object] = ()) -> tuple:  # type: ignore[type-arg]
        rows = self._all(query, values)
        if not rows:
            raise self._damaged()
        return rows[0]

    def _all(self, query: str, values: Values = ()) -> list[tuple]:  # type: ignore[type-arg]
        try:
            with self._lock:
                if self._connection is None:
                    self._connection = sqlite3.connect(
                        f"{self.path.as_uri()}?mode=ro", uri=True, check_same_thread=False
                    )
                return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.ProgrammingError | sqlite3.InterfaceError):
                raise  # a mistake of ours
            if error.sqlite_errorcode & 0xFF in DAMAGE:
                raise self._damaged() from error
            raise SentenceIndexError(f"{self.path} cannot be read: {error}.") from error

    def _damaged(self) -> IndexDamagedError:
        return IndexDamagedError(f"{self.path} is damaged; build the index again.")


@contextmanager
def _as_os_error() -> Iterator[None]:
    """SQLite reports a full disk as an operational error."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(str(error)) from error


def _check_new(connection: sqlite3.Connection, document: Document) -> None:
    known = "SELECT 1 FROM documents WHERE id = :id UNION ALL SELECT 1 FROM copies WHERE id = :id"
    if connection.execute(known, {"id": document.id}).fetchone():
        raise DocumentError(f"There are two documents with the id {document.id!r}.")


def _add_paragraph(
    connection: sqlite3.Connection, row: int | None, paragraph: Paragraph
) -> list[int]:
    """Add a paragraph of a document; returns the new ids of its sentences."""
    number = connection.execute(
        'INSERT INTO paragraphs (document, start, "end", structure) VALUES (?, ?, ?, ?)',
        (row, paragraph.span.start, paragraph.span.end, pack(paragraph.structure)),
    ).lastrowid
    add = 'INSERT INTO sentences (paragraph, start, "end") VALUES (?, ?, ?)'
    return [
        connection.execute(add, (number, sentence.start, sentence.end)).lastrowid or 0
        for sentence in paragraph.sentences
    ]
