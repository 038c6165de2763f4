"""What the documents say is so."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from typer.main import get_command

from benchmarks import report
from index.loaders import LOADERS
from qa.cli import app

DOCS = ROOT / "docs"
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
OTHERS = [ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md", "Makefile")]
OTHERS += [ROOT / folder / "README.md" for folder in ("benchmarks", "seeds", "training")]
OTHERS += [ROOT / "benchmarks" / "tables" / "README.md", *ROOT.glob("*.toml")]
RESULTS = sorted(report.RESULTS.glob("*.json"))
COMMANDS = get_command(app).commands
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path, language: str) -> list[str]:
    """What stands between the fences of a language; '' for those that name none."""
    return [text for named, text in FENCE.findall(path.read_text("utf-8")) if named == language]


def command_lines() -> Iterator[tuple[str, str]]:
    """Every `underline …` line of the documents, and every one between backticks, with its page."""
    for path in [*PAGES, *OTHERS]:
        text = path.read_text("utf-8")
        found = [line for block in blocks(path, "") for line in block.splitlines()]
        found += re.findall(r"(?<!`)`([^`\n]+)`(?!`)", FENCE.sub("", text))
        for line in found:
            if re.match(r"(\S*/)?underline [a-z]", line):
                yield name_of(path), line


def options_of(command: str) -> set[str]:
    return {name for option in COMMANDS[command].params for name in option.opts}


@pytest.mark.parametrize(("page", "line"), list(command_lines()))
def test_every_command_line_names_a_command_and_its_options(page, line):
    _, command, *words = shlex.split(line, comments=True)
    assert command in COMMANDS
    for word in words:
        if word.startswith("-") and word != "-":
            assert word in options_of(command)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_shown_and_every_option_described(command):
    assert any(shlex.split(line)[1] == command for _, line in command_lines())
    described = set(
        re.findall(r"(?<![\w-])--?[a-z][a-z-]*", "".join(p.read_text("utf-8") for p in PAGES))
    )
    arguments = {option.name for option in COMMANDS[command].params if option.opts == [option.name]}
    assert options_of(command) - arguments - {"--help"} <= described


def test_the_readme_shows_its_five_commands_and_fits_a_screen():
    readme = (ROOT / "README.md").read_text("utf-8")
    lines = "\n".join(blocks(ROOT / "README.md", ""))
    assert set(re.findall(r"^underline (\w+)", lines, re.MULTILINE)) == {
        *("build", "ask", "eval", "app"),
    }
    assert set(re.findall(r"^make (\w+)", lines, re.MULTILINE)) == {"app", "test"}
    assert len(readme.splitlines()) <= 120


@pytest.mark.parametrize("path", [*PAGES, *OTHERS], ids=name_of)
def test_every_make_target_exists(path):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"(?:^|`)make (?:\w+=\S+ )?([a-z]+)", path.read_text("utf-8"), re.M):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("path", [p for p in PAGES if blocks(p, "python")], ids=name_of)
def test_the_python_of_a_page_runs(path, seeds_index, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.index").symlink_to(seeds_index.path)
    names = {}  # a page is read from its top: later blocks know what earlier ones made
    for block in blocks(path, "python"):
        exec(compile(block, path.name, "exec"), names)


@pytest.mark.parametrize("path", [*PAGES, *OTHERS], ids=name_of)
def test_every_linked_or_named_file_exists(path):
    text = path.read_text("utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (path.parent / link).exists(), link
    named = r"`((?:benchmarks|docs|index|qa|seeds|tests|training)/[\w./-]*[\w/])`"
    for name in re.findall(named, text):
        if name != "qa/reader/calibration.json":
            assert (ROOT / name).exists() or (ROOT / f"{name}.py").exists(), name
    for number in re.findall(r"\b[Dd]ecisions? (\d{4})\b", text):
        assert list((DOCS / "decisions").glob(f"{number}-*.md")), number


def test_every_page_is_reached_from_the_readme():
    reached, new = set(), {ROOT / "README.md"}
    while new:
        page = new.pop()
        reached.add(page)
        links = re.findall(r"\]\(([^)#:]+\.md)\)", page.read_text("utf-8"))
        new |= {(page.parent / link).resolve() for link in links} - reached
    assert set(PAGES) <= reached | {DOCS / "README.md"}


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_is_short(path):
    if path not in (report.QUALITY, report.README):
        assert len(path.read_text("utf-8").splitlines()) <= 90


def test_decisions_are_numbered_and_say_what_was_asked_tried_found_and_decided():
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    overview = (DOCS / "decisions" / "README.md").read_text("utf-8")
    for path in DECISIONS:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {path.name[:4]} · "), path.name
        heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
        assert heads == ["Question", "Tried", "Figures", "Decision"], path.name
        assert f"[{path.name[:4]}]({path.name})" in overview


def test_every_format_that_can_be_read_is_described():
    described = (DOCS / "formats.md").read_text("utf-8")
    assert [suffix for suffix in LOADERS if f"`{suffix}`" not in described] == []


def test_the_page_of_quality_is_what_the_figures_say():
    assert report.QUALITY.read_text("utf-8") == report.quality_page(report.read_sections())


def test_the_table_of_the_readme_is_what_the_figures_say():
    readme = report.README.read_text("utf-8")
    assert readme == report.readme_page(readme, report.read_sections())


@pytest.mark.parametrize("path", RESULTS, ids=name_of)
def test_figures_say_how_they_were_made_and_are_written_as_a_benchmark_writes_them(path):
    (section,) = [one for one in report.read_sections() if one.path == path]
    assert all((section.command, section.commit, section.date, section.machine, section.rows))
    assert section.section in report.ORDER
    assert report.to_json(section) == path.read_text("utf-8")


def test_figures_keep_their_decimals_and_say_where_nothing_was_measured():
    section = report.Section(
        "made up",
        "c",
        "abc",
        "2026-01-01",
        "m",
        ("a", "b", "c"),
        [("x", 92.2, 1000), ("y", 81.78, None)],
    )
    assert "| x | 92.20 | 1,000 |\n| y | 81.78 | – |" in report.quality_page([section])


def test_a_row_has_as_many_cells_as_there_are_columns():
    with pytest.raises(ValueError, match="made up"):
        report.Section("made up", "c", "abc", "2026-01-01", "m", ("a", "b"), [("x",)])


@pytest.mark.parametrize("path", [*PAGES, *OTHERS, *RESULTS, report.PREFACE], ids=name_of)
def test_nothing_names_a_machine_or_a_registry(path):
    text = path.read_text("utf-8")
    assert not re.search(r"(^|[\s`'\"(])/(home|root|tmp|work)/", text)
    assert "pypi.org" not in text
