"""Files → Documents: one module a format, chosen by the file's suffix."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.document import Document
from index.errors import DocumentError
from index.loaders.markdown import load_markdown
from index.loaders.text import load_text

Loader = Callable[[Path], tuple[str, str]]  # path → (title, text)

LOADERS: dict[str, Loader] = {".txt": load_text, ".md": load_markdown}

MAX_FILE_BYTES = 64 * 1024 * 1024


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
        raise DocumentError(
            f"{path} is not of a format that can be read: {', '.join(sorted(LOADERS))}."
        )
    try:
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
    source = path.name if source is None else source
    return Document(id=source, title=title, text=text, source=source)


def find_files(root: Path) -> list[Path]:
    """The files below a folder that some loader can read, in a stable order.

    Hidden files and folders are left out, and links to folders are not followed: what is indexed
    is what stands in the folder. Raises DocumentError when the folder cannot be listed.
    """

    def refuse(error: OSError) -> None:
        raise DocumentError(f"{error.filename} cannot be listed: {error.strerror}.") from error

    found = []
    for folder, folders, names in os.walk(root, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            Path(folder, name)
            for name in sorted(names)
            if not name.startswith(".") and Path(name).suffix.lower() in LOADERS
        ]
    return found


def load_documents(root: Path) -> Iterator[Document | Unreadable]:
    """Every document of a folder (or the one of a file), and every file that is none after all.

    Raises DocumentError when there is no such folder, or nothing in it has a known format.
    """
    if not root.exists():
        raise DocumentError(f"There is no file or folder {root}.")
    if root.is_file():
        yield load_file(root)
        return
    paths = find_files(root)
    if not paths:
        raise DocumentError(
            f"There are no documents in {root}: looked for {', '.join(sorted(LOADERS))}."
        )
    for path in paths:
        try:
            source = path.relative_to(root).as_posix()
            source.encode("utf-8")
            yield load_file(path, source=source)
        except UnicodeEncodeError:
            yield Unreadable(
                path, f"{os.fsencode(path)!r}: rename the file, its name is not UTF-8."
            )
        except DocumentError as error:
            yield Unreadable(path, str(error))
