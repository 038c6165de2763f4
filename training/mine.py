"""Questions with the sentences our own retriever finds for them and that do not answer them.

    python -m training.mine --data DIR --out FOLDER

Indexes each training set as a user's documents would be and writes NAME.jsonl.gz, a line a
question: its text, where its answers stand or the passage that people wrote it about, up to
NEGATIVES sentences of other paragraphs, best first, and what the search gives each sentence it
finds. The indexes stay in the folder, so that a second run is quick.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

from benchmarks.data import bar
from index import Document, SentenceIndex, Span
from qa.calibration import read_calibration
from qa.metrics import normalize
from qa.question import Question
from qa.rank import DEPTH
from qa.retrieve import Found, retrieve
from training.sets import SETS, Asked, TrainingSet, read_set

NEGATIVES = 6
AT_ONCE = 512  # questions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for what is mined")
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    parser.add_argument("--most", type=int, help="questions of a set, so that no kind outweighs")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.sets:
        path = arguments.out / f"{name}.jsonl.gz"
        if path.exists():
            continue
        documents, asked = read_set(arguments.data, name)
        if arguments.most:
            documents, asked = at_most(arguments.most, documents, asked)
        index = _index(arguments.out / f"{name}.index", documents)
        part = path.with_suffix(".part")
        with gzip.open(part, "wt", encoding="utf-8") as file:
            for row in mine(SETS[name], asked, index):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        part.rename(path)
        print(f"{path}: {len(asked)} questions", flush=True)


def at_most(
    most: int, documents: Sequence[Document], asked: Sequence[Asked]
) -> tuple[list[Document], list[Asked]]:
    """Some of the documents, by a hash of their names, and all questions about these: as many as
    were asked for, or those of one document more."""
    counts = Counter(question.document for question in asked)
    kept: dict[str, Document] = {}
    questions = 0
    for document in sorted(documents, key=lambda one: crc32(f"mined/{one.id}".encode())):
        if questions < most and counts[document.id]:
            kept[document.id] = document
            questions += counts[document.id]
    return list(kept.values()), [question for question in asked if question.document in kept]


def mine(
    one: TrainingSet, asked: Sequence[Asked], index: SentenceIndex
) -> Iterator[dict[str, Any]]:
    """A row for each question: `{id, question, document, answers, passage, twin, negatives,
    found}`; places `[document, start, end]`, in the last list `[document, start, score]`."""
    for first in range(0, len(asked), AT_ONCE):
        questions = asked[first : first + AT_ONCE]
        understood = [Question(question.gold.question, index) for question in questions]
        rankings = retrieve(index, understood, read_calibration(), k=DEPTH)
        for question, ranking in zip(questions, rankings, strict=True):
            negatives = _negatives(question, ranking, elsewhere=one.elsewhere)
            yield {
                "id": f"{one.name}/{question.gold.id}",
                "question": question.gold.question,
                "document": question.document,
                "answers": [[g.document, g.start, g.end] for g in question.gold.gold or ()],
                "passage": question.passage,
                "twin": question.twin,
                "negatives": [
                    [one.sentence.document.id, one.sentence.start, one.sentence.end]
                    for one in negatives
                ],
                "found": [
                    [one.sentence.document.id, one.sentence.start, round(one.score, 4)]
                    for one in ranking
                ],
            }


def _negatives(question: Asked, ranking: Sequence[Found], *, elsewhere: bool) -> list[Found]:
    """The best sentence of each paragraph that holds no answer, by place or by its words. Of a
    question without one, in its own document alone: another may answer it."""
    gold = question.gold.gold or ()
    answers = [normalize(answer) for answer in question.gold.answers]
    documents = {span.document for span in gold} or {question.document}
    best: dict[Span, Found] = {}
    for found in ranking:
        best.setdefault(found.paragraph.span, found)
    negatives = []
    for span, found in best.items():
        text = normalize(span.text)
        holds = any(answer and answer in text for answer in answers)
        marked = any(place.matches(span) for place in gold)
        if not holds and not marked and ((elsewhere and gold) or span.document.id in documents):
            negatives.append(found)
    return negatives[:NEGATIVES]


def _index(path: Path, documents: Sequence[Document]) -> SentenceIndex:
    if path.exists():
        return SentenceIndex.open(path)
    return SentenceIndex.create(path, documents, progress=bar(documents))


if __name__ == "__main__":
    main()
