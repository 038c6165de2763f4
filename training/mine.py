"""Questions with the sentences our own retriever finds for them and that do not answer them.

    python -m training.mine --data DIR --out FOLDER

Indexes each training set as a user's documents would be and writes NAME.jsonl.gz, a line a
question: its text, where its answers stand, up to NEGATIVES sentences of other paragraphs, best
first, and what the search gives each sentence it finds. The indexes stay in the folder, so that a
second run is quick.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.data import BenchmarkSet, load
from index import SentenceIndex, Span
from qa.calibration import read_calibration
from qa.gold import GoldQuestion
from qa.metrics import normalize
from qa.question import Question
from qa.rank import DEPTH
from qa.retrieve import Found, retrieve

SETS = ("shift_newwiki", "shift_reddit", "shift_amazon", "policyqa_dev", "policyqa_test")
NEGATIVES = 6
AT_ONCE = 512  # questions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for what is mined")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in SETS:
        path = arguments.out / f"{name}.jsonl.gz"
        if path.exists():
            continue
        one = load(arguments.data, name)
        index = _index(one, arguments.out / f"{name}.index")
        part = path.with_suffix(".part")
        with gzip.open(part, "wt", encoding="utf-8") as file:
            for row in mine(one, index):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        part.rename(path)
        print(f"{path}: {len(one.questions)} questions", flush=True)


def mine(one: BenchmarkSet, index: SentenceIndex) -> Iterator[dict[str, Any]]:
    """A row for each question: `{id, question, answers, negatives, found}`; extents `[document,
    start, end]` in the first two lists, and in the last `[document, start, score]`."""
    # The privacy policies of two sites say the same things, so another site's is no wrong answer.
    elsewhere = not one.name.startswith("policyqa")
    for first in range(0, len(one.questions), AT_ONCE):
        questions = one.questions[first : first + AT_ONCE]
        asked = [Question(question.question, index) for question in questions]
        rankings = retrieve(index, asked, read_calibration(), k=DEPTH)
        for question, ranking in zip(questions, rankings, strict=True):
            negatives = _negatives(question, ranking, elsewhere=elsewhere)
            yield {
                "id": f"{one.name}/{question.id}",
                "question": question.question,
                "answers": [[g.document, g.start, g.end] for g in question.gold or ()],
                "negatives": [
                    [one.sentence.document.id, one.sentence.start, one.sentence.end]
                    for one in negatives
                ],
                "found": [
                    [one.sentence.document.id, one.sentence.start, round(one.score, 4)]
                    for one in ranking
                ],
            }


def _negatives(question: GoldQuestion, ranking: Sequence[Found], *, elsewhere: bool) -> list[Found]:
    """The best sentence of each paragraph that holds no answer, by place or by its words."""
    answers = [normalize(answer) for answer in question.answers]
    documents = {gold.document for gold in question.gold or ()}
    best: dict[Span, Found] = {}
    for found in ranking:
        best.setdefault(found.paragraph.span, found)
    negatives = []
    for span, found in best.items():
        text = normalize(span.text)
        holds = any(answer and answer in text for answer in answers)
        marked = any(gold.matches(span) for gold in question.gold or ())
        if not holds and not marked and (elsewhere or span.document.id in documents):
            negatives.append(found)
    return negatives[:NEGATIVES]


def _index(one: BenchmarkSet, path: Path) -> SentenceIndex:
    if path.exists():
        return SentenceIndex.open(path)
    return SentenceIndex.create(path, one.documents, progress=True)


if __name__ == "__main__":
    main()
