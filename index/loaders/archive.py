"""The parts of a file that is a ZIP archive, unpacked in memory and within bounds.

Nothing is written to disk, so that no name of a part can lead anywhere.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from index.errors import DocumentError
from index.loaders.signature import OLE
from index.loaders.source import SourceFile

MAX_PART = 128 * 1024 * 1024  # bytes of a part that is in memory as a whole, unpacked
MAX_ALL = 1024 * 1024 * 1024  # bytes of all parts that are read, unpacked
MAX_RATIO = 200  # of the bytes of a large part to its packed bytes: text has 10, a bomb 1,000
LARGE = 16 * 1024 * 1024  # bytes, unpacked; a smaller part may be of any ratio
MAX_PARTS = 100_000
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # in a file of Office with a password
# What zipfile raises for archives that are broken or packed in a way that it does not know.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError),
    *(RuntimeError, ValueError, OverflowError),
)

Read = Callable[[int], bytes]  # so many of the next bytes, or all for -1; none at the end


@dataclass(slots=True)
class Archive:
    """An open archive. Parts are known by their names, as other parts name them."""

    file: SourceFile
    _zip: zipfile.ZipFile
    _names: dict[str, zipfile.ZipInfo] = field(init=False)
    _read: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._names = {one.filename.lstrip("/"): one for one in self._zip.infolist()}

    def __contains__(self, name: str) -> bool:
        return self._find(name) is not None

    def read(self, name: str) -> bytes:
        """The bytes of a part. Raises DocumentError for one that is not there, cannot be unpacked
        or is far larger than what a person writes."""
        part = self._part(name)
        if part.file_size > MAX_PART:
            raise self._too_many(part.file_size)
        return self._reader(part)(-1)

    def reader(self, name: str) -> Read:
        """A function that unpacks a part bit by bit. Raises DocumentError as `read` does, some of
        it only while the part is read."""
        return self._reader(self._part(name))

    def _reader(self, part: zipfile.ZipInfo) -> Read:
        """No more bytes come than the archive says that there are."""
        try:
            stream = self._zip.open(part)
        except BROKEN as error:
            raise _damaged(self.file, error) from error

        def read(size: int) -> bytes:
            try:
                return stream.read(size)
            except BROKEN as error:
                raise _damaged(self.file, error) from error

        return read

    def _part(self, name: str) -> zipfile.ZipInfo:
        """A part that may be read."""
        part = self._find(name)
        if part is None:
            raise DocumentError(
                f"{self.file} is incomplete: it lacks its part {name[:100]!r}; save it again in "
                "the program that made it."
            )
        if part.flag_bits & 1:
            raise DocumentError(f"{self.file} is encrypted; save it without a password first.")
        self._read += part.file_size
        ratio = part.file_size / max(part.compress_size, 1)
        if self._read > MAX_ALL or (part.file_size > LARGE and ratio > MAX_RATIO):
            raise self._too_many(self._read)
        return part

    def _too_many(self, size: int) -> DocumentError:
        return DocumentError(
            f"{self.file} unpacks to {size:,} bytes, too many bytes for a document; split it first."
        )

    def _find(self, name: str) -> zipfile.ZipInfo | None:
        for one in (name.lstrip("/"), unquote(name).lstrip("/")):
            if one in self._names:
                return self._names[one]
        return None


def open_archive(file: SourceFile, what: str) -> Archive:
    """The archive that a file is. Raises DocumentError for one that is no archive, with the remedy:
    `what` is what the file should have been, as "a Word document (.docx)"."""
    data = file.read()
    if data.startswith(OLE):
        if ENCRYPTED in data:
            raise DocumentError(f"{file} is encrypted; save it without a password first.")
        raise DocumentError(f"{file} is of an old Office format; save it as {what} first.")
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
        parts = len(opened.infolist())
    except (*BROKEN, MemoryError) as error:
        if not data.startswith(b"PK"):
            raise DocumentError(
                f"{file} is damaged, or is not {what}; give it its right suffix."
            ) from error
        raise _damaged(file, error) from error
    if parts > MAX_PARTS:
        raise DocumentError(f"{file} has too many parts in it; split it first.")
    return Archive(file, opened)


def _damaged(file: SourceFile, error: Exception) -> DocumentError:
    return DocumentError(f"{file} is damaged: {error or type(error).__name__}. Get it anew.")


def resolved(base: str, target: str) -> str:
    """The name of a part that another part calls `target`."""
    steps = [] if target.startswith("/") else base.split("/")[:-1]
    for step in target.partition("#")[0].split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)
