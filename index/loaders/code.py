"""Programs and settings: kept as they are written; comments are prose, all else is code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from index.document import Document
from index.layout import Lines
from index.loaders.source import SourceFile
from index.loaders.stated import metadata_of
from index.loaders.text import read_decoded
from index.structure import Block, Kind


@dataclass(frozen=True, slots=True)
class Comments:
    """How a language marks them: what begins one that ends with its line, and what is around one
    of several lines."""

    line: tuple[str, ...] = ()
    around: tuple[tuple[str, str], ...] = ()


C = Comments(("//",), (("/*", "*/"),))
HASH = Comments(("#",))
PYTHON = Comments(("#",), (('"""', '"""'), ("'''", "'''")))
LANGUAGES = {
    **dict.fromkeys((".c", ".cpp", ".cs", ".go", ".h", ".hpp", ".java", ".js"), C),
    **dict.fromkeys((".kt", ".rs", ".scala", ".swift", ".ts"), C),
    **dict.fromkeys((".pl", ".r", ".sh", ".toml", ".yaml", ".yml"), HASH),
    **dict.fromkeys((".cfg", ".ini"), Comments((";", "#"))),
    ".css": Comments((), (("/*", "*/"),)),
    ".lua": Comments(("--",), (("--[[", "]]"),)),
    ".php": Comments(("//", "#"), (("/*", "*/"),)),
    ".py": PYTHON,
    ".rb": Comments(("#",), (("=begin", "=end"),)),
    ".sql": Comments(("--",), (("/*", "*/"),)),
}
MIN_WORDS = 3  # of a comment that is prose
WORD = re.compile(r"[^\W\d_]{2,}")
# What stands before and after the words of a comment.
BEFORE = re.compile(r"(?:\s|#|/|\*|;|--|!|\[\[|=begin|\"\"\"|''')+")
AFTER = ("*/", '"""', "'''", "]]", "=end", "//", "--", "#", "*", ";")


def load_code(file: SourceFile) -> Iterator[Document]:
    """The document in a file of code. Raises DocumentError for bytes that are not text."""
    decoded = read_decoded(file)
    text = decoded.text
    blocks = find_blocks(text, LANGUAGES.get(file.suffix, HASH))
    title = PurePath(file.name).name
    yield Document(
        file.name,
        title,
        text,
        file.name,
        metadata_of(file, decoded.metadata),
        blocks=blocks,
        layout=Lines(text),
    )


def find_blocks(text: str, comments: Comments) -> list[Block]:
    """The stretches of comments and of code, parted by empty lines and by one another."""
    blocks: list[Block] = []
    start, end, kind = 0, 0, Kind.CODE
    for first, last, is_comment in _lines(text, comments):
        line_kind = Kind.PARAGRAPH if is_comment else Kind.CODE
        if not text[first:last].strip() or line_kind is not kind:
            blocks += _block(text, start, end, kind)
            start, kind = first, line_kind
        end = last
    return [*blocks, *_block(text, start, end, kind)]


def _lines(text: str, comments: Comments) -> Iterator[tuple[int, int, bool]]:
    """Each line, and whether it is in a comment."""
    first, closing = 0, ""
    while first <= len(text):
        last = text.find("\n", first)
        last = len(text) if last < 0 else last
        line = text[first:last].strip()
        is_comment = bool(closing) or line.startswith(comments.line or ("\n",))
        opened = next((pair for pair in comments.around if line.startswith(pair[0])), None)
        if closing:
            closing = "" if closing in line else closing
        elif opened:
            is_comment = True
            closing = "" if opened[1] in line[len(opened[0]) :] else opened[1]
        yield first, last, is_comment
        first = last + 1


def _block(text: str, start: int, end: int, kind: Kind) -> Iterator[Block]:
    """The block of some lines, without the white space around it."""
    lines = text[start:end]
    start, end = start + len(lines) - len(lines.lstrip()), start + len(lines.rstrip())
    if start >= end:
        return
    if kind is Kind.CODE or len(WORD.findall(text, start, end)) < MIN_WORDS:
        yield Block(Kind.CODE, start, end)
        return
    before = BEFORE.match(text, start, end)
    yield Block(
        kind,
        start,
        end,
        marker=before.end() - start if before else 0,
        closing=end - _last_word(text, start, end),
    )


def _last_word(text: str, start: int, end: int) -> int:
    """Where the words of a comment end."""
    while start < end:
        closing = next((one for one in AFTER if text.endswith(one, start, end)), "")
        if not closing and not text[end - 1].isspace():
            break
        end -= len(closing) or 1
    return max(start, end)
