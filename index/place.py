"""The folder of an index: what may stand in it, how a new one gets to its place, how an old one
goes.

A new index is written into a folder beside its place, `.NAME.xxxxxxxx`, which is locked as long as
its writer lives, and then exchanged with what stands at its place. What no index wrote is neither
replaced nor removed.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.build import CATALOG
from index.catalog import Catalog
from index.contents import FOLDERS, contents_of, is_leftover, is_ours, remove
from index.disk import exchange, keep, lock, reason_and_remedy
from index.errors import (
    IndexDamagedError,
    IndexExistsError,
    IndexMissingError,
    SentenceIndexError,
)

ASIDE = ".old"  # after the name of a new index: the old one, where two cannot be exchanged

Stamp = tuple[int, ...]  # what differs when another index, or another commit, is there


def checked_path(path: str | os.PathLike[str]) -> Path:
    """The path, once it is clear that there can be a file of that name."""
    path = Path(path)
    try:
        str(path).encode("utf-8")
        path.exists()
    except (UnicodeEncodeError, ValueError, OSError) as error:
        reason = getattr(error, "strerror", None) or "the name is not UTF-8"
        raise SentenceIndexError(
            f"An index cannot stand at {str(path)[:100]!r} ({reason}); choose another place."
        ) from error
    return path


def check_place(path: Path, *, overwrite: bool) -> None:
    """Raise SentenceIndexError unless an index may be written at `path`, with all links followed.

    Before that, what a killed process left half-exchanged there is finished.
    """
    _recover(path)
    _check_place(path, overwrite)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """What the system says when files of the index at `path` are opened, as SentenceIndexError."""
    try:
        yield
    except OSError as error:
        file = error.filename or path
        raise SentenceIndexError(f"{file} cannot be opened: {error.strerror or error}.") from error


def check_is_index(path: Path) -> None:
    """Raise SentenceIndexError unless the folder of an index is there.

    Before that, what a killed process left half-exchanged there is finished.
    """
    _recover(path)
    build_one = f"make one with: underline build {path} FOLDER"
    if not path.exists():
        raise IndexMissingError(f"There is no index at {path}; {build_one}")
    if path.is_file():
        raise IndexMissingError(f"{path} is a file; an index is a folder. Name another place.")
    names = {entry.name for entry in path.iterdir()}
    if CATALOG not in names:
        if names & set(FOLDERS):
            raise IndexDamagedError(f"{path / CATALOG} is missing; build the index again.")
        raise IndexMissingError(f"The folder {path} is no index; {build_one}")


def check_files(path: Path, catalog: Catalog) -> None:
    """Raise IndexDamagedError unless every file is there, as long as it was written."""
    for name, size in catalog.files().items():
        file = path / name
        if not file.is_file():
            raise IndexDamagedError(f"{file} is missing; build the index again.")
        if file.stat().st_size != size:
            raise IndexDamagedError(
                f"{file} has {file.stat().st_size:,} bytes instead of {size:,}; build the index "
                "again."
            )


def stamp(path: Path) -> Stamp:
    """What changes when another index takes the place of one, or its catalog is written over."""
    try:
        status = (path / CATALOG).stat()
    except (OSError, ValueError):  # no file, or no name that a file could have
        return ()
    # Nobody can set back the time of the last change, as the time of the last writing can be.
    return (
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )


@contextmanager
def writing(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """A new folder to write an index into; in the end it stands at `path`, or is gone.

    Leftovers of builds that were killed are removed first. Raises SentenceIndexError when the
    index cannot be written, or when by then something else stands at `path`.
    """
    try:
        _sweep(path)
        building, held = _new_folder(path)
        try:
            yield building
            _move_into_place(building, path, overwrite)
        finally:
            aside = _aside(building)
            if path.exists() or not aside.exists():  # else _recover needs both
                remove(building)  # the old index, once it was exchanged
                remove(aside)
            if held is not None:
                os.close(held)
    except OSError as error:
        reason, remedy = reason_and_remedy(error)
        raise SentenceIndexError(
            f"{path} could not be written ({reason}). Nothing was kept: {remedy}."
        ) from error


def _check_place(path: Path, overwrite: bool) -> None:
    if not path.parent.is_dir():
        raise SentenceIndexError(
            f"There is no folder {path.parent} to make the index in; make it first."
        )
    if path.is_symlink():  # still, after all links were followed
        raise SentenceIndexError(f"{path} is a link that goes in circles; choose another place.")
    if not path.exists():
        return
    if not (path / CATALOG).is_file():
        raise IndexExistsError(f"{path} exists and is no index; choose another place.")
    if not is_ours(path):
        raise IndexExistsError(
            f"{path} exists and is no index, for its {CATALOG} is of another program, of an early "
            "version or damaged; remove it yourself or choose another place."
        )
    if not overwrite:
        raise IndexExistsError(
            f"{path} exists already; replace it with --overwrite, or choose another place."
        )
    foreign = next((name for name, ours in contents_of(path) if not ours), None)
    if foreign is not None:
        raise IndexExistsError(
            f"{path} is not replaced, for no index wrote {path / foreign}; move that elsewhere, or "
            "choose another place."
        )


def _new_folder(path: Path) -> tuple[Path, int | None]:
    """An empty folder beside `path`, and the descriptor that locks it where folders can be."""
    while True:
        folder = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        folder.mkdir()
        try:
            return folder, lock(folder)
        except (BlockingIOError, FileNotFoundError):
            pass  # another process swept it in the moment when it was not locked
        except OSError:
            folder.rmdir()
            raise


def _move_into_place(building: Path, path: Path, overwrite: bool) -> None:
    """Put a complete index where it belongs; over an old one, which then stands where it stood."""
    for file in (*building.rglob("*"), building):
        keep(file)
    _check_place(path, overwrite)  # again: building takes a while
    if not path.exists():
        building.rename(path)
    elif not exchange(building, path):
        _exchange_in_steps(building, path)
    keep(path.parent)


def _exchange_in_steps(building: Path, path: Path) -> None:
    """What `exchange` does, where the system cannot. Killed in the middle, _recover ends it."""
    aside = _aside(building)
    try:
        path.rename(aside)
        building.rename(path)
    except BaseException as error:
        if aside.exists() and not path.exists():
            aside.rename(path)
        if building.exists() or not isinstance(error, FileNotFoundError):
            raise  # else another process was asked for the index meanwhile, and has ended it


def _recover(path: Path) -> None:
    """End an exchange in steps that was cut short: the new index was complete before it began."""
    path = Path(os.path.realpath(path))
    if os.path.lexists(path):
        return
    for aside in _leftovers(path):
        new = aside.with_suffix("")
        if aside.suffix == ASIDE and is_ours(aside) and is_ours(new):
            try:
                new.rename(path)
            except OSError as error:
                if not path.exists():  # nor did its writer, who may live, or another process end it
                    reason, remedy = reason_and_remedy(error)
                    raise SentenceIndexError(
                        f"{path} was left half-replaced, and {new} cannot be moved there "
                        f"({reason}): {remedy}."
                    ) from error
            return


def _sweep(path: Path) -> None:
    """Remove what builds at `path` left that were killed; nothing where folders cannot be locked,
    for there nobody can tell a dead writer from a living one."""
    for folder in _leftovers(path):
        if folder.suffix == ASIDE and folder.with_suffix("").exists():
            continue  # its writer is in the middle of exchanging
        with suppress(OSError):
            held = lock(folder)
            if held is None:
                return
            try:
                if is_leftover(folder):
                    remove(folder)
            finally:
                os.close(held)


def _leftovers(path: Path) -> list[Path]:
    """The folders beside `path` that have the name of a new index, or of an old one aside."""
    name = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{8}}({re.escape(ASIDE)})?")
    try:
        beside = sorted(path.parent.iterdir())
    except OSError:  # no folder, or none that may be listed
        return []
    named = [one for one in beside if name.fullmatch(one.name)]
    return [one for one in named if one.is_dir() and not one.is_symlink()]


def _aside(building: Path) -> Path:
    return building.with_name(building.name + ASIDE)
