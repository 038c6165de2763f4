"""The text that we read from PDF and DOCX files beside what other programs read from them.

    python -m benchmarks.extraction --data DIR [--python PEERS] [--seconds 120]

DIR holds folders pdf and docx. PEERS is the Python of an environment with what is to be compared:
`pip install 'markitdown[pdf,docx]' pypdf pdfplumber python-docx`, and docling or unstructured where
their models are on this machine. No text is known to be right, so the others are the measure: a
word counts where most of those that read the file have it, and five words in a row likewise. What
only one of them has is no part of it. Each counts once in a file: what stands on every page, as a
running head, need not be read from each. Each file is read by a fresh process of each program, and
what importing it takes is left out.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import Row, write_section
from qa.metrics import mean

WORD = re.compile(r"\w+")
IN_ORDER = 5  # words in a row
LARGEST = 3_000_000  # bytes: others take minutes for larger ones

READERS = {
    "Underline": """
from index.loaders import SourceFile, load
read = lambda path: "\\n".join(str(one.text) for one in load(SourceFile.of(path)))""",
    "markitdown": """
from markitdown import MarkItDown
read = lambda path: MarkItDown().convert(str(path)).text_content""",
    "pypdf": """
from pypdf import PdfReader
read = lambda path: "\\n".join(page.extract_text() for page in PdfReader(path).pages)""",
    "pdfplumber": """
import pdfplumber
pages_of = lambda path: pdfplumber.open(path).pages
read = lambda path: "\\n".join(page.extract_text() or "" for page in pages_of(path))""",
    "python-docx": """
from docx import Document
def read(path):
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\\n".join([*(one.text for one in document.paragraphs), *cells])""",
    "docling": """
from docling.document_converter import DocumentConverter
read = lambda path: DocumentConverter().convert(path).document.export_to_markdown()""",
    "unstructured": """
from unstructured.partition.auto import partition
read = lambda path: "\\n".join(one.text for one in partition(str(path), strategy="fast"))""",
}
OF_FORMAT = {
    "pdf": ("Underline", "markitdown", "pypdf", "pdfplumber", "docling", "unstructured"),
    "docx": ("Underline", "markitdown", "python-docx", "docling", "unstructured"),
}
RUN = """
import json, sys, time
from pathlib import Path
{read}
path = Path(sys.argv[1])
started = time.perf_counter()
text = read(path)
print(json.dumps([time.perf_counter() - started, text]))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with folders pdf, docx")
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="that of peers")
    parser.add_argument("--seconds", type=float, default=120, help="for a file")
    arguments = parser.parse_args()
    table: list[Row] = []
    for suffix, names in OF_FORMAT.items():
        files = sorted((arguments.data / suffix).glob(f"*.{suffix}"))
        files = [one for one in files if one.stat().st_size <= LARGEST]
        table += _compared(suffix, files, names, arguments.python, arguments.seconds)
    write_section(
        "extraction",
        ("format", "program", "files read", "words", "five in a row", "seconds a file"),
        table,
        [
            "Words, and five words in a row, that more than half of the programs have, in percent; "
            "the mean of the files that all of them read."
        ],
    )


def _compared(
    suffix: str, files: Sequence[Path], names: Sequence[str], python: Path, seconds: float
) -> list[Row]:
    """A row for each program that can be run, over the files that all of these read."""
    read = {name: [_read(name, file, python, seconds) for file in files] for name in names}
    # A program that reads few of the files says nothing of the others.
    usable = {name: found for name, found in read.items() if sum(map(bool, found)) * 2 > len(files)}
    whole = [n for n in range(len(files)) if all(found[n] for found in usable.values())]
    rows: list[Row] = []
    for name, found in usable.items():
        shares = [
            [
                _share([(texts[n] or (0, ""))[1] for texts in usable.values()], text, size)
                for n in whole
                for text in [(found[n] or (0.0, ""))[1]]
            ]
            for size in (1, IN_ORDER)
        ]
        took = mean([(found[n] or (0.0, ""))[0] for n in whole])
        count = sum(one is not None for one in found)
        rows.append(
            (f".{suffix}", name, f"{count} of {len(files)}", *map(_percent, shares), round(took, 2))
        )
    return rows


def _read(name: str, file: Path, python: Path, seconds: float) -> tuple[float, str] | None:
    """How long a program takes for a file, and what it reads; None where it does not."""
    own = sys.executable if name == "Underline" else str(python)
    code = RUN.format(read=READERS[name])
    try:
        done = subprocess.run(
            [own, "-c", code, str(file)], capture_output=True, timeout=seconds, check=True
        )
        took, text = json.loads(done.stdout.decode().splitlines()[-1])
    except (subprocess.SubprocessError, ValueError, IndexError):
        return None
    return float(took), str(text)


def _share(texts: Sequence[str], text: str, size: int) -> float:
    """The share that a text has of the words in a row that more than half of the texts have."""
    counts = Counter(row for one in texts for row in _rows(one, size))
    wanted = {row for row, count in counts.items() if count * 2 > len(texts)}
    return len(wanted & _rows(text, size)) / max(1, len(wanted))


def _rows(text: str, size: int) -> set[tuple[str, ...]]:
    """Every so many words in a row, without case; a word cut at the end of a line is whole."""
    words = WORD.findall(re.sub(r"(?<=\w)[-\u00ad]\s*\n\s*(?=[a-z])", "", text).casefold())
    return set(zip(*(words[at:] for at in range(size)), strict=False))


def _percent(shares: Sequence[float]) -> float:
    return round(100 * mean(shares), 1)


if __name__ == "__main__":
    main()
