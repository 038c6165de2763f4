"""The public sets that are trained on: how much of each is asked, and its text as people write it.

Only sets whose licence lets anybody use them commercially; docs/develop/training.md lists them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

from benchmarks.data import load, rows
from index import Document
from qa.gold import GoldQuestion, GoldSpan

HELD_OUT = 20  # every 20th document is for validation only
HASHES = 2**32

Place = tuple[str, int, int]  # a document, start and end


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """A set, and what an epoch takes of it.

    `documents` is the share of its documents that are used at all, `asked` that of their questions
    in an epoch. A question comes with `wrong` wrong windows, and in `near_miss` of all cases with a
    near miss that is made. `elsewhere`: whether the passages of other documents are wrong for sure.
    `together`: whether all of the answers to a question are wanted, as those who signed.
    """

    name: str
    documents: float = 1.0
    asked: float = 1.0
    wrong: float = 0.6
    near_miss: float = 0.15
    elsewhere: bool = True
    tokenised: bool = False
    together: bool = False

    def uses(self, document: str) -> bool:
        """Whether a document is used at all."""
        return crc32(f"used/{self.name}/{document}".encode()) < self.documents * HASHES


# Stiff or made questions are asked less often, and so are long answers that are loosely marked.
SETS = {
    one.name: one
    for one in (
        TrainingSet("shift_newwiki", wrong=1.5, near_miss=0.45),
        TrainingSet("shift_reddit", documents=0.5),
        TrainingSet("shift_amazon", documents=0.5),
        # The privacy policies of two sites say the same things.
        TrainingSet("policyqa_dev", asked=0.25, elsewhere=False),
        TrainingSet("policyqa_test", asked=0.25, elsewhere=False),
        TrainingSet("train_squad_part", wrong=1.0),
        TrainingSet("train_squad_sent", documents=0.5, asked=0.5),
        TrainingSet("train_squad2_pairs", documents=0.3, near_miss=0.0),
        TrainingSet("train_qed", documents=0.6, wrong=1.0, tokenised=True),
        TrainingSet("train_qamr", documents=0.3, asked=0.3, wrong=0.3),
        TrainingSet("train_timeqa", documents=0.4, wrong=1.0, tokenised=True),
        TrainingSet("train_fairytaleqa", documents=0.4, elsewhere=False),
        TrainingSet("train_tweetqa", documents=0.5, asked=0.7),
        TrainingSet("train_contrast_sets"),
        TrainingSet("train_multispanqa", together=True),
        TrainingSet("train_friendsqa", elsewhere=False),
        TrainingSet("train_tatqa", elsewhere=False, together=True),
        TrainingSet("train_pubmedqa"),
        TrainingSet("train_reviewrc", asked=0.5, elsewhere=False, tokenised=True),
        TrainingSet("train_condaqa", elsewhere=False),
        TrainingSet("train_conditionalqa", asked=0.5),
    )
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and where it is answered. Of one that is not: the passage that people wrote it
    about, and the question that they turned into it, where that is known."""

    gold: GoldQuestion
    passage: Place | None = None
    twin: str | None = None

    @property
    def document(self) -> str:
        """The document that it is about."""
        if self.gold.gold:
            return self.gold.gold[0].document
        assert self.passage is not None
        return self.passage[0]


def is_held_out(name: str, document: str) -> bool:
    """Whether no question about that document of a set is trained on."""
    return crc32(f"{name}/{document}".encode()) % HELD_OUT == 0


def read_set(data: Path, name: str) -> tuple[list[Document], list[Asked]]:
    """The documents of a set that are used, and all questions about them, the text mended."""
    one, public = SETS[name], load(data, name)
    documents = {d.id: d for d in public.documents if one.uses(d.id)}
    raw = {row["id"]: row for row in rows(data / name / "qa.jsonl.gz")}
    every = (_asked(gold, raw[gold.id]) for gold in public.questions)
    asked = [question for question in every if question and question.document in documents]
    if one.tokenised:
        texts = {name: mended(str(document.text)) for name, document in documents.items()}
        documents = {name: replace(d, text=texts[name].text) for name, d in documents.items()}
        asked = [_moved(question, texts) for question in asked]
    return list(documents.values()), asked


def _asked(gold: GoldQuestion, row: dict[str, Any]) -> Asked | None:
    if gold.gold:
        return Asked(gold)
    about = row.get("asked_of")
    if about is None:
        return None
    return Asked(gold, (about["doc_id"], *about["para"]), row.get("near_miss_of"))


@dataclass(frozen=True, slots=True)
class Mended:
    """A text, and the changes that made it: where they stood in the old text and stand now."""

    text: str
    old: tuple[int, ...]
    new: tuple[int, ...]

    def place(self, old: int) -> int:
        """Where a place of the old text is now."""
        number = bisect_right(self.old, old) - 1
        after = self.new[number + 1] if number + 1 < len(self.new) else len(self.text)
        return min(self.new[number] + old - self.old[number], after)


# What tokenisers leave: spaces before points and behind brackets, quotation marks of two strokes.
SPACED = re.compile(
    r" (?=[,.;:!?%)\]])|(?<=[(\[$£€]) |(?<=\w) (?=(?:n't|'s|'re|'ve|'ll|'d|'m)\b)|(?<=s) (?=' )"
    r"|(?P<opens>`` ?)|(?P<closes> ?'')|(?P<dash> -- )"
)
WRITTEN = {"opens": '"', "closes": '"', "dash": "–"}


def mended(text: str) -> Mended:
    """A text without what only tokenisers write."""
    pieces, old, new, end, length = [], [0], [0], 0, 0
    for found in SPACED.finditer(text):
        written = WRITTEN.get(found.lastgroup or "", "")
        pieces += [text[end : found.start()], written]
        length += found.start() - end
        old += [found.start(), found.end()]
        new += [length, length + len(written)]
        length += len(written)
        end = found.end()
    return Mended("".join([*pieces, text[end:]]), tuple(old), tuple(new))


def _moved(question: Asked, texts: dict[str, Mended]) -> Asked:
    gold = question.gold
    spans = tuple(
        GoldSpan(
            span.document,
            texts[span.document].place(span.start),
            texts[span.document].place(span.end),
        )
        for span in gold.gold or ()
        if span.document in texts
    )
    answers = tuple(texts[span.document].text[span.start : span.end] for span in spans)
    passage = question.passage
    if passage is not None:
        name, start, end = passage
        passage = (name, texts[name].place(start), texts[name].place(end))
    put = mended(gold.question).text
    return Asked(replace(gold, question=put, answers=answers, gold=spans), passage, question.twin)
