"""Where the page's requests arrive: limits, and one sentence for whatever goes wrong."""

from __future__ import annotations

import asyncio
import threading

import pytest

from index import Document, Hit, Span
from index.errors import IndexDamagedError
from index.structure import Structure
from qa.answer import Answer, Passage
from qa.ui import desk
from qa.ui.desk import Desk

DOCUMENT = Document("rain", "On rain", "It rained all day. Then it stopped.", "rain.txt")
SENTENCE = Span(DOCUMENT, 0, 18)
PASSAGE = Passage(Span(DOCUMENT, 0, 35), (Hit(SENTENCE, 1.2),), 1.2, (SENTENCE,))


class OneDocument:
    """Stands for an Answerer and its index: whatever is asked, it rained all day."""

    def __init__(self) -> None:
        self.index = self
        self.error: Exception | None = None
        self.ready = threading.Event()
        self.ready.set()

    def ask(self, question: str, k: int = 5) -> Answer:
        self.ready.wait(5)
        if self.error:
            raise self.error
        return Answer(question, SENTENCE, 0.9, (PASSAGE,))

    def find_document(self, document_id: str) -> Document | None:
        return DOCUMENT if document_id == DOCUMENT.id else None

    def structure(self, shown: Span) -> Structure:
        return Structure()


@pytest.fixture
def answerer():
    return OneDocument()


def answer(answerer, request):
    return asyncio.run(Desk(answerer).answer(request))


def document(answerer, request):
    return asyncio.run(Desk(answerer).document(request))


def test_what_comes_with_an_answer_opens_its_document(answerer):
    reply = answer(answerer, {"question": "Did it rain?"})
    assert reply["status"] == "Answer found, very likely."
    assert 'class="answer">It rained all day.</mark>' in reply["html"]
    request = {"document": "rain", "passages": reply["passages"], "at": 0}
    opened = document(answerer, request)
    assert (opened["marks"], opened["first"]) == (1, 1)
    assert 'data-mark="1">It rained all day.</mark> Then it stopped.' in opened["html"]


def test_what_was_asked_about_and_is_not_mentioned_is_named(answerer, monkeypatch):
    refused = Answer(
        "Who?", None, 0.01, (PASSAGE,), unmentioned=("<i>Chile", "1962"), misdated=("1999",)
    )
    monkeypatch.setattr(answerer, "ask", lambda question, k=5: refused)
    html = " ".join(answer(answerer, {"question": "Who?"})["html"].split())
    assert "are below. The first of them does not mention" in html
    assert '<b dir="auto">&lt;i&gt;Chile</b>, <b dir="auto">1962</b>.' in html
    assert 'another year than <b dir="auto">1999</b>.' in html


def test_an_error_of_the_user_is_told_as_it_is(answerer):
    answerer.error = IndexDamagedError("my.index is damaged; build the index again.")
    assert answer(answerer, {"question": "?"})["status"] == str(answerer.error)


def test_an_unexpected_error_is_logged_and_not_shown(answerer, caplog):
    answerer.error = RuntimeError("secret")
    reply = answer(answerer, {"question": "?"})
    assert reply["status"] == desk.FAILED
    assert "secret" not in reply["html"]
    assert "secret" in caplog.text


def test_many_questions_at_once_are_asked_to_come_back(answerer, monkeypatch):
    monkeypatch.setattr(desk, "QUEUE", 1)
    answerer.ready.clear()

    async def crowd():
        counter = Desk(answerer)
        asking = [
            asyncio.create_task(counter.answer({"question": "?"})) for _ in range(desk.SEATS + 3)
        ]
        await asyncio.sleep(0.2)
        answerer.ready.set()
        return [reply["status"] for reply in await asyncio.gather(*asking)]

    statuses = asyncio.run(crowd())
    assert statuses.count(desk.BUSY) == 2
    assert statuses.count("Answer found, very likely.") == desk.SEATS + 1


@pytest.mark.parametrize("request_", [None, {}, [], {"question": 3}, {"document": ["rain"]}])
def test_nonsense_gets_a_sentence(answerer, request_):
    for reply in (answer(answerer, request_), document(answerer, request_)):
        assert reply["status"]
        assert reply["passages"] == []
        assert 'class="notice"' in reply["html"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("document", "elsewhere"),
        ("passages", [{"start": 0, "end": 10**6, "sentences": [], "answers": []}]),
        ("passages", []),
        ("at", 1),
        ("at", "0"),
    ],
)
def test_a_passage_that_is_no_longer_there_is_not_marked_elsewhere(answerer, key, value):
    good = {
        "document": "rain",
        "passages": [{"start": 0, "end": 35, "sentences": [[0, 18]], "answers": []}],
        "at": 0,
    }
    assert document(answerer, good)["marks"] == 1
    assert document(answerer, good | {key: value})["status"] == desk.GONE
