"""Weights as data: named features → the log-odds that a sentence answers.

They stand in `calibration.json` beside the reader that they were fitted with; training/fit.py
writes it. A feature without a weight counts nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from index.errors import ModelError

FILE = Path(__file__).with_name("reader") / "calibration.json"
BIAS = "bias"
# search: the order in which sentences are read. alone: where nothing is read. unread: of a sentence
# that was not read, where others were. read: of one that was. topic: that the documents are about
# what is asked at all. answer: that a quote is right, where they are.
STAGES = ("search", "alone", "unread", "read", "topic", "answer")
# answer, perhaps: probabilities from which a quote is given, surely or not. settled: that of a
# sentence after which no more is read. short: share of an answer from which it is quoted alone.
THRESHOLDS = ("answer", "perhaps", "settled", "short")


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of features by stage, thresholds, and the SHA-256 of the reader they are for."""

    reader: str
    stages: Mapping[str, Mapping[str, float]]
    thresholds: Mapping[str, float]

    def __post_init__(self) -> None:
        weights = [weight for stage in self.stages.values() for weight in stage.values()]
        numbers = [*weights, *self.thresholds.values()]
        known = set(self.stages) == set(STAGES) and set(self.thresholds) == set(THRESHOLDS)
        if not known or not all(map(_is_number, numbers)):
            raise ModelError(
                "A calibration has finite weights for the stages "
                f"{', '.join(STAGES)} and the thresholds {', '.join(THRESHOLDS)}. Install the "
                "package again, or write one with training/fit.py."
            )

    def weight(self, stage: str, feature: str) -> float:
        """The weight of a feature; 0 where it has none."""
        return self.stages[stage].get(feature, 0.0)

    def odds(self, stage: str, features: Mapping[str, float]) -> float:
        """The log-odds of a stage."""
        weights = self.stages[stage]
        known = (weights[name] * x for name, x in features.items() if name in weights)
        return weights.get(BIAS, 0.0) + sum(known)

    def shares(self, stage: str, features: Mapping[str, float]) -> dict[str, float]:
        """What each feature adds to the log-odds, and the bias."""
        weights = self.stages[stage]
        shares = {name: weights[name] * x for name, x in features.items() if name in weights}
        return {BIAS: weights.get(BIAS, 0.0), **shares}

    def without(self, *features: str) -> Calibration:
        """The same with no weight for these features, to see what they are worth."""
        return replace(
            self,
            stages={
                stage: {name: 0.0 if name in features else w for name, w in weights.items()}
                for stage, weights in self.stages.items()
            },
        )


@cache
def read_calibration(path: Path = FILE) -> Calibration:
    """The calibration in a file. Raises ModelError when there is none, or it is damaged."""
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        return Calibration(row["reader"], row["stages"], row["thresholds"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"The calibration {path} cannot be read ({error}). Install the package again."
        ) from error


def probability(log_odds: float) -> float:
    """Log-odds as a probability in [0, 1]. Raises ValueError for what is no number."""
    if math.isnan(log_odds):
        raise ValueError("The log-odds of an answer are no number.")
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, log_odds))))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
