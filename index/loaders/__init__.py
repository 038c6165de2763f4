"""Files → Documents: one module a format, chosen by the file's suffix."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.document import Document
from index.errors import DocumentError
from index.loaders.markdown import load_markdown
from index.loaders.text import load_text

logger = logging.getLogger(__name__)

Loader = Callable[[Path], tuple[str, str]]  # path → (title, text)

LOADERS: dict[str, Loader] = {".txt": load_text, ".md": load_markdown}
FORMATS = " and ".join(sorted(LOADERS))

MAX_FILE_BYTES = 64 * 1024 * 1024
SUFFIXES_NAMED = 8  # of the files that are not read


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file of a known format that could not be read, and why, in one sentence."""

    path: Path
    reason: str


def load_file(path: Path, *, source: str | None = None) -> Document:
    """The document in one file; `source` is its id and source, its name unless given.

    Raises DocumentError, naming the file and what is wrong with it.
    """
    load = LOADERS.get(path.suffix.lower())
    if load is None:
        raise DocumentError(f"{path} is not of a format that can be read: {FORMATS}.")
    source = path.name if source is None else source
    try:
        source.encode("utf-8")
        if path.is_symlink() and not path.exists():
            raise DocumentError(f"{path} is a link to what is not there.")
        if not path.is_file():  # a device or a pipe would never end
            raise DocumentError(f"{path} is not an ordinary file.")
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise DocumentError(
                f"{path} has {size:,} bytes; the limit is {MAX_FILE_BYTES:,}. Split it first."
            )
        title, text = load(path)
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeEncodeError:
        raise DocumentError(
            f"{os.fsencode(path)!r}: rename the file, its name is not UTF-8."
        ) from None
    if not text.strip():
        logger.warning("%s is empty.", path)
    return Document(id=source, title=title, text=text, source=source)


def find_files(root: Path) -> tuple[list[Path], list[Unreadable]]:
    """The files below a folder that some loader can read, in a stable order, and the folders that
    cannot be listed.

    Hidden files and folders are left out. Links to files are followed. Links to folders are not,
    and files of other formats are not read: how many there are is logged.
    """
    found: list[Path] = []
    closed: list[Unreadable] = []
    passed: Counter[str] = Counter()

    def note(error: OSError) -> None:
        closed.append(
            Unreadable(
                Path(error.filename), f"{error.filename} cannot be listed: {error.strerror}."
            )
        )

    for folder, folders, names in os.walk(root, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = sum(Path(folder, name).is_symlink() for name in folders)
        passed["links to folders"] += links
        for name in sorted(names):
            suffix = Path(name).suffix.lower()
            if name.startswith("."):
                continue
            if suffix in LOADERS:
                found.append(Path(folder, name))
            else:
                passed[suffix or "without a suffix"] += 1
    if +passed:
        logger.warning("Passed over in %s: %s; only %s are read.", root, _most(passed), FORMATS)
    return found, closed


def _most(passed: Counter[str]) -> str:
    """`.pdf (2), .docx (1), others (3)`: what there is most of, first."""
    ordered = sorted((+passed).items(), key=lambda item: (-item[1], item[0]))
    named, others = ordered[:SUFFIXES_NAMED], ordered[SUFFIXES_NAMED:]
    if others:
        named.append(("others", sum(count for _, count in others)))
    return ", ".join(f"{what} ({count:,})" for what, count in named)


def load_documents(root: Path) -> Iterator[Document | Unreadable]:
    """Every document of a folder (or the one of a file), and every file that is none after all.

    Raises DocumentError when there is no such folder, or nothing in it has a known format.
    """
    try:
        there = root.exists()
    except OSError as error:  # a name that no file can have
        raise DocumentError(f"{str(root)[:100]!r} cannot be read: {error.strerror}.") from error
    if not there:
        raise DocumentError(f"There is no file or folder {root}.")
    if root.is_file():
        yield load_file(root)
        return
    paths, closed = find_files(root)
    if not paths and not closed:
        raise DocumentError(f"There are no documents in {root}: looked for {FORMATS}.")
    yield from closed
    for path in paths:
        try:
            yield load_file(path, source=path.relative_to(root).as_posix())
        except DocumentError as error:
            yield Unreadable(path, str(error))
