"""What is installed is what was tested, and nothing else."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import pytest
from conftest import ROOT

pytestmark = pytest.mark.slow

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {name.lower().replace("_", "-"): version for name, version in pairs}


def test_every_direct_dependency_is_bounded_and_pinned():
    pinned = constraints()
    extras = [name for names in PROJECT["optional-dependencies"].values() for name in names]
    for requirement in [*PROJECT["dependencies"], *extras]:
        name = re.match(r"[\w.-]+", requirement).group()
        assert ">=" in requirement, requirement
        assert ",<" in requirement, requirement
        assert name in pinned, name


def test_no_cuda_packages_are_pinned():
    assert not [name for name in constraints() if "nvidia" in name or "triton" in name]


@pytest.mark.slow
def test_the_wheel_holds_exactly_index_and_qa(tmp_path):
    copy = tmp_path / "copy"  # setuptools leaves its work in the folder it builds
    for name in ("index", "qa"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, copy],
        check=True,
        capture_output=True,
        cwd=tmp_path,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.name.startswith("underline_qa-")
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"index", "qa"}
    source = {
        path.relative_to(ROOT).as_posix()
        for package in ("index", "qa")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert source == {name for name in names if ".dist-info" not in name}
