"""The page in a real browser, over a real index: what a visitor sees, and what nobody may do."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, urlsplit

import pytest
from conftest import ROOT
from test_ui_guard import send, served

from index import Document, SentenceIndex
from index.errors import UnderlineError
from qa.answerer import Answerer
from qa.cli import main as command
from qa.question import MAX_QUESTION
from qa.ui import main

pytestmark = pytest.mark.browser

SIGNED = "When was the Declaration on Allied Interaction signed?"
WORLD_CUP = "Who won the 1998 World Cup?"
EXAMPLES = (SIGNED, "Which Russian company has a project in Karabakh?")

# Words of its own, so that it is found; and everything that could break out of a page.
SPELL = (
    "The zanzibar octopus whispered </mark></div><script>window.pwned = 1; alert(1)</script>"
    "<img src=x onerror=window.pwned=2> ${alert(1)} {{constructor}} `${window.pwned=3}` &amp; &lt; "
    "שלום עולם \u202eabc\u202c مرحبا 👩‍👩‍👧‍👦 e\u0301 n\u0303 to the submarine."
)
HOSTILE = Document(
    "<img src=x onerror=window.pwned=4>",
    '"><script>window.pwned = 5</script> ${alert(2)} and a title that goes on and on ' * 3,
    f"An opening line.\n\nThe zanzibar octopus swam. {SPELL} It was late.\n\n" + "Filler.\n" * 80,
    "a/very/long/path/" * 8 + "<b>${alert(3)}</b>.txt",
)
# Three sentences that answer alike, far apart.
LIGHTHOUSE = Document(
    "lighthouse",
    "Notes on a lighthouse",
    ("The tide came and went. Gulls stood on the wall.\n\n" * 25).join(
        f"The keeper of the Skerry lighthouse was {name} Marr.\n\n"
        for name in ("Agnes", "Bertram", "Cecil")
    ),
    "lighthouse.txt",
)

QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP docs.example 127.0.0.1",  # the name of a proxy
]

connected: list[str] = []  # every address this process, which serves the page, has connected to


def watch(event: str, arguments: tuple) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        connected.append(str(arguments[1][0]))


@pytest.fixture(scope="module")
def answerer(tmp_path_factory, seed_documents, embedder):
    path = tmp_path_factory.mktemp("page") / "index"
    documents = [*seed_documents, HOSTILE, LIGHTHOUSE]
    return Answerer(SentenceIndex.create(path, documents, embedder=embedder))


@pytest.fixture(scope="module")
def address(answerer):
    sys.addaudithook(watch)
    with served(answerer, examples=EXAMPLES) as local:
        yield local


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="module")
def browser():
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if not found:
        if os.environ.get("CI"):
            pytest.fail("There is no Chromium, and the page has to be tested in one.")
        pytest.skip("There is no Chromium; install one to test the page: apt install chromium")
    playwright = pytest.importorskip("playwright.sync_api").sync_playwright().start()
    yield playwright.chromium.launch(executable_path=found, args=QUIET)
    playwright.stop()


class Visitor:
    """A browser window, and what went wrong in it."""

    def __init__(self, browser, address: str, **settings) -> None:
        self.context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 800}, **settings}
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.address = address
        self.wrong: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("request", lambda sent: self.hosts.add(urlsplit(sent.url).hostname or ""))
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.wrong.append("dialog"), dialog.dismiss()))

    def _hear(self, message) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"{message.text} {message.location.get('url', '')}")

    def go(self, path: str = ""):
        self.page.goto(self.address + path)
        self.page.wait_for_selector(".underline .ask")
        return self.page

    def ask(self, question: str):
        """Ask by the address, which is the quickest, and wait for the answer."""
        self.go(f"?q={quote(question)}")
        self.page.wait_for_selector("#answer .card, #answer .notice:not(.looking)")
        return self.page


@pytest.fixture
def visit(browser, address):
    """Opens windows; at the end of the test nothing may have gone wrong in any of them."""
    visitors = []

    def open_window(**settings) -> Visitor:
        visitors.append(Visitor(browser, address, **settings))
        return visitors[-1]

    yield open_window
    for visitor in visitors:
        visitor.context.close()
        assert visitor.wrong == []
        assert visitor.hosts <= {"127.0.0.1", ""}


IN_VIEW = """(() => {
    const mark = document.querySelector("SELECTOR").getBoundingClientRect();
    const body = document.querySelector(".document-body").getBoundingClientRect();
    return mark.top >= body.top && mark.top < Math.min(body.bottom, innerHeight);
})()"""


def in_view(page, selector: str) -> bool:
    """Whether the first such element stands in the part of the document that is to be seen."""
    return page.evaluate(IN_VIEW.replace("SELECTOR", selector))


def settle(page, condition: str) -> None:
    page.wait_for_function(condition)


TEXTS = "elements => elements.map(element => element.textContent)"
PLACE = "document.querySelector('.place')?.textContent"


def test_a_question_is_answered_and_marked_in_its_source(visit):
    page = visit().go()
    page.fill("#question", SIGNED)
    page.keyboard.press("Enter")
    card = page.locator(".card").first
    assert card.locator("mark.answer").first.text_content() == "February 22, 2022"
    assert "February 22, 2022" in card.locator(".quote").text_content()
    assert "004_1af95d4622994180.txt" in card.locator(".source").text_content()
    assert re.search(r"(likely|perhaps) · 0\.\d\d", card.locator(".score").text_content())
    assert f"q={quote(SIGNED, safe='').replace('%20', '+')}" in page.url
    assert page.title() == "Underline"


def test_a_click_opens_the_document_at_the_mark(visit, answerer):
    page = visit().ask(SIGNED)
    page.locator(".card .passage").first.click()
    page.wait_for_selector("mark.current")
    assert in_view(page, "mark.current")
    assert "February 22, 2022" in page.locator("mark.current").evaluate_all(TEXTS)
    assert page.locator(".document-body").evaluate("body => body.scrollTop") > 0
    shown = page.locator(".document-text").evaluate("text => text.textContent")
    assert shown == answerer.index.find_document("004_1af95d4622994180.txt").text
    assert page.locator("#document").bounding_box()["x"] > 500  # beside the answer
    page.mouse.move(200, 600)
    page.mouse.wheel(0, 600)
    settle(page, "scrollY > 100")
    assert in_view(page, "mark.current")  # it stays while the answers are scrolled


def test_n_and_p_go_through_the_marks_and_escape_closes(visit):
    page = visit().ask("Who was the keeper of the Skerry lighthouse?")
    page.locator(".card .open").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("mark.current")
    first = page.evaluate(PLACE)
    marks = int(re.fullmatch(r"Mark \d+ of (\d+)", first)[1])
    assert marks > 2
    seen = ""
    for _ in range(marks):
        before = page.evaluate(PLACE)
        seen += "".join(page.locator("mark.current").all_text_contents())
        page.keyboard.press("n")
        settle(page, f"{PLACE} !== '{before}'")
        settle(page, IN_VIEW.replace("SELECTOR", "mark.current"))  # it may glide there
    assert all(keeper in seen for keeper in ("Agnes", "Bertram", "Cecil"))
    assert page.evaluate(PLACE) == first  # round
    page.keyboard.press("p")
    settle(page, f"{PLACE} !== '{first}'")
    page.click(".next")
    settle(page, f"{PLACE} === '{first}'")
    page.keyboard.press("Escape")
    assert page.locator("#document").is_hidden()
    assert page.evaluate("document.activeElement.className") == "open"


def test_a_quote_is_copied_with_its_source(visit):
    visitor = visit(permissions=["clipboard-read", "clipboard-write"])
    page = visitor.ask(SIGNED)
    page.locator(".card .copy").first.click()
    page.wait_for_selector("text=Copied")
    quoted, source = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert quoted.strip("“”") == page.locator(".card .quote").first.text_content()
    assert re.search(r"004_1af95d4622994180\.txt · .*characters 1,221–1,238\)", source)
    assert page.locator("#document").is_hidden()


def test_n_typed_into_the_box_is_an_n(visit):
    page = visit().ask(SIGNED)
    page.keyboard.press("/")
    page.keyboard.type("nap/")
    assert page.input_value("#question") == "nap/"
    assert page.locator("#document").is_hidden()


def test_an_example_asks_at_once_and_the_address_keeps_what_else_it_says(visit):
    page = visit().go("?__theme=light&other=1")
    page.click(f"text={EXAMPLES[1]}")
    assert page.locator(".card").first.is_visible() or page.wait_for_selector(".card")
    assert page.input_value("#question") == EXAMPLES[1]
    assert "__theme=light&other=1&q=Which+Russian" in page.url


def test_an_empty_question_gets_a_sentence(visit):
    page = visit().go()
    page.click(".ask button")
    assert "question is empty" in page.locator(".notice:not(.looking)").text_content()


def test_a_question_that_is_too_long_gets_a_sentence(visit):
    page = visit().go()
    page.fill("#question", "why " * MAX_QUESTION)
    page.click(".ask button")
    assert "the limit is 2,000" in page.locator(".notice:not(.looking)").text_content()


def test_a_question_without_an_answer_gets_a_sentence_and_the_nearest_passages(visit):
    page = visit().ask(WORLD_CUP)
    assert "do not seem to answer that" in page.locator(".no-answer").text_content()
    assert page.locator(".card").count() > 0
    assert page.locator(".quote, mark.answer").count() == 0


def test_an_unexpected_error_gets_a_sentence_without_details(visit, answerer, monkeypatch, caplog):
    def fail(*_):
        raise RuntimeError("secret")

    monkeypatch.setattr(answerer, "ask", fail)
    page = visit().ask(SIGNED)
    assert "Something went wrong" in page.locator(".notice").text_content()
    assert "secret" not in page.content()
    assert "secret" in caplog.text


def test_a_hostile_document_is_only_text(visit, answerer):
    question = "What did the zanzibar octopus whisper to the submarine?"
    hits = answerer.ask(question).passages[0].hits
    (best,) = [hit for hit in hits if "whisper" in hit.sentence.text]
    page = visit().ask(question)
    marks = page.locator(".card >> nth=0 >> mark").evaluate_all(TEXTS)
    assert best.sentence.text in "".join(marks)
    page.locator(".card .open").first.click()
    page.wait_for_selector("mark.current")
    assert page.locator(".document-text").evaluate("it => it.textContent") == HOSTILE.text
    assert best.sentence.text in "".join(page.locator("#document mark").evaluate_all(TEXTS))
    assert page.locator(".card .open").first.text_content() == HOSTILE.title
    assert page.locator(".document-top .source").text_content() == HOSTILE.source
    assert page.evaluate("window.pwned") is None
    assert page.locator(".underline :is(script, img)").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_hostile_question_is_only_text(visit):
    page = visit().ask("<img src=x onerror=alert(1)> ${alert(1)} {{constructor}}?")
    assert page.evaluate("window.pwned") is None
    assert page.input_value("#question").startswith("<img")


CONTRAST = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const paint = colors => {
        for (const color of colors) { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); }
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = rgb => rgb.map(it => it / 255)
        .map(it => it <= .04045 ? it / 12.92 : ((it + .055) / 1.055) ** 2.4)
        .reduce((sum, it, at) => sum + it * [.2126, .7152, .0722][at], 0);
    const poor = [];
    for (const element of document.querySelectorAll(".underline *")) {
        const says = [...element.childNodes].some(it => it.nodeType === 3 && it.data.trim());
        if (!says || !element.checkVisibility() || element.closest(".unseen")) continue;
        const under = [];
        for (let it = element; it; it = it.parentElement) {
            under.unshift(getComputedStyle(it).backgroundColor);
        }
        const over = [...under, getComputedStyle(element).color];
        const [one, other] = [light(paint(under)), light(paint(over))];
        const ratio = (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
        if (ratio < 4.5) poor.push(`${element.className || element.tagName}: ${ratio.toFixed(2)}`);
    }
    return poor;
}"""


