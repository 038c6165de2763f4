"""Titles, languages and days of real files against those that a person gave.

    python -m benchmarks.metadata --data DIR [--wrong]

DIR holds the files that metadata.jsonl names, a row each: `file` (of an attachment "mail#name"),
`titles` that are right (one that ends with "…" is how a right one begins), `language`, and the
`day` that the file states. Prints how many are told right, by format; with --wrong also each that
is not.
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from index import Document
from index.detect import language_in
from index.errors import DocumentError
from index.loaders import SourceFile, load

GOLD = Path(__file__).parent / "metadata.jsonl"
NEAR = 31  # days
MARKS = re.compile(r"[\W_]+")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the files")
    parser.add_argument("--wrong", action="store_true", help="name what is told wrongly")
    arguments = parser.parse_args()
    right, asked = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for row, document in _read(arguments.data):
        kind = PurePath(row["file"]).suffix
        for what, said, is_right in _judged(row, document):
            for group in (kind, "all"):
                asked[what, group] += 1
                right[what, group] += is_right
            if not is_right and arguments.wrong:
                print(f"{row['file']}: {what} {said!r}, not {row[GIVEN[what]]!r}")
    for what, group in sorted(asked):
        print(f"{what}, {group}: {right[what, group]} of {asked[what, group]}")


GIVEN = {"title": "titles", "language": "language", "day": "day"}


def _read(data: Path) -> Iterator[tuple[Mapping[str, Any], Document]]:
    """The rows of the gold, each with its document."""
    rows = {row["file"]: row for row in map(json.loads, GOLD.read_text("utf-8").splitlines())}
    for name in dict.fromkeys(name.partition("#")[0] for name in rows):
        try:
            documents = list(load(SourceFile.of(data / name, name=name)))
        except DocumentError as error:
            print(f"REFUSED {error}")
            continue
        yield from ((rows[one.id], one) for one in documents if one.id in rows)


def _judged(row: Mapping[str, Any], document: Document) -> Iterator[tuple[str, object, bool]]:
    """What is told of a document, and whether it is right."""
    titles = [str(one) for one in row["titles"]]
    yield "title", document.title, any(_is(document.title, one) for one in titles)
    if "language" in row:
        language = language_in(document)
        yield "language", language, language == row["language"]
    if "day" in row:
        said = document.metadata.get("date")
        day = datetime.date.fromisoformat(row["day"])
        near = isinstance(said, datetime.date) and abs((said - day).days) <= NEAR
        yield "day", str(said), near


def _is(title: str, given: str) -> bool:
    if given.endswith("…"):
        return _bare(title).startswith(_bare(given))
    return _bare(title) == _bare(given)


def _bare(text: str) -> str:
    """A text without case and marks."""
    return MARKS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


if __name__ == "__main__":
    main()
