"""Raw figures → `benchmarks/results/*.json` → `docs/quality.md` and the table in README.md.

    python -m benchmarks.report

renders both pages again. A benchmark calls `write_section`, which writes one file and renders.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"
PREFACE = RESULTS / "preface.md"
QUALITY = ROOT / "docs" / "quality.md"
README = ROOT / "README.md"
BEGIN, END = "<!-- quality -->\n", "<!-- end of quality -->"

# The sections in the order of docs/quality.md; one that is not named here comes last.
ORDER = (
    *("ranking", "claims", "quotes", "confidence", "reliability", "near misses by kind"),
    *("own gold files", "peers", "ablation"),
    *("speed of asking", "speed of indexing", "memory of indexing", "growth"),
    *("retrieval", "retrieval of claims"),
    *("contexts", "squad metrics"),
    *("files", "extraction", "ocr"),
)
# The sets in the table of the README, and what they hold.
DESCRIBED = {
    "reqa_squad_dev": "questions about encyclopaedia articles",
    "qed_nq": "questions typed into a search engine",
    "clapnq_dev": "questions typed into a search engine",
    "chroma_chunk_eval": "finance, speeches, chats, papers",
    "cookbook_code": "source code; a chunk that answers",
    "scifact": "claims; documents found, nDCG@10",
}

Cell = str | int | float | None  # None: not measured. Floats of a column show the same decimals.
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Section:
    """A table of figures, and how it was measured. Raises ValueError for a row of another length
    than the columns."""

    section: str
    command: str
    commit: str
    date: str
    machine: str
    columns: Sequence[str]
    rows: Sequence[Row]
    notes: Sequence[str] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.section}: {row} has not {len(self.columns)} cells.")

    @property
    def path(self) -> Path:
        """The file that holds it."""
        return RESULTS / f"{self.section.replace(' ', '-')}.json"


def write_section(
    section: str, columns: Sequence[str], rows: Sequence[Row], notes: Sequence[str] = ()
) -> None:
    """Write the figures of a section with how they were made, in place of those before."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    one = Section(section, _command(), _commit(), today, machine(), columns, rows, notes)
    RESULTS.mkdir(exist_ok=True)
    one.path.write_text(to_json(one), encoding="utf-8")
    render()
    print("\n".join(_table(one)))


def to_json(section: Section) -> str:
    """The text of its file: a row a line, so that a changed figure is a changed line."""
    fields = asdict(section)
    lines = []
    for name, value in fields.items():
        text = json.dumps(value, ensure_ascii=False)
        if name in ("rows", "notes") and value:
            items = ",\n".join(f"    {json.dumps(one, ensure_ascii=False)}" for one in value)
            text = f"[\n{items}\n  ]"
        lines.append(f"  {json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def read_sections() -> list[Section]:
    """All sections, in the order of the page."""
    sections = [Section(**json.loads(path.read_text("utf-8"))) for path in RESULTS.glob("*.json")]
    return sorted(sections, key=_place)


def render() -> None:
    """Write docs/quality.md and the table of README.md from all sections."""
    sections = read_sections()
    QUALITY.write_text(quality_page(sections), encoding="utf-8")
    README.write_text(readme_page(README.read_text("utf-8"), sections), encoding="utf-8")


def quality_page(sections: Iterable[Section]) -> str:
    """The text of docs/quality.md."""
    parts = [PREFACE.read_text("utf-8").strip()]
    for one in sections:
        notes = [f"- {note}" for note in one.notes]
        made = f"*{one.date}, {one.machine}, commit {one.commit}: `{one.command}`*"
        title = f"## {one.section[0].upper()}{one.section[1:]}"
        parts += [title, "\n".join(_table(one)), *(["\n".join(notes)] if notes else []), made]
    return "\n\n".join(parts) + "\n"


def readme_page(readme: str, sections: Iterable[Section]) -> str:
    """The text of README.md with its table made from these sections."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"README.md needs the lines {BEGIN.strip()} and {END}.")
    return before + begin + "\n".join(_readme_table(sections)) + "\n" + end + after


def machine() -> str:
    """The machine in a line: what a figure of time depends on."""
    import torch

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


def _readme_table(sections: Iterable[Section]) -> list[str]:
    """P@1 / MRR without and with the reader; of claims, nDCG@10."""
    named = {one.section: one for one in sections}
    lines = ["| set | what it holds | pool | asked | search alone | with the reader |"]
    lines.append("|---|---|---|---|---|---|")
    for row in named["ranking"].rows:
        name, pool, asked, p1, mrr, read_p1, read_mrr, _ = map(_shown, row)
        figures = f"{p1} / {mrr} | **{read_p1} / {read_mrr}**"
        lines.append(f"| {name} | {_described(name)} | {pool} | {asked} | {figures} |")
    for row in named["claims"].rows:
        name, pool, asked, found, read, _ = map(_shown, row)
        lines.append(f"| {name} | {_described(name)} | {pool} | {asked} | {found} | **{read}** |")
    return lines


def _described(name: str) -> str:
    return DESCRIBED.get(name, "–")


def _table(section: Section) -> list[str]:
    decimals = [
        max((_decimals(row[number]) for row in section.rows), default=0)
        for number in range(len(section.columns))
    ]
    cells = [
        " | ".join(_shown(cell, count) for cell, count in zip(row, decimals, strict=True))
        for row in section.rows
    ]
    heads = " | ".join(section.columns)
    rule = "|".join("---" for _ in section.columns)
    return [f"| {heads} |", f"|{rule}|", *(f"| {row} |" for row in cells)]


def _decimals(cell: Cell) -> int:
    return len(repr(cell).partition(".")[2]) if isinstance(cell, float) else 0


def _shown(cell: Cell, decimals: int | None = None) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.{_decimals(cell) if decimals is None else decimals}f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def _place(section: Section) -> tuple[int, str]:
    name = section.section
    return (ORDER.index(name) if name in ORDER else len(ORDER)), name


def _commit() -> str:
    return subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    ).stdout.strip()


def _command() -> str:
    """The command line, without the folders of this machine."""
    words = ["DIR" if os.sep in word else word for word in sys.argv[1:]]
    return " ".join(chain(["python -m", f"benchmarks.{Path(sys.argv[0]).stem}"], words))


if __name__ == "__main__":
    render()
