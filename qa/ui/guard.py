"""What stands before every request: who may send it, how long it may be, what the page may do."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What a page or program may send to, below Gradio's prefix: the page's own functions, the public
# endpoint, and the queue that it goes through. Everything else of Gradio's is not used.
POSTED = (
    "component_server",
    "call/ask",
    "call/v2/ask",
    "run/ask",
    "api/ask",
    "queue/join",
    "cancel",
)
# What serves files, other hosts or what somebody else asked.
UNUSED = (
    *("file", "proxy", "stream", "upload_progress", "runs", "run-history", "custom_component"),
    *("dev", "profiling", "vibe-code"),
)
PREFIX = "/gradio_api/"
UNUSED_PAGES = ("/gradio_api/deep_link", "/monitoring", "/login", "/logout")

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
    """ASGI middleware. `names` are those that the page may be called by; on a page for this machine
    only (`private`) also all of its own, and none else: another name means that a web site
    elsewhere has pointed its own name at this machine to read along (DNS rebinding)."""

    def __init__(self, app: ASGIApp, *, private: bool, names: Sequence[str] = ()) -> None:
        self._app = app
        self._private = private
        self._names = frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on and add HEADERS to the reply."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # the page opens no WebSocket
            await send({"type": "websocket.close", "code": 1008})
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = self._refuse(scope)
        await (refusal or self._app)(scope, receive, send_guarded)

    def _refuse(self, scope: Scope) -> PlainTextResponse | None:
        method, headers = scope["method"], Headers(scope=scope)
        host = _host(headers.get("host", ""))
        if not self._is_ours(host):
            return PlainTextResponse(
                "Underline does not serve this name; start it with --allow-host NAME, or with "
                "--host to serve others.",
                421,
            )
        if not _is_used(method, scope["path"].removeprefix(scope.get("root_path", ""))):
            return PlainTextResponse("There is nothing here.", 404)
        if method in ("GET", "HEAD"):
            return None
        if not self._is_from_us(headers):
            return PlainTextResponse("Another web site may not ask your documents.", 403)
        length = headers.get("content-length", "")
        if method != "OPTIONS" and not length.isdecimal():
            return PlainTextResponse("Send the length of the request.", 411)
        if length.isdecimal() and int(length[:20]) > LONGEST_REQUEST:
            return PlainTextResponse("The request is too long.", 413)
        return None

    def _is_ours(self, host: str | None) -> bool:
        if not self._private and not self._names:
            return True
        return host is not None and (host in self._names or (self._private and _is_loopback(host)))

    def _is_from_us(self, headers: Headers) -> bool:
        """Whether the page itself sent a request, or a program, which names no origin."""
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return False
        origin = headers.get("origin")
        if origin is None:
            return True
        sent_from = origin.partition("://")[2]
        return bool(sent_from) and (
            sent_from == headers.get("host") or _host(sent_from) in self._names
        )


def _is_used(method: str, path: str) -> bool:
    """Whether the page or the public endpoint needs that path."""
    below = path.removeprefix(PREFIX) if path.startswith(PREFIX) else None
    if method in ("GET", "HEAD"):
        unused = below is not None and below.startswith(UNUSED)
        return not unused and not path.startswith(UNUSED_PAGES)
    return below is not None and below.rstrip("/") in POSTED


def _host(place: str) -> str | None:
    """The name in `name:port`, in small letters; None for what is no name."""
    try:
        return urlsplit(f"//{place}").hostname
    except ValueError:
        return None


def _is_loopback(name: str) -> bool:
    """Whether a name is one of this machine for itself; it is not looked up."""
    return name == "localhost" or is_loopback_address(name)


def is_loopback_address(name: str) -> bool:
    """Whether it is an address that only this machine reaches."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
