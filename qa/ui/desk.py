"""Where the page's requests arrive: kept within limits, and answered with HTML or one sentence."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread

from index import Document
from index.errors import DocumentError, UnderlineError
from index.layout import Page
from index.originals import Pictures, Size
from qa.answer import Answer, State
from qa.answerer import Answerer
from qa.errors import QuestionError
from qa.ui.cards import cards
from qa.ui.document import read_passages, store_passage, view
from qa.ui.render import render

SEATS = 4  # questions answered at the same time
QUEUE = 32  # questions waiting for a seat; the rest are asked to come back
PIXELS_A_POINT = 2.0  # of a page; a screen shows fewer, and a person zooms in
DEFAULT_PASSAGES, MOST_PASSAGES = 5, 50

BUSY = "Many questions are being answered at the moment. Please ask again in a few seconds."
FAILED = "Something went wrong while answering. What it was stands in the log of the server."
CHANGED = "The file has changed or gone since it was indexed."
NOT_AS_IT_LOOKS = f"{CHANGED} Shown is the text that was read then."
GONE = "This document is no longer in the index. Ask again to see what is."

logger = logging.getLogger(__name__)
T = TypeVar("T")


class Desk:
    """Answers what the page asks for; nothing it is sent makes it raise."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._pictures = Pictures()
        self._seats = CapacityLimiter(SEATS)
        self._present = 0  # requests that sit or wait

    async def ask(self, question: str, k: int = DEFAULT_PASSAGES) -> Answer:
        """The answer. Raises UnderlineError for what cannot be asked, or not now."""
        if not isinstance(question, str):
            raise QuestionError("A question is a text.")
        if type(k) is not int or not 1 <= k <= MOST_PASSAGES:
            raise QuestionError(f"k is the number of passages: from 1 to {MOST_PASSAGES}.")
        return await self._seated(lambda: self._answerer.ask(question, k))

    async def answer(self, request: Any) -> dict[str, Any]:
        """`{question}` → `{html, status, passages}`; the passages are in the order of the cards."""
        try:
            answer = await self.ask(_of(request, "question"))
            self._prepare(answer)
            return _shown(answer)
        except UnderlineError as error:
            return _notice(str(error))
        except Exception:
            logger.exception("A question could not be answered")
            return _notice(FAILED)

    async def page(self, sha256: str, number: int) -> bytes:
        """A page of a file as PNG. Raises UnderlineError where it cannot be shown, or not now."""

        def draw() -> bytes:
            original = self._answerer.index.original_of(sha256)
            if original is None:
                raise DocumentError(CHANGED)
            return self._pictures.page(original, number, scale=PIXELS_A_POINT)

        return await self._seated(draw)

    async def document(self, request: Any) -> dict[str, Any]:
        """`{document, passages, at, text}` → `{html, marks, first}`: a document, open at a passage;
        with `text`, its text rather than its pages."""
        try:
            return await self._seated(lambda: self._open(request))
        except UnderlineError as error:
            return _notice(str(error))
        except Exception:
            logger.exception("A document could not be opened")
            return _notice(FAILED)

    def _open(self, request: Any) -> dict[str, Any]:
        name = _of(request, "document")
        document = self._answerer.index.find_document(name) if isinstance(name, str) else None
        if document is None:
            return _notice(GONE)
        try:
            passages = read_passages(document, _of(request, "passages"))
            opened_at = passages[_of(request, "at")]
        except (ValueError, TypeError, LookupError):
            return _notice(GONE)  # it has changed since: better no mark than a wrong one
        pages = self._pages(document)
        as_text = _of(request, "text") is True
        at = passages.index(opened_at)
        shown = () if as_text or not pages else pages
        opened = view(passages, at, structure=self._answerer.index.structure, sizes=shown)
        opened = replace(opened, paged=bool(pages), note=NOT_AS_IT_LOOKS if pages is None else "")
        html = render("document.html", view=opened)
        return {"html": html, "marks": opened.marks, "first": opened.first}

    def _prepare(self, answer: Answer) -> None:
        """Get the pages ready that a visitor may open next: a process starts in a second or two."""
        documents = (passage.span.document for passage in answer.passages)
        paged = next((one for one in documents if _has_pages(one)), None)

        def prepare(document: Document) -> None:
            with suppress(UnderlineError):  # whoever opens it is told
                self._pages(document)

        if paged is not None:
            threading.Thread(target=prepare, args=(paged,), daemon=True).start()

    def _pages(self, document: Document) -> Sequence[Size] | None:
        """The sizes of the pages of its file; none for a document without pages, None where the
        file is not there any more as it was, or cannot be shown."""
        if not _has_pages(document):
            return ()
        original = self._answerer.index.original(document)
        try:
            return self._pictures.sizes(original) if original else None
        except DocumentError:
            return None

    async def _seated(self, work: Callable[[], T]) -> T:
        if self._present >= SEATS + QUEUE:
            raise QuestionError(BUSY)
        self._present += 1
        try:
            return await to_thread.run_sync(work, limiter=self._seats)
        finally:
            self._present -= 1


def _has_pages(document: Document) -> bool:
    return isinstance(document.layout.place(0), Page)


def _of(request: Any, key: str) -> Any:
    """A value of a request; None where there is none, which is then told as one of a wrong type."""
    return request.get(key) if isinstance(request, dict) else None


def _shown(answer: Answer) -> dict[str, Any]:
    shown = cards(answer)
    if answer.quote:
        found = "Perhaps an answer" if answer.state is State.PERHAPS else "Answer found"
        status = f"{found}, {shown[0].words}." if shown else ""
    else:
        status = "These documents do not seem to answer that."
    return {
        "html": render("answer.html", answer=answer, cards=shown),
        "status": status,
        "passages": [store_passage(card.passage) for card in shown],
    }


def _notice(sentence: str) -> dict[str, Any]:
    html = render("notice.html", sentence=sentence)
    return {"html": html, "status": sentence, "passages": [], "marks": 0, "first": 0}
