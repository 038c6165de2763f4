"""No pattern takes longer than the length of a text, whatever stands in it."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import random
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import thread_time
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import index
import qa

pytestmark = pytest.mark.slow

# Patterns that may take longer, as they see no more characters than this at once.
BOUNDED: dict[str, int] = {"index.loaders.number_format.PIECE": 500}

# Patterns that are only matched where a line begins, not looked for at each of its characters.
AT_START = {
    "index.loaders.eml.FIELD",
    "index.loaders.html.XML",
    "index.loaders.html_tags.ATTRIBUTE",
    "index.loaders.json_tree.STRING",
    "index.loaders.markdown.NAMED",
    "index.loaders.markdown_blocks.MARKS",
    "index.loaders.markdown_leaves.DEFINITION",
    "index.loaders.pdf_stitch.CAPTION",
    "index.loaders.heads.NUMBER",
    "index.loaders.rst_parse.TARGETED",
    "index.loaders.signature.HTML",
    "index.loaders.subtitles.TIMES",
    "index.loaders.tables.NUMBER",
    "index.loaders.tex_body.ACCENTED",
    "index.loaders.tex_source.OPTION",
    "index.loaders.title.AFTER_NAME",
    "index.loaders.untitled.FILE_NAME",
}

# Characters: few at first, as what is exponential would have no end; what is quadratic takes
# milliseconds for the last of them. Then of what took long.
FIRST, THEN = (20, 35, 60, 150, 400, 1_200), (3_000, 12_000)
LONG, LONGER = 0.002, 0.02  # seconds for any of the first, and for the last of all
GROWTH = 9.0  # four times as long takes four times as long; what is quadratic sixteen times
ALPHABET = [*"aZ1 \n!.,|(`~-_é'\":/\\", "\t", "\u0301", "不"]
ENDINGS = ["", "\n", "\0", "!a"]


def modules() -> Iterator[ModuleType]:
    for package in (index, qa):
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def patterns_in(value: Any, depth: int = 3) -> Iterator[re.Pattern[Any]]:
    """The patterns that a value is or holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        for one in value.values():
            yield from patterns_in(one, depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from patterns_in(one, depth - 1)


def all_patterns() -> dict[str, re.Pattern[Any]]:
    """Every pattern of a module or of a class, by its name; what is imported is known already."""
    found: dict[re.Pattern[Any], str] = {}
    for module in modules():
        owners = [(module.__name__, vars(module))]
        owners += [
            (f"{module.__name__}.{name}", vars(value))
            for name, value in vars(module).items()
            if isinstance(value, type) and value.__module__ == module.__name__
        ]
        for owner, names in owners:
            for name, value in names.items():
                for number, pattern in enumerate(patterns_in(value)):
                    found.setdefault(pattern, f"{owner}.{name}{f'[{number}]' if number else ''}")
    return {name: pattern for pattern, name in found.items()}


def examples_of(pattern: re.Pattern[str], count: int = 25) -> list[str]:
    """Some short texts that a pattern matches: always the same."""
    found: list[str] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.from_regex(pattern))
    def collect(text: str) -> None:
        found.append(text)

    collect()
    different = sorted({text for text in found if 0 < len(text) <= 30}, key=len)
    return different[:1] + different[1 :: max(1, len(different) // 4)]


def hostile_to(pattern: re.Pattern[str]) -> Iterator[tuple[str, str, str]]:
    """What to begin with, to repeat and to end with: characters that a pattern knows again and
    again, alone or inside of what it matches."""
    chance = random.Random(repr(pattern.pattern))
    own = [c for c in dict.fromkeys(pattern.pattern) if not c.isspace()]
    known = list(dict.fromkeys([*ALPHABET, *own]))
    units = [*known, *(a + b for a in known for b in chance.sample(known, min(12, len(known))))]
    units += ["".join(chance.choices(known, k=3)) for _ in range(150)]
    examples = examples_of(pattern)
    for unit in [*units, *examples]:
        for ending in chance.sample(ENDINGS, 2):
            yield "", unit, ending
    for example in examples:
        for at in range(1, len(example) + 1):
            for unit in [*chance.sample(known, min(8, len(known))), " ", example[at - 1 : at + 1]]:
                yield example[:at], unit, chance.choice([*ENDINGS, example[at:]])


Look = Callable[[str], object]


def everywhere(pattern: re.Pattern[Any]) -> Look:
    """Looks for a pattern at each character of a text."""
    if isinstance(pattern.pattern, bytes):
        return lambda text: sum(1 for _ in pattern.finditer(text.encode()))
    return lambda text: sum(1 for _ in pattern.finditer(text))


def seconds(look: Look, parts: tuple[str, str, str], size: int) -> float:
    before, unit, ending = parts
    text = before + unit * (size // len(unit)) + ending
    start = thread_time()
    look(text)
    return thread_time() - start


def grows_too_fast(look: Look, parts: tuple[str, str, str]) -> bool:
    """Whether what took long takes ever longer, each time the best of three."""
    for size in FIRST:
        if min(seconds(look, parts, size) for _ in range(3)) > LONG:
            break
    else:
        return False  # it was the machine
    if size < FIRST[-1]:
        return True
    short, long = (min(seconds(look, parts, size) for _ in range(3)) for size in THEN)
    return long > LONGER and long > GROWTH * short


def hostile_text(pattern: re.Pattern[Any], look: Look) -> tuple[str, str, str] | None:
    """What it takes longer to look at than it is long; None where there is no such."""
    if isinstance(pattern.pattern, bytes):
        pattern = re.compile(pattern.pattern.decode("latin-1"))
    for parts in hostile_to(pattern):
        slow = any(seconds(look, parts, size) > LONG for size in FIRST)
        if slow and grows_too_fast(look, parts):
            return parts
    return None


@pytest.mark.timeout(300)
def test_every_pattern_takes_no_longer_than_the_length_of_a_text():
    patterns = all_patterns()
    assert len(patterns) > 40
    assert patterns.keys() >= BOUNDED.keys() | AT_START
    found = {
        name: hostile_text(one, one.match if name in AT_START else everywhere(one))
        for name, one in patterns.items()
        if name not in BOUNDED
    }
    assert {name: parts for name, parts in found.items() if parts} == {}


@pytest.mark.parametrize(
    "pattern",
    [r"\s+$", r"(a+)+$", r"a.*b.*c", r"^title:[ \t]*(.*?)[ \t]*$", r"\w+@\w+", r"\(.*\)\s*x"],
)
def test_patterns_that_take_longer_are_found(pattern):
    assert hostile_text(re.compile(pattern), everywhere(re.compile(pattern))) is not None


@pytest.mark.parametrize("pattern", [r"\s+", r"(?m)^[^\n]*\n", r"\w+", r"(?<!\w)\w+@", r"a|b|ab"])
def test_patterns_that_do_not_are_not_found(pattern):
    assert hostile_text(re.compile(pattern), everywhere(re.compile(pattern))) is None


def test_a_pattern_may_be_slow_only_where_it_sees_little():
    assert all(0 < bound <= 20_000 for bound in BOUNDED.values())


@pytest.mark.parametrize("name", sorted(AT_START))
def test_what_is_matched_where_a_line_begins_is_looked_for_nowhere_else(name):
    module, _, name = name.rpartition(".")
    source = Path(str(importlib.import_module(module).__file__)).read_text(encoding="utf-8")
    used = set(re.findall(rf"\b{name}\.(\w+)", source))
    assert used <= {"match", "fullmatch", "pattern"}


def calls_in_functions(module: ModuleType) -> Iterable[str]:
    """The calls in functions of a module that make a pattern of a string."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    for function in (node for node in ast.walk(tree) if isinstance(node, functions)):
        for node in ast.walk(function):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.func.attr not in ("escape", "purge")
                and "re.escape(" not in ast.unparse(node)  # what is only known then
            ):
                yield f"{module.__name__}, line {node.lineno}: {ast.unparse(node)}"
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "re":
            yield f"{module.__name__}, line {node.lineno}: {ast.unparse(node)}"


def test_every_pattern_has_a_name():
    found = [call for m in modules() for call in calls_in_functions(m)]
    assert found == []
