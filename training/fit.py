"""Fit the calibration on documents of many kinds that the reader was not trained on.

    python -m training.fit --cases FOLDER [--write]

Takes what `training.cases` wrote. Every kind of text weighs the same, however many questions it
has. Prints a table of each kind fitted without it, which is the figure that counts, and with
--write puts the weights fitted on all of them beside the reader.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from qa.calibration import BIAS, FILE, Calibration, probability, read_calibration
from qa.cross_encoder import WEIGHTS_SHA256
from qa.features import MENTIONS
from qa.rank import DEPTH

SENTENCE = (
    *("length", "is_heading", "is_question", "is_short", "is_head"),
    *("introduces_list", "repeats_question"),
)
SEARCH = ("cosine", "bm25", *SENTENCE)
READ = (
    *("search", "reader", "claim_reader", *SENTENCE, *MENTIONS),
    *("follows_question", "cell_matched", "in_other_row"),
)
ANSWER = ("odds", *MENTIONS)
FREE = {"cosine", "bm25", "search", "reader", "claim_reader", "odds"}  # every sentence has them
RIDGE = 0.01  # what a weight of 1 of any other costs, in nats a question
UNANSWERABLE = 0.5  # what questions without an answer weigh together, beside those with one
SUPPORT = 0.3  # not fitted: no fact of these sets is told twice
ANSWER_FROM = 0.5

Array = NDArray[np.float64]
Odds = Callable[[Mapping[str, float]], float]


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=Path, required=True, help="what training.cases wrote")
    parser.add_argument("--write", action="store_true", help="put the weights beside the reader")
    arguments = parser.parse_args()
    cases = read_cases(arguments.cases)
    domains = list(dict.fromkeys(case.domain for case in cases))
    print("fitted without it | search P@1 / MRR | with reader P@1 / MRR | AUROC | now, with reader")
    now = read_calibration()
    for domain in domains:
        rest, own = ([c for c in cases if (c.domain == domain) is mine] for mine in (False, True))
        print(f"{domain:20} {figures(own, fit(rest))} | {figures(own, now)}", flush=True)
    fitted = fit(cases)
    print(f"{'all, on itself':20} {figures(cases, fitted)} | {figures(cases, now)}")
    print(json.dumps({"stages": fitted.stages, "thresholds": fitted.thresholds}, indent=2))
    show_thresholds(cases, fitted)
    if arguments.write:
        row = {
            "reader": fitted.reader,
            "stages": fitted.stages,
            "thresholds": fitted.thresholds,
        }
        FILE.write_text(json.dumps(row, indent=2) + "\n", encoding="utf-8")


def read_cases(folder: Path) -> list[Case]:
    """All cases, each domain with the same weight, and half of it where nothing answers."""
    cases = []
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        name = path.name.partition(".")[0]
        own = [Case(name, row["kind"], row["there"], row["sentences"]) for row in rows]
        there = sum(case.there for case in own)
        for case in own:
            case.weight = 1 / there if case.there else UNANSWERABLE / max(1, len(own) - there)
        cases += own
    return cases


def fit(cases: Sequence[Case]) -> Calibration:
    """The weights of all stages, one after the other."""
    search = choose(cases, SEARCH, lambda one: one["features"], lambda case: case.sentences)
    for case in cases:
        for one in case.sentences:
            one["features"]["search"] = dot(search, one["features"])
    questions = [case for case in cases if case.kind != "claim"]
    best = [(max(c.sentences, key=_search), c) for c in questions if c.sentences]
    alone = logistic([([_search(one)], one["right"], c.weight) for one, c in best], ["search"])
    unread = logistic(
        [
            ([_search(one)], one["right"], c.weight)
            for c in questions
            for one in c.sentences[:DEPTH]
        ],
        ["search"],
    )
    read = fit_read(cases, questions)
    for case in cases:
        case.odds = [dot(read, one["features"]) for one in case.read]
    answer = fit_answer(questions)
    stages = {"search": search, "alone": alone, "unread": unread, "read": read, "answer": answer}
    rounded = {
        stage: {name: round(w, 3) for name, w in weights.items() if round(w, 3)}
        for stage, weights in stages.items()
    }
    thresholds = {**read_calibration().thresholds, "answer": ANSWER_FROM}
    return Calibration(WEIGHTS_SHA256, rounded, thresholds)


def fit_read(cases: Sequence[Case], questions: Sequence[Case]) -> dict[str, float]:
    """The ratio of the weights by which sentence of a question is right; their scale and the base
    by how many are."""
    ratio = choose(cases, READ, lambda one: one["features"], lambda case: case.read)
    rows = [
        ([dot(ratio, one["features"])], one["right"], c.weight) for c in questions for one in c.read
    ]
    scale = logistic(rows, ["x"])
    return {BIAS: scale[BIAS]} | {name: w * scale["x"] for name, w in ratio.items()}


def fit_answer(questions: Sequence[Case]) -> dict[str, float]:
    """How probable the quote of the best sentence is right."""
    rows = []
    for case in questions:
        if case.read:
            odds, best = max(zip(case.odds, case.read, strict=True), key=lambda pair: pair[0])
            mentions = [best["mentions"].get(name, 0.0) for name in MENTIONS]
            rows.append(([odds, *mentions], best["answers"], case.weight))
    return {**logistic(rows, ANSWER), "support": SUPPORT}


def choose(
    cases: Sequence[Case],
    names: Sequence[str],
    features: Callable[[dict[str, Any]], Mapping[str, float]],
    among: Callable[[Case], Sequence[dict[str, Any]]],
) -> dict[str, float]:
    """The weights that make the right sentences of each question likeliest among all of its own."""
    rows, right, weights, sizes = [], [], [], []
    for case in cases:
        some = among(case)
        marks = [one["right"] for one in some]
        if any(marks) and not all(marks):
            rows += [[features(one).get(name, 0.0) for name in names] for one in some]
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
    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return dict(zip(names, map(float, found), strict=True))


def logistic(
    rows: Sequence[tuple[Sequence[float], bool, float]], names: Sequence[str]
) -> dict[str, float]:
    """Weights and base of the log-odds of being right."""
    x, y, weights = (np.array(column) for column in zip(*rows, strict=True))
    weights = weights * len(weights) / weights.sum()
    model = LogisticRegression(C=100.0, max_iter=1000).fit(x, y, sample_weight=weights)
    fitted = dict(zip(names, map(float, model.coef_[0]), strict=True))
    return {BIAS: float(model.intercept_[0]), **fitted}


def dot(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """The log-odds of some features."""
    known = sum(weights.get(name, 0.0) * value for name, value in features.items())
    return weights.get(BIAS, 0.0) + known


def figures(cases: Sequence[Case], fitted: Calibration) -> str:
    """P@1 / MRR of search alone and with the reader, and how well confidence tells right answers
    from all others."""
    judged = [judge(case, fitted) for case in cases]
    search, ranks = [], []
    for case, ranking in zip(cases, judged, strict=True):
        if case.kind == "own":
            found = [dot(fitted.stages["search"], one["features"]) for one in case.sentences]
            search.append(_rank(found, case.sentences))
            ranks.append(_rank([odds for odds, _ in ranking], [one for _, one in ranking]))
    sure, right = confidences(cases, judged, fitted)
    area = roc_auc_score(right, sure) if 0 < sum(right) < len(right) else float("nan")
    return f"{_shown(search)} | {_shown(ranks)} | {area:.3f}"


def judge(case: Case, fitted: Calibration, windows: int = 99) -> list[tuple[float, dict[str, Any]]]:
    """The ranking of a case where so many windows are read, as log-odds and sentences."""
    stages, judged = fitted.stages, []
    for one in case.sentences:
        features = {**one["features"], "search": dot(stages["search"], one["features"])}
        is_read = one["window"] is not None and one["window"] < windows
        judged.append((dot(stages["read" if is_read else "unread"], features), one))
    return sorted(judged, key=lambda pair: -pair[0])


def confidences(
    cases: Sequence[Case],
    judged: Sequence[Sequence[tuple[float, dict[str, Any]]]],
    fitted: Calibration,
) -> tuple[list[float], list[bool]]:
    """How sure the answer to each question is, and whether it is right."""
    sure, right = [], []
    for case, ranking in zip(cases, judged, strict=True):
        if ranking and case.kind != "claim":
            odds, best = ranking[0]
            features = {**best.get("mentions", {}), "odds": odds}
            sure.append(probability(dot(fitted.stages["answer"], features)))
            right.append(bool(best.get("answers")))
    return sure, right


def show_thresholds(cases: Sequence[Case], fitted: Calibration) -> None:
    """What is refused, by threshold, and what it costs to stop reading early."""
    questions = [case for case in cases if case.kind != "claim" and case.sentences]
    sure, right = confidences(questions, [judge(case, fitted) for case in questions], fitted)
    s, r = np.array(sure), np.array(right)
    w = np.array([case.weight for case in questions])
    kinds = {k: np.array([c.kind == k for c in questions]) for k in ("own", "removed", "near")}
    print(f"expected calibration error {calibration_error(s, r, w):.3f}")
    for least in (0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5):
        said = s >= least
        parts = [
            f"{kind} {np.average(~said[mask], weights=w[mask]):.3f}"
            for kind, mask in kinds.items()
            if mask.any()
        ]
        print(
            f"  from {least}: refused {', '.join(parts)}, of the right "
            f"{np.average(~said[r], weights=w[r]):.3f}; right of what is said "
            f"{np.average(r[said], weights=w[said]):.3f}"
        )
    own = [case for case in cases if case.kind == "own"]
    for settled in (0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.1):
        ranks, windows = [], []
        for case in own:
            count = 3
            while count < 9 and probability(judge(case, fitted, count)[0][0]) < settled:
                count += 3
            ranking = judge(case, fitted, count)
            ranks.append(_rank([odds for odds, _ in ranking], [one for _, one in ranking]))
            windows.append(count)
        print(f"  settled {settled}: {_shown(ranks)}, {np.mean(windows):.1f} windows")


def calibration_error(sure: Array, right: NDArray[np.bool_], weights: Array) -> float:
    """Expected calibration error: the mean distance of confidence and truth, over ten bins."""
    parts = [part for part in np.array_split(np.argsort(sure), 10) if len(part)]
    distances = [
        weights[part].sum()
        * abs(
            np.average(sure[part], weights=weights[part])
            - np.average(right[part], weights=weights[part])
        )
        for part in parts
    ]
    return float(sum(distances) / weights.sum())


def _search(one: dict[str, Any]) -> float:
    value: float = one["features"]["search"]
    return value


def _rank(odds: Sequence[float], sentences: Sequence[dict[str, Any]]) -> int | None:
    """Where the first right sentence stands."""
    order = sorted(range(len(odds)), key=lambda number: -odds[number])
    return next((rank for rank, n in enumerate(order, 1) if sentences[n]["right"]), None)


def _shown(ranks: Sequence[int | None]) -> str:
    first = np.mean([rank == 1 for rank in ranks]) if ranks else float("nan")
    mean = np.mean([1 / rank if rank else 0 for rank in ranks]) if ranks else float("nan")
    return f"{100 * first:.1f} / {100 * mean:.1f}"


if __name__ == "__main__":
    main()
