"""Markdown: read as it is written, marks and all, so that a mark shows what the file says."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt

from index.loaders.text import load_text

# What some programs write before the text, between lines of three dashes: `title: ...` and more.
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$", re.MULTILINE | re.DOTALL)
TITLE = re.compile(r"^title:[ \t]*([\"']?)([^\s>|\"'].*?)\1[ \t]*$", re.MULTILINE)
TITLE_SEARCHED = 20_000  # characters


def load_markdown(path: Path) -> tuple[str, str]:
    """(title, text) of a Markdown file: the title is what its front matter says, else its first
    heading, if it has one."""
    title, text = load_text(path)
    return find_title(text[:TITLE_SEARCHED]) or title, text


def find_title(text: str) -> str:
    """The title that a Markdown text gives itself; '' if none. A `#` in code is no heading."""
    front = FRONT_MATTER.match(text)
    said = TITLE.search(front.group(1)) if front else None
    if said:
        return said.group(2)
    tokens = MarkdownIt("commonmark").parse(text[front.end() :] if front else text)
    headings = (b.content for a, b in pairwise(tokens) if a.type == "heading_open")
    return next((" ".join(heading.split()) for heading in headings if heading.strip()), "")
