"""What an index wrote into its folder: told from what others put there, and removed."""

from __future__ import annotations

import errno
import logging
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from index.build import CATALOG, LEXICAL, VECTORS
from index.catalog import Catalog
from index.errors import SentenceIndexError
from index.schema import APPLICATION_ID

logger = logging.getLogger(__name__)

FOLDERS = (LEXICAL, VECTORS)

# What SQLite and tantivy write beside the files that the catalog lists.
BESIDE = re.compile(
    rf"{re.escape(CATALOG)}(-journal|-wal|-shm)?|{LEXICAL}/\.tantivy-(meta|writer)\.lock"
)
# What a catalog lists when it is finished and not damaged; tantivy's .tmp files last a moment.
LISTED = re.compile(
    rf"{VECTORS}/\d{{6}}\.faiss"
    rf"|{LEXICAL}/(meta\.json|\.managed\.json|\.tmp\w{{6}}|[0-9a-f]{{32}}(\.\d+)?\.\w+)"
)
SQLITE, MARK = b"SQLite format 3\0", slice(68, 72)  # how a file of SQLite begins; application_id


def is_leftover(folder: Path) -> bool:
    """Whether a folder holds only what an index holds, or the beginning of one."""
    contents = dict(contents_of(folder))
    begun = contents.keys() <= {CATALOG, f"{CATALOG}-journal"} and (
        CATALOG not in contents or not (folder / CATALOG).stat().st_size
    )
    return all(contents.values()) and (begun or is_ours(folder))


def is_ours(folder: Path) -> bool:
    """Whether the catalog in a folder bears the mark of an index."""
    catalog = folder / CATALOG
    try:
        if not stat.S_ISREG(catalog.lstat().st_mode):  # a pipe would never end
            return False
        with catalog.open("rb") as file:
            header = file.read(MARK.stop)
    except OSError:
        return False
    return header.startswith(SQLITE) and header[MARK] == APPLICATION_ID.to_bytes(4, "big")


def contents_of(folder: Path) -> Iterator[tuple[str, bool]]:
    """All that stands in the folder of an index, by its path there, and whether the index wrote
    it; the catalog last."""
    wrote = _wrote(folder)
    for entry in _entries(folder):
        if entry.name in FOLDERS and entry.is_dir(follow_symlinks=False):
            for inner in _entries(folder / entry.name):
                name = f"{entry.name}/{inner.name}"
                yield name, inner.is_file(follow_symlinks=False) and wrote(name)
        else:
            yield entry.name, entry.is_file(follow_symlinks=False) and wrote(entry.name)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: (entry.name == CATALOG, entry.name))


def _wrote(folder: Path) -> Callable[[str], bool]:
    """Whether the index in a folder wrote the file of that name."""
    listed: dict[str, int] | None = None
    if is_ours(folder):
        # Of an unfinished or damaged one nothing can be read.
        with closing(Catalog(folder / CATALOG)) as catalog, suppress(SentenceIndexError):
            listed = catalog.files() if catalog.manifest() else None
    return lambda name: bool(
        BESIDE.fullmatch(name) or (LISTED.fullmatch(name) if listed is None else name in listed)
    )


def remove(folder: Path) -> None:
    """Remove what an index wrote, and its folders if nothing else stands there; that is left, and
    told in a warning."""
    left = "%s was left there, for no index wrote it."
    try:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            logger.warning(left, folder)
            return
        for name, ours in contents_of(folder):
            if ours:
                (folder / name).unlink(missing_ok=True)
            else:
                logger.warning(left, folder / name)
        for inner in (*FOLDERS, ""):
            _remove_if_empty(folder / inner)
    except FileNotFoundError:
        pass  # nothing to remove, or another process removes it too
    except OSError as error:
        logger.warning("%s cannot be removed (%s); remove it yourself.", folder, error.strerror)


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError as error:
        if error.errno not in {errno.ENOENT, errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR}:
            raise
