"""How well questions are answered, reader included, on public sets.

    python -m benchmarks.answers --data DIR --indexes FOLDER

Every set is indexed as a user's documents would be, with the default settings; where a set comes
with sentence boundaries, those are taken. Every nth question is asked, `--questions` of each set.
The rankings with and without the reader are those of the same questions; the interval is of a
paired bootstrap over questions. The indexes stay in FOLDER, for the next run.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.data import BenchmarkSet, load, open_index, rows
from benchmarks.report import write_section
from index import Document, Hit, Span
from index.split import split
from qa import Answer, Answerer
from qa.evaluate import first_right
from qa.gold import GoldQuestion
from qa.metrics import (
    best_over,
    coverage_at,
    exact_match,
    f1,
    hit_at,
    mean,
    mean_reciprocal_rank,
    ndcg,
)
from qa.read import Reader
from qa.windows import windows

DEPTH = 100
AT_ONCE = 64  # questions asked together
RANKED = ("reqa_squad_dev", "qed_nq", "clapnq_dev", "chroma_chunk_eval", "scifact")
POOLS = ("squad11_dev", "squad20_dev")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--indexes", type=Path, required=True, help="folder for the indexes")
    parser.add_argument("--questions", type=int, default=500, help="of each set")
    parser.add_argument("--effort", default="balanced")
    parser.add_argument("--sets", nargs="*", default=[*RANKED, *POOLS])
    arguments = parser.parse_args()
    ranked = [
        "| set | questions | P@1 / MRR@100, no reader | with reader | P@1 gains (95 %) |",
        "|---|---|---|---|---|",
    ]
    lines: list[str] = []
    for name in arguments.sets:
        one = load(arguments.data, name)
        index = open_index(one, arguments.indexes)
        answerer = Answerer(index, effort=arguments.effort)
        assert answerer.reader is not None
        questions = every_nth(one.questions, arguments.questions)
        if name in POOLS:
            lines += [
                _gold_paragraph(arguments.data / name, one, questions, answerer.reader),
                _pool(name, questions, answerer),
            ]
            continue
        ranked.append(_ranked(one, questions, answerer))
        print(ranked[-1], flush=True)
        if name == "clapnq_dev":
            lines.append(_told_apart(name, questions, answerer))
    write_section("answers", [*ranked, "", *lines])


def _ranked(one: BenchmarkSet, questions: Sequence[GoldQuestion], answerer: Answerer) -> str:
    """A row: rankings without and with the reader."""
    questions = [q for q in questions if q.gold or one.relevant[q.id]]
    without = Answerer(answerer.index, reader="none")
    if one.name == "scifact":
        before, after = (
            [ndcg(_documents(hits), one.relevant[q.id], 10) for q, hits in rankings(way, questions)]
            for way in (without, answerer)
        )
        return (
            f"| scifact, documents, nDCG@10 | {len(questions)} | {100 * mean(before):.1f} "
            f"| **{100 * mean(after):.1f}** | {interval(before, after)} |"
        )
    old, new = (
        [first_right(hits, question) for question, hits in rankings(way, questions)]
        for way in (without, answerer)
    )
    return (
        f"| {one.name} | {len(questions)} | {shown(old)} | **{shown(new)}** "
        f"| {interval([float(r == 1) for r in old], [float(r == 1) for r in new])} |"
    )


def rankings(
    answerer: Answerer, questions: Sequence[GoldQuestion]
) -> list[tuple[GoldQuestion, list[Hit]]]:
    return [(q, answerer.retrieve(q.question, DEPTH)) for q in questions]


def _gold_paragraph(
    folder: Path, one: BenchmarkSet, questions: Sequence[GoldQuestion], reader: Reader
) -> str:
    """EM and F1 where the paragraph that answers is given."""
    documents = {document.id: document for document in one.documents}
    places = {
        row["id"]: (row["gold"][0]["doc_id"], *row["gold"][0]["para"])
        for row in rows(folder / "qa.jsonl.gz")
        if row["gold"]
    }
    em, overlap = [], []
    for question in questions:
        if question.id not in places:
            continue
        name, start, end = places[question.id]
        quote = read_paragraph(reader, question.question, documents[name], start, end)
        em.append(best_over(exact_match, quote.text, question.answers))
        overlap.append(best_over(f1, quote.text, question.answers))
    return (
        f"- {one.name}, the paragraph given, {len(em)} questions that it answers: "
        f"EM **{100 * mean(em):.1f}**, F1 **{100 * mean(overlap):.1f}**"
    )


def read_paragraph(reader: Reader, question: str, document: Document, start: int, end: int) -> Span:
    """The answer in one paragraph: the likeliest one of the sentence that answers best."""
    part = Document("part", document.title, document.text[start:end], "part")
    asked = [(question, w) for p in split(part) for w in windows(p.sentences)]
    readings = [reading for each in reader.read(asked) for reading in each]
    return max(readings, key=lambda reading: reading.score).answer


def _pool(name: str, questions: Sequence[GoldQuestion], answerer: Answerer) -> str:
    """EM, F1 and refusal where the answer may stand anywhere in the pool, or nowhere."""
    answers = ask_all(answerer, questions)
    answerable = [(q, a) for q, a in zip(questions, answers, strict=True) if q.gold]
    best = [(q, _best_quote(a)) for q, a in answerable]
    line = (
        f"- {name}, open pool of {answerer.index.document_count} articles "
        f"({len(answerer.index):,} sentences), {len(best)} questions that it answers: EM "
        f"**{100 * mean([best_over(exact_match, t, q.answers) for q, t in best]):.1f}**, F1 "
        f"**{100 * mean([best_over(f1, t, q.answers) for q, t in best]):.1f}** (best answer, "
        "refused or not)"
    )
    if len(answerable) == len(questions):
        return line
    sure = [answer.confidence for answer in answers]
    right = [
        bool(q.gold) and best_over(f1, _best_quote(a), q.answers) >= 0.5
        for q, a in zip(questions, answers, strict=True)
    ]
    there = [bool(question.gold) for question in questions]
    share = len(questions) / max(1, sum(there))
    cover = {p: coverage_at(sure, right, p) for p in (0.9, 0.95)}
    return (
        f"{line}; with {len(questions) - len(best)} that it does not answer: AUROC of confidence, "
        f"answered or not **{roc_auc_score(there, sure):.3f}**, right or wrong "
        f"{roc_auc_score(right, sure):.3f}; coverage at 90 % precision (F1 ≥ .5) "
        f"**{100 * cover[0.9]:.1f} %** of all questions, {100 * min(1, share * cover[0.9]):.1f} % "
        f"relative to those that are answered; at 95 % {100 * cover[0.95]:.1f} %, "
        f"{100 * min(1, share * cover[0.95]):.1f} %"
    )


def _told_apart(name: str, questions: Sequence[GoldQuestion], answerer: Answerer) -> str:
    there = [bool(question.gold) for question in questions]
    sure = [answer.confidence for answer in ask_all(answerer, questions)]
    return (
        f"- {name}: AUROC of confidence, {sum(there)} questions that the documents answer against "
        f"{len(there) - sum(there)} that they do not: **{roc_auc_score(there, sure):.3f}**"
    )


def ask_all(answerer: Answerer, questions: Sequence[GoldQuestion]) -> list[Answer]:
    texts = [question.question for question in questions]
    parts = [texts[first : first + AT_ONCE] for first in range(0, len(texts), AT_ONCE)]
    return [answer for part in parts for answer in answerer.ask_many(part)]


def interval(before: Sequence[float], after: Sequence[float], draws: int = 10_000) -> str:
    """The difference of the means in points, with 95 % of what a paired bootstrap draws."""
    difference = 100 * (np.array(after) - np.array(before))
    chance = np.random.default_rng(0)
    drawn = chance.choice(difference, (draws, len(difference))).mean(axis=1)
    low, high = np.percentile(drawn, (2.5, 97.5))
    return f"{difference.mean():+.1f} ({low:+.1f} to {high:+.1f})"


def _best_quote(answer: Answer) -> str:
    """What would be quoted if nothing were refused."""
    return (answer.quote or answer.alternatives[0].quote).text


def shown(ranks: Sequence[int | None]) -> str:
    """P@1 / MRR in percent."""
    return f"{100 * hit_at(ranks, 1):.1f} / {100 * mean_reciprocal_rank(ranks, DEPTH):.1f}"


def _documents(hits: Sequence[Hit]) -> list[str]:
    """The documents of a ranking of sentences, each at its best sentence."""
    return list(dict.fromkeys(hit.sentence.document.id for hit in hits))


def every_nth(questions: list[GoldQuestion], count: int) -> list[GoldQuestion]:
    """At most that many of the questions, from all over the set."""
    return questions[:: max(1, -(-len(questions) // count))]


if __name__ == "__main__":
    main()
