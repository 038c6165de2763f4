"""How much memory it takes to index a folder, by the number of files in it.

    python -m benchmarks.memory [--files 1000 3000 10000] [--bytes 20000] [--suffixes .txt .html]

Files are made of random words, read, split, written and searched by words as any others are. Each
sentence gets the same vector, so that it takes minutes and not hours. Memory is what processes hold
for themselves (RssAnon of Linux), looked at several times a second. Needs no data.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.report import Row, write_section
from index import SentenceIndex, Span
from index.report import Report
from index.vectors import Vectors

DIMENSION = 384
WORDS = 50_000  # different ones
SECONDS = 0.2  # between two looks at the memory
RSS = re.compile(r"RssAnon:\s+(\d+) kB")
PARENT = re.compile(r"PPid:\s+(\d+)")
COLUMNS = ("suffix", "files", "bytes a file", "sentences", "seconds", "MB", "MB of the readers")


class SameVectors:
    """Stands in for an embedder: no text takes any time."""

    name = "same-vectors"

    def embed_questions(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        return self.embed_passages(texts), self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return np.full((len(texts), DIMENSION), DIMENSION**-0.5, np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", nargs="*", type=int, default=[1_000, 3_000, 10_000])
    parser.add_argument("--bytes", type=int, default=20_000, help="of a file")
    parser.add_argument("--suffixes", nargs="*", default=[".txt", ".html"])
    parser.add_argument("--one", type=Path, help="only index this folder, and print its figures")
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(_indexed(arguments.one)))
        return
    table: list[Row] = []
    notes = ["The readers are the processes that read files that are no plain text."]
    for suffix in arguments.suffixes:
        rows = [_row(suffix, files, arguments.bytes) for files in arguments.files]
        table += rows
        slope = (float(rows[-1][5]) - float(rows[0][5])) / (rows[-1][1] - rows[0][1])
        notes.append(f"{suffix}: {1_000 * slope:+.1f} MB for each 1,000 files more.")
    write_section("memory of indexing", COLUMNS, table, notes)


def _row(suffix: str, files: int, size: int) -> tuple[str, int, int, int, int, int, int]:
    with tempfile.TemporaryDirectory() as folder:
        documents = Path(folder, "documents")
        _write(documents, suffix, files, size)
        # In a process of its own, which holds nothing of what was there before.
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.memory", "--one", documents],
            capture_output=True,
            text=True,
            check=True,
        )
    row = (suffix, files, size, *json.loads(done.stdout))
    print(row)
    return row


def _write(folder: Path, suffix: str, files: int, size: int) -> None:
    """A folder of files with different texts."""
    random.seed(files)
    words = ["".join(random.choices("aeiounrtlsdmk", k=random.randint(2, 9))) for _ in range(WORDS)]
    folder.mkdir()
    for number in range(files):
        paragraphs, length = [], 0
        while length < size:
            sentences = [
                f"{' '.join(random.choices(words, k=random.randint(5, 25))).capitalize()}."
                for _ in range(random.randint(1, 8))
            ]
            paragraphs.append(f"<p>{' '.join(sentences)}</p>\n\n")
            length += len(paragraphs[-1])
        text = "".join(paragraphs)
        if suffix != ".html":
            text = text.replace("<p>", "").replace("</p>", "")
        Path(folder, f"{number:06}{suffix}").write_text(text, "utf-8")


def _indexed(folder: Path) -> tuple[int, int, int, int]:
    """Sentences, seconds, MB at the most of this process, and of those that it has started, until
    the last paragraph is written: then the index is opened, which holds all of its vectors."""
    held: list[tuple[float, int, int]] = []
    last, done = [0.0], threading.Event()

    def look() -> None:
        while not done.wait(SECONDS):
            held.append((time.monotonic(), _held("self"), sum(map(_held, _children()))))

    def progress(_paragraph: Span) -> None:
        last[0] = time.monotonic()

    looking = threading.Thread(target=look)
    looking.start()
    started = time.monotonic()
    path, documents = folder.with_name("an.index"), Report(folder).documents()
    index = SentenceIndex.create(path, documents, embedder=SameVectors(), progress=progress)
    done.set()
    looking.join()
    until = [row for row in held if row[0] <= last[0]]
    ours, theirs = max(row[1] for row in until), max(row[2] for row in until)
    return len(index), round(last[0] - started), ours // 1024, theirs // 1024


def _held(process: str) -> int:
    """What a process holds for itself, in kB."""
    found = RSS.search(_status(process))
    return int(found[1]) if found else 0


def _children() -> list[str]:
    numbers = [path.name for path in Path("/proc").iterdir() if path.name.isdigit()]
    parents = ((number, PARENT.search(_status(number))) for number in numbers)
    return [number for number, parent in parents if parent and int(parent[1]) == os.getpid()]


def _status(process: str) -> str:
    try:
        return Path("/proc", process, "status").read_text()
    except OSError:  # it has ended
        return ""


if __name__ == "__main__":
    main()
