"""`underline eval`."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from index.errors import UnderlineError
from qa.cli.options import EffortOption, IndexArgument, JsonOption, ReaderOption, open_answerer
from qa.cross_encoder import BUNDLED
from qa.evaluate import FIGURES, Report, Result, evaluate
from qa.gold import read_gold
from qa.terminal import json_text, show_figures


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
    answerer = open_answerer(index, reader, effort)
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
