"""Pages of a PDF that are left out → the sentences that say so."""

from __future__ import annotations

import enum
import logging
from collections.abc import Mapping, Sequence
from itertools import groupby

from index.loaders.ocr import INSTALL
from index.loaders.options import NEVER
from index.loaders.source import SourceFile

logger = logging.getLogger(__name__)

OCR_SECONDS = 2 * 3_600  # for the pages of a file
MAX_RUNS = 6  # of pages, that are named one by one
AGAIN = "save it anew with the program that made it"


class Why(enum.Enum):
    """Why nothing was read of a page."""

    BLANK = "nothing on them"
    PICTURES = "no text, only pictures"
    GARBLED = "a text that does not tell its letters"
    WORDLESS = "no text, and none that OCR finds"
    UNREAD = "no text, and letters that OCR cannot read"
    LATE = f"no text that OCR could read within {OCR_SECONDS // 60} minutes"
    BROKEN = "damage"


def tell(file: SourceFile, left_out: Mapping[Why, Sequence[int]]) -> None:
    """Log which pages of a file are left out, and what to do about it."""
    remedies = {
        Why.PICTURES: _remedy(file, "run OCR on the file first"),
        Why.GARBLED: _remedy(file, "run OCR on the file first"),
        Why.LATE: "split the file",
        Why.BROKEN: AGAIN,
    }
    for why in Why:
        if why is not Why.BLANK and (numbers := left_out.get(why)):
            remedy = f"; to have them, {remedies[why]}" if why in remedies else ""
            logger.warning("%s: %s with %s, left out%s.", file, listed(numbers), why.value, remedy)


def without_text(file: SourceFile, left_out: Mapping[Why, Sequence[int]]) -> str:
    """Why nothing can be read of a file."""
    remedy = _remedy(file, "run OCR on it first")
    if Why.GARBLED in left_out:
        return f"{file} does not tell which letters its text is made of; {remedy}."
    if Why.PICTURES in left_out:
        return f"{file} has no text, only pictures of pages; {remedy}."
    if Why.UNREAD in left_out:
        return f"{file} has no text, and OCR cannot read its letters; leave it out."
    if Why.BROKEN in left_out:
        return f"{file} has no page that can be read: it is damaged."
    if file.options.reads_pictures:
        return f"{file} has no text, and OCR finds none on its pages; remove it."
    return f"{file} has no text; if it shows any, {remedy}."


def _remedy(file: SourceFile, without: str) -> str:
    return without if file.options.ocr == NEVER else f"install OCR: {INSTALL}"


def listed(pages: Sequence[int]) -> str:
    """Numbers of pages in words: "pages 2–5, 9"."""
    named = runs(pages)
    few = named if len(named) <= MAX_RUNS else [*named[: MAX_RUNS - 1], f"… {named[-1]}"]
    return f"page{'s' if len(pages) > 1 else ''} {', '.join(few)}"


def runs(pages: Sequence[int]) -> list[str]:
    """Numbers that follow each other as one: 2–5, 9."""
    grouped = groupby(enumerate(pages), key=lambda one: one[1] - one[0])
    every = [[page for _, page in group] for _, group in grouped]
    return [f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in every]
