"""`underline app`."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer

from index.errors import UnderlineError
from qa.cli.options import EffortOption, IndexArgument, ReaderOption, open_answerer
from qa.cross_encoder import BUNDLED


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
        open_answerer(index, reader, effort),
        host=host,
        port=port,
        root_path=root_path,
        allow_hosts=allow_host or (),
        examples=[text.strip() for text in lines if text.strip()],
        open_browser=open_browser,
    )
