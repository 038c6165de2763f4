"""The command `underline`: a module for each of its commands."""

from __future__ import annotations

import io
import logging
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

import typer

from index.errors import UnderlineError
from qa.cli import ask, build, evaluate, info, serve
from qa.terminal import line

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Ask your own documents a question and see the sentence that answers it, underlined in "
    "its source. Everything stays on this machine.",
    epilog="Start with: underline build my.index FOLDER, then: underline ask my.index 'Who …?'",
)
app.command()(build.build)
app.command()(ask.ask)
app.command("eval")(evaluate.evaluate_)
app.command()(info.info)
app.command("app")(serve.serve)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; a user's mistake is one sentence on stderr and exit code 1."""
    for interrupt in _interrupts():
        signal.signal(interrupt, _stop)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # one that cannot write all there is to say
            stream.reconfigure(errors="replace")
    logging.getLogger("index").handlers = [_OneLine()]
    try:
        app(arguments)
    except UnderlineError as error:
        print(f"Error: {line(str(error))}", file=sys.stderr)
        sys.exit(1)


class _OneLine(logging.Handler):
    """Writes what is logged to stderr, as any other word about the documents: one line each, no
    control characters."""

    def emit(self, record: logging.LogRecord) -> None:
        print(line(record.getMessage()), file=sys.stderr)


def _stop(number: int, _frame: object) -> None:
    """Leave by way of everything that cleans up behind itself, which no second one cuts short: a
    terminal that is closed sends two."""
    for one in _interrupts():
        signal.signal(one, signal.SIG_IGN)
    with suppress(OSError):  # there may be no terminal any more
        print("Stopped; nothing is left half-written.", file=sys.stderr)
    sys.exit(128 + number)


def _interrupts() -> list[signal.Signals]:
    """What stops a command. A hangup is not known everywhere, and ignored by what nohup runs."""
    heard = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        heard.append(signal.SIGHUP)
    return heard
