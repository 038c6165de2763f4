"""reStructuredText → the tree that docutils makes of it, without reading any other file.

The only place that knows docutils. What it does not know, as the directives of Sphinx, is read as
the text that it holds.
"""

from __future__ import annotations

import io
import re
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, Parser, directives, roles
from docutils.parsers.rst.languages import en

SETTINGS = {
    "_disable_config": True,  # no file of settings is read
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 6,
    "line_length_limit": 10**9,
    "syntax_highlight": "none",
    "smart_quotes": False,
    "input_encoding": "unicode",
}
DIRECTIVE = re.compile(
    r"^[ \t]*\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?([\w+:.-]+?)[ \t]?::(?:\s|$)", re.MULTILINE
)
ROLE = re.compile(r":((?:[a-zA-Z][\w+.-]*:)?[a-zA-Z][\w+.-]*):`|`:([a-zA-Z][\w:+.-]*):")
TARGETED = re.compile(r"([^<]++)<[^<>]*>", re.DOTALL)
# What names files or programs, not text.
TEXTLESS = re.compile(
    r"toctree|index|literalinclude|auto\w+|currentmodule|highlight|tabularcolumns|only"
)
MAX_NAMES = 500  # of what docutils does not know
PROPOSAL = "PEP: "  # how those for Python begin, whose fields are those of a mail
LOCK = threading.Lock()  # docutils keeps what is registered for the whole program

Node = Any  # docutils says of no node which attributes it has


class _Unknown(Directive):
    """A directive that docutils does not know: what stands in it is read."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[Any] = defaultdict(lambda: directives.unchanged)

    def run(self) -> Sequence[nodes.Node]:
        found = nodes.container()
        if self.arguments and not TEXTLESS.fullmatch(self.name):
            found += nodes.paragraph("", self.arguments[0])
        if self.content and self.name not in ("toctree", "index"):
            self.state.nested_parse(self.content, self.content_offset, found)
        return [found]


def parse(text: str) -> nodes.document:
    """The tree of a text. Whatever docutils raises comes out of it."""
    with LOCK, _known(text):
        settings = {**SETTINGS, "warning_stream": io.StringIO()}
        parser = Parser(rfc2822=text.startswith(PROPOSAL))
        return publish_doctree(text, parser=parser, settings_overrides=settings)


def title_of(document: nodes.document) -> str:
    """The title of a document, or what its first fields call one."""
    fields = (one for one in document.findall(nodes.field) if one.parent.parent is document)
    for one in fields:
        if one[0].astext().lower() == "title":
            return one[1].astext()
    return str(document.get("title", ""))


@contextmanager
def _known(text: str) -> Iterator[None]:
    """Within it, docutils knows the directives and roles of a text, and afterwards no more."""
    registered: tuple[dict[str, Any], ...] = (
        vars(directives)["_directives"],
        vars(roles)["_roles"],
    )
    before = [dict(one) for one in registered]
    for found in list(dict.fromkeys(DIRECTIVE.findall(text)))[:MAX_NAMES]:
        if found.lower() not in en.directives:
            registered[0].setdefault(found.lower(), _Unknown)
    names = dict.fromkeys((one or other).lower() for one, other in ROLE.findall(text))
    for name in list(names)[:MAX_NAMES]:
        if name not in en.roles:
            registered[1].setdefault(name, _role)
    try:
        yield
    finally:
        for one, then in zip(registered, before, strict=True):
            one.clear()
            one.update(then)


def _role(
    _name: str, _raw: str, text: str, _line: int, _inliner: object, *_: object, **__: object
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """The text of a role that docutils does not know: without its target."""
    text = text.replace("\0", "")
    if found := TARGETED.fullmatch(text):
        text = found[1].rstrip()
    elif text.startswith("~"):
        text = text.rpartition(".")[2].removeprefix("~")
    return [nodes.inline("", text.removeprefix("!"))], []
