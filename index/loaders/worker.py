"""The process that files are read in: `python -m index.loaders.worker`, see index/loaders/apart.py.

Says `ready` first. Then takes a line of JSON a file, `{"path", "name"}`, and writes lines for it:
`document …`, `note …` for what the log would have said, and at last `end …` with the reason why it
cannot be read, if there is one. When a parser crashes or takes too much, only this process ends.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from pathlib import Path

from index.errors import DocumentError
from index.loaders import load
from index.loaders.source import SourceFile
from index.loaders.wire import pack_document

MAX_MEMORY = 4 * 1024**3  # bytes of addresses, which is far more than what is used of them
DEEPEST = 2_000  # calls in calls; far fewer than overflow a stack


class Notes(logging.Handler):
    """Passes on what is logged."""

    def emit(self, record: logging.LogRecord) -> None:
        say("note", record.getMessage())


def main() -> None:
    """Read the files that are named on standard input, until it ends."""
    _limit_memory()
    sys.setrecursionlimit(DEEPEST)
    logging.getLogger("index").addHandler(Notes(logging.WARNING))
    say("ready", "")
    for line in sys.stdin:
        row = json.loads(line)
        say("end", _read(Path(row["path"]), row["name"]))


def say(what: str, content: str) -> None:
    """Write a line: what it is, and JSON."""
    coded = content if what == "document" else json.dumps(content)
    _answers.write(f"{what} {coded}\n")
    _answers.flush()


def _read(path: Path, name: str) -> str:
    """Read a file; returns the reason why that cannot be done, '' if it can."""
    try:
        for document in load(SourceFile.of(path, name=name)):
            say("document", pack_document(document))
    except DocumentError as error:
        return str(error)
    except MemoryError:
        return f"{path} takes too much memory to read. Split it, or leave it out."
    except RecursionError:
        return f"{path} is nested too deeply to read. Leave it out."
    return ""


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):  # where that cannot be set
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    # What a library prints does not come between the answers.
    _answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    main()
