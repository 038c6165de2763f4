"""`underline ask`."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from index.errors import UnderlineError
from qa.answerer import Answerer
from qa.cli.options import EffortOption, IndexArgument, JsonOption, ReaderOption, open_answerer
from qa.cross_encoder import BUNDLED
from qa.errors import QuestionError
from qa.terminal import json_text, line, show_answer


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
    answerer = open_answerer(index, reader, effort)
    if question == ["-"]:
        _ask_lines(answerer, k, as_json=as_json, explain=explain)
        return
    answer = answerer.ask(" ".join(question), k)
    if as_json:
        print(json_text(answer.to_dict(trace=explain), indent=2))
    else:
        show_answer(answer, with_trace=explain)


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
