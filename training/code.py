"""Source code as a kind of text: functions of Python's standard library, asked for by what they do.

Questions about code that people wrote are rare, and the set of them that there is, is reported. So
the first sentence of a docstring is put as a question, and its function stands without it.
"""

from __future__ import annotations

import ast
import random
import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from index import Document
from qa.gold import GoldQuestion, GoldSpan

SIZE = 500_000  # characters of documents
LINES = (6, 40)  # of a function
ASKED = (25, 140)  # characters of what a docstring says first
LEFT_OUT = {"test", "tests", "idlelib", "site-packages", "dist-packages"}
NO_PLURAL = {"process", "pass", "address", "access"}


def read_code() -> tuple[list[Document], list[GoldQuestion]]:
    """Functions and classes, each a document, and questions that one of them answers."""
    chance = random.Random(0)
    library = Path(sysconfig.get_paths()["stdlib"])
    paths = sorted(library.glob("*.py")) + sorted(library.glob("*/*.py"))
    paths = [path for path in paths if LEFT_OUT.isdisjoint(path.parts)]
    chance.shuffle(paths)
    documents: list[Document] = []
    questions: list[GoldQuestion] = []
    size = 0
    for path in paths:
        for name, text, said in _functions(path):
            if (not said and chance.random() < 0.5) or size > SIZE:
                continue
            key = f"{path.stem}.{name}.{len(documents)}"
            documents.append(Document(key, path.stem, text, key))
            size += len(text)
            if said and chance.random() < 0.5:
                question = _question(said, name, chance)
                questions.append(GoldQuestion(key, question, (), (GoldSpan(key, 0, len(text)),)))
    chance.shuffle(questions)
    return documents, questions


def _functions(path: Path) -> Iterator[tuple[str, str, str]]:
    """Name, text and docstring of each function and class that is neither short nor long; the text
    without the docstring, of which only the first sentence is given, and none where it is odd."""
    source = path.read_text(encoding="utf-8", errors="replace")
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    lines = source.splitlines(keepends=True)
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.end_lineno is None:
            continue
        if not LINES[0] <= node.end_lineno - node.lineno <= LINES[1]:
            continue
        first, said = node.body[0], ast.get_docstring(node)
        hidden = range(first.lineno, (first.end_lineno or 0) + 1) if said else range(0)
        numbers = range(node.lineno, node.end_lineno + 1)
        text = "".join(lines[number - 1] for number in numbers if number not in hidden)
        sentence = re.split(r"(?<=[.])\s|\n\n", said or "")[0].replace("\n", " ").rstrip(". ")
        yield node.name, text, sentence if ASKED[0] <= len(sentence) <= ASKED[1] else ""


def _question(said: str, name: str, chance: random.Random) -> str:
    """What a docstring says, or the name alone, as a question."""
    if chance.random() < 0.4:
        return f"What does `{name}` do?"
    verb, _, rest = said.partition(" ")
    verb = verb.lower()
    verb = verb if verb in NO_PLURAL else verb.removesuffix("s")
    return f"How do you {verb} {rest}?"
