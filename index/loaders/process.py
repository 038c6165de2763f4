"""A process that works on hostile files: started, asked, killed when it takes too long."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from typing import IO, cast

STARTING = 120  # seconds until a process is ready
SILENT = 600  # seconds without a sign of life, once there was one
END, ALIVE = "end", "alive"  # the last answer of a request; a sign of life
# Of a process that is not believed, so much is held: characters of an answer, and of all to a
# request. The largest files that can be read give less.
MAX_LINE, MAX_ANSWERS = 64 * 1024**2, 1024**3


class ProcessEndedError(Exception):
    """The process ended in the middle of a request, or said what it should not."""


class ProcessLateError(Exception):
    """The process took longer than it may, and was killed; its argument is how many seconds."""


class Process:
    """A process of index/loaders/worker.py, started when it is first asked, and again after it has
    ended. For one thread at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def answers(
        self, request: Mapping[str, object], seconds: float, *, more: float = 0
    ) -> Iterator[tuple[str, str]]:
        """What the process says to a request, `(what, content)`; `end` is the last.

        Raises ProcessLateError after so many seconds, and ProcessEndedError where it says nothing
        more; it is stopped then. A sign of life gives it time to the next one, `more` in all.
        """
        process = self._started()
        late = threading.Event()
        given = seconds
        timer = _killing(process, given, late)
        begun = time.monotonic()
        what, left = "", MAX_ANSWERS
        try:
            stdin = cast("IO[str]", process.stdin)
            stdin.write(json.dumps(request) + "\n")
            stdin.flush()
            while what != END:
                line = cast("IO[str]", process.stdout).readline(min(MAX_LINE, left))
                what, _, content = line.rstrip("\n").partition(" ")
                left -= len(line)
                if not what or not line.endswith("\n"):
                    raise ProcessEndedError
                if what == ALIVE and more:
                    timer.cancel()
                    used = time.monotonic() - begun
                    given = min(used + SILENT, seconds + more)
                    timer = _killing(process, given - used, late)
                else:
                    yield what, content
        except (OSError, ProcessEndedError):
            raise (ProcessLateError(given) if late.is_set() else ProcessEndedError) from None
        finally:
            timer.cancel()
            if what != END:  # what it still has to say belongs to no other request
                self.stop()

    def stop(self) -> None:
        """End the process."""
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
