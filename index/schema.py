"""The tables of the catalog of an index."""

# Tells the catalog of an index from any other file of SQLite: the letters “Udln”, which are none of
# those that SQLite's list of such numbers (its file magic.txt) gives to others.
APPLICATION_ID = 0x55646C6E

SCHEMA = f"""
PRAGMA application_id = {APPLICATION_ID};
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE documents (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    metadata TEXT NOT NULL,
    language TEXT,
    layout TEXT NOT NULL, -- 'lines' of a file with lines, 'placed' where `places` knows, else ''
    length INTEGER NOT NULL, -- characters
    sha256 TEXT NOT NULL -- of the file, '' of what is none
) STRICT;
CREATE INDEX documents_of ON documents (sha256);
CREATE INDEX documents_from ON documents (source);
-- What was met after a document and is the same: its text is not stored again.
CREATE TABLE copies (
    row INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (row) ON DELETE CASCADE,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    sha256 TEXT NOT NULL -- of the file; another one where only the text is the same
) STRICT;
CREATE INDEX copies_of ON copies (document);
CREATE INDEX copies_from ON copies (source);
-- The text in pieces of the same length, each with the line it begins in.
CREATE TABLE stretches (
    document INTEGER NOT NULL REFERENCES documents (row) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    line INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (document, number)
) STRICT, WITHOUT ROWID;
-- Where the text from a place on stands in the original; on a page, with the boxes of characters.
CREATE TABLE places (
    document INTEGER NOT NULL REFERENCES documents (row) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    place TEXT NOT NULL, -- '' where that is not known
    boxes BLOB NOT NULL,
    PRIMARY KEY (document, start)
) STRICT, WITHOUT ROWID;
CREATE TABLE paragraphs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents (row) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    structure TEXT NOT NULL -- the blocks of its sentences, and the lists that they introduce
) STRICT;
-- These two are for removing a document, with all that belongs to it.
CREATE INDEX paragraphs_of ON paragraphs (document, start);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    paragraph INTEGER NOT NULL REFERENCES paragraphs (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL
) STRICT;
CREATE INDEX sentences_of ON sentences (paragraph, start);
-- Files that do not change once they are written, and how long each has to be.
CREATE TABLE files (path TEXT PRIMARY KEY, bytes INTEGER NOT NULL) STRICT;
"""
