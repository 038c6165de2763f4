"""Files of hostile formats → Documents, read in worker processes with limits on time and memory.

A parser that crashes, hangs or fills the memory ends with its process. The file is reported, and
the others are read by a new process.
"""

from __future__ import annotations

import json
import os
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from index.document import Document
from index.loaders.process import Process, ProcessEndedError, ProcessLateError
from index.loaders.wire import unpack_document

SECONDS = 120  # for a file; and so many more
SECONDS_A_MEGABYTE = 5
AHEAD = 2  # files that are read for each process before they are wanted
MAX_PROCESSES = 4

ENDED = "{path} stopped the program that reads it: it is broken or made to do harm. Leave it out."
TOO_LONG = "{path} was not read within {seconds:,} seconds. Split it, or leave it out."


@dataclass(slots=True)
class Outcome:
    """What became of a file: its documents, what the log says of it, or why it cannot be read, and
    how long that took."""

    path: Path
    name: str
    documents: list[Document] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reason: str = ""
    seconds: float = 0.0


def read_apart(
    files: Sequence[tuple[Path, str]], *, processes: int | None = None
) -> Iterator[Outcome]:
    """The outcome of each file, `(path, name)`, in their order; some are read ahead, not all."""
    processes = min(processes or os.cpu_count() or 1, MAX_PROCESSES, max(1, len(files)))
    idle: SimpleQueue[Process] = SimpleQueue()
    workers = [Process() for _ in range(processes)]
    for worker in workers:
        idle.put(worker)

    def read(path: Path, name: str) -> Outcome:
        worker = idle.get()
        try:
            return _read(worker, path, name)
        finally:
            idle.put(worker)

    pending: deque[Future[Outcome]] = deque()
    with ThreadPoolExecutor(processes) as pool:
        try:
            for path, name in files:
                pending.append(pool.submit(read, path, name))
                if len(pending) > AHEAD * processes:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
            for worker in workers:
                worker.stop()


def _read(process: Process, path: Path, name: str) -> Outcome:
    """Read a file in a process."""
    outcome, started = Outcome(path, name), time.perf_counter()
    seconds = SECONDS + SECONDS_A_MEGABYTE * (_size(path) // 2**20)
    try:
        for what, content in process.answers(
            {"do": "read", "path": str(path), "name": name}, seconds
        ):
            if what == "document":
                outcome.documents.append(unpack_document(content))
            elif what == "note":
                outcome.notes.append(str(json.loads(content)))
            else:
                outcome.reason = str(json.loads(content))
    except ProcessLateError:
        outcome.reason = TOO_LONG.format(path=path, seconds=seconds)
    except (ProcessEndedError, ValueError):  # a ValueError for what we do not write
        process.stop()
        outcome.reason = ENDED.format(path=path)
    if outcome.reason:
        outcome.documents.clear()
    outcome.seconds = time.perf_counter() - started
    return outcome


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
