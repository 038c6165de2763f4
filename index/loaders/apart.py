"""Files of hostile formats → Documents, read in worker processes with limits on time and memory.

A parser that crashes, hangs or fills the memory ends with its process. The file is reported, and
the others are read by a new process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import IO, cast

from index.document import Document
from index.loaders.wire import unpack_document

STARTING = 120  # seconds until a process is ready
SECONDS = 120  # for a file; and so many more
SECONDS_A_MEGABYTE = 5
AHEAD = 2  # files that are read for each process before they are wanted
MAX_PROCESSES = 4

ENDED = "{path} stopped the program that reads it: it is broken or made to do harm. Leave it out."
TOO_LONG = "{path} was not read within {seconds:,} seconds. Split it, or leave it out."


@dataclass(slots=True)
class Outcome:
    """What became of a file: its documents, what the log says of it, or why it cannot be read."""

    path: Path
    name: str
    documents: list[Document] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reason: str = ""


def read_apart(
    files: Sequence[tuple[Path, str]], *, processes: int | None = None
) -> Iterator[Outcome]:
    """The outcome of each file, `(path, name)`, in their order; some are read ahead, not all."""
    processes = min(processes or os.cpu_count() or 1, MAX_PROCESSES, max(1, len(files)))
    idle: SimpleQueue[_Worker] = SimpleQueue()
    workers = [_Worker() for _ in range(processes)]
    for worker in workers:
        idle.put(worker)

    def read(path: Path, name: str) -> Outcome:
        worker = idle.get()
        try:
            return worker.read(path, name)
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


class _Worker:
    """A process that reads one file after the other; started when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def read(self, path: Path, name: str) -> Outcome:
        outcome = Outcome(path, name)
        process = self._started()
        stdin = cast("IO[str]", process.stdin)
        seconds = SECONDS + SECONDS_A_MEGABYTE * (_size(path) // 2**20)
        late = threading.Event()
        timer = _killing(process, seconds, late)
        try:
            stdin.write(json.dumps({"path": str(path), "name": name}) + "\n")
            stdin.flush()
            ended = self._take(process, outcome)
        except OSError:
            ended = False
        finally:
            timer.cancel()
        if not ended:
            self.stop()
            outcome.documents.clear()
            reason = TOO_LONG if late.is_set() else ENDED
            outcome.reason = reason.format(path=path, seconds=seconds)
        return outcome

    def stop(self) -> None:
        """End the process; a new one is started when a file is to be read."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()
        self._process = None

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            # With our own way of finding modules: none of them comes from the folder we are in.
            found_in = os.pathsep.join(filter(None, sys.path))
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "index.loaders.worker"],
                env={**os.environ, "PYTHONPATH": found_in},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="ascii",
            )
            timer = _killing(self._process, STARTING, threading.Event())
            cast("IO[str]", self._process.stdout).readline()  # that it is ready
            timer.cancel()
        return self._process

    def _take(self, process: subprocess.Popen[str], outcome: Outcome) -> bool:
        """Take what the process says of a file; whether it said all of it."""
        for line in cast("IO[str]", process.stdout):
            what, _, content = line.partition(" ")
            try:
                if what == "document":
                    outcome.documents.append(unpack_document(content))
                elif what == "note":
                    outcome.notes.append(str(json.loads(content)))
                elif what == "end":
                    outcome.reason = str(json.loads(content))
                    return True
                else:
                    return False
            except ValueError:  # what we do not write: the process is no longer ours
                return False
        return False


def _killing(
    process: subprocess.Popen[str], seconds: float, late: threading.Event
) -> threading.Timer:
    """A timer that ends a process after so many seconds, and says so, unless it is cancelled."""

    def end() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    return timer


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
