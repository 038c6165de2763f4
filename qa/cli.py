"""The command `underline`."""

from __future__ import annotations

import io
import logging
import math
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer

from index import Document, SentenceIndex
from index.embed import DEFAULT_EMBEDDER, SentenceTransformerEmbedder
from index.errors import DocumentError, UnderlineError
from index.loaders import Unreadable, load_documents
from qa.answerer import NO_READER, Answerer
from qa.cross_encoder import BUNDLED, CrossEncoder
from qa.errors import QuestionError
from qa.evaluate import FIGURES, Report, Result, evaluate
from qa.gold import read_gold
from qa.terminal import counted, json_text, line, show_answer, show_figures

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Ask your own documents a question and see the sentence that answers it, underlined in "
    "its source. Everything stays on this machine.",
    epilog="Start with: underline build my.index FOLDER, then: underline ask my.index 'Who …?'",
)

IndexArgument = Annotated[Path, typer.Argument(metavar="INDEX", help="Folder of an index.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
ReaderOption = Annotated[
    str,
    typer.Option(
        help="Name or folder of a model for question answering, or of a cross-encoder; none goes "
        "without. A name that is not on this machine is fetched."
    ),
]
EffortOption = Annotated[
    str, typer.Option(help="How much is read for an answer: fast, balanced or thorough.")
]


@app.command()
def build(
    index: Annotated[Path, typer.Argument(metavar="INDEX", help="Folder to make the index in.")],
    documents: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Folder of .txt and .md files, or one file.")
    ],
    embedder: Annotated[
        str | None,
        typer.Option(
            help="Name or folder of a sentence-transformers model; default: built in. A name that "
            "is not on this machine is fetched."
        ),
    ] = None,
    language: Annotated[
        str, typer.Option(help="Language that sentences are split in.")
    ] = "english",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the index if there is one.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Write nothing if there is a file that cannot be read.")
    ] = False,
) -> None:
    """Index a folder of documents, without the files that cannot be read. Nothing is written before
    the index is complete."""
    left_out: list[Unreadable] = []
    loaded = _load(documents, left_out)
    built = SentenceIndex.create(
        index,
        _all_of(loaded, left_out) if strict else loaded,
        embedder=SentenceTransformerEmbedder(embedder or DEFAULT_EMBEDDER, fetch=True),
        language=language,
        overwrite=overwrite,
        progress=sys.stderr.isatty(),
    )
    holds = f"{counted(len(built), 'sentence')} of {counted(built.document_count, 'document')}"
    print(f"{line(str(index))}: {holds}.")
    if left_out:
        print(f"Left out because they cannot be read: {len(left_out):,}.", file=sys.stderr)


@app.command()
def ask(
    index: IndexArgument,
    question: Annotated[
        list[str], typer.Argument(metavar="QUESTION", help="The question; - reads one a line.")
    ],
    k: Annotated[int, typer.Option("-k", help="How many passages to show.")] = 3,
    reader: ReaderOption = BUNDLED,
    effort: EffortOption = "balanced",
    as_json: JsonOption = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why the first sentences stand where they do.")
    ] = False,
) -> None:
    """Answer a question with the sentence that answers it, marked in its passage."""
    answerer = _open(index, reader, effort)
    if question == ["-"]:
        _ask_lines(answerer, k, as_json=as_json, explain=explain)
        return
    answer = answerer.ask(" ".join(question), k)
    if as_json:
        print(json_text(answer.to_dict(trace=explain), indent=2))
    else:
        show_answer(answer, with_trace=explain)


@app.command("eval")
def evaluate_(
    index: IndexArgument,
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Gold file: .jsonl or .jsonl.gz.")],
    reader: ReaderOption = BUNDLED,
    effort: EffortOption = "balanced",
    as_json: JsonOption = False,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(metavar="FIGURE=VALUE", help="Fail if a figure is lower, such as mrr=0.9."),
    ] = None,
    details: Annotated[
        Path | None, typer.Option(help="Write what became of each question to this .jsonl file.")
    ] = None,
) -> None:
    """Score the answers against a gold question-and-answer file."""
    from tqdm import tqdm

    bounds = [_bound(text) for text in fail_under or []]
    questions = read_gold(gold)
    if details:
        with _writing(details):
            same = details.exists() and details.samefile(gold)
        if same:
            raise UnderlineError(f"--details would write over the gold file {gold}; name another.")
    answerer = _open(index, reader, effort)
    results = tqdm(
        evaluate(answerer, questions),
        total=len(questions),
        unit=" questions",
        disable=not sys.stderr.isatty(),
    )
    report = Report(tuple(_with_details(results, details) if details else results))
    figures = report.figures()
    if as_json:
        print(json_text(figures, indent=2))
    else:
        show_figures(figures)
    missed = [miss for name, low in bounds if (miss := _missed(name, figures[name], low))]
    if missed:
        raise UnderlineError("; ".join(missed) + ".")


