"""The parts of a file that is a ZIP archive, in memory and within bounds.

Nothing is written to disk, so that no name of a part can lead anywhere.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, field
from urllib.parse import unquote

from index.errors import DocumentError
from index.loaders.source import SourceFile

MAX_PART = 128 * 1024 * 1024  # bytes of one part, unpacked
MAX_ALL = 512 * 1024 * 1024  # bytes of all parts that are read, unpacked
MAX_RATIO = 500  # of the bytes of a large part to its packed bytes; text hardly gets beyond 50
LARGE = 16 * 1024 * 1024  # bytes, unpacked; a smaller part may be of any ratio
MAX_PARTS = 100_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how files of Office before 2007 begin, and encrypted
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# What zipfile raises for archives that are broken or packed in a way that it does not know.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError),
    *(RuntimeError, ValueError, OverflowError),
)


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

    @property
    def names(self) -> list[str]:
        return list(self._names)

    def read(self, name: str) -> bytes:
        """The bytes of a part. Raises DocumentError for one that is not there, cannot be unpacked
        or is far larger than what a person writes."""
        part = self._find(name)
        if part is None:
            raise DocumentError(f"{self.file} is incomplete: it has no {name[:100]!r} in it.")
        packed = max(part.compress_size, 1)
        self._read += part.file_size
        if (
            part.file_size > MAX_PART
            or self._read > MAX_ALL
            or (part.file_size > LARGE and part.file_size > MAX_RATIO * packed)
        ):
            raise DocumentError(f"{self.file} unpacks to too many bytes; split it first.")
        if part.flag_bits & 1:
            raise DocumentError(f"{self.file} is encrypted; save it without a password first.")
        try:
            return self._unpacked(part)
        except BROKEN as error:
            raise _damaged(self.file, error) from error

    def _unpacked(self, part: zipfile.ZipInfo) -> bytes:
        """Not more bytes than the archive says that there are."""
        with self._zip.open(part) as stream:
            return stream.read(part.file_size + 1)

    def _find(self, name: str) -> zipfile.ZipInfo | None:
        for one in (name.lstrip("/"), unquote(name).lstrip("/")):
            if one in self._names:
                return self._names[one]
        return None


def open_archive(file: SourceFile, what: str) -> Archive:
    """The archive that a file is. Raises DocumentError for one that is no archive, with the remedy:
    `what` is what the file should have been, as "a Word document (.docx)"."""
    stream = file.open()
    start = stream.read(len(OLE))
    if start == OLE:
        rest = stream.read()
        if ENCRYPTED in rest:
            raise DocumentError(f"{file} is encrypted; save it without a password first.")
        raise DocumentError(f"{file} is of an old Office format; save it as {what} first.")
    try:
        opened = zipfile.ZipFile(stream)
        parts = len(opened.infolist())
    except (*BROKEN, MemoryError) as error:
        if not start.startswith(b"PK"):
            raise DocumentError(f"{file} is not {what}; give it its right suffix.") from error
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
