"""A web server in a thread of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp


@contextmanager
def serving(app: ASGIApp, sockets: Sequence[socket.socket]) -> Iterator[None]:
    """Serve the app on bound sockets, which are closed at the end."""
    config = uvicorn.Config(
        app,
        lifespan="on",  # it starts the queue of Gradio
        log_level="error",  # what is wrong with a request is told to who sends it
        proxy_headers=False,
        server_header=False,
        ws="none",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": list(sockets)}, name="server", daemon=True
    )
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("The server has not started.")
            time.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=5)