@app.command()
def info(index: IndexArgument, as_json: JsonOption = False) -> None:
    """Say what an index holds and what it was made with."""
    opened = SentenceIndex.open(index)
    facts = {
        "path": str(index),
        "documents": opened.document_count,
        "sentences": len(opened),
        **{key: opened.manifest[key] for key in ("embedder", "language", "created", "format")},
        "bytes": sum(file.stat().st_size for file in index.rglob("*") if file.is_file()),
    }
    if as_json:
        print(json_text(facts, indent=2))
    else:
        for name, value in facts.items():
            shown = f"{value:,}" if isinstance(value, int) else line(str(value))
            print(f"{name:10} {shown}")


@app.command("app")
def serve(
    index: IndexArgument,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 7860,
    root_path: Annotated[
        str, typer.Option(help="Path of the page at a proxy in front of it, such as /underline.")
    ] = "",
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Another name that the page may be called by, such as that of a proxy; "
            "can be repeated.",
        ),
    ] = None,
    examples: Annotated[
        Path | None, typer.Option(help="Text file with example questions, one a line.")
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the page in a browser.")
    ] = False,
    reader: ReaderOption = BUNDLED,
    effort: EffortOption = "balanced",
) -> None:
    """Serve the web page on an index, to this machine only."""
    from qa.ui import main as serve_page

    try:
        lines = examples.read_text("utf-8-sig").splitlines() if examples else []
    except (OSError, UnicodeDecodeError) as error:
        raise UnderlineError(f"The examples in {examples} cannot be read: {error}.") from error
    # Ctrl-C is how the page is stopped, not something that went wrong.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    serve_page(
        _open(index, reader, effort),
        host=host,
        port=port,
        root_path=root_path,
        allow_hosts=allow_host or (),
        examples=[text.strip() for text in lines if text.strip()],
        open_browser=open_browser,
    )


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


def _open(index: Path, reader: str, effort: str) -> Answerer:
    opened = SentenceIndex.open(index)
    if reader == NO_READER:
        return Answerer(opened, reader=reader, effort=effort)
    named = CrossEncoder(reader, fetch=True)
    if reader != BUNDLED:
        named.load()  # a name that is wrong is told before the first question
    return Answerer(opened, reader=named, effort=effort)


def _load(path: Path, left_out: list[Unreadable]) -> Iterator[Document]:
    """The documents of a folder. A file that cannot be read is named on stderr and left out; that
    there is nothing else is a DocumentError."""
    readable = 0
    for loaded in load_documents(path):
        if isinstance(loaded, Unreadable):
            left_out.append(loaded)
            print(line(f"Unreadable: {loaded.reason}"), file=sys.stderr)
        else:
            readable += 1
            yield loaded
    if not readable:
        raise DocumentError(f"No file in {path} can be read.")


def _all_of(documents: Iterable[Document], left_out: Sequence[Unreadable]) -> list[Document]:
    """The documents, once all of them are there. Raises DocumentError where one was left out."""
    found = list(documents)
    if left_out:
        raise DocumentError(
            f"Files that cannot be read: {len(left_out)}. Repair or remove them, or go on without "
            "them: leave --strict out."
        )
    return found


def _bound(text: str) -> tuple[str, float]:
    """`mrr=0.9` → ("mrr", 0.9)."""
    name, _, value = text.partition("=")
    try:
        if name in FIGURES and math.isfinite(float(value)):
            return name, float(value)
    except ValueError:
        pass
    raise UnderlineError(
        f"--fail-under takes FIGURE=VALUE with one of {', '.join(FIGURES)}, not {text!r}."
    )


def _missed(name: str, value: float | None, low: float) -> str | None:
    """How a figure misses its bound; None if it does not."""
    if value is None:
        return f"{name} cannot be told, for the gold file has no question that it is taken over"
    return f"{name} is {value:.4f}, under {low}" if value < low else None


def _ask_lines(answerer: Answerer, k: int, *, as_json: bool, explain: bool) -> None:
    """Answer each line of standard input; a question that cannot be asked is named and passed."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    refused = 0
    for number, question in enumerate(sys.stdin, 1):
        if not question.strip():
            continue
        try:
            answer = answerer.ask(question, k)
        except QuestionError as error:
            refused += 1
            print(f"Line {number}: {line(str(error))}", file=sys.stderr)
            continue
        if as_json:
            print(json_text(answer.to_dict(trace=explain)), flush=True)
        else:
            show_answer(answer, with_question=True, with_trace=explain)
    if refused:
        raise UnderlineError(f"{refused} of the questions could not be asked.")


def _with_details(results: Iterable[Result], path: Path) -> Iterator[Result]:
    """The results, each written to a file as it comes: gold, answer, rank of the right sentence."""
    with _writing(path):
        file = path.open("w", encoding="utf-8", buffering=1)
    with file:
        for result in results:
            row = {
                "id": result.gold.id,
                "answers": result.gold.answers,
                "rank": result.rank,
                "seconds": round(result.seconds, 4),
                **result.answer.to_dict(),
            }
            with _writing(path):
                file.write(json_text(row) + "\n")
            yield result


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnderlineError(f"{path} cannot be written: {error.strerror}.") from error
