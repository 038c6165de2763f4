"""What an index asks of the operating system beyond pathlib: to exchange two folders, to keep what
is written, to lock a folder; and why it could not, in words."""

from __future__ import annotations

import ctypes
import errno
import os
import re
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl

AT_FDCWD = -100  # paths are relative to the folder the process works in
EXCHANGE = 2  # RENAME_EXCHANGE of Linux, and RENAME_SWAP of macOS

# What a system or a file system says that does not know how to do such a thing.
UNKNOWN = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF, errno.ENOLCK}

ROOM = "make room on the disk or name another place"
LIMIT = "allow more open files (ulimit -n) or close some programs"
REMEDIES = {
    errno.ENOSPC: ROOM,
    errno.EDQUOT: ROOM,
    errno.EACCES: "get the permission to write there or name another place",
    errno.EPERM: "get the permission to write there or name another place",
    errno.EROFS: "name a place that can be written to",
    errno.EFBIG: "allow larger files (ulimit -f) or name a place on another disk",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EMFILE: LIMIT,
    errno.ENFILE: LIMIT,
}
# SQLite and tantivy tell without a number of their own what the system has told them.
TOLD = {
    "database or disk is full": errno.ENOSPC,
    "attempt to write a readonly database": errno.EACCES,
}
NUMBER = re.compile(r"\bos error (\d+)|\bcode: (\d+)")  # how Rust shows the error of a system


def reason_and_remedy(error: OSError) -> tuple[str, str]:
    """Why something could not be written, and what can be done about it."""
    number = error.errno or _number_in(str(error))
    reason = error.strerror or (os.strerror(number) if number else str(error))
    return reason, REMEDIES.get(number or 0, "name another place")


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change their places in one step; False where that is not known how.

    Raises OSError when it is known, and fails.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    if hasattr(libc, "renameat2"):
        failed = libc.renameat2(AT_FDCWD, first, AT_FDCWD, second, ctypes.c_uint(EXCHANGE))
    elif hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(first, second, ctypes.c_uint(EXCHANGE))
    else:
        return False
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in UNKNOWN:
        return False
    raise OSError(number, os.strerror(number), str(other))


def keep(path: Path) -> None:
    """Have the disk hold what was written to a file, or the names that stand in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in UNKNOWN:  # not every file system can be asked about a folder
            raise
    finally:
        os.close(descriptor)


def lock(folder: Path) -> int | None:
    """The descriptor that locks a folder until it is closed; the lock moves with the folder.

    None where folders cannot be locked. Raises BlockingIOError when another process holds it, and
    FileNotFoundError when the folder is gone. A process that dies lets go of its locks.
    """
    if sys.platform == "win32":
        return None
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(descriptor), folder.stat()):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
    except OSError as error:
        os.close(descriptor)
        if error.errno in UNKNOWN:
            return None
        raise
    return descriptor


def _number_in(text: str) -> int | None:
    for told, number in TOLD.items():
        if told in text:
            return number
    found = NUMBER.search(text)
    return int(found[1] or found[2]) if found else None
