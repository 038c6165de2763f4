"""Cases → the weights of each stage of the ranking, and of the confidence."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from qa.calibration import BIAS, Calibration, read_calibration
from qa.cross_encoder import WEIGHTS_SHA256
from qa.features import MENTIONS, TOPIC, topic_of
from qa.rank import DEPTH

SENTENCE = (
    *("length", "is_heading", "is_question", "is_short", "is_head"),
    *("introduces_list", "repeats_question"),
)
SEARCH = ("match", "about", *SENTENCE)
READ = (
    *("search", "reader", "claim_reader", *SENTENCE, *MENTIONS),
    *("follows_question", "cell_matched", "in_other_row"),
)
UNREAD = ("search", "follows_question")
ANSWER = ("odds", *MENTIONS)
# A match is the cosine and so many times BM25: fitted by likelihood, words count half of that, and
# two kinds of text are ranked worse than by an untrained hybrid (docs/decisions/0031).
WORDS = 0.1
FREE = {"match", "about", "search", "reader", "claim_reader", "odds"}  # every sentence has them
RIDGE = 0.0003  # what a weight of 1 of any other costs, in nats a question: one of 10 is .03
UNANSWERABLE = 0.5  # what questions without an answer weigh together, beside those with one
FOREIGN = -2.0  # not fitted: all sets are English
SUPPORT = 0.3  # not fitted: no fact of these sets is told twice

Array = NDArray[np.float64]


@dataclass(slots=True)
class Case:
    """A question with what was found and read for it, and what it weighs."""

    domain: str
    kind: str
    there: bool
    sentences: list[dict[str, Any]]
    weight: float = 1.0
    odds: list[float] = field(default_factory=list)

    @property
    def read(self) -> list[dict[str, Any]]:
        return [one for one in self.sentences if one["window"] is not None]


Among = Callable[[Case], Sequence[dict[str, Any]]]


def read_cases(folder: Path) -> list[Case]:
    """All cases, each domain with the same weight, and half of it where nothing answers."""
    domains: dict[str, list[Case]] = {}
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in map(json.loads, file):
                one = Case(row["domain"], row["kind"], row["there"], row["sentences"])
                domains.setdefault(one.domain, []).append(one)
    for cases in domains.values():
        there = sum(case.there for case in cases)
        for case in cases:
            case.weight = 1 / there if case.there else UNANSWERABLE / max(1, len(cases) - there)
    return [case for cases in domains.values() for case in cases]


def in_small_index(case: Case) -> Case:
    """The same question as if only the document that answers it were there, or the one that comes
    nearest: the sentences that share what the search makes of their document."""
    first = next((one for one in case.sentences if one["right"]), case.sentences[0])
    about = first["features"].get("about")
    own = [one for one in case.sentences if one["features"].get("about") == about]
    return replace(case, sentences=own)


def fit(cases: Sequence[Case]) -> Calibration:
    """The weights of all stages, one after the other."""
    for one in (one["features"] for case in cases for one in case.sentences):
        one["match"] = one["cosine"] + WORDS * one["bm25"]
    search = choose(cases, SEARCH, lambda case: case.sentences)
    match = search.pop("match")
    search = {"cosine": match, "bm25": WORDS * match, **search}
    for case in cases:
        for one in case.sentences:
            one["features"]["search"] = dot(search, one["features"])
    ratio = choose(cases, UNREAD, lambda case: case.sentences)
    asked = [case for case in cases if case.kind != "claim" and case.sentences]
    questions = [case for case in asked if case.kind != "elsewhere"]
    questions += [in_small_index(case) for case in questions]
    alone = scaled(ratio, questions, lambda case: [_best(ratio, case.sentences)])
    unread = scaled(ratio, questions, lambda case: case.sentences[:DEPTH])
    ratio = choose(cases, READ, lambda case: case.read)
    read = scaled(ratio, questions, lambda case: case.read)
    for case in questions:
        case.odds = [dot(read, one["features"]) for one in case.read]
    answer = fit_answer(questions)
    topic = fit_topic([case for case in asked if case.kind != "removed"])
    before = {"search": search, "alone": alone, "unread": unread}
    stages = {**before, "read": read, "topic": topic, "answer": answer}
    rounded = {
        stage: {name: round(w, 3) for name, w in weights.items() if round(w, 3)}
        for stage, weights in stages.items()
    }
    return Calibration(WEIGHTS_SHA256, rounded, read_calibration().thresholds)


def scaled(ratio: Mapping[str, float], cases: Sequence[Case], among: Among) -> dict[str, float]:
    """Weights whose ratio says which sentence of a question is right, as log-odds: their scale and
    the base by how many are."""
    rows = [
        ([dot(ratio, one["features"])], one["right"], case.weight)
        for case in cases
        if case.sentences
        for one in among(case)
    ]
    scale = logistic(rows, ["x"])
    return {BIAS: scale[BIAS]} | {name: w * scale["x"] for name, w in ratio.items()}


def fit_topic(questions: Sequence[Case]) -> dict[str, float]:
    """How probable it is that a question is about these documents at all."""
    rows = []
    for case in questions:
        topic = topic_of([one["features"] for one in case.sentences])
        rows.append(([topic[name] for name in TOPIC], case.kind != "elsewhere", case.weight))
    return logistic(rows, TOPIC)


def fit_answer(questions: Sequence[Case]) -> dict[str, float]:
    """How probable the quote of the best sentence is right."""
    rows = []
    for case in questions:
        if case.read:
            odds, best = max(zip(case.odds, case.read, strict=True), key=lambda pair: pair[0])
            told = [best["mentions"].get(name, 0.0) for name in ANSWER[1:]]
            rows.append(([odds, *told], best["answers"], case.weight))
    return {**logistic(rows, ANSWER), "support": SUPPORT, "other_language": FOREIGN}


def choose(
    cases: Sequence[Case],
    names: Sequence[str],
    among: Among,
) -> dict[str, float]:
    """The weights that make the right sentences of each question likeliest among all of its own."""
    rows, right, weights, sizes = [], [], [], []
    for case in cases:
        some = among(case)
        marks = [one["right"] for one in some]
        if any(marks) and not all(marks):
            rows += [[one["features"].get(name, 0.0) for name in names] for one in some]
            right += marks
            weights.append(case.weight)
            sizes.append(len(some))
    x, chosen = np.array(rows), np.array(right, bool)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    share = np.array(weights) / sum(weights)
    ridge = np.array([0.0 if name in FREE else RIDGE for name in names])

    def loss(tried: Array) -> tuple[float, Array]:
        odds = x @ tried
        peak = np.full(len(sizes), -np.inf)
        np.maximum.at(peak, owner, odds)
        every = np.exp(odds - peak[owner])
        some = every * chosen
        of_all, of_right = (np.bincount(owner, part, len(sizes)) for part in (every, some))
        total = float(ridge @ tried**2 + share @ (np.log(of_all) - np.log(of_right)))
        excess = share[owner] * (every / of_all[owner] - some / of_right[owner])
        return total, 2 * ridge * tried + excess @ x

    start = np.array([1.0 if name in FREE else 0.0 for name in names])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=_bounds(names)).x
    return dict(zip(names, map(float, found), strict=True))


def logistic(
    rows: Sequence[tuple[Sequence[float], bool, float]], names: Sequence[str]
) -> dict[str, float]:
    """Weights and base of the log-odds of being right."""
    names = [BIAS, *names]
    features, right, weights = (np.array(column) for column in zip(*rows, strict=True))
    x = np.hstack([np.ones((len(features), 1)), features])
    share = weights / weights.sum()

    def loss(tried: Array) -> tuple[float, Array]:
        odds = x @ tried
        total = float(share @ (np.logaddexp(0, odds) - right * odds))
        return total, (share * (expit(odds) - right)) @ x

    start = np.zeros(len(names))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=_bounds(names)).x
    return dict(zip(names, map(float, found), strict=True))


def _bounds(names: Sequence[str]) -> list[tuple[float | None, float | None]]:
    """What is missing near a sentence never speaks for it."""
    return [(None, 0.0 if name in MENTIONS else None) for name in names]


def dot(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """The log-odds of some features."""
    known = sum(weights.get(name, 0.0) * value for name, value in features.items())
    return weights.get(BIAS, 0.0) + known


def _best(weights: Mapping[str, float], sentences: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return max(sentences, key=lambda one: dot(weights, one["features"]))
