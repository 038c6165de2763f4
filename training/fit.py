"""Fit the calibration on documents of many kinds that the reader was not trained on.

    python -m training.fit --cases FOLDER [--write]

Takes what `training.cases` wrote. Every kind of text weighs the same, however many questions it
has. Prints a table of each kind fitted without it, which is the figure that counts, and
chooses the thresholds on those. --write puts the weights fitted on all kinds beside the reader.
"""

from __future__ import annotations

import argparse
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
from sklearn.metrics import roc_auc_score

from qa.answerer import EFFORTS
from qa.calibration import BIAS, FILE, Calibration, probability, read_calibration
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
ANSWER_FROM = 0.5

KINDS = ("own", "removed", "near", "elsewhere")  # of questions, that refusals are counted of
EFFORT = EFFORTS["balanced"]
WRONGLY_REFUSED = 0.05  # share of the answerable questions
SPARED = 0.006  # of the MRR, for reading less: a window takes as long as the search

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


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A case, and weights that were fitted without its kind of text."""

    case: Case
    fitted: Calibration


Among = Callable[[Case], Sequence[dict[str, Any]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=Path, required=True, help="what training.cases wrote")
    parser.add_argument("--write", action="store_true", help="put the weights beside the reader")
    arguments = parser.parse_args()
    cases = read_cases(arguments.cases)
    domains = list(dict.fromkeys(case.domain for case in cases))
    print("fitted without it | search P@1 / MRR | with reader P@1 / MRR | AUROC | now, with reader")
    now = read_calibration()
    held_out: list[HeldOut] = []
    for domain in domains:
        rest, own = ([c for c in cases if (c.domain == domain) is mine] for mine in (False, True))
        fitted = fit(rest)
        held_out += [HeldOut(case, fitted) for case in own]
        print(f"{domain:20} {figures(own, fitted)} | {figures(own, now)}", flush=True)
    thresholds = {**now.thresholds, "answer": ANSWER_FROM, **choose_thresholds(held_out)}
    fitted = replace(fit(cases), thresholds=thresholds)
    print(f"{'all, on itself':20} {figures(cases, fitted)} | {figures(cases, now)}")
    row = {"reader": fitted.reader, "stages": fitted.stages, "thresholds": fitted.thresholds}
    written = json.dumps(row, indent=2) + "\n"
    print(written)
    if arguments.write:
        FILE.write_text(written, encoding="utf-8")


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
            mentions = [best["mentions"].get(name, 0.0) for name in MENTIONS]
            rows.append(([odds, *mentions], best["answers"], case.weight))
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


def figures(cases: Sequence[Case], fitted: Calibration) -> str:
    """P@1 / MRR of search alone and with the reader, and how well confidence tells right answers
    from all others."""
    search, read = [], []
    for case in cases:
        if case.kind == "own":
            found = [dot(fitted.stages["search"], one["features"]) for one in case.sentences]
            search.append(_rank(found, case.sentences))
            read.append(first_right(rank(case, fitted)))
    sure, right, _ = confidences([HeldOut(case, fitted) for case in cases])
    area = roc_auc_score(right, sure) if 0 < sum(right) < len(right) else float("nan")
    return f"{_shown(search)} | {_shown(read)} | {area:.3f}"


def rank(case: Case, fitted: Calibration, windows: int = 99) -> list[tuple[float, dict[str, Any]]]:
    """The ranking of a case where so many windows are read, as log-odds and sentences."""
    stages, ranking = fitted.stages, []
    for one in case.sentences:
        features = {**one["features"], "search": dot(stages["search"], one["features"])}
        is_read = one["window"] is not None and one["window"] < windows
        ranking.append((dot(stages["read" if is_read else "unread"], features), one))
    return sorted(ranking, key=lambda pair: -pair[0])


def first_right(ranking: Sequence[tuple[float, dict[str, Any]]]) -> int | None:
    """The rank of the first right sentence of a ranking."""
    return next((place for place, (_, one) in enumerate(ranking, 1) if one["right"]), None)


def confidences(held_out: Sequence[HeldOut]) -> tuple[Array, NDArray[np.bool_], list[Case]]:
    """How sure the answer to each question is, whether it is right, and the questions."""
    sure, right, cases = [], [], []
    for case, fitted in ((one.case, one.fitted) for one in held_out):
        ranking = rank(case, fitted)
        if ranking and case.kind != "claim":
            odds, best = ranking[0]
            features = {**best.get("mentions", {}), "odds": odds}
            topic = topic_of([one["features"] for one in case.sentences])
            about = probability(dot(fitted.stages["topic"], topic))
            sure.append(about * probability(dot(fitted.stages["answer"], features)))
            right.append(bool(best.get("answers")))
            cases.append(case)
    return np.array(sure), np.array(right, bool), cases


def choose_thresholds(held_out: Sequence[HeldOut]) -> dict[str, float]:
    """From which probability something is shown, so that at most WRONGLY_REFUSED of what is
    answerable is not; and from which nothing more is read, so that no more is lost than SPARED."""
    sure, right, cases = confidences(held_out)
    weights = np.array([case.weight for case in cases])
    kinds = {kind: np.array([c.kind == kind for c in cases]) for kind in KINDS}
    print(f"expected calibration error {calibration_error(sure, right, weights):.3f}")
    perhaps = settled = 0.0
    for least in (
        0.02,
        0.03,
        0.04,
        0.05,
        0.06,
        0.08,
        0.1,
        0.11,
        0.12,
        0.13,
        0.14,
        0.15,
        0.2,
        0.3,
        0.5,
        0.7,
        0.8,
    ):
        said = sure >= least
        refused = {k: np.average(~said[mask], weights=weights[mask]) for k, mask in kinds.items()}
        print(
            f"  from {least}: refused {', '.join(f'{k} {v:.3f}' for k, v in refused.items())}; "
            f"right of what is said {np.average(right[said], weights=weights[said]):.3f}"
        )
        perhaps = least if refused["own"] <= WRONGLY_REFUSED else perhaps
    own = [one for one in held_out if one.case.kind == "own"]
    everything = 1.0
    for enough in (1.1, 0.5, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05):
        read = [_read_until(one, enough) for one in own]
        weight = [one.case.weight for one in own]
        mean = np.average([1 / place if place else 0 for place, _ in read], weights=weight)
        windows = np.average([count for _, count in read], weights=weight)
        print(f"  settled {enough}: MRR {mean:.4f}, {windows:.1f} windows")
        everything = mean if enough > 1 else everything
        settled = enough if enough <= 1 and mean >= everything - SPARED else settled
    return {"perhaps": perhaps, "settled": settled}


def _read_until(one: HeldOut, enough: float) -> tuple[int | None, int]:
    """The rank of the first right sentence where reading ends once the best is that probable, and
    how many windows are read."""
    count = EFFORT.first
    ranking = rank(one.case, one.fitted, count)
    while count < EFFORT.most and probability(ranking[0][0] if ranking else -99.0) < enough:
        count += EFFORT.more
        ranking = rank(one.case, one.fitted, count)
    return first_right(ranking), count


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


def _best(weights: Mapping[str, float], sentences: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return max(sentences, key=lambda one: dot(weights, one["features"]))


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
