"""The Gradio app: one page, two functions behind it, one public endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api
from starlette.middleware import Middleware

from index.errors import UnderlineError
from qa.answerer import Answerer
from qa.ui.desk import SEATS, Desk
from qa.ui.guard import Guard
from qa.ui.render import render

MAX_EXAMPLES = 6
MAX_WAITING = 64  # calls of the public endpoint that may queue; the rest are told it is busy
HOUR = 60 * 60

SANS = ("ui-sans-serif", "system-ui", "sans-serif")
PAPER, PAPER_DARK = "#fbfaf7", "#16171b"  # as in style.css: no flash of white while it loads


def build_app(
    answerer: Answerer, *, examples: Sequence[str] = (), private: bool = True
) -> gr.Blocks:
    """The page over an answerer. `private` says that it is served to its own machine only."""
    desk = Desk(answerer)

    # Gradio marks these two as callable from the page, which a bound method does not allow.
    async def answer(request: Any) -> dict[str, Any]:
        return await desk.answer(request)

    async def document(request: Any) -> dict[str, Any]:
        return await desk.document(request)

    async def ask(question: str, k: int = 5) -> dict[str, Any]:
        """The answer to a question, quoted from the documents, and the k best passages."""
        try:
            return (await desk.ask(question, k)).to_dict()
        except UnderlineError as error:
            raise gr.Error(str(error), print_exception=False) from None

    app = gr.Blocks(
        title="Underline", analytics_enabled=False, fill_width=True, delete_cache=(HOUR, HOUR)
    )
    with app:
        # The page's own functions skip the queue: an answer takes less time than a place in it.
        # Their limit is the desk's. `${value}` inserts the value and never evaluates it.
        gr.HTML(
            render(
                "page.html",
                documents=answerer.index.document_count,
                sentences=len(answerer.index),
                examples=[example.strip() for example in examples][:MAX_EXAMPLES],
                private=private,
            ),
            html_template="${value}",
            js_on_load=_read("script.js"),
            server_functions=[answer, document],
            apply_default_css=False,
        )
        api(ask, api_name="ask", concurrency_limit=SEATS)
    app.queue(max_size=MAX_WAITING, default_concurrency_limit=SEATS)
    return app


def launch_options(
    host: str, port: int, *, private: bool = True, allow_hosts: Sequence[str] = ()
) -> dict[str, Any]:
    """How the app is served: nothing is shared, kept or shown that need not be."""
    theme = gr.themes.Base(font=SANS, font_mono=("ui-monospace", "monospace")).set(
        body_background_fill=PAPER, body_background_fill_dark=PAPER_DARK
    )
    guard = Middleware(Guard, private=private, names=allow_hosts)
    return {
        "server_name": f"[{host}]" if ":" in host else host,
        "server_port": port,
        "quiet": True,
        "share": False,
        "show_error": False,
        "run_history": False,
        "enable_monitoring": False,
        "footer_links": [],
        "allowed_paths": None,
        "max_file_size": "1kb",  # nothing is uploaded
        "ssr_mode": False,
        "pwa": False,
        "mcp_server": False,
        "strict_cors": True,
        "app_kwargs": {"middleware": [guard]},
        "favicon_path": Path(__file__).with_name("favicon.svg"),
        "theme": theme,
        "head": f"<style>{_read('style.css')}</style>",
    }


def _read(name: str) -> str:
    return resources.files("qa.ui").joinpath(name).read_text(encoding="utf-8")
