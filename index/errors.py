"""What can be wrong with what a user gave us: one clear sentence each, naming it and the remedy.

All derive from UnderlineError, so that a program can tell a user's mistake from a bug.
"""

from __future__ import annotations


class UnderlineError(Exception):
    """A mistake or mishap that a user can do something about; its text says what."""


class DocumentError(UnderlineError):
    """A file or folder cannot be read as documents."""


class OptionError(UnderlineError):
    """There is no such choice, or it needs an extra that is not installed."""


class ModelError(UnderlineError):
    """A model cannot be loaded."""


class SentenceIndexError(UnderlineError):
    """Something is wrong with an index on disk."""


class IndexMissingError(SentenceIndexError):
    """There is no index at the path."""


class IndexExistsError(SentenceIndexError):
    """There is something at the path where an index should be made."""


class IndexVersionError(SentenceIndexError):
    """The index was written in another format than this version reads."""


class IndexMismatchError(SentenceIndexError):
    """The index was made with another embedder, splitter or preparation than it is opened with."""


class IndexDamagedError(SentenceIndexError):
    """Files of the index are missing, shorter than they were written, or not readable."""
