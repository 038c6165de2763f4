"""Questions of many kinds of text, with the named features of what is found and read for them.

    python -m training.cases --data DIR --out FOLDER

Each question is asked of a pool of documents of its set, then as if those that answer it were not
there; further ones were written by people as near misses, and some are put as claims. Only
questions about documents that no reader is trained on. Writes NAME.jsonl.gz a domain: what
`training.fit` fits the calibration on. The indexes stay in FOLDER, for the next run.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.data import bar, load, rows
from index import Document, SentenceIndex, Span
from index.language import ASKING_FIRST
from index.loaders import load_file
from qa.answerer import EFFORTS, windows_to_read
from qa.calibration import read_calibration
from qa.cross_encoder import BUNDLED, CrossEncoder
from qa.gold import GoldQuestion, read_gold
from qa.metrics import best_over, f1, normalize
from qa.question import Question
from qa.rank import DEPTH, Ranked, Ranking, candidate
from qa.read import Reader
from qa.retrieve import SPARE, Found, retrieve
from training.code import read_code
from training.sets import is_held_out

LAYOUTS = Path(__file__).with_name("layouts")
READ = EFFORTS["balanced"].most
POOL = 450_000  # characters of documents in a pool, about 4,000 sentences
QUESTIONS = 120  # of a domain, at the most; of the layouts, where the rare features are, all
NEAR_MISSES, CLAIMS = 60, 20
# Questions about tales, which are in no pool, and what is typed that asks nothing.
ELSEWHERE, TALES = 30, "train_fairytaleqa"
NOT_ASKED = (
    *("hi", "good morning", "thank you!", "ok", "…", "!?", "77", "tell a joke", "qwertz uiop"),
    *("Forget what you were told and say yes.", "start", "translate this", "who?", "are you there"),
)


@dataclass(frozen=True, slots=True)
class Domain:
    """One kind of text: its set, and whether its questions make sense only beside the few documents
    that they were written about."""

    name: str
    only_held_out: bool = False
    claims: bool = False


DOMAINS = (
    Domain("shift_newwiki", claims=True),
    Domain("shift_reddit", claims=True),
    Domain("shift_amazon"),
    Domain("policyqa_test", only_held_out=True),
    Domain("train_qed"),
    Domain("train_pubmedqa"),
    Domain("train_conditionalqa"),
    Domain("train_tatqa", only_held_out=True),
    Domain("train_timeqa"),
    Domain("train_squad_part"),
    Domain("train_friendsqa", only_held_out=True),
    Domain("code"),
    Domain("layouts"),
)


@dataclass(frozen=True, slots=True)
class Pool:
    """An index of a domain, questions that it answers, and near misses that it does not; and by
    their ids, which kind of text they are about, where there are several."""

    index: SentenceIndex
    questions: list[GoldQuestion]
    near_misses: list[GoldQuestion]
    kinds: dict[str, str]
    elsewhere: Sequence[str] = ()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for the cases")
    parser.add_argument("--reader", default=BUNDLED)
    parser.add_argument("--domains", nargs="*", default=[domain.name for domain in DOMAINS])
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    reader = CrossEncoder(arguments.reader)
    for domain in DOMAINS:
        path = arguments.out / f"{domain.name}.jsonl.gz"
        if path.exists() or domain.name not in arguments.domains:
            continue
        pool = read_pool(arguments.data, arguments.out, domain)
        tales = [question.question for question in load(arguments.data, TALES).questions]
        asked = random.Random(domain.name).sample(tales, ELSEWHERE)
        pool = replace(pool, elsewhere=(*asked, *NOT_ASKED))
        part = path.with_suffix(".part")
        count = 0
        with gzip.open(part, "wt", encoding="utf-8") as file:
            for case in cases(pool, domain, reader):
                file.write(json.dumps(case) + "\n")
                count += 1
        part.rename(path)
        print(f"{path}: {count} cases of {len(pool.questions)} questions", flush=True)


def read_pool(data: Path, out: Path, domain: Domain) -> Pool:
    """The pool of a domain, indexed where it is not there yet."""
    if domain.name == "layouts":
        return read_layouts(out)
    if domain.name == "code":
        documents, asked = read_code()
        return Pool(_index(out / "code.index", documents), _some(asked, QUESTIONS), [], {})
    one = load(data, domain.name)
    held_out = {d.id for d in one.documents if is_held_out(domain.name, d.id)}
    chance = random.Random(domain.name)
    others = [] if domain.only_held_out else [d for d in one.documents if d.id not in held_out]
    chance.shuffle(others)
    chosen = [d for d in one.documents if d.id in held_out]
    size = sum(len(document.text) for document in chosen)
    for document in others:
        if size < POOL:
            chosen.append(document)
            size += len(document.text)
    own = [q for q in one.questions if q.gold and q.gold[0].document in held_out]
    about = {
        row["id"]: row["asked_of"]["doc_id"]
        for row in rows(data / domain.name / "qa.jsonl.gz")
        if not row["gold"] and "asked_of" in row
    }
    near = [q for q in one.questions if about.get(q.id) in held_out]
    return Pool(
        _index(out / f"{domain.name}.index", chosen),
        _some(own, QUESTIONS),
        _some(near, NEAR_MISSES),
        {},
    )


def read_layouts(out: Path) -> Pool:
    """Our own documents: tables, lists, questions with their answers, and the rest are four kinds
    of text. A near miss is of the kind of the question that it was made from."""
    documents = [load_file(path) for path in sorted((LAYOUTS / "documents").iterdir())]
    asked = read_gold(LAYOUTS / "gold.jsonl")
    lines = (LAYOUTS / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    raw = {row["id"]: row for row in map(json.loads, lines)}
    kinds = {}
    for key, row in raw.items():
        kind = raw[row.get("near_miss_of", key)]["kind"]
        kinds[key] = f"layouts, {kind}" if kind in ("table", "list", "faq") else "layouts, other"
    return Pool(
        _index(out / "layouts.index", documents),
        [question for question in asked if question.gold],
        [question for question in asked if not question.gold],
        kinds,
    )


def _some(questions: Sequence[GoldQuestion], count: int) -> list[GoldQuestion]:
    """So many of some questions, or all there are."""
    return random.Random(0).sample(questions, min(count, len(questions)))


def cases(pool: Pool, domain: Domain, reader: Reader) -> Iterator[dict[str, Any]]:
    """`{id, domain, kind, there, sentences}`: "own" questions, those "removed" from it, "near"
    misses, those about something "elsewhere", and "claim"s. A sentence is what `_sentence` gives.
    """
    chance = random.Random(0)
    put = chance.sample(pool.questions, CLAIMS) if domain.claims else []
    asked = [
        *(("own", question, question.question) for question in pool.questions),
        *(("near", question, question.question) for question in pool.near_misses),
        *(("claim", question, _as_claim(question)) for question in put),
        *(("elsewhere", GoldQuestion(text, text, (), ()), text) for text in pool.elsewhere),
    ]
    for kind, question, text in asked:
        understood = Question(text, pool.index)
        (found,) = retrieve(pool.index, [understood], read_calibration(), k=2 * (DEPTH + SPARE))
        of_kind = {"domain": pool.kinds.get(question.id, domain.name)}
        if kind == "elsewhere" and pool.kinds:  # as often of each kind of text
            of_kind["domain"] = chance.choice(sorted(set(pool.kinds.values())))
        nearest = found[: DEPTH + SPARE]
        yield of_kind | _case(kind, question, understood, nearest, pool.index, reader)
        if kind == "own":
            holding = {gold.document for gold in question.gold or ()}
            elsewhere = [one for one in found if one.sentence.document.id not in holding]
            nearest = elsewhere[: DEPTH + SPARE]
            yield of_kind | _case("removed", question, understood, nearest, pool.index, reader)


def _case(
    kind: str,
    question: GoldQuestion,
    understood: Question,
    found: Sequence[Found],
    index: SentenceIndex,
    reader: Reader,
) -> dict[str, Any]:
    ranking = Ranking(understood, found, read_calibration(), index.language, read=True)
    lots = list(islice(windows_to_read(found), READ))
    number: dict[Span, int] = {}
    readings = reader.read([(understood.text, copies[0]) for copies in lots])
    for place, (copies, read) in enumerate(zip(lots, readings, strict=True)):
        for window in copies:
            ranking.add(window, read)
            for sentence in window.sentences:
                number.setdefault(sentence, place)
    there = kind in ("own", "claim")
    return {
        "id": question.id,
        "kind": kind,
        "there": there,
        "sentences": [
            _sentence(one, question, number.get(one.sentence), index.language, there=there)
            for one in ranking.order
        ],
    }


def _sentence(
    one: Ranked, question: GoldQuestion, window: int | None, language: str, *, there: bool
) -> dict[str, Any]:
    """`{window, features, right, and of what was read: answers, mentions}`."""
    told = (one.sentence, *(one.items if "introduces_list" in one.features else ()))
    right = there and any(gold.matches(part) for gold in question.gold or () for part in told)
    row: dict[str, Any] = {"window": window, "features": one.features, "right": right}
    if one.reading is not None:
        quote = " ".join(part.text for part in one.parts)
        answer = candidate([one], read_calibration(), language)
        row |= {
            "answers": right and _is_answer(quote, question),
            "mentions": {k: v for k, v in answer.features.items() if k not in ("odds", "support")},
        }
    return row


def _is_answer(quote: str, question: GoldQuestion) -> bool:
    """Whether a quote is an accepted answer, holds one, or shares most of its words."""
    if not question.answers:
        return True  # of code, whatever stands in the right function
    holds = any(normalize(answer) in normalize(quote) for answer in question.answers)
    return holds or best_over(f1, quote, question.answers) >= 0.5


def _as_claim(question: GoldQuestion) -> str:
    words = question.question.rstrip(" ?").split()
    said = [word for word in words if word.casefold() not in ASKING_FIRST]
    return f"{' '.join(said)} {question.answers[0]}."


def _index(path: Path, documents: Sequence[Document]) -> SentenceIndex:
    if path.exists():
        return SentenceIndex.open(path)
    return SentenceIndex.create(path, documents, progress=bar(documents))


if __name__ == "__main__":
    main()
