"""Where and how a figure was measured, and the file it is written to."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
import sys
from pathlib import Path

import torch

RESULTS = Path(__file__).with_name("RESULTS.md")


def machine() -> str:
    """The machine in a line: what a figure of time depends on."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    amx = torch.cpu.get_capabilities().get("amx_bf16", False)
    return (
        f"{os.cpu_count()} cores, {model}, AMX: {'yes' if amx else 'no'}, "
        f"Python {platform.python_version()}, torch {torch.__version__}"
    )


def write_section(name: str, lines: list[str]) -> None:
    """Put a section into RESULTS.md in place of the one of that name, with how it was made."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    ).stdout.strip()
    made = [
        begin,
        *lines,
        "",
        f"*{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {machine()}, commit {commit}: "
        f"`python -m {_command()}`*",
        end,
    ]
    text = RESULTS.read_text("utf-8") if RESULTS.exists() else ""
    before, found, rest = text.partition(begin)
    after = rest.partition(end)[2] if found else ""
    RESULTS.write_text(before + "\n".join(made) + (after or "\n\n"), encoding="utf-8")
    print("\n".join(lines))


def _command() -> str:
    """The command line, without the folders of this machine."""
    module = f"benchmarks.{Path(sys.argv[0]).stem}"
    words = ["DIR" if os.sep in word else word for word in sys.argv[1:]]
    return " ".join([module, *words])
