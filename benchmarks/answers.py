"""How well questions are answered, reader included, on public sets.

    python -m benchmarks.answers --data DIR --indexes FOLDER

Every set is indexed as a user's documents would be, with the default settings; where a set comes
with sentence boundaries, those are taken. Every nth question is asked, at most QUESTIONS of a set.
The rankings with and without the reader are those of the same questions; the interval is of a
paired bootstrap over questions. The indexes stay in FOLDER, for the next run.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.confidence import (
    CONFIDENCE,
    CONFIDENCE_NOTE,
    RELIABILITY,
    RELIABILITY_NOTE,
    SQUAD20_NOTE,
    ask_all,
    best_quote,
    confidence_row,
    reliability_row,
    told_apart_row,
)
from benchmarks.data import BenchmarkSet, load, open_index, rows
from benchmarks.report import Row, write_section
from index import Document, Hit, Span
from index.prepare import prepare
from qa import Answerer
from qa.evaluate import first_right
from qa.gold import GoldQuestion
from qa.metrics import (
    best_over,
    exact_match,
    f1,
    hit_at,
    mean,
    mean_reciprocal_rank,
    ndcg,
)
from qa.read import Reader
from qa.windows import as_read, windows

DEPTH = 100
RANKED = (
    *("reqa_squad_dev", "qed_nq", "clapnq_dev", "chroma_chunk_eval", "cookbook_code", "scifact"),
)
POOLS = ("squad11_dev", "squad20_dev")
QUESTIONS = {"qed_nq": 2_000, "clapnq_dev": 2_000, "chroma_chunk_eval": 500, "scifact": 500}
QUESTIONS_OF_OTHERS = 300  # of each set, at most

RANKING = (
    *("set", "pool", "questions", "search alone, P@1", "MRR@100"),
    *("with the reader, P@1", "MRR@100", "gain in P@1 (95 %)"),
)
ASKED_NOTE = (
    "Of a large set, every nth question is asked. A sample of a few hundred questions is up to "
    "four points from the whole set."
)
RANKING_NOTE = (
    "The pool is the number of sentences. The interval is that of a paired bootstrap over "
    "questions."
)
CLAIMS = (
    *("set", "documents", "claims", "search alone, nDCG@10", "with the reader, nDCG@10"),
    "gain (95 %)",
)
CLAIMS_NOTE = "A document stands in the ranking where its best sentence stands."
QUOTES = ("set", "asked of", "questions", "EM", "F1")
QUOTES_NOTE = "Only questions that the documents answer. The best quote counts, refused or not."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--indexes", type=Path, required=True, help="folder for the indexes")
    parser.add_argument("--questions", type=int, help="of each set; default: QUESTIONS")
    parser.add_argument("--effort", default="balanced")
    parser.add_argument("--sets", nargs="*", default=[*RANKED, *POOLS])
    arguments = parser.parse_args()
    figures = Figures()
    for name in sorted(arguments.sets, key=[*RANKED, *POOLS].index):
        one = load(arguments.data, name)
        index = open_index(one, arguments.indexes)
        answerer = Answerer(index, effort=arguments.effort)
        assert answerer.reader is not None
        count = arguments.questions or QUESTIONS.get(name, QUESTIONS_OF_OTHERS)
        questions = every_nth(one.questions, count)
        if name in POOLS:
            figures.quotes += [
                _gold_paragraph(arguments.data / name, one, questions, answerer.reader),
                _pool(name, questions, answerer, figures),
            ]
        elif name == "scifact":
            figures.claims.append(_claims(one, questions, answerer))
        else:
            figures.ranking.append(_ranked(one, questions, answerer))
            if name == "clapnq_dev":
                figures.confidence.append(told_apart_row(name, questions, answerer))
        if name != "scifact":
            figures.reliability.append(reliability_row(name, questions, answerer))
    figures.write()


@dataclass(slots=True)
class Figures:
    """The rows of the sections that this benchmark writes; of those without a row, none."""

    ranking: list[Row] = field(default_factory=list)
    claims: list[Row] = field(default_factory=list)
    quotes: list[Row] = field(default_factory=list)
    confidence: list[Row] = field(default_factory=list)
    reliability: list[Row] = field(default_factory=list)

    def write(self) -> None:
        """Write every section that has a row."""
        if self.ranking:
            write_section("ranking", RANKING, self.ranking, [RANKING_NOTE, ASKED_NOTE])
        if self.claims:
            write_section("claims", CLAIMS, self.claims, [CLAIMS_NOTE])
        if self.quotes:
            write_section("quotes", QUOTES, self.quotes, [QUOTES_NOTE, ASKED_NOTE])
        if self.confidence:
            notes = [CONFIDENCE_NOTE, SQUAD20_NOTE, ASKED_NOTE]
            write_section("confidence", CONFIDENCE, self.confidence, notes)
        if self.reliability:
            notes = [RELIABILITY_NOTE, ASKED_NOTE]
            write_section("reliability", RELIABILITY, self.reliability, notes)


def _ranked(one: BenchmarkSet, questions: Sequence[GoldQuestion], answerer: Answerer) -> Row:
    """Rankings without and with the reader."""
    questions = [q for q in questions if q.gold]
    old, new = (
        [first_right(hits, question) for question, hits in rankings(way, questions)]
        for way in (Answerer(answerer.index, reader="none"), answerer)
    )
    gain = interval([float(r == 1) for r in old], [float(r == 1) for r in new])
    sizes = len(answerer.index), len(questions)
    return one.name, *sizes, *percent(old), *percent(new), gain


def _claims(one: BenchmarkSet, claims: Sequence[GoldQuestion], answerer: Answerer) -> Row:
    """Rankings of documents without and with the reader."""
    claims = [claim for claim in claims if claim.gold or one.relevant[claim.id]]
    old, new = (
        [ndcg(_documents(hits), one.relevant[q.id], 10) for q, hits in rankings(way, claims)]
        for way in (Answerer(answerer.index, reader="none"), answerer)
    )
    figures = (round(100 * mean(values), 1) for values in (old, new))
    return one.name, len(one.documents), len(claims), *figures, interval(old, new)


def rankings(
    answerer: Answerer, questions: Sequence[GoldQuestion]
) -> list[tuple[GoldQuestion, list[Hit]]]:
    return [(q, answerer.retrieve(q.question, DEPTH)) for q in questions]


def _gold_paragraph(
    folder: Path, one: BenchmarkSet, questions: Sequence[GoldQuestion], reader: Reader
) -> Row:
    """EM and F1 where the paragraph that answers is given."""
    documents = {document.id: document for document in one.documents}
    places = {
        row["id"]: (row["gold"][0]["doc_id"], *row["gold"][0]["para"])
        for row in rows(folder / "qa.jsonl.gz")
        if row["gold"]
    }
    scored = []
    for question in questions:
        if question.id not in places:
            continue
        name, start, end = places[question.id]
        quote = read_paragraph(reader, question.question, documents[name], start, end)
        scored.append((question, quote.text))
    return one.name, "the paragraph that answers", len(scored), *_em_and_f1(scored)


def read_paragraph(reader: Reader, question: str, document: Document, start: int, end: int) -> Span:
    """The answer in one paragraph: the likeliest one of the sentence that answers best."""
    part = Document("part", document.title, document.text[start:end], "part")
    asked = [
        (question, as_read(run, paragraph))
        for paragraph in prepare(part, language="english", splitter=None)
        for run in windows(paragraph)
    ]
    readings = [reading for each in reader.read(asked) for reading in each]
    return max(readings, key=lambda reading: reading.score).answer


def _em_and_f1(scored: Sequence[tuple[GoldQuestion, str]]) -> Iterator[float]:
    """EM and F1 in percent, of some questions with their quotes."""
    for measure in (exact_match, f1):
        values = [best_over(measure, text, question.answers) for question, text in scored]
        yield round(100 * mean(values), 1)


def _pool(
    name: str, questions: Sequence[GoldQuestion], answerer: Answerer, figures: Figures
) -> Row:
    """EM and F1 where the answer may stand anywhere in the pool; a row of confidence as well where
    it may stand nowhere."""
    answers = ask_all(answerer, questions)
    best = [(q, best_quote(a)) for q, a in zip(questions, answers, strict=True) if q.gold]
    if len(best) < len(questions):
        figures.confidence.append(confidence_row(name, questions, answers))
    pool = f"{answerer.index.document_count:,} articles, {len(answerer.index):,} sentences"
    return name, pool, len(best), *_em_and_f1(best)


def interval(before: Sequence[float], after: Sequence[float], draws: int = 10_000) -> str:
    """The difference of the means in points, with 95 % of what a paired bootstrap draws."""
    difference = 100 * (np.array(after) - np.array(before))
    chance = np.random.default_rng(0)
    drawn = chance.choice(difference, (draws, len(difference))).mean(axis=1)
    low, high = np.percentile(drawn, (2.5, 97.5))
    return f"{difference.mean():+.1f} ({low:+.1f} to {high:+.1f})"


def percent(ranks: Sequence[int | None]) -> tuple[float, float]:
    """P@1 and MRR in percent."""
    first, reciprocal = hit_at(ranks, 1), mean_reciprocal_rank(ranks, DEPTH)
    return round(100 * first, 1), round(100 * reciprocal, 1)


def _documents(hits: Sequence[Hit]) -> list[str]:
    """The documents of a ranking of sentences, each at its best sentence."""
    return list(dict.fromkeys(hit.sentence.document.id for hit in hits))


def every_nth(questions: list[GoldQuestion], count: int) -> list[GoldQuestion]:
    """At most that many of the questions, from all over the set."""
    return questions[:: max(1, -(-len(questions) // count))]


if __name__ == "__main__":
    main()
