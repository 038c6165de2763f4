"""Files of hostile formats → Documents, read in worker processes with limits on time and memory.

A parser that crashes, hangs or fills the memory ends with its process. The file is reported, and
the others are read by a new process.
"""

from __future__ import annotations

import json
import os
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import SimpleQueue

from index.document import Document
from index.loaders.options import DEFAULT_OPTIONS, Options
from index.loaders.pdf_left_out import OCR_SECONDS
from index.loaders.process import END, Process, ProcessEndedError, ProcessLateError
from index.loaders.source import size_of
from index.loaders.wire import DOCUMENT, Parts

SECONDS = 120  # for a file; and so many more
SECONDS_A_MEGABYTE = 5
AHEAD = 2  # files that are read for each process before they are wanted
AHEAD_BYTES = 32 * 1024 * 1024  # of these files together; a larger one is read alone
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
    same_as: str = ""  # the name of the file before it that has the same bytes; it is not read then


def read_apart(
    files: Iterable[tuple[Path, str]],
    *,
    options: Options = DEFAULT_OPTIONS,
    processes: int | None = None,
) -> Iterator[Outcome]:
    """The outcome of each file, `(path, name)`, in their order; some are read ahead, not all."""
    processes = min(processes or os.cpu_count() or 1, MAX_PROCESSES)
    idle: SimpleQueue[Process] = SimpleQueue()
    workers = [Process() for _ in range(processes)]
    for worker in workers:
        idle.put(worker)

    def read(path: Path, name: str) -> Outcome:
        worker = idle.get()
        try:
            return _read(worker, path, name, options)
        finally:
            idle.put(worker)

    pending: deque[tuple[int, Future[Outcome]]] = deque()

    def is_full(more: int) -> bool:
        held = sum(size for size, _ in pending)
        return len(pending) > AHEAD * processes or (held > 0 and held + more > AHEAD_BYTES)

    with ThreadPoolExecutor(processes) as pool:
        try:
            for path, name in files:
                size = size_of(path)
                while is_full(size):
                    yield pending.popleft()[1].result()
                pending.append((size, pool.submit(read, path, name)))
            while pending:
                yield pending.popleft()[1].result()
        finally:
            for _, future in pending:
                future.cancel()
            for worker in workers:
                worker.stop()


def _read(process: Process, path: Path, name: str, options: Options) -> Outcome:
    """Read a file in a process."""
    outcome, started = Outcome(path, name), time.perf_counter()
    seconds = SECONDS + SECONDS_A_MEGABYTE * (size_of(path) // 2**20)
    request = {"do": "read", "path": str(path), "name": name, "options": asdict(options)}
    parts = Parts()
    try:
        for what, content in process.answers(request, seconds, more=OCR_SECONDS):
            if what == "note":
                outcome.notes.append(str(json.loads(content)))
            elif what == END:
                outcome.reason = str(json.loads(content))
            elif what == DOCUMENT:
                outcome.documents.append(parts.document(content))
                parts = Parts()
            else:
                parts.add(what, content)
    except ProcessLateError as error:
        outcome.reason = TOO_LONG.format(path=path, seconds=round(error.args[0]))
    except (ProcessEndedError, ValueError):  # a ValueError for what we do not write
        process.stop()
        outcome.reason = ENDED.format(path=path)
    if outcome.reason:
        outcome.documents.clear()
    outcome.seconds = time.perf_counter() - started
    return outcome
