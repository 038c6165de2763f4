"""A ZIP archive of a format that is one, opened with limits on what it may unpack to."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from index.errors import DocumentError
from index.loaders.signature import seems
from index.loaders.source import SourceFile

MAX_MEMBERS = 20_000
MAX_MEMBER_BYTES = 512 * 1024 * 1024  # unpacked
MAX_ALL_BYTES = 1024 * 1024 * 1024  # unpacked
MAX_RATIO = 200  # of unpacked to packed bytes, where these are many: text has 10, a bomb 1,000
MANY_BYTES = 16 * 1024 * 1024
ENCRYPTED = 1  # the flag of a member
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError)


@contextmanager
def open_zip(file: SourceFile) -> Iterator[zipfile.ZipFile]:
    """The archive in a file; no member gives more bytes than it says.

    Raises DocumentError for one that is broken, also later, while a member is read, is encrypted,
    or unpacks to more than the limits.
    """
    with file.open() as stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                _check(archive, file)
                yield archive
        except BROKEN as error:
            stream.seek(0)
            other = seems(stream.read(1024), but="a ZIP archive")
            what = f"seems to be {other}" if other else "is damaged or no such file"
            raise DocumentError(
                f"{file} {what}; save it again in the program that made it, or give it the suffix "
                "of its format."
            ) from error


def _check(archive: zipfile.ZipFile, file: SourceFile) -> None:
    members = archive.infolist()
    sizes = [member.file_size for member in members]
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise DocumentError(f"{file} is encrypted; save it without a password first.")
    if any(member.compress_type not in METHODS for member in members):
        raise zipfile.BadZipFile
    bomb = any(
        member.file_size > MANY_BYTES and member.file_size > MAX_RATIO * member.compress_size
        for member in members
    )
    many = len(members) > MAX_MEMBERS or max(sizes, default=0) > MAX_MEMBER_BYTES
    if bomb or many or sum(sizes) > MAX_ALL_BYTES:
        raise DocumentError(
            f"{file} unpacks to {sum(sizes):,} bytes in {len(members):,} parts, more than a "
            "document needs; split it first."
        )
