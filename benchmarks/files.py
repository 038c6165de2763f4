"""What loaders make of real files: whether the answers of people stand in the text.

    python -m benchmarks.files --data DIR [--suffixes .pdf .docx]

DIR holds files and a gold.jsonl with `file`, `answers`, `page` a row (no answers: left out), and
nasty/nasty.jsonl. Prints what is missed, and what becomes of each nasty file.
"""

from __future__ import annotations

import argparse
import json
import re
import time
import unicodedata
from collections import Counter
from pathlib import Path

from index import Document
from index.errors import DocumentError
from index.layout import Page, Slide
from index.loaders import LOADERS, SourceFile, load

HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with files and gold.jsonl")
    parser.add_argument("--suffixes", nargs="*", default=sorted(LOADERS), help="formats to read")
    parser.add_argument("--nasty", action="store_true", help="the broken files, too")
    arguments = parser.parse_args()
    contained(arguments.data, arguments.suffixes)
    if arguments.nasty:
        nasty(arguments.data / "nasty")


def contained(data: Path, suffixes: list[str]) -> None:
    """Print how many answers stand in the text of their file, how many on the right page."""
    read: dict[str, list[Document]] = {}
    right, pages, asked = Counter[str](), Counter[str](), Counter[str]()
    for row in map(json.loads, (data / "gold.jsonl").read_text().splitlines()):
        path = data / row["file"]
        suffix = path.suffix.lower()
        if suffix not in suffixes or not row["answers"]:
            continue
        if row["file"] not in read:
            started = time.perf_counter()
            try:
                read[row["file"]] = list(load(SourceFile.of(path, name=row["file"])))
            except DocumentError as error:
                print(f"REFUSED {error}")
                read[row["file"]] = []
            size = sum(len(one.text) for one in read[row["file"]])
            print(f"{row['file']}: {size:,} characters, {time.perf_counter() - started:.1f} s")
        asked[suffix] += 1
        found = [place for one in read[row["file"]] for place in _places(one, row["answers"])]
        if not found:
            print(f"  MISSED {row['id']}: {row['question']} {row['answers'][:2]} ({row['note']})")
            continue
        right[suffix] += 1
        numbers = {place.number for place in found if isinstance(place, Page | Slide)}
        if row["page"] and row["page"] not in numbers:
            pages[suffix] += 1
            print(f"  PAGE {row['id']}: {row['page']}, found on {sorted(numbers)}")
    for suffix in asked:
        print(f"{suffix}: {right[suffix]} of {asked[suffix]}, wrong page {pages[suffix]}")
    print(f"all: {right.total()} of {asked.total()}, wrong page {pages.total()}")


def nasty(folder: Path) -> None:
    """Print what becomes of each hard or broken file beside what is expected."""
    for row in map(json.loads, (folder / "nasty.jsonl").read_text().splitlines()):
        started = time.perf_counter()
        path = folder.parent / row["file"]
        try:
            documents = list(load(SourceFile.of(path, name=row["file"])))
            became = (
                f"{len(documents)} documents, {sum(len(d.text) for d in documents):,} characters"
            )
        except DocumentError as error:
            became = f"refused: {error}"
        print(f"{row['file']} ({time.perf_counter() - started:.1f} s)\n   what: {row['what']}")
        print(f"   expected: {row['expected']}\n   became: {became}")


def _places(document: Document, answers: list[str]) -> list[object]:
    """Where in a document an answer stands."""
    text = str(document.text)
    folded, offsets = _folded(text)
    found: list[object] = []
    for answer in answers:
        wanted, _ = _folded(answer)
        at = folded.find(wanted)
        while at >= 0 and len(found) < 1_000:
            found.append(document.layout.place(offsets[at]))
            at = folded.find(wanted, at + 1)
    return found


def _folded(text: str) -> tuple[str, list[int]]:
    """A text without what does not count when answers are compared, and where it all stood."""
    characters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        for one in unicodedata.normalize("NFKC", HIDDEN.sub("", character)).casefold():
            if one.isspace():
                if characters and characters[-1] == " ":
                    continue
                one = " "
            characters.append(one)
            offsets.append(offset)
    return "".join(characters).strip(), offsets


if __name__ == "__main__":
    main()
