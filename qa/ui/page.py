"""The page: one Gradio app, two functions behind it, one public endpoint, one guard before all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from importlib import resources
from typing import Any, cast

import gradio as gr
from gradio.events import api
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from index.errors import UnderlineError
from qa.answerer import Answerer
from qa.ui.address import Names
from qa.ui.desk import DEFAULT_PASSAGES, SEATS, Desk
from qa.ui.guard import Guard
from qa.ui.render import render
from qa.ui.requests import Endpoint, MalformedError, json_response, read_object

MAX_EXAMPLES = 6
MAX_WAITING = 64  # calls of the public endpoint that may queue; the rest are told it is busy

SANS = ("ui-sans-serif", "system-ui", "sans-serif")
PAPER, PAPER_DARK = "#fbfaf7", "#16171b"  # as in style.css: no flash of white while it loads


def build_app(
    answerer: Answerer,
    *,
    names: Names,
    root_path: str = "",
    examples: Sequence[str] = (),
    private: bool = True,
) -> ASGIApp:
    """The page over an answerer. `private` says that it is served to its own machine only."""
    desk = Desk(answerer)
    blocks = _blocks(desk, answerer, examples, private)
    favicon = resources.files("qa.ui").joinpath("favicon.svg")
    app = Starlette(
        routes=[
            _route("/answer", desk.answer),
            _route("/document", desk.document),
            Route("/page/{sha256}/{number:int}", _pictures(desk)),
            Route("/favicon.ico", lambda _: FileResponse(str(favicon))),
        ]
    )
    # Gradio asks for more of FastAPI than it needs. An empty path, unlike "/", keeps the addresses
    # in the page relative.
    gr.mount_gradio_app(cast(Any, app), blocks, "", root_path=root_path, **_options())
    (function,) = blocks.fns
    return Guard(Endpoint(app, function), names, root_path)


def _blocks(desk: Desk, answerer: Answerer, examples: Sequence[str], private: bool) -> gr.Blocks:
    async def ask(question: str, k: int = DEFAULT_PASSAGES) -> dict[str, Any]:
        """The answer to a question, quoted from the documents, and the k best passages."""
        try:
            return (await desk.ask(question, k)).to_dict()
        except UnderlineError as error:
            raise gr.Error(str(error), print_exception=False) from None

    blocks = gr.Blocks(title="Underline", analytics_enabled=False, fill_width=True)
    with blocks:
        # `${value}` inserts the value and never evaluates it.
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
            apply_default_css=False,
        )
        api(ask, api_name="ask", concurrency_limit=SEATS)
    blocks.queue(max_size=MAX_WAITING, default_concurrency_limit=SEATS)
    return blocks


def _options() -> dict[str, Any]:
    """How the app is served: nothing is shared, kept or shown that need not be."""
    theme = gr.themes.Base(font=SANS, font_mono=("ui-monospace", "monospace")).set(
        body_background_fill=PAPER, body_background_fill_dark=PAPER_DARK
    )
    return {
        "show_error": False,
        "run_history": False,
        "enable_monitoring": False,
        "footer_links": [],
        "allowed_paths": None,
        "max_file_size": "1kb",  # nothing is uploaded
        "ssr_mode": False,
        "pwa": False,
        "mcp_server": False,
        "theme": theme,
        "head": f"<link rel='icon' href='favicon.ico'><style>{_read('style.css')}</style>",
    }


def _route(path: str, work: Callable[[Any], Awaitable[dict[str, Any]]]) -> Route:
    """What the page itself asks for. It skips the queue: an answer takes less time than a place in
    it, and the limit is the desk's."""

    async def reply(request: Request) -> Response:
        try:
            asked = await read_object(request)
        except MalformedError as error:
            return PlainTextResponse(str(error), 422)
        return json_response(await work(asked))

    return Route(path, reply, methods=["POST"])


def _pictures(desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    """Pages of the files of documents. They are kept nowhere: a document leaves no trace."""

    async def reply(request: Request) -> Response:
        try:
            drawn = await desk.page(request.path_params["sha256"], request.path_params["number"])
        except UnderlineError as error:
            return PlainTextResponse(str(error), 404)
        return Response(drawn, media_type="image/png", headers={"cache-control": "no-store"})

    return reply


def _read(name: str) -> str:
    return resources.files("qa.ui").joinpath(name).read_text(encoding="utf-8")
