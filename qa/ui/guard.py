"""What stands before every request: who may send it, how long it may be, what the page may do."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_REQUEST = 2 * 1024 * 1024  # bytes; too long a question is told so in a sentence

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
    "referrer-policy": "no-referrer",  # the address holds the question
    "x-content-type-options": "nosniff",
}


class Guard:
    """ASGI middleware. `hosts` are the names the page may be called by; none means any.

    On a page for this machine only, another name means that a web site elsewhere has pointed its
    own name at this machine to read along (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on and add HEADERS to the reply."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = self._refuse(scope["method"], Headers(scope=scope))
        await (refusal or self._app)(scope, receive, send_guarded)

    def _refuse(self, method: str, headers: Headers) -> PlainTextResponse | None:
        if self._hosts and _host(headers) not in self._hosts:
            return PlainTextResponse(
                "Underline serves this machine only; start it with --host to serve others.", 421
            )
        if method not in ("POST", "PUT", "PATCH"):
            return None
        length = headers.get("content-length", "")
        if not length.isdecimal():
            return PlainTextResponse("Send the length of the request.", 411)
        if int(length) > LONGEST_REQUEST:
            return PlainTextResponse("The request is too long.", 413)
        return None


def _host(headers: Headers) -> str | None:
    """The name the page was called by, without the port; None for what is no name."""
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname
    except ValueError:
        return None
