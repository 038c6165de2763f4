"""Folder → the files in it that can be loaded, each once, and what is passed over."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

logger = logging.getLogger(__name__)

SUFFIXES_NAMED = 8  # of the files that are not read
TO_FOLDERS, SEEN = "links to folders", "links to a file counted already"
HIDDEN, HIDDEN_FOLDER = "hidden", "a hidden folder, with all that is in it"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file of a known format that could not be read, or a folder that could not be listed, and
    why, in one sentence."""

    path: Path
    reason: str


@dataclass(slots=True)
class Walk:
    """What was met below a folder: the files to read, the folders that cannot be listed, and what
    is passed over, by the kind of reason."""

    files: list[Path] = field(default_factory=list)
    closed: list[Unreadable] = field(default_factory=list)
    passed: list[tuple[Path, str]] = field(default_factory=list)


def walk(root: Path, suffixes: Collection[str]) -> Walk:
    """The files below a folder that have one of the suffixes, in a stable order, and all else.

    Hidden files and folders are left out. Links to files are followed, links to folders are not. A
    file with several names is found once: under its own name, not that of a link. What is passed
    over is counted in the log.
    """
    met = Walk()
    folders, entries = [root], list[os.DirEntry[str]]()
    while folders:
        folders += reversed(list(_visit(folders.pop(), met, entries, suffixes)))
    kept = _each_once(entries)
    met.files += [Path(entry.path) for entry in kept]
    met.passed += [(Path(entry.path), SEEN) for entry in entries if entry not in kept]
    counts = Counter(why for _, why in met.passed if why not in (HIDDEN, HIDDEN_FOLDER))
    if counts:
        logger.warning("Passed over in %s: %s.", root, _most(counts))
    return met


def _visit(
    folder: Path, met: Walk, entries: list[os.DirEntry[str]], suffixes: Collection[str]
) -> Iterator[Path]:
    """Note the files of a folder; the folders in it."""
    try:
        with os.scandir(folder) as listed:
            every = sorted(listed, key=lambda entry: entry.name)
    except OSError as error:
        met.closed.append(Unreadable(folder, f"{folder} cannot be listed: {error.strerror}."))
        return
    for entry in every:
        suffix = Path(entry.name).suffix.lower()
        if entry.name.startswith("."):
            why = HIDDEN_FOLDER if _is_folder(entry) else HIDDEN
            met.passed.append((Path(entry.path), why))
            continue
        if _is_folder(entry):
            if entry.is_symlink():
                met.passed.append((Path(entry.path), TO_FOLDERS))
            else:
                yield Path(entry.path)
        elif suffix in suffixes:
            entries.append(entry)
        else:
            met.passed.append((Path(entry.path), suffix or "without a suffix"))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder or a link to one; not a link that leads nowhere."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _each_once(files: list[os.DirEntry[str]]) -> list[os.DirEntry[str]]:
    """The files without those that are met under another name, too; a link gives way to a file.

    What has only one name is never left out, whatever number its file system gives it.
    """
    seen: set[tuple[int, int]] = set()
    kept = set()
    for number, file in sorted(enumerate(files), key=lambda pair: pair[1].is_symlink()):
        try:
            found = Path(file).stat()  # that of an entry has no numbers on Windows
        except OSError:  # a dead link is told when it is read
            kept.add(number)
            continue
        same = (found.st_dev, found.st_ino)
        if same not in seen or not (file.is_symlink() or found.st_nlink > 1):
            kept.add(number)
        seen.add(same)
    return [file for number, file in enumerate(files) if number in kept]


def _most(passed: Counter[str]) -> str:
    """`.pdf (2), .docx (1), others (3)`: what there is most of, first."""
    ordered = sorted((+passed).items(), key=lambda item: (-item[1], item[0]))
    named, others = ordered[:SUFFIXES_NAMED], ordered[SUFFIXES_NAMED:]
    if others:
        named.append(("others", sum(count for _, count in others)))
    return ", ".join(f"{what} ({count:,})" for what, count in named)
