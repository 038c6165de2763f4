"""The body of a mail: what a page in it says, in short, and plain text as blocks."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace

from index.loaders.characters import allowed, fold
from index.loaders.writer import Writer
from index.split import find_blocks
from index.structure import Kind

HEADINGS = {f"h{level}" for level in range(1, 7)}
LISTS = {"dd", "dl", "dt", "li", "ol", "ul"}
TABLES = {"table", "tr"}
PARTS = {
    "address",
    "article",
    "body",
    "center",
    "div",
    "footer",
    "form",
    "header",
    "main",
    "section",
}
BLOCKS = HEADINGS | LISTS | TABLES | PARTS | {"blockquote", "hr", "p", "pre"}
CELLS = {"td", "th"}
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,20})[^<>]*>")
# What is not shown: how it begins, and how it ends.
LEFT_OUT = {
    re.compile(begin, re.IGNORECASE): re.compile(end, re.IGNORECASE)
    for begin, end in (
        ("<!--", "-->"),
        ("<head[ >]", "</head>"),
        ("<style[ >]", "</style>"),
        ("<script[ >]", "</script>"),
        ("<!|<[?]", ">"),
    )
}
LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")


def text_of_html(page: str) -> str:
    """What a page shows, as paragraphs with empty lines between them."""
    for begin, end in LEFT_OUT.items():
        page = "".join(_outside(page, begin, end))
    parts, at = [], 0
    for tag in TAG.finditer(page):
        parts += [_words(page[at : tag.start()]), _between(tag[2].lower())]
        at = tag.end()
    lines = "".join([*parts, _words(page[at:])]).split("\n")
    return "\n".join(map(fold, lines)).strip()


def _outside(page: str, begin: re.Pattern[str], end: re.Pattern[str]) -> Iterator[str]:
    """What stands before, between and after stretches that are not shown; one that does not end
    goes on to the end of the page."""
    at = 0
    while found := begin.search(page, at):
        yield page[at : found.start()]
        ended = end.search(page, found.end())
        at = ended.end() if ended else len(page)
    yield page[at:]


def _words(text: str) -> str:
    """The words between two tags, on one line."""
    return " ".join(html.unescape(f".{text}.").split())[1:-1]


def _between(tag: str) -> str:
    """What stands for a tag between the words of a page."""
    if tag in BLOCKS:
        return "\n\n"
    return "\n" if tag == "br" else " " if tag in CELLS else ""


def write_plain(writer: Writer, text: str) -> None:
    """Write a plain text; its lists, quotations and wrapped lines are told as in a text file. What
    looks like a heading there is a short line in a mail."""
    lines = allowed(LINE_END.sub("\n", text)).split("\n")
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    writer.text(
        text,
        [
            replace(block, kind=Kind.PARAGRAPH, level=0) if block.kind is Kind.HEADING else block
            for block in find_blocks(text)
        ],
    )
