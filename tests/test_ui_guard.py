"""What the page refuses: raw requests to a started server, and what stands in its log."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import HEADLINE, ROOT

from qa.answerer import NO_READER, Answerer
from qa.cli import main as command
from qa.ui.address import Names, listen, read_names
from qa.ui.guard import Guard

QUESTION = json.dumps({"question": HEADLINE}).encode()
CALL = json.dumps({"data": [HEADLINE, 1]}).encode()
POSTS = {
    "answer": QUESTION,
    "document": b"{}",
    "gradio_api/call/ask": CALL,
    "gradio_api/call/v2/ask": QUESTION,
    "gradio_api/run/ask": CALL,
    "gradio_api/queue/join": json.dumps({"data": [HEADLINE, 1], "session_hash": "a"}).encode(),
}
# What Gradio has besides, and a page that answers questions does not need.
NOT_SERVED = (
    ("GET", "gradio_api/deep_link?session_hash=a"),
    ("GET", "gradio_api/file=/etc/passwd"),
    ("GET", "gradio_api/file/etc/passwd"),
    ("GET", "gradio_api/proxy=https://elsewhere.example/"),
    ("GET", "gradio_api/runs"),
    ("GET", "gradio_api/startup-events"),
    ("GET", "gradio_api/heartbeat/a"),
    ("GET", "gradio_api/dev/reload"),
    ("GET", "gradio_api/vibe-code"),
    ("GET", "monitoring"),
    ("GET", "monitoring/summary"),
    ("GET", "manifest.json"),
    ("GET", "logout"),
    ("GET", "docs"),
    ("GET", "openapi.json"),
    ("GET", "assets/../config"),
    ("GET", "static/..%2f..%2fconfig"),
    ("POST", "login"),
    ("POST", "gradio_api/upload"),
    ("POST", "gradio_api/component_server"),
    ("POST", "gradio_api/component_server/"),
    ("POST", "gradio_api/reset"),
    ("POST", "gradio_api/cancel"),
    ("POST", "gradio_api/process_recording"),
    ("POST", "gradio_api/stream/a"),
    ("POST", "gradio_api/run/other"),
    ("POST", "gradio_api/api/ask"),
)


@contextmanager
def served(
    answerer: Answerer,
    *,
    host: str = "127.0.0.1",
    root_path: str = "",
    allow_hosts: tuple[str, ...] = (),
    examples: tuple[str, ...] = (),
) -> Iterator[str]:
    """The page of an answerer; gives its address on this machine."""
    from qa.ui.page import build_app
    from qa.ui.serving import serving

    sockets = listen(host, 0)
    app = build_app(
        answerer, names=read_names(host, allow_hosts), root_path=root_path, examples=examples
    )
    with serving(app, sockets):
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}/"


@pytest.fixture(scope="module")
def answerer(seeds_index) -> Answerer:
    return Answerer(seeds_index, reader=NO_READER)


@pytest.fixture(scope="module")
def address(answerer) -> Iterator[str]:
    with served(answerer) as local:
        yield local


def send(
    address: str, path: str = "", *, method: str = "", body: bytes | None = None, **headers: str
) -> HTTPResponse:
    """A request with exactly these headers, and a Host and a length where there is none."""
    parts = urlsplit(address)
    with closing(HTTPConnection(parts.hostname or "", parts.port, timeout=30)) as connection:
        connection.putrequest(
            method or ("GET" if body is None else "POST"), f"/{path}", skip_host=True
        )
        given = {"Host": parts.netloc} | {name.replace("_", "-"): headers[name] for name in headers}
        if body is not None:
            given.setdefault("Content-Length", str(len(body)))
        for name, value in given.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        reply = connection.getresponse()
        reply.text = reply.read().decode(errors="replace")  # type: ignore[attr-defined] - now: it is closed
        return reply


def allowed_elsewhere(reply: HTTPResponse) -> list[str]:
    """What another web site is told that it may do."""
    return [name for name, _ in reply.getheaders() if name.lower().startswith("access-control")]


def quoted(reply: HTTPResponse) -> bool:
    return reply.status == 200 and "February 22, 2022" in reply.text


# -- who may send


def strangers(address: str) -> list[dict[str, str]]:
    port = urlsplit(address).port
    return [
        {"Origin": "https://evil.example"},
        {"Origin": f"http://evil.example:{port}"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "file://"},
        {"Origin": f"http://127.0.0.1:{port + 1}"},  # another program on this machine
        {"Origin": "http://127.0.0.1"},
        {"Origin": f"http://localhost:{port}"},  # not what the page was called by
        {"Origin": f"http://127.0.0.1:{port}.evil.example"},
        {"Origin": f"http://127.0.0.1:{port} https://evil.example"},
        {"Origin": f"chrome-extension://127.0.0.1:{port}"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": address.rstrip("/"), "Sec_Fetch_Site": "cross-site"},
    ]


@pytest.mark.parametrize("path", [*POSTS, "gradio_api/upload", "gradio_api/component_server/"])
def test_another_web_site_can_ask_nothing(address, path):
    for headers in strangers(address):
        reply = send(address, path, body=POSTS.get(path, b"{}"), **headers)
        assert reply.status == 403, headers
        assert "another web site" in reply.text


def test_another_web_site_is_not_allowed_to_ask_beforehand(address):
    for path in ("answer", "gradio_api/run/ask", "gradio_api/upload"):
        reply = send(
            address,
            path,
            method="OPTIONS",
            Origin="https://evil.example",
            Access_Control_Request_Method="POST",
            Access_Control_Request_Headers="content-type",
        )
        assert reply.status == 403
        assert not allowed_elsewhere(reply)


def test_another_web_site_can_read_nothing_but_may_have_a_link(address):
    for path in ("", "config", "gradio_api/info"):
        reply = send(address, path, Origin="https://evil.example", Sec_Fetch_Site="cross-site")
        assert not allowed_elsewhere(reply)  # so the browser keeps it from the site
        assert reply.getheader("Cross-Origin-Resource-Policy") == "same-origin"
    assert send(address, "?q=Who", Sec_Fetch_Site="cross-site").status == 200


def test_our_own_page_may_ask(address):
    reply = send(
        address,
        "answer",
        body=QUESTION,
        Origin=address.rstrip("/"),
        Sec_Fetch_Site="same-origin",
        Content_Type="application/json",
    )
    assert quoted(reply)
    assert json.loads(reply.text)["passages"]


def test_a_program_may_call_the_public_endpoint(address):
    assert quoted(send(address, "gradio_api/run/ask", body=CALL))
    for path in ("gradio_api/call/ask", "gradio_api/call/v2/ask"):
        event = json.loads(send(address, path, body=POSTS[path]).text)["event_id"]
        assert quoted(send(address, f"{path}/{event}"))
    session = json.loads(POSTS["gradio_api/queue/join"])["session_hash"]
    path = "gradio_api/queue/join"
    assert send(address, path, body=POSTS[path]).status == 200
    assert quoted(send(address, f"gradio_api/queue/data?session_hash={session}"))


def test_the_number_of_passages_may_be_left_out(address):
    for body in ({"data": [HEADLINE]}, {"data": [HEADLINE, None]}):
        reply = send(address, "gradio_api/run/ask", body=json.dumps(body).encode())
        assert len(json.loads(reply.text)["data"][0]["passages"]) == 5


# -- by which names


def test_a_page_for_this_machine_is_called_by_the_names_of_this_machine(address):
    port = urlsplit(address).port
    for name in ("localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]", "[::ffff:7f00:1]"):
        assert send(address, Host=f"{name}:{port}").status == 200, name
    for name in (
        "evil.example",
        "127.0.0.1.evil.example",
        "0.0.0.0",
        "192.168.1.5",
        "",
        "[",
        "a b",
    ):
        assert send(address, Host=f"{name}:{port}").status == 421, name
    assert "--allow-host" in send(address, Host="evil.example").text


def test_a_page_for_others_is_called_by_any_name_and_asked_by_itself(answerer):
    with served(answerer, host="0.0.0.0") as address:
        for name in ("box.example", "192.168.1.5:7860"):
            assert send(address, Host=name).status == 200
            own = send(address, "answer", body=QUESTION, Host=name, Origin=f"http://{name}")
            assert quoted(own)
            for origin in ("https://evil.example", f"http://{name}1", "null"):
                other = send(address, "answer", body=QUESTION, Host=name, Origin=origin)
                assert other.status == 403
        read = send(address, "config", Host="192.168.1.5", Origin="https://evil.example")
        assert read.status == 200
        assert not allowed_elsewhere(read)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_other_names_can_be_allowed(answerer, host):
    with served(answerer, host=host, allow_hosts=("Docs.Example.com", "box")) as address:
        for name in ("docs.example.com", "docs.example.com:8443", "box:80", "127.0.0.1"):
            assert send(address, Host=name).status == 200
        assert send(address, Host="evil.example").status == 421
        # A proxy may hand on the name, or say its own.
        for origin in ("https://docs.example.com", "http://docs.example.com:8443"):
            assert quoted(send(address, "answer", body=QUESTION, Origin=origin))
        for origin in ("https://evil.example", "https://docs.example.com.evil.example"):
            assert send(address, "answer", body=QUESTION, Origin=origin).status == 403


# -- what is not served


@pytest.mark.parametrize(("method", "path"), NOT_SERVED)
def test_what_nobody_needs_is_not_served(address, method, path):
    reply = send(address, path, body=b"{}" if method == "POST" else None)
    assert (reply.status, reply.text) == (404, "There is nothing at this address.")


def test_of_all_that_gradio_has_only_what_is_needed_is_served(address):
    import gradio
    from gradio.routes import App

    with gradio.Blocks() as blocks:
        gradio.HTML()
    served = set()
    paths = {path for route in App.create_app(blocks).routes for path in _paths(route)}
    assert len(paths) > 60
    for path in paths:
        if send(address, re.sub(r"{[^}]*}", "ask", path).lstrip("/")).status != 404:
            served.add(path.rstrip("/"))
    assert served == {
        *("", "/favicon.ico", "/theme.css", "/config", "/gradio_api/info"),
        *("/gradio_api/queue/data", "/gradio_api/queue/join"),
        *(f"/gradio_api/{way}/{{api_name}}" for way in ("run", "call", "call/v2")),
        *(f"/gradio_api/{way}/{{api_name}}/{{event_id}}" for way in ("call", "call/v2")),
    }


def _paths(route) -> Iterator[str]:
    """The paths of a route, and of those that it holds."""
    if hasattr(route, "path"):
        yield route.path
    for other in getattr(getattr(route, "original_router", None), "routes", ()):
        yield from _paths(other)


def test_nothing_can_be_uploaded(address, tmp_path, monkeypatch):
    folder = Path(os.environ.get("GRADIO_TEMP_DIR") or Path(tempfile.gettempdir()) / "gradio")
    before = set(folder.rglob("*")) if folder.exists() else set()
    body = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nhello\r\n'
        b"--x--\r\n"
    )
    for path in ("gradio_api/upload", "gradio_api/component_server/"):
        reply = send(address, path, body=body, Content_Type="multipart/form-data; boundary=x")
        assert reply.status == 404
    assert (set(folder.rglob("*")) if folder.exists() else set()) == before


def test_what_is_served_takes_its_own_methods_only(address):
    for method, path in (("POST", ""), ("PUT", "answer"), ("GET", "answer"), ("DELETE", "config")):
        reply = send(address, path, method=method, Content_Length="0")
        assert reply.status == 405
        assert reply.getheader("Allow") == ("POST" if path == "answer" else "GET, HEAD")


def test_what_is_too_long_is_refused_before_it_is_sent(address):
    for length in ("3000000", "9" * 18):
        reply = send(address, "answer", body=b"{", Content_Length=length)
        assert reply.status == 413
    assert send(address, "answer", method="POST", Transfer_Encoding="chunked").status == 411


def test_there_are_no_websockets():
    sent = []

    async def app(scope, receive, send):
        raise AssertionError("passed on")

    async def receive():
        return {"type": "websocket.connect"}

    async def keep(message):
        sent.append(message)

    scope = {"type": "websocket", "path": "/", "headers": [(b"host", b"127.0.0.1")]}
    asyncio.run(Guard(app, Names())(scope, receive, keep))
    assert sent == [{"type": "websocket.close", "code": 1008}]


# -- what is malformed


DEEP = b"[" * 100_000 + b"]" * 100_000
MALFORMED = (
    b"",
    b"{",
    b"null",
    b"[]",
    b'"question"',
    b"\xff\xfe{}",
    b'{"data": "\xe9"}',
    b'{"question": ' + DEEP + b"}",
    b'{"data": ' + DEEP + b"}",
    b'{"a": ' * 100_000 + b"1" + b"}" * 100_000,
    b'{"data": ' + b"9" * 10_000 + b"}",
)
WRONG_CALLS = (
    {},
    {"data": None},
    {"data": []},
    {"data": {}},
    {"data": "question"},
    {"data": [None]},
    {"data": [3, 3]},
    {"data": [["Who?"], 3]},
    {"data": ["Who?", "3"]},
    {"data": ["Who?", 1.5]},
    {"data": ["Who?", True]},
    {"data": ["Who?", float("inf")]},
    {"data": ["Who?", 3, 3]},
    {"data": ["Who?"], "session_hash": 3},
    {"data": ["Who?"], "session_hash": "../.."},
    {"data": ["Who?"], "session_hash": ["a"]},
    {"data": ["Who?"], "fn_index": 7, "session_hash": "b"},
    {"data": ["Who?"], "fn_index": "0", "session_hash": "b"},
    {"question": None},
    {"question": ["Who?"]},
    {"question": "Who?", "k": "3"},
    {"question": "Who?", "k": {"a": 1}},
)
WRONG_REQUESTS = (
    {},
    {"question": None},
    {"question": 3},
    {"question": ["Who?"]},
    {"question": "\ud800"},
    {"question": ""},
    {"document": "nowhere", "passages": [], "at": 0},
    {"document": ["x"], "passages": "x", "at": "x"},
    {"document": "004_1af95d4622994180.txt"},
    {"document": "004_1af95d4622994180.txt", "passages": [{}], "at": 0},
    {"document": "004_1af95d4622994180.txt", "passages": [3], "at": 0},
    {"document": "004_1af95d4622994180.txt", "passages": {"a": {"sentences": 1}}, "at": 0},
    {
        "document": "004_1af95d4622994180.txt",
        "passages": [{"start": -5, "end": 1e300, "sentences": [[1]], "answers": [[[]]]}],
        "at": 10**40,
    },
    {
        "document": "004_1af95d4622994180.txt",
        "passages": [{"start": 0, "end": 9, "sentences": [], "answers": []}],
        "at": None,
    },
)
RAW = (
    b"nonsense\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",  # without a Host
    b"GET / HTTP/1.1\r\nHost: a\x00b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: [::\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost:99999\r\n\r\n",
    b"GET /config HTTP/1.1\r\nHost: []\r\n\r\n",
    b"GET /%ff%fe HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST /answer HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
    b"POST /answer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{",  # and hangs up
    b"POST /gradio_api/run/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Origin: https://evil.example\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
)


@pytest.fixture(scope="module")
def apart(seeds_index, tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """A server of its own, which serves others too; gives its address and its log."""
    log = tmp_path_factory.mktemp("log") / "stderr"
    page = [str(ROOT / "app.py"), str(seeds_index.path), "--reader", "none"]
    where = [
        "--host",
        "0.0.0.0",
        "--port",
        "0",
        "--root-path",
        "page",
        "--allow-host",
        "docs.example",
    ]
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, *page, *where], stdout=subprocess.PIPE, stderr=stderr, text=True
        )
    try:
        said = process.stdout.readline()
        yield re.search(r"http://\S+", said)[0].replace("localhost", "127.0.0.1"), log
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_who_can_read_what_is_served_to_others_is_said(apart):
    address, log = apart
    (warning,) = log.read_text().splitlines()
    assert warning.startswith("Warning: whoever can reach port ")
    assert str(urlsplit(address).port) in warning
    assert "read these documents" in warning
    assert "no password" in warning


def test_the_options_for_a_proxy_are_heard(apart):
    address, _ = apart
    assert send(address, "page/", Host="docs.example").status == 200
    assert send(address, Host="other.example").status == 421
    assert quoted(send(address, "page/answer", body=QUESTION, Origin="https://docs.example"))
    assert "the machine that serves this page" in send(address).text


@pytest.mark.parametrize(
    ("option", "value"), [("--root-path", "https://docs.example/a"), ("--allow-host", "a/b")]
)
def test_an_option_that_makes_no_sense_is_one_sentence(seeds_index, capsys, option, value):
    with pytest.raises(SystemExit):
        command(["app", str(seeds_index.path), "--reader", "none", option, value])
    assert capsys.readouterr().err.startswith(f"Error: {option} takes")


def test_what_is_malformed_gets_a_sentence_and_no_word_in_the_log(apart):
    address, log = apart
    before = log.read_text()
    calls = ["gradio_api/call/ask", "gradio_api/run/ask", "gradio_api/queue/join"]
    for body in MALFORMED:
        for path in POSTS:
            reply = send(address, path, body=body, Content_Type="application/json")
            assert reply.status == 422, (path, body[:40])
            assert reply.text.count(".") >= 1
            assert len(reply.text) < 200
    for call in WRONG_CALLS:
        for path in [*calls, "gradio_api/call/v2/ask"]:
            if path in calls or "question" in call:
                assert send(address, path, body=json.dumps(call).encode()).status == 422, call
    for request in WRONG_REQUESTS:
        for path in ("answer", "document"):
            reply = json.loads(send(address, path, body=json.dumps(request).encode()).text)
            assert reply["status"][-1] in ".?", request
            assert "log of the server" not in reply["status"], request
    for path in ("queue/data", "queue/data?session_hash=none", "call/ask/none", "call/v2/ask/none"):
        reply = send(address, f"gradio_api/{path}")
        assert reply.status == 422 or "404: Not Found" in reply.text
    for raw in RAW:
        assert _exchange(address, raw).split(b" ")[1:2] in (
            [],
            [b"400"],
            [b"403"],
            [b"404"],
            [b"421"],
        )
    assert send(address).status == 200
    assert log.read_text() == before


def _exchange(address: str, raw: bytes) -> bytes:
    """What comes back for some bytes after which nothing more is sent."""
    with socket.create_connection(("127.0.0.1", urlsplit(address).port), timeout=20) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        return connection.recv(4096)
