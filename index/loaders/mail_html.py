"""The body of a mail → blocks. The one place where mails read HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from index.loaders.writer import Writer, allowed
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
LEFT_OUT = frozenset(("script", "style", "head", "title", "template"))
LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")


class _Text(HTMLParser):
    """Takes the text of a page, with an empty line between blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._left_out: list[str] = []

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        if tag in LEFT_OUT:
            self._left_out.append(tag)
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._left_out and tag == self._left_out[-1]:
            self._left_out.pop()
        elif tag == "head":
            self._left_out.clear()
        self._part(tag)

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            self.parts.append(" ".join(f".{data}.".split())[1:-1])

    def _part(self, tag: str) -> None:
        if tag in BLOCKS:
            self.parts.append("\n\n")
        elif tag == "br":
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")


def text_of_html(html: str) -> str:
    """What a page shows, as paragraphs with empty lines between them."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).split("\n"))
    return "\n".join(lines).strip()


def write_page(writer: Writer, html: str) -> None:
    """Write what a page shows."""
    write_plain(writer, text_of_html(html))


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
