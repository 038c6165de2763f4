"""One file to load, wherever it comes from: a folder, an upload, another file."""

from __future__ import annotations

import datetime
import errno
import hashlib
import io
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import BinaryIO

from index.errors import DocumentError
from index.loaders.options import DEFAULT_OPTIONS, Options

# A pipe or a device never keeps us waiting, and Windows changes no line end.
FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
    FLAGS |= getattr(os, _name, 0)
HASHED_AT_ONCE = 1024 * 1024  # bytes

State = tuple[int, int, int, int]  # device, inode, bytes, nanoseconds of the last change


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was when it was found. `name` is what a person looks for, `options` how it is
    read.

    A file on disk that has changed since cannot be opened: what is read is one state of it.
    """

    name: str
    size: int  # bytes
    modified: datetime.datetime | None
    path: Path | None = None  # None for a file in memory
    options: Options = DEFAULT_OPTIONS
    _data: bytes = field(default=b"", repr=False)
    _state: State | None = field(default=None, repr=False)
    _sha256: str = field(default="", init=False, repr=False, compare=False)

    @classmethod
    def of(
        cls, path: Path, *, name: str | None = None, options: Options = DEFAULT_OPTIONS
    ) -> SourceFile:
        """The file at a path, under the path's last part unless a name is given.

        Raises DocumentError for what is no file that can be read.
        """
        found = _stat(path)
        if not stat.S_ISREG(found.st_mode):  # a device or a pipe would never end
            raise DocumentError(f"{path} is not an ordinary file.")
        name = path.name if name is None else name
        if not _is_utf8(name):
            raise DocumentError(f"{os.fsencode(path)!r}: rename the file, its name is not UTF-8.")
        modified = _moment(found.st_mtime)
        return cls(name, found.st_size, modified, path, options, _state=_state_of(found))

    @classmethod
    def of_bytes(
        cls,
        name: str,
        data: bytes,
        *,
        modified: datetime.datetime | None = None,
        options: Options = DEFAULT_OPTIONS,
    ) -> SourceFile:
        """A file in memory. Raises DocumentError for a name that is not valid Unicode."""
        if not _is_utf8(name):
            raise DocumentError(f"{name!r}: rename the file, its name is not UTF-8.")
        return cls(name, len(data), modified, options=options, _data=data)

    @property
    def suffix(self) -> str:
        """What its format is known by, in small letters: `.txt`."""
        return PurePath(self.path or self.name).suffix.lower()

    @property
    def stem(self) -> str:
        """Its name without folders and suffix."""
        return PurePath(self.path or self.name).stem

    @property
    def sha256(self) -> str:
        """The hash of its bytes, as hexadecimal digits; the file is read when first asked."""
        if not self._sha256:
            digest = hashlib.sha256()
            with self.open() as file:
                while part := file.read(HASHED_AT_ONCE):
                    digest.update(part)
            object.__setattr__(self, "_sha256", digest.hexdigest())
        return self._sha256

    def open(self) -> BinaryIO:
        """Its bytes. Raises DocumentError where it has gone or changed since it was found."""
        if self.path is None:
            return io.BytesIO(self._data)
        try:
            number = os.open(self.path, FLAGS)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        if _state_of(os.fstat(number)) != self._state:
            os.close(number)
            raise self._changed()
        return os.fdopen(number, "rb")

    def read(self) -> bytes:
        """All of its bytes. Raises DocumentError as `open` does, and where it changes meanwhile."""
        try:
            with self.open() as file:
                data = file.read(self.size + 1)
                same = self.path is None or _state_of(os.fstat(file.fileno())) == self._state
        except OSError as error:
            raise DocumentError(f"{self} cannot be read: {error.strerror or error}.") from error
        if not same or len(data) != self.size:
            raise self._changed()
        return data

    def _changed(self) -> DocumentError:
        return DocumentError(f"{self} has changed while it was read; index it again.")

    def __str__(self) -> str:
        return str(self.path or self.name)


def size_of(path: Path) -> int:
    """How many bytes a file has; 0 for what is no file."""
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except (OSError, ValueError) as error:  # a ValueError for a name with a NUL in it
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError | ValueError) -> DocumentError:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.ELOOP:
        return DocumentError(f"{path} is a link that leads back to itself.")
    if number == errno.ENOENT and path.is_symlink():
        return DocumentError(f"{path} is a link to what is not there.")
    reason = error.strerror if isinstance(error, OSError) else None
    return DocumentError(f"{path} cannot be read: {reason or error}.")


def _state_of(found: os.stat_result) -> State:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _moment(seconds: float) -> datetime.datetime | None:
    """The moment a file was changed; None for one that is no moment of any calendar."""
    try:
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _is_utf8(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