@pytest.mark.parametrize("question", [SIGNED, WORLD_CUP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dark_and_light_follow_the_system_and_can_be_read(visit, scheme, question):
    page = visit(color_scheme=scheme).ask(question)
    page.locator(".card .open").first.click()
    page.wait_for_selector("mark.current")
    page.wait_for_timeout(300)
    assert page.evaluate("document.body.classList.contains('dark')") == (scheme == "dark")
    assert page.evaluate(CONTRAST) == []


def test_dark_by_the_address_and_by_the_button(visit):
    page = visit().go("?__theme=dark")
    assert page.evaluate("document.body.classList.contains('dark')")
    page.click(".theme")
    assert not page.evaluate("document.body.classList.contains('dark')")
    assert "__theme=light" in page.url


@pytest.mark.parametrize("question", ["", SIGNED, WORLD_CUP, "What did the octopus whisper?"])
def test_a_phone_need_not_scroll_sideways(visit, question):
    visitor = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = visitor.ask(question) if question else visitor.go()
    fits = "document.documentElement.scrollWidth <= 390"
    assert page.evaluate(fits)
    if question:
        page.locator(".card .passage").first.tap()
        page.wait_for_selector("mark.current")
        assert in_view(page, "mark.current")
        assert page.evaluate(fits)
        page.tap(".close")
        assert page.locator("#document").is_hidden()


def test_a_server_that_is_gone_gets_a_sentence(browser, address):
    visitor = Visitor(browser, address)
    page = visitor.ask(SIGNED)
    visitor.context.set_offline(True)
    page.fill("#question", WORLD_CUP)
    page.click(".ask button")
    page.wait_for_selector("text=The server does not answer")
    visitor.context.close()


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(visit, answerer, monkeypatch):
    ask = answerer.ask

    def slowly(question, k=5):
        time.sleep(1 if question == SIGNED else 0)
        return ask(question, k)

    monkeypatch.setattr(answerer, "ask", slowly)
    page = visit().go()
    page.fill("#question", SIGNED)
    page.click(".ask button")
    page.wait_for_selector("text=Looking…")
    page.fill("#question", WORLD_CUP)
    page.click(".ask button")
    page.wait_for_selector(".no-answer")
    page.wait_for_timeout(1200)
    assert page.locator(".no-answer").is_visible()


def test_back_goes_to_the_question_before(visit):
    page = visit().go("?other=1")
    before = page.evaluate("history.length")
    for question in (SIGNED, SIGNED, f" {SIGNED}  ", WORLD_CUP):
        page.fill("#question", question)
        page.click(".ask button")
        page.wait_for_selector(".no-answer" if question == WORLD_CUP else ".card.lead")
    assert page.evaluate("history.length") == before + 2  # the same question is one entry
    page.go_back()
    page.wait_for_selector(".card.lead")
    assert page.input_value("#question") == SIGNED
    assert "other=1&q=When" in page.url
    page.go_back()
    page.wait_for_selector("h1:visible")
    assert page.input_value("#question") == ""
    assert page.locator("#answer").inner_html() == ""
    assert page.url.endswith("?other=1")
    page.go_forward()
    page.wait_for_selector(".card.lead")
    page.go_forward()
    page.wait_for_selector(".no-answer")
    assert page.input_value("#question") == WORLD_CUP


def test_back_closes_a_document_and_a_document_is_no_entry(visit):
    page = visit().go()
    page.click(f"text={EXAMPLES[0]}")
    page.wait_for_selector(".card.lead")
    page.click(f"text={EXAMPLES[1]}")
    page.wait_for_selector(f"#answer:not(:has-text('{EXAMPLES[0]}')) .card")
    entries = page.evaluate("history.length")
    settle(page, "!document.querySelector('#answer').classList.contains('waiting')")
    for _ in range(2):
        page.locator(".card .open").first.click()
        page.wait_for_selector("mark.current")
        page.keyboard.press("Escape")
    page.locator(".card .open").first.click()
    page.wait_for_selector("mark.current")
    assert page.evaluate("history.length") == entries
    page.go_back()
    page.wait_for_selector(".card.lead:has-text('February 22, 2022')")
    assert page.locator("#document").is_hidden()
    assert page.input_value("#question") == EXAMPLES[0]
    page.locator(".card .open").first.click()
    page.wait_for_selector("mark.current")
    page.go_back()
    page.wait_for_selector("h1:visible")
    assert page.locator("#document").is_hidden()


def test_back_drops_an_answer_that_is_on_its_way(visit, answerer, monkeypatch):
    ask = answerer.ask

    def slowly(question, k=5):
        time.sleep(1)
        return ask(question, k)

    monkeypatch.setattr(answerer, "ask", slowly)
    page = visit().go()
    page.fill("#question", SIGNED)
    page.click(".ask button")
    page.wait_for_selector("text=Looking…")
    page.go_back()
    page.wait_for_selector("h1:visible")
    page.wait_for_timeout(1500)
    assert page.locator("#answer").inner_html() == ""
    assert page.locator("h1").is_visible()


# -- behind a proxy


@contextmanager
def proxied(address: str, *, strips: bool, keeps_host: bool) -> Iterator[int]:
    """A reverse proxy that has the page at /underline/ and nothing else; gives its port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if not self.path.startswith("/underline/"):
                self.send_response(204 if self.path == "/favicon.ico" else 404)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            length = int(self.headers.get("Content-Length", 0))
            headers = dict(self.headers)
            if not keeps_host:
                headers["Host"] = urlsplit(address).netloc
            headers["X-Forwarded-Host"] = "wrong.example"  # as a client may say
            path = self.path.removeprefix("/underline") if strips else self.path
            upstream = HTTPConnection(urlsplit(address).netloc, timeout=30)
            with closing(upstream):
                body = self.rfile.read(length) if length else None
                upstream.request(self.command, path, body, headers)
                reply = upstream.getresponse()
                text = reply.read()
            self.send_response(reply.status)
            for name, value in reply.getheaders():
                if name.lower() not in ("transfer-encoding", "content-length", "date", "server"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_GET  # noqa: N815 - so it is called

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("strips", [True, False])
@pytest.mark.parametrize("keeps_host", [True, False])
def test_the_page_works_at_the_path_of_a_proxy(browser, answerer, strips, keeps_host):
    settings = {"root_path": "/underline", "allow_hosts": ("docs.example",)}
    with (
        served(answerer, examples=EXAMPLES, **settings) as address,
        proxied(address, strips=strips, keeps_host=keeps_host) as port,
    ):
        visitor = Visitor(browser, f"http://docs.example:{port}/underline/")
        page = visitor.go()
        page.click(f"text={SIGNED}")
        assert "February 22, 2022" in page.locator(".card.lead .quote").text_content()
        assert page.url.startswith(f"{visitor.address}?q=When")
        page.locator(".card .open").first.click()
        page.wait_for_selector("mark.current")
        page.go_back()
        page.wait_for_selector("h1:visible")
        assert (
            page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgba(0, 0, 0, 0)"
        )
        visitor.ask(WORLD_CUP)
        visitor.context.close()
        assert visitor.wrong == []
        assert visitor.hosts <= {"docs.example", ""}


def test_the_path_of_a_proxy_is_completed_and_can_be_left_out(answerer):
    with served(answerer, root_path="/underline") as address:
        bare = send(address, "underline?q=Who")
        assert (bare.status, bare.getheader("Location")) == (307, "/underline/?q=Who")
        assert send(address, "underline/").status == 200
        assert send(address).status == 200
        assert send(address, "underlined/").status == 404
    with served(answerer, root_path="/answer") as address:  # as an address of the page itself
        asked = send(address, "answer", body=b'{"question": ""}')
        assert asked.status == 200
        assert send(address, "answer/answer", body=b'{"question": ""}').text == asked.text


def test_a_proxy_whose_name_is_not_allowed_gets_the_reason(browser, address):
    with proxied(address, strips=True, keeps_host=False) as port:
        visitor = Visitor(browser, f"http://docs.example:{port}/underline/")
        page = visitor.ask(SIGNED)
        assert "start it with --allow-host" in page.locator(".notice").text_content()
        visitor.context.close()


# -- without a browser: the endpoint, and what is refused


def test_the_endpoint_gives_the_answer_as_json(address, answerer):
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    client = Client(address, verbose=False, analytics_enabled=False)
    answer = client.predict(question=SIGNED, k=2, api_name="/ask")
    assert answer == answerer.ask(SIGNED, 2).to_dict()
    assert list(client.view_api(return_format="dict")["named_endpoints"]) == ["/ask"]
    for wrong, reason in (({"question": " "}, "empty"), ({"question": "a", "k": 1000}, "1 to 50")):
        with pytest.raises(AppError, match=reason):
            client.predict(**wrong, api_name="/ask")


def test_the_server_connects_to_nobody(address):
    send(address)
    assert set(connected) == {"127.0.0.1"}


def test_a_busy_port_is_named_with_the_remedy(answerer):
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as taken,
        pytest.raises(UnderlineError, match=rf"Port {taken.getsockname()[1]} .*--port \d+"),
    ):
        main(answerer, port=taken.getsockname()[1])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_the_page_is_served_soon_and_stops_cleanly(answerer):
    port = free_port()
    page = [str(ROOT / "app.py"), str(answerer.index.path), "--port", str(port)]
    process = subprocess.Popen([sys.executable, *page], stdout=subprocess.PIPE, text=True)
    try:
        assert f"http://127.0.0.1:{port}/" in process.stdout.readline()
        assert send(f"http://127.0.0.1:{port}/").status == 200
        process.send_signal(signal.SIGINT)  # while the model is being loaded
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.stdout.close()


def test_an_index_that_is_missing_is_said_before_anything_is_loaded(tmp_path, capsys):
    with pytest.raises(SystemExit):
        command(["app", str(tmp_path / "none")])
    assert "There is no index" in capsys.readouterr().err
