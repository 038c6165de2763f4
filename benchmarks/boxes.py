"""Whether the boxes of a PDF hold what they say: another library reads the text under them.

    pip install pdfplumber
    python -m benchmarks.boxes --data DIR [--spans 50] [--show]

DIR holds PDFs. Of each, stretches of paragraphs are drawn by chance; their boxes are right where
the letters and digits that pdfplumber sees under them are those of the stretch.
"""

from __future__ import annotations

import argparse
import random
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index import Document
from index.errors import DocumentError
from index.layout import Box
from index.loaders import SourceFile, load
from index.structure import Kind, Structure

LENGTH = (20, 150)  # characters of a stretch
WORD = re.compile(r"\S+")


def main() -> None:
    import pdfplumber

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with PDFs")
    parser.add_argument("--spans", type=int, default=50, help="stretches of each file")
    parser.add_argument("--show", action="store_true", help="those that are wrong, too")
    arguments = parser.parse_args()
    right = every = 0
    for path in sorted(arguments.data.rglob("*.pdf")):
        try:
            document = next(load(SourceFile.of(path)))
            with pdfplumber.open(path) as other:
                found = list(_compare(document, other, arguments.spans))
        except (DocumentError, pdfplumber.utils.exceptions.PdfminerException) as error:
            print(f"{path.name}: {error}")
            continue
        good = sum(wanted == seen for wanted, seen in found)
        print(f"{path.name}: {good} of {len(found)}")
        if arguments.show:
            print(*(f"   {one}" for one in found if one[0] != one[1]), sep="\n")
        right, every = right + good, every + len(found)
    print(f"all: {right} of {every}, {right / max(1, every):.1%}")


def _compare(document: Document, other: Any, spans: int) -> Iterator[tuple[str, str]]:
    """The letters of stretches of a document, and those that stand under their boxes."""
    chance = random.Random(0)
    text = str(document.text)
    leaves = [
        leaf
        for leaf in Structure.of(document.blocks or ()).leaves
        if leaf.kind is not Kind.ROW and leaf.end - leaf.start >= LENGTH[0]
    ]
    for leaf in chance.choices(leaves, k=spans) if leaves else ():
        start = chance.choice([one.start() for one in WORD.finditer(text, leaf.start, leaf.end)])
        end = min(leaf.end, start + chance.randint(*LENGTH))
        seen = [
            _under(other.pages[page.number - 1], box)
            for page, boxes in document.layout.boxes(start, end)
            for box in boxes
        ]
        yield _letters(text[start:end]), _letters("".join(seen))


def _under(page: Any, box: Box) -> str:
    """The characters whose middle lies in a box, from left to right."""
    left, top = page.bbox[:2]
    inside = [
        one
        for one in page.chars
        if box.left <= (one["x0"] + one["x1"]) / 2 - left <= box.right
        and box.top <= (one["top"] + one["bottom"]) / 2 - top <= box.bottom
    ]
    return "".join(one["text"] for one in sorted(inside, key=lambda one: one["x0"]))


def _letters(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())


if __name__ == "__main__":
    main()
