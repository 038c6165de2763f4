"""Markdown: read as it is written, marks and all, so that a mark shows what the file says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.document import Document
from index.layout import Lines
from index.loaders.markdown_blocks import find_blocks
from index.loaders.source import SourceFile
from index.loaders.stated import metadata_of, stated
from index.loaders.text import read_decoded
from index.loaders.title import best_title
from index.structure import Block, Kind

TITLE_SEARCHED = 20_000  # characters
MAX_FRONT = 1_000  # lines
NAMED = re.compile(r"[\w-]+:(?:\s|$)|#")  # the first line of front matter: a name, or a remark
QUOTES = "\"'"


def load_markdown(file: SourceFile) -> Iterator[Document]:
    """The document in a Markdown file. Raises DocumentError for bytes that are not text."""
    decoded = read_decoded(file)
    text = decoded.text
    front = find_front(text)
    blocks = find_blocks(text, front)
    fields = read_front(text[:front])
    told = stated("", fields.get("author", ""), dates=[("in the text", fields.get("date", ""))])
    heading = find_title(text, front, blocks)
    title = best_title([], file, text=text[front:], headings=[(0, heading)])
    metadata = metadata_of(file, {**told.metadata, **decoded.metadata}, text=text[front:])
    yield Document(file.name, title, text, file.name, metadata, blocks=blocks, layout=Lines(text))


def find_front(text: str) -> int:
    """The length of the front matter: what some programs write before the text, between lines of
    three dashes, as `title: ...` and more; 0 for a text without it."""
    lines = text.split("\n", MAX_FRONT) if text.startswith("---") else [""]
    named = next((line for line in lines[1:] if line.strip()), "")
    if lines[0].rstrip() != "---" or not NAMED.match(named):
        return 0  # a rule
    ends = (number for number, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "..."))
    end = next(ends, None)
    return 0 if end is None else min(len(text), sum(len(line) + 1 for line in lines[: end + 1]))


def read_front(front: str) -> dict[str, str]:
    """The values of front matter that stand in the line of their name."""
    fields: dict[str, str] = {}
    for line in front.split("\n"):
        name, _, value = line.partition(":")
        value = value.strip()
        if value and value[0] not in ">|":
            quoted = len(value) > 1 and value[0] in QUOTES and value[-1] == value[0]
            fields.setdefault(name, value[1:-1].strip() if quoted else value)
    return fields


def find_title(text: str, front: int, blocks: Sequence[Block]) -> str:
    """The title that a Markdown text gives itself: what its front matter says, else its first
    heading; '' if none."""
    if title := read_front(text[:front]).get("title"):
        return title
    headings = (
        " ".join(text[slice(*block.content)].split())
        for block in blocks
        if block.kind is Kind.HEADING and block.level and block.start < TITLE_SEARCHED
    )
    return next((heading for heading in headings if heading), "")
