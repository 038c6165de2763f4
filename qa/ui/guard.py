"""What stands before every request: who may send it, what is served at all, how long it may be,
and what the page may do."""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.ui.address import Names

LONGEST_REQUEST = 2 * 1024 * 1024  # bytes; too long a question is told so in a sentence

READ, SEND = ("GET", "HEAD"), ("POST",)
STREAM = "/gradio_api/queue/data"
# All that is served. Gradio has five dozen routes more, which take files in, give files out, fetch
# from elsewhere and keep what visitors do: nobody needs them here.
ROUTES = tuple(
    (methods, re.compile(paths, re.ASCII))
    for methods, paths in (
        (READ, r"/|/favicon\.ico|/theme\.css"),
        (READ, r"/page/[0-9a-f]{64}/\d{1,5}"),
        (READ, r"/(assets|static)(/[\w@+-][\w@+.-]*)+"),
        (SEND, r"/answer|/document"),
        # The public endpoint: what a client reads first, and the three ways it is called.
        (READ, r"/config/?|/gradio_api/info/?"),
        (SEND, r"/gradio_api/(run/|call/|call/v2/)ask/?|/gradio_api/queue/join"),
        (READ, rf"/gradio_api/call/(v2/)?ask/\w+|{STREAM}"),
    )
)

# The browser itself then holds the promise that nothing leaves: no other host can be loaded from,
# sent to or linked into the page. Gradio compiles its templates, hence 'unsafe-eval'.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",  # the address holds the question
    "x-content-type-options": "nosniff",
}
# What a proxy says of the page's address, which anybody else can say as well. The page finds its
# own way: every address in it is relative to its own.
HEARSAY = ("x-forwarded-host", "x-forwarded-proto", "x-gradio-server")

ELSEWHERE = (
    "This comes from a page of another web site, and is refused. If Underline is served by way of "
    "a proxy, start it with --allow-host and the name of the page there."
)
UNKNOWN_NAME = (
    "The page may not be called by this name. To allow it, start Underline with --allow-host and "
    "the name."
)


class Guard:
    """ASGI middleware: refuses what is not meant for the page, and adds HEADERS to every reply.

    A page is called by another name than its own where a web site elsewhere has pointed its name
    at this machine, to read along (DNS rebinding). `root_path` is the path that a proxy serves the
    page under; the proxy may cut it off or leave it on.
    """

    def __init__(self, app: ASGIApp, names: Names, root_path: str = "") -> None:
        self._app = app
        self._names = names
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # the page has none
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        unfinished = False

        async def send_guarded(message: Message) -> None:
            nonlocal unfinished
            if message["type"] == "http.response.start":
                _protect(MutableHeaders(scope=message))
            unfinished = message["type"] != "http.response.body" or message.get("more_body", False)
            await send(message)

        scope = self._plain(scope)
        try:
            await (self._refuse(scope) or self._app)(scope, receive, send_guarded)
        except Exception as error:
            # The visitor has left in the middle of it; or Gradio, in the middle of its reply, finds
            # out that nobody asked for it. Neither is worth a word in the log.
            if not isinstance(error.__cause__ or error, (ClientDisconnect, HTTPException)):
                raise
            if unfinished:
                await send({"type": "http.response.body", "body": b""})

    def _plain(self, scope: Scope) -> Scope:
        """The request without what Gradio shall not see: the path at the proxy, and hearsay."""
        path: str = scope["path"]
        if _methods(path) is None and path.startswith(f"{self._root_path}/"):
            path = path.removeprefix(self._root_path)
        headers = MutableHeaders(raw=list(scope["headers"]))
        for name in HEARSAY:
            del headers[name]
        if path == "/":
            headers["x-gradio-server"] = "."  # makes the addresses in the page relative
        if path not in (STREAM, self._root_path):
            scope = {**scope, "query_string": b""}  # the question in it is for the page to read
        return {**scope, "path": path, "raw_path": path.encode(), "headers": headers.raw}

    def _refuse(self, scope: Scope) -> Response | None:
        headers, method, path = Headers(scope=scope), scope["method"], scope["path"]
        if not self._names.include(headers.get("host", "")):
            return PlainTextResponse(UNKNOWN_NAME, 421)
        # A link from anywhere may be followed; what it leads to, no other page can read.
        if (method not in READ or "upgrade" in headers) and self._is_from_elsewhere(headers):
            return PlainTextResponse(ELSEWHERE, 403)
        methods = _methods(path)
        if methods is None and path == self._root_path:
            return RedirectResponse(
                f"{path}/?{scope['query_string'].decode('latin-1')}".rstrip("?")
            )
        if methods is None:
            return PlainTextResponse("There is nothing at this address.", 404)
        if method not in methods:
            allowed = {"allow": ", ".join(methods)}
            return PlainTextResponse(f"This address takes {methods[0]} only.", 405, allowed)
        return _refuse_length(headers) if method == "POST" else None

    def _is_from_elsewhere(self, headers: Headers) -> bool:
        """Whether a page that is not ours sends this. A program does not say where it is from."""
        host = headers.get("host", "")
        ours = all(self._names.are_of(origin, host) for origin in headers.getlist("origin"))
        site = headers.get("sec-fetch-site", "none")
        return not ours or site not in ("same-origin", "none")


def _methods(path: str) -> Sequence[str] | None:
    """What may be done at a path; None where there is nothing."""
    return next((methods for methods, paths in ROUTES if paths.fullmatch(path)), None)


def _protect(headers: MutableHeaders) -> None:
    for name in [name for name in headers if name.startswith("access-control-")]:
        del headers[name]  # Gradio lets any page read a page that is not on this machine
    headers.update(HEADERS)


def _refuse_length(headers: Headers) -> Response | None:
    length = headers.get("content-length", "")
    if not length.isdecimal():
        return PlainTextResponse("Send the length of the request.", 411)
    if len(length) > 10 or int(length) > LONGEST_REQUEST:
        return PlainTextResponse("The request is too long.", 413)
    return None
