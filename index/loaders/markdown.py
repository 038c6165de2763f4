"""Markdown: read as it is written, marks and all, so that a mark shows what the file says."""

from __future__ import annotations

import re
from pathlib import Path

from index.loaders.text import load_text

HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*)$", re.MULTILINE)


def load_markdown(path: Path) -> tuple[str, str]:
    """(title, text) of a Markdown file: the title is its first heading, if it has one."""
    title, text = load_text(path)
    heading = HEADING.search(text)
    if heading:
        title = heading.group(1).rstrip().rstrip("#").rstrip() or title
    return title, text
