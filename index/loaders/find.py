"""Folder → the files in it that can be loaded, each once."""

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


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file of a known format that could not be read, or a folder that could not be listed, and
    why, in one sentence."""

    path: Path
    reason: str


@dataclass(slots=True)
class _Walk:
    """What was met below a folder."""

    files: list[os.DirEntry[str]] = field(default_factory=list)
    closed: list[Unreadable] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)


def in_words(suffixes: Collection[str]) -> str:
    """Suffixes as they stand in a sentence: ".md, .rst and .txt"."""
    *others, last = sorted(suffixes)
    return f"{', '.join(others)} and {last}" if others else last


def find_in(root: Path, suffixes: Collection[str]) -> tuple[list[Path], list[Unreadable]]:
    """The files below a folder that have one of the suffixes, in a stable order, and the folders
    that cannot be listed.

    Hidden files and folders are left out. Links to files are followed, links to folders are not. A
    file with several names is found once: under its own name, not that of a link. What is passed
    over is counted in the log.
    """
    walk = _Walk()
    folders = [root]
    while folders:
        folders += reversed(list(_visit(folders.pop(), walk, suffixes)))
    kept = _each_once(walk.files)
    walk.passed[SEEN] += len(walk.files) - len(kept)
    if +walk.passed:
        named = in_words(suffixes)
        logger.warning("Passed over in %s: %s; only %s are read.", root, _most(walk.passed), named)
    return [Path(file.path) for file in kept], walk.closed


def _visit(folder: Path, walk: _Walk, suffixes: Collection[str]) -> Iterator[Path]:
    """Note the files of a folder; the folders in it."""
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError as error:
        walk.closed.append(Unreadable(folder, f"{folder} cannot be listed: {error.strerror}."))
        return
    for entry in entries:
        suffix = Path(entry.name).suffix.lower()
        if entry.name.startswith("."):
            continue
        if _is_folder(entry):
            if entry.is_symlink():
                walk.passed[TO_FOLDERS] += 1
            else:
                yield Path(entry.path)
        elif suffix in suffixes:
            walk.files.append(entry)
        else:
            walk.passed[suffix or "without a suffix"] += 1


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
