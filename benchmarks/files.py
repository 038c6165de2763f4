"""What loaders make of real files, and how questions about them are answered.

    python -m benchmarks.files --data DIR [--suffixes .pdf .docx] [--nasty] [--indexes FOLDER]

DIR holds files and a gold.jsonl with `file`, `answers`, `page` a row (no answers: the file does not
say), and nasty/nasty.jsonl. Prints which answers do not stand in the text of their file, and what
becomes of each nasty file. With --indexes, all files go into one index, and the questions are asked
of it; what of them is missed is printed, the figures are written.
"""

from __future__ import annotations

import argparse
import json
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.report import write_section
from index import Document, SentenceIndex, Span
from index.errors import DocumentError
from index.layout import Page, Slide
from index.loaders import LOADERS, SourceFile, load, load_documents
from qa import Answerer
from qa.metrics import mean

MORE_WORDS = 3  # that may stand beside an answer
HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with files and gold.jsonl")
    parser.add_argument("--suffixes", nargs="*", default=sorted(LOADERS), help="formats to read")
    parser.add_argument("--nasty", action="store_true", help="the broken files, too")
    parser.add_argument("--indexes", type=Path, help="folder for an index of all the files")
    arguments = parser.parse_args()
    if arguments.indexes:
        asked(arguments.data, arguments.suffixes, arguments.indexes)
    else:
        contained(arguments.data, arguments.suffixes)
    if arguments.nasty:
        nasty(arguments.data, arguments.suffixes)


def contained(data: Path, suffixes: list[str]) -> None:
    """Print how many answers stand in the text of their file, how many on the right page."""
    read: dict[str, list[Document]] = {}
    right, pages, asked = Counter[str](), Counter[str](), Counter[str]()
    for row in _gold(data):
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


def asked(data: Path, suffixes: list[str], indexes: Path) -> None:
    """Ask the questions of an index of all files, and write the figures by format."""
    path = indexes / "files.index"
    if not path.exists():
        loaded = (one for one in load_documents(data) if isinstance(one, Document))
        # The files stand in folders, by format; beside those stands what is asked of them.
        outside = (one for one in loaded if "/" in one.id and not one.id.startswith("nasty/"))
        SentenceIndex.create(path, outside, folder=data)
    answerer = Answerer(SentenceIndex.open(path))
    rows = [row for row in _gold(data) if Path(row["file"]).suffix.lower() in suffixes]
    scores = [_score(row, answerer) for row in rows]
    groups: dict[str, list[Mapping[str, float | None]]] = {}
    for row, score in zip(rows, scores, strict=True):
        kind = Path(row["file"]).suffix.lower() if row["answers"] else "not answered by the file"
        groups.setdefault(kind, []).append(score)
    answered = [score for row, score in zip(rows, scores, strict=True) if row["answers"]]
    table = [(kind, len(some), *_means(some)) for kind, some in sorted(groups.items())]
    table.append(("all answered", len(answered), *_means(answered)))
    write_section(
        "files",
        ("format", "questions", *MEASURES),
        table,
        [
            f"Asked of one index of all files, {len(answerer.index):,} sentences. An answer is "
            "right where it is an accepted one, or holds one and at most three more words. In "
            "percent; of what the file does not answer, a refusal is right. A card shows a "
            "passage."
        ],
    )


MEASURES = (
    *("answer", "sentence first", "among five", "in the first card", "in five cards"),
    *("file first", "page, where the file is", "page, where the sentence is"),
)
CARDS = 5


def _score(row: Mapping[str, Any], answerer: Answerer) -> Mapping[str, float | None]:
    """What is right of one question, by measure; None where a measure does not apply."""
    answer = answerer.ask(row["question"], CARDS)
    if not row["answers"]:
        return {**dict.fromkeys(MEASURES), "answer": float(answer.quote is None)}
    hits = answerer.retrieve(row["question"], 5)
    wanted = [_folded(text)[0] for text in row["answers"]]
    said = _folded(answer.quote.text)[0] if answer.quote else ""
    right = [_in_file(hit.sentence, row) and _holds(hit.sentence, wanted) for hit in hits]
    right = right or [False]
    first = bool(hits) and _in_file(hits[0].sentence, row)
    place = hits[0].sentence.place if hits else None
    page = place.number if isinstance(place, Page | Slide) and row["page"] and first else None
    on_page = None if page is None else float(page == row["page"])
    cards = [_in_file(one.span, row) and _holds(one.span, wanted) for one in answer.passages]
    score: Mapping[str, float | None] = {
        "answer": float(any(_is(said, one) for one in wanted)),
        "sentence first": float(right[:1] == [True]),
        "among five": float(any(right)),
        "in the first card": float(cards[:1] == [True]),
        "in five cards": float(any(cards)),
        "file first": float(first),
        "page, where the file is": on_page,
        "page, where the sentence is": on_page if right[0] else None,
    }
    if not score["answer"]:
        print(f"{row['id']}: {row['question']} {row['answers'][:2]}: {said[:100]!r} {row['file']}")
    return score


def _is(said: str, wanted: str) -> bool:
    """Whether a quote is an answer, or holds one and little more."""
    more = len(said.split()) - len(wanted.split())
    return said.strip(" .,;:") == wanted.strip(" .,;:") or (wanted in said and more <= MORE_WORDS)


def _in_file(sentence: Span, row: Mapping[str, Any]) -> bool:
    return bool(sentence.document.source.partition("#")[0] == row["file"])


def _holds(sentence: Span, wanted: Sequence[str]) -> bool:
    text = _folded(sentence.text)[0]
    return any(one in text for one in wanted)


def _means(scores: Sequence[Mapping[str, float | None]]) -> list[float | None]:
    every = [[score[name] for score in scores] for name in MEASURES]
    known = [[value for value in values if value is not None] for values in every]
    return [round(100 * mean(values), 1) if values else None for values in known]


def _gold(data: Path) -> list[dict[str, Any]]:
    return list(map(json.loads, (data / "gold.jsonl").read_text(encoding="utf-8").splitlines()))


def nasty(data: Path, suffixes: list[str]) -> None:
    """Print what becomes of each hard or broken file beside what is expected."""
    for row in map(json.loads, (data / "nasty" / "nasty.jsonl").read_text().splitlines()):
        started = time.perf_counter()
        path = data / row["file"]
        if path.suffix.lower() not in suffixes:
            continue
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
