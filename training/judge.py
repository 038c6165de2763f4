"""Weights and the cases they were not fitted on → figures, and the thresholds of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from qa.answerer import EFFORTS
from qa.calibration import Calibration, probability
from qa.features import topic_of
from training.weights import Array, Case, dot

KINDS = ("own", "removed", "near", "elsewhere")  # of questions, that refusals are counted of
EFFORT = EFFORTS["balanced"]
WRONGLY_REFUSED = 0.05  # share of the answerable questions
SPARED = 0.005  # of the MRR, for reading less


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A case, and weights that were fitted without its kind of text."""

    case: Case
    fitted: Calibration


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
    for percent in (2, 3, 4, 5, 6, 8, 10, 11, 12, 13, 14, 15, 20, 30, 50, 70, 80):
        least = percent / 100
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


def _rank(odds: Sequence[float], sentences: Sequence[dict[str, Any]]) -> int | None:
    """Where the first right sentence stands."""
    order = sorted(range(len(odds)), key=lambda number: -odds[number])
    return next((rank for rank, n in enumerate(order, 1) if sentences[n]["right"]), None)


def _shown(ranks: Sequence[int | None]) -> str:
    first = np.mean([rank == 1 for rank in ranks]) if ranks else float("nan")
    mean = np.mean([1 / rank if rank else 0 for rank in ranks]) if ranks else float("nan")
    return f"{100 * first:.1f} / {100 * mean:.1f}"
