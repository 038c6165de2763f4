"""What the documents say is so."""

import re
import shlex

import pytest
from conftest import ROOT
from typer.main import get_command

from qa.cli import app

README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = get_command(app).commands


def test_every_command_is_in_the_readme_and_the_other_way_round():
    used = set(re.findall(r"^underline (\w+)", README, re.MULTILINE))
    assert used == set(COMMANDS)


@pytest.mark.parametrize("line", re.findall(r"^underline .*", README, re.MULTILINE))
def test_the_options_in_the_readme_exist(line):
    words = shlex.split(line.partition("#")[0])
    options = {name for option in COMMANDS[words[1]].params for name in option.opts}
    for word in words[2:]:
        if word.startswith("-") and word != "-":
            assert word in options


def test_every_make_target_in_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_python_of_the_readme_runs(seeds_index, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.index").symlink_to(seeds_index.path)
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})


def test_every_linked_file_exists():
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        for link in re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text("utf-8")):
            assert (ROOT / link).exists(), f"{name}: {link}"


def test_nothing_names_a_machine_or_a_registry():
    for path in [*ROOT.glob("*.md"), *ROOT.glob("benchmarks/*.md"), *ROOT.glob("*.toml")]:
        text = path.read_text("utf-8")
        assert not re.search(r"(^|[\s`'\"(])/(home|root|tmp|work)/", text), path.name
        assert "pypi.org" not in text, path.name
