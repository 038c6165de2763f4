"""Answers and figures → a terminal, or plain text where the output is no terminal."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from index.metadata import about
from qa.answer import State, in_words, named
from qa.highlight import pieces

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from qa.answer import Answer, Passage
    from qa.trace import Trace

NOT_ANSWERED = "These documents do not seem to answer that. The nearest passages:"

# Control characters could move the cursor or rename the window: shown as symbols instead.
VISIBLE = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"}
VISIBLE |= dict.fromkeys([0x7F, *range(0x80, 0xA0)], 0x2421)
# So are those that turn the direction of what follows, and what UTF-8 cannot hold.
VISIBLE |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD)
VISIBLE |= dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)

# Characters that JSON would hold as they are: controls, and what UTF-8 cannot hold.
UNWRITTEN = re.compile("[\x7f-\x9f\ud800-\udfff]")
SPACES = re.compile(r"\s+")

STYLES = {"sentence": "underline", "answer": "bold underline green"}

MEANINGS = {
    "questions": "questions asked",
    "answerable": "of them the documents answer",
    "hit@1": "right sentence first",
    "hit@3": "right sentence among the first 3",
    "hit@5": "right sentence among the first 5",
    "hit@10": "right sentence among the first 10",
    "mrr": "mean of 1 / rank of the right sentence, to rank 10",
    "document": "first sentence in a right document",
    "em": "quote is an accepted answer, word for word",
    "f1": "words the quote shares with an accepted answer",
    "refused_right": "unanswerable questions that were refused",
    "refused_wrong": "answerable questions that were refused",
    "p50_ms": "milliseconds to an answer, median",
    "p95_ms": "milliseconds to an answer, 95th percentile",
}


def visible(text: str) -> str:
    """The text with control characters as symbols."""
    return text.translate(VISIBLE)


def line(text: str) -> str:
    """The text in one line, with control characters as symbols."""
    return visible(" ".join(text.split()))


def counted(number: int, noun: str) -> str:
    """`1 sentence`, `1,200 sentences`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def json_text(value: Any, *, indent: int | None = None) -> str:
    """JSON that a person can read, with no control character in it as it is, nor what the output
    cannot write."""
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=not unicode, indent=indent)
    return UNWRITTEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def show_answer(answer: Answer, *, with_question: bool = False, with_trace: bool = False) -> None:
    """Print the answer's passages, best first, with their marks."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=False)
    if with_question:
        console.print(Text(f"? {line(answer.question)}", style="bold"))
    if answer.quote is None:
        console.print(Text(NOT_ANSWERED, style="yellow"))
    else:
        _show_quote(console, answer)
    if answer.unmentioned:
        words = ", ".join(map(line, answer.unmentioned))
        console.print(Text(f"The first passage does not mention: {words}", style="yellow"))
    if answer.misdated:
        years = ", ".join(answer.misdated)
        console.print(Text(f"The marked sentence has another year than: {years}", style="yellow"))
    if answer.foreign:
        console.print(Text(answer.why_foreign, style="yellow"))
    for number, passage in enumerate(answer.passages, 1):
        _show_passage(console, passage, number)
    console.print()
    if with_trace and answer.trace:
        show_trace(answer.trace)


def _show_quote(console: Console, answer: Answer) -> None:
    """The answer in a line, how sure it is, where else it stands, and what else it might be."""
    from rich.text import Text

    quote = " … ".join(line(part.text) for part in answer.parts) or "–"
    perhaps = answer.state is State.PERHAPS
    sure = f"  {in_words(answer.confidence)} · {answer.confidence:.2f}"
    more = len(answer.places) - 1
    places = f" · and in {counted(more, 'more place')}" if more > 0 else ""
    console.print(
        Text.assemble(
            ("Perhaps: ", "yellow") if perhaps else "",
            (quote, "bold yellow" if perhaps else "bold green"),
            (sure + places, "dim"),
        ),
        soft_wrap=True,
    )
    others = [f"{line(o.quote.text)} ({o.confidence:.2f})" for o in answer.alternatives]
    if others:
        console.print(Text(f"or perhaps: {' · '.join(others)}", style="dim"), soft_wrap=True)


def _show_passage(console: Console, passage: Passage, number: int) -> None:
    from rich.padding import Padding
    from rich.text import Text

    span, best = passage.span, passage.answer or passage.best.sentence
    where = f", {best.place}" if best.place else ""
    told = line(about(span.document.metadata))
    place = f"{line(span.document.source)}{where} [{best.start}–{best.end}]"
    console.print()
    console.print(
        Text.assemble(
            f"{number}  ",
            (line(span.document.title), "bold"),
            (f"  {told}" if told else "", "dim"),
            (f"  {place}  score {passage.score:.2f}", "dim"),
        ),
        soft_wrap=True,
    )
    if passage.elsewhere:
        names = named([line(name) for name in passage.elsewhere])
        console.print(Text(f"   also in: {names}", style="dim"), soft_wrap=True)
    text = _marked(passage, plain=console.color_system is None)  # so that it could show no style
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, 3)))
    else:
        console.print(text, soft_wrap=True)


def _marked(passage: Passage, *, plain: bool) -> Text:
    """The passage in one paragraph; where there are no styles, the marks are brackets."""
    from rich.text import Text

    marked = Text()
    for is_marked, run in groupby(pieces(passage), key=lambda piece: bool(piece.mark)):
        parts = list(run)
        around = plain and is_marked and any(part.mark == "sentence" for part in parts)
        marked.append("[" * around)
        for text, mark in parts:
            shown = visible(SPACES.sub(" ", text))
            if plain:
                marked.append(f"[[{shown}]]" if mark == "answer" else shown)
            else:
                marked.append(shown, style=STYLES[mark] if mark else "")
        marked.append("]" * around)
    return marked


def show_trace(trace: Trace) -> None:
    """Print why the first sentences of a ranking stand where they do."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    console.print(f"Why: {trace.windows_read} windows read")
    console.print(Text(f"About what is asked: {_shares(trace.topic)}"), soft_wrap=True)
    console.print(Text(f"The quote, if so: {_shares(trace.confidence)}"), soft_wrap=True)
    for number, step in enumerate(trace.steps, 1):
        ranks = f"by meaning {step.by_meaning or '–'}, by words {step.by_words or '–'}"
        was_read = "read" if step.was_read else "not read"
        head = f"{number}  {step.odds:+.2f}  {ranks}, {was_read}: {_shares(step.shares)}"
        console.print(Text(head), soft_wrap=True)
        sentence = Text(line(step.sentence.text), style="dim", overflow="ellipsis", no_wrap=True)
        console.print(Padding(sentence, (0, 0, 0, 3)))


def _shares(shares: Mapping[str, float]) -> str:
    """`bias -6.17, search +5.92`: what adds up to log-odds."""
    return ", ".join(f"{name} {value:+.2f}" for name, value in shares.items())


def show_figures(figures: Mapping[str, float | None]) -> None:
    """Print an evaluation as a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("figure")
    table.add_column("value", justify="right")
    table.add_column("what it says", style="dim")
    for name, value in figures.items():
        digits = 0 if name in ("questions", "answerable") else 1 if name.endswith("_ms") else 3
        table.add_row(name, "–" if value is None else f"{value:.{digits}f}", MEANINGS[name])
    Console(highlight=False).print(table)
