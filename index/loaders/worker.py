"""The process that files are read in: `python -m index.loaders.worker`, see index/loaders/apart.py.

Says `ready` first. Then takes a line of JSON a request, `{"do", "path", …}`, and writes lines for
it: those of documents (index/loaders/wire.py) or `made …`, `note …` for what the log would have
said, `alive …` where work goes on that may take long, and at last `end …` with the reason why it
cannot be done, if there is one. When a parser crashes or takes too much, only this process ends.
"""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.errors import DocumentError
from index.loaders import load
from index.loaders.options import Options
from index.loaders.pdf_glyphs import measure
from index.loaders.pdf_picture import page_png
from index.loaders.process import ALIVE
from index.loaders.source import SourceFile
from index.loaders.wire import pack_document

MAX_MEMORY = 4 * 1024**3  # bytes of addresses, which is far more than what is used of them
DEEPEST = 2_000  # calls in calls; far fewer than overflow a stack


class Notes(logging.Handler):
    """Passes on what is logged; what is no warning says that work goes on."""

    def emit(self, record: logging.LogRecord) -> None:
        what = "note" if record.levelno >= logging.WARNING else ALIVE
        say(what, record.getMessage())


def main() -> None:
    """Do what standard input asks for, until it ends."""
    _limit_memory()
    sys.setrecursionlimit(DEEPEST)
    logger = logging.getLogger("index")
    logger.setLevel(logging.INFO)
    logger.addHandler(Notes(logging.INFO))
    say("ready", "")
    for line in sys.stdin:
        asked = json.loads(line)
        path = Path(asked.pop("path"))
        say("end", _do(WORK[asked.pop("do")], path, asked))


def say(what: str, content: object) -> None:
    """Write a line: what it is, and JSON."""
    _write(what, json.dumps(content))


def _write(what: str, coded: str) -> None:
    _answers.write(f"{what} {coded}\n")
    _answers.flush()


def _do(work: Callable[..., None], path: Path, asked: dict[str, Any]) -> str:
    """Do something with a file; returns the reason why that cannot be done, '' if it can."""
    try:
        work(path, **asked)
    except DocumentError as error:
        return str(error)
    except MemoryError:
        return f"{path} takes too much memory to read. Split it, or leave it out."
    except RecursionError:
        return f"{path} is nested too deeply to read. Leave it out."
    return ""


def _read(path: Path, name: str, options: dict[str, Any]) -> None:
    for document in load(SourceFile.of(path, name=name, options=Options(**options))):
        for what, coded in pack_document(document):
            _write(what, coded)


def _measure(path: Path) -> None:
    """The sizes of the pages of a PDF."""
    say("made", measure(SourceFile.of(path).read()))


def _draw(path: Path, number: int, scale: float) -> None:
    """A page of a PDF, as PNG in base64."""
    drawn = page_png(SourceFile.of(path).read(), number, [], scale=scale)
    say("made", base64.b64encode(drawn).decode())


WORK: dict[str, Callable[..., None]] = {"read": _read, "measure": _measure, "draw": _draw}


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
