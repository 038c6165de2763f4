"""What several commands are told, and what they open with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from index import SentenceIndex
from qa.answerer import NO_READER, Answerer
from qa.cross_encoder import BUNDLED, CrossEncoder

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


def open_answerer(index: Path, reader: str, effort: str) -> Answerer:
    """An index and a reader, open for questions. Raises UnderlineError for either."""
    opened = SentenceIndex.open(index)
    if reader == NO_READER:
        return Answerer(opened, reader=reader, effort=effort)
    named = CrossEncoder(reader, fetch=True)
    if reader != BUNDLED:
        named.load()  # a name that is wrong is told before the first question
    return Answerer(opened, reader=named, effort=effort)
