"""The page: ask in a browser, see the answer underlined in its document.

Only `qa.ui.page` imports Gradio, and only `main` imports `qa.ui.page`.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress

from index.errors import UnderlineError
from qa.answerer import Answerer

# Read when Gradio is imported, so it has to stand here: Gradio would call home otherwise.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

WARNING = (
    "Warning: the page is served on {}, without a password. Whoever reaches this machine over the "
    "network can read these documents."
)


def main(
    answerer: Answerer,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    examples: Sequence[str] = (),
    open_browser: bool = False,
    allow_hosts: Sequence[str] = (),
) -> None:
    """Serve the page until Ctrl-C, to `host` and to who calls it by one of `allow_hosts`. Raises
    UnderlineError for an address that cannot be used."""
    port = _free_port(host, port)
    from qa.ui.page import build_app, launch_options

    private = _is_private(host)
    if not private:
        print(WARNING.format(host), file=sys.stderr)  # noqa: T201 - for a person
    app = build_app(answerer, examples=examples, private=private)
    _reach_ourselves(host)
    try:
        _, address, _ = app.launch(
            **launch_options(host, port, private=private, allow_hosts=allow_hosts),
            inbrowser=open_browser,
            prevent_thread_lock=True,
        )
    except OSError as error:
        raise _unusable(host, port, error) from error
    try:
        print(f"Underline answers at {address} (Ctrl-C stops it)", flush=True)  # noqa: T201 - for a person
        # Only now: torch and Gradio imported side by side make each other wait, and the page too.
        threading.Thread(target=warm, args=(answerer,), name="warm", daemon=True).start()
        forever = threading.Event()
        while not forever.wait(1):  # without a limit, Windows would not see Ctrl-C
            pass
    except KeyboardInterrupt:  # also while the thread is being started, which takes its time
        pass
    finally:
        app.close(verbose=False)


def _is_private(host: str) -> bool:
    """Whether only this machine can reach what is served there."""
    from qa.ui.guard import is_loopback_address

    if is_loopback_address(host):
        return True
    try:
        places = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        return False
    return all(is_loopback_address(str(place[4][0])) for place in places)


def warm(answerer: Answerer) -> None:
    """Load the model before somebody has to wait for it."""
    with suppress(Exception):  # whoever asks is told what is wrong
        answerer.ask("Is everything ready?", k=1)


def _free_port(host: str, port: int) -> int:
    """The port, or any free one for 0. Raises UnderlineError if the page cannot be served there."""
    if not 0 <= port <= 65_535:  # the system would take it for another one
        raise UnderlineError(f"There is no port {port}; choose one up to 65535, such as 7860.")
    try:
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise UnderlineError(
            f"There is no host {host!r} to serve on; use --host 127.0.0.1 for this machine only."
        ) from None
    for family, kind, protocol, _, address in places:
        try:
            with socket.socket(family, kind, protocol) as probe:
                if os.name == "posix":  # elsewhere the option lets two servers share a port
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
                port = port or probe.getsockname()[1]
        except OSError as error:
            # "localhost" names an IPv6 address also where there is no IPv6.
            if len(places) == 1 or error.errno != errno.EADDRNOTAVAIL:
                raise _unusable(host, port, error) from None
    return port


def _unusable(host: str, port: int, error: OSError) -> UnderlineError:
    reason = error.strerror or str(error)
    other = port + 1 if 1023 < port < 65_535 else 7861
    return UnderlineError(
        f"Port {port} on {host} cannot be used: {reason}. Choose another one, such as "
        f"--port {other}"
    )


def _reach_ourselves(host: str) -> None:
    """Gradio calls its own page once to see that it is up; that must not go through a proxy."""
    for name in ("no_proxy", "NO_PROXY"):
        others = os.environ.get(name)
        ourselves = ("127.0.0.1", "localhost", "::1", host)
        os.environ[name] = ",".join(filter(None, (others, *ourselves)))
