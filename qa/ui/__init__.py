"""The page: ask in a browser, see the answer underlined in its document.

Only `qa.ui.page` imports Gradio, and only `main` imports `qa.ui.page`.
"""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from collections.abc import Sequence
from contextlib import suppress

from qa.answerer import Answerer
from qa.ui.address import is_private, listen, local_address, read_names, read_root_path

# Read when Gradio is imported, so it has to stand here: Gradio would call home otherwise.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

OPEN = (
    "Warning: whoever can reach port {port} of this machine can now read these documents; there is "
    "no password. Use --host 127.0.0.1 to serve this machine only."
)


def main(
    answerer: Answerer,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    root_path: str = "",
    allow_hosts: Sequence[str] = (),
    examples: Sequence[str] = (),
    open_browser: bool = False,
) -> None:
    """Serve the page until Ctrl-C. Raises UnderlineError for an address that cannot be used.

    For a proxy in front of it, `root_path` is the path of the page there, and `allow_hosts` are
    further names that it may be called by.
    """
    names, private = read_names(host, allow_hosts), is_private(host)
    root_path = read_root_path(root_path)
    sockets = listen(host, port)
    port = sockets[0].getsockname()[1]
    address = local_address(host, port)
    if not private:
        print(OPEN.format(port=port), file=sys.stderr, flush=True)  # noqa: T201 - for a person
    from qa.ui.page import build_app
    from qa.ui.serving import serving

    private = private and not root_path and not allow_hosts  # a proxy may serve anybody
    app = build_app(answerer, names=names, root_path=root_path, examples=examples, private=private)
    try:
        with serving(app, sockets):
            print(f"Underline answers at {address} (Ctrl-C stops it)", flush=True)  # noqa: T201
            if open_browser:
                webbrowser.open(address)
            # Only now: torch and Gradio imported side by side make each other wait, and the page.
            threading.Thread(target=warm, args=(answerer,), name="warm", daemon=True).start()
            forever = threading.Event()
            while not forever.wait(1):  # without a limit, Windows would not see Ctrl-C
                pass
    except KeyboardInterrupt:  # also while the thread is being started, which takes its time
        pass


def warm(answerer: Answerer) -> None:
    """Load the model before somebody has to wait for it."""
    with suppress(Exception):  # whoever asks is told what is wrong
        answerer.ask("Is everything ready?", k=1)
