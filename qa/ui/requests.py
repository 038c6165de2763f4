"""Bodies of requests: read, checked and, for Gradio, written anew."""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import UnderlineError
from qa.ui.desk import DEFAULT_PASSAGES

JOIN, CALL, CALL_BY_NAME, RUN = (
    f"/gradio_api/{path}" for path in ("queue/join", "call/ask", "call/v2/ask", "run/ask")
)
SESSION = re.compile(r"[\w-]{1,64}", re.ASCII)

NO_JSON = "Send an object in JSON, written in UTF-8."
NO_DATA = 'Send a question, and the number of passages if you like: {"data": ["Who …?", 5]}.'
NO_NAMES = (
    'Send a question, and the number of passages if you like: {"question": "Who …?", "k": 5}.'
)
NO_SESSION = "A session_hash is a word of up to 64 letters and digits."
NO_FUNCTION = "There is no such function; the only one is ask."


class MalformedError(UnderlineError):
    """A request that is not what its address takes."""


class Endpoint:
    """ASGI middleware: of a call of the public endpoint, nothing but what it needs is passed on.

    Gradio answers most of what it does not expect with a traceback in the log.
    """

    def __init__(self, app: ASGIApp, function: int) -> None:
        self._app = app
        self._function = function  # the number that Gradio has given it

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with its body written anew; refuse one that is malformed."""
        path = scope.get("path", "").rstrip("/")
        if scope["type"] != "http" or path not in (JOIN, CALL, CALL_BY_NAME, RUN):
            await self._app(scope, receive, send)
            return
        try:
            call = self._read(path, await read_object(Request(scope, receive)))
        except MalformedError as error:
            await PlainTextResponse(str(error), 422)(scope, receive, send)
            return
        body = json.dumps(call).encode()
        headers = MutableHeaders(raw=list(scope["headers"]))
        headers.update({"content-type": "application/json", "content-length": str(len(body))})
        path = CALL if path == CALL_BY_NAME else path
        scope = {**scope, "path": path, "raw_path": path.encode(), "headers": headers.raw}
        await self._app(scope, _resending(body, receive), send)

    def _read(self, path: str, sent: dict[str, Any]) -> dict[str, Any]:
        session = sent.get("session_hash")
        named = path == CALL_BY_NAME
        if session is None and path == JOIN:
            raise MalformedError(NO_SESSION)
        if session is not None and not (isinstance(session, str) and SESSION.fullmatch(session)):
            raise MalformedError(NO_SESSION)
        if not named and sent.get("fn_index") not in (None, self._function):
            raise MalformedError(NO_FUNCTION)
        return {
            "data": _named(sent) if named else _listed(sent.get("data")),
            "fn_index": self._function,
            "session_hash": session,
        }


async def read_object(request: Request) -> dict[str, Any]:
    """The body of a request. Raises MalformedError if it is no object in JSON."""
    try:
        sent = json.loads((await request.body()).decode("utf-8"))
    except (ValueError, RecursionError):
        raise MalformedError(NO_JSON) from None
    if not isinstance(sent, dict):
        raise MalformedError(NO_JSON)
    return sent


def json_response(reply: dict[str, Any]) -> Response:
    """A reply in ASCII, so that no character of a document can be one that cannot be sent."""
    return Response(json.dumps(reply), media_type="application/json")


def _listed(data: Any) -> list[Any]:
    """The arguments of a call by place."""
    if not isinstance(data, list) or not 1 <= len(data) <= 2:
        raise MalformedError(NO_DATA)
    return _arguments(*data, otherwise=NO_DATA)


def _named(sent: dict[str, Any]) -> list[Any]:
    """The arguments of a call by name."""
    return _arguments(sent.get("question"), sent.get("k"), otherwise=NO_NAMES)


def _arguments(question: Any, k: Any = None, *, otherwise: str) -> list[Any]:
    k = DEFAULT_PASSAGES if k is None else k
    if not isinstance(question, str) or type(k) is not int:
        raise MalformedError(otherwise)
    return [question, k]


def _resending(body: bytes, receive: Receive) -> Receive:
    """Receives a body that has been read before, and then whatever comes."""
    sent = False

    async def receive_again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
