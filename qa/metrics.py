"""How good a ranking or an answer is. Pure; every figure is in [0, 1], higher is better."""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from collections.abc import Callable, Collection, Sequence

ARTICLES = re.compile(r"\b(a|an|the)\b")
PUNCTUATION = str.maketrans("", "", string.punctuation)


def hit_at(ranks: Sequence[int | None], k: int) -> float:
    """The share of questions with a right result among the first `k`.

    `ranks` has one entry a question: the rank of its first right result from 1, None if there is
    none. A question without one counts 0.
    """
    return mean([float(rank is not None and rank <= k) for rank in ranks])


def mean_reciprocal_rank(ranks: Sequence[int | None], k: int) -> float:
    """The mean of 1 / rank of the first right result, 0 beyond rank `k`."""
    return mean([1 / rank if rank is not None and rank <= k else 0.0 for rank in ranks])


def ndcg(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Normalized discounted cumulative gain of the first `k`, relevance 0 or 1, as trec_eval.

    Järvelin & Kekäläinen 2002; DCG = Σ relevance / log2(1 + rank).
    """
    gains = [float(item in relevant) for item in ranking[:k]]
    gain = sum(gain / math.log2(1 + rank) for rank, gain in enumerate(gains, 1))
    ideal = sum(1 / math.log2(1 + rank) for rank in range(1, min(k, len(relevant)) + 1))
    return gain / ideal if ideal else 0.0


def normalize(answer: str) -> str:
    """Lower case without punctuation, articles and extra white space, as SQuAD compares.

    Rajpurkar et al. 2016, https://arxiv.org/abs/1606.05250; evaluate-v2.0.py.
    """
    return " ".join(ARTICLES.sub(" ", answer.lower().translate(PUNCTUATION)).split())


def exact_match(prediction: str, answer: str) -> float:
    """1 if the two are the same after normalization."""
    return float(normalize(prediction) == normalize(answer))


def f1(prediction: str, answer: str) -> float:
    """The harmonic mean of precision and recall of the words they share, after normalization.

    When either holds no word, 1 if both do not (evaluate-v2.0.py).
    """
    predicted, gold = normalize(prediction).split(), normalize(answer).split()
    if not predicted or not gold:
        return float(predicted == gold)
    shared = sum((Counter(predicted) & Counter(gold)).values())
    if not shared:
        return 0.0
    precision, recall = shared / len(predicted), shared / len(gold)
    return 2 * precision * recall / (precision + recall)


def best_over(
    measure: Callable[[str, str], float], prediction: str, answers: Sequence[str]
) -> float:
    """The measure against the accepted answer that it is best for.

    Without an answer that holds a word, the right prediction is the empty one (SQuAD 2.0).
    """
    accepted = [answer for answer in answers if normalize(answer)] or [""]
    return max(measure(prediction, answer) for answer in accepted)


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; 0 for no values."""
    return sum(values) / len(values) if values else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed; 0 for none."""
    if not values:
        return 0.0
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def risk_coverage(confidence: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """(coverage, risk) for every threshold, the highest first: the share of the questions that is
    answered, and the share of wrong ones among those.

    El-Yaniv & Wiener 2010. Questions of the same confidence are answered together.
    """
    order = sorted(zip(confidence, right, strict=True), key=lambda pair: -pair[0])
    curve, wrong = [], 0
    for number, (sure, correct) in enumerate(order, 1):
        wrong += not correct
        if number == len(order) or order[number][0] < sure:
            curve.append((number / len(order), wrong / number))
    return curve


def coverage_at(confidence: Sequence[float], right: Sequence[bool], precision: float) -> float:
    """The largest share of the questions that can be answered at that precision; 0 for none."""
    fits = [cover for cover, risk in risk_coverage(confidence, right) if risk <= 1 - precision]
    return max(fits, default=0.0)
