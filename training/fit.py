"""Fit the constants of qa/judge.py on documents that the reader was not trained on.

    python -m training.fit --data DIR --mined FOLDER

Each question is asked of all documents of its set, then as if those that answer it were not there,
then, where it can be, about another name, number or deed; some also as a claim (without the words
that ask, and with the answer at the end). Prints the constants to write into qa/judge.py and
qa/answerer.py, and what they are worth.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.data import load
from index import SentenceIndex, Span
from index.asking import ASKING_FIRST, states
from index.split import Paragraph
from qa import judge as judging
from qa.answerer import CONSIDERED, EFFORTS
from qa.cross_encoder import BUNDLED, CrossEncoder
from qa.gold import GoldQuestion
from qa.judge import DEPTH, Judged, candidates, for_length, judge, misses, probability
from qa.metrics import best_over, exact_match, f1, hit_at, mean_reciprocal_rank, normalize
from qa.question import mentions
from qa.read import Reading
from qa.retrieve import Found, retrieve
from qa.windows import window_of
from training.examples import Examples, is_held_out

# Those whose questions make sense without their document at hand.
SETS = {"shift_newwiki": 250, "shift_reddit": 250}
CLAIMS = {"shift_newwiki": 120, "shift_reddit": 80}
READ = EFFORTS["balanced"].most
# What people get wrong when they ask; the other near misses of training are for the reader to learn
# from, and hardly ever asked.
ASKED = {"name": 1.0, "number": 1.0, "deed": 1.0}
NEAR = 20  # sentences found for a question, whose paragraphs must not speak of what is swapped in

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what was found and read for it."""

    question: GoldQuestion
    asked: str
    ranking: list[Found]
    readings: dict[Span, tuple[Reading, Paragraph]]
    there: bool  # whether the documents answer it

    def right(self, sentence: Span) -> bool:
        return self.there and any(gold.matches(sentence) for gold in self.question.gold or ())

    def answers(self, quote: Span) -> bool:
        """Whether the quote is an accepted answer, holds one, or shares most of its words."""
        if not self.right(quote):
            return False
        holds = any(normalize(answer) in normalize(quote.text) for answer in self.question.answers)
        return holds or best_over(f1, quote.text, self.question.answers) >= 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--mined", type=Path, required=True, help="what training.mine wrote")
    parser.add_argument("--reader", default=BUNDLED)
    arguments = parser.parse_args()
    reader = CrossEncoder(arguments.reader)
    cases = [
        case
        for name, count in SETS.items()
        for case in _cases(arguments.data, arguments.mined, name, count, reader)
    ]
    print(f"{len(cases)} cases, {sum(case.there for case in cases)} with an answer")
    fit_alone(cases)
    fit_found(cases)
    fit_read(cases)
    show_stated(arguments.data, arguments.mined, reader)
    fit_sure(cases)
    show_settled(cases)
    show_whole(cases)


def fit_alone(cases: Sequence[Case]) -> None:
    """Where there is no reader: the best sentence of each search."""
    found = []
    for case in cases:
        scores = {
            hit.sentence: hit.score + for_length(hit.sentence.text) for hit, _ in case.ranking
        }
        best = max(scores, key=lambda sentence: scores[sentence])
        found.append((scores[best], case.right(best)))
    judging.ALONE, judging.ALONE_BASE = fit_one(found)
    print(f"ALONE, ALONE_BASE = {judging.ALONE:.2f}, {judging.ALONE_BASE:.2f}")


def fit_found(cases: Sequence[Case]) -> None:
    """A sentence that others were read before: any of each search."""
    judging.FOUND, judging.FOUND_BASE = fit_one(
        [(hit.score, case.right(hit.sentence)) for case in cases for hit, _ in case.ranking]
    )
    print(f"FOUND, FOUND_BASE = {judging.FOUND:.2f}, {judging.FOUND_BASE:.2f}")


def fit_one(found: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Weight and base of the log-odds of being right, from a score."""
    x, y = np.array([[score] for score, _ in found]), np.array([right for _, right in found])
    model = LogisticRegression(C=1e4).fit(x, y)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def fit_read(cases: Sequence[Case]) -> None:
    """The ratio of the weights by which sentence of a question is right (the likelihood of the
    right ones among all of its own), their scale and the base by how many are."""
    features, right = [], []
    for case in cases:
        scores = {hit.sentence: hit.score for hit, _ in case.ranking}
        least = min(scores.values())
        read = case.readings.items()
        features.append(np.array([[scores.get(s, least), one.score] for s, (one, _) in read]))
        right.append(np.array([case.right(sentence) for sentence, _ in read]))
    found, score = choice_weights(features, right)
    combined = np.concatenate(features) @ [[1.0], [score / found]]
    model = LogisticRegression(C=1e4).fit(combined, np.concatenate(right))
    judging.READ_FOUND = float(model.coef_[0, 0])
    judging.READ_SCORE = judging.READ_FOUND * score / found
    judging.READ_BASE = float(model.intercept_[0])
    print(
        f"READ_FOUND, READ_SCORE, READ_BASE = {judging.READ_FOUND:.2f}, {judging.READ_SCORE:.2f}, "
        f"{judging.READ_BASE:.2f}"
    )
    there = [case for case in cases if case.there]
    for found, score in ((5.3, 0.0), (0.0, 1.0), (judging.READ_FOUND, judging.READ_SCORE)):
        judging.READ_FOUND, judging.READ_SCORE = found, score
        print(f"  {found:.2f} × found + {score:.2f} × read: {_shown(there)}")


def show_stated(data: Path, mined: Path, reader: CrossEncoder) -> None:
    """What the reader's word is worth where nothing is asked."""
    cases = []
    for name, count in CLAIMS.items():
        index = SentenceIndex.open(mined / f"{name}.index")
        questions = _questions(data, name, count)
        claims = [_as_claim(question) for question in questions]
        rankings = retrieve(index, claims, k=DEPTH)
        cases += [
            _case(question, claim, ranking, reader, there=True)
            for question, claim, ranking in zip(questions, claims, rankings, strict=True)
            if states(claim)
        ]
    for judging.STATED in (0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0):
        print(f"  {len(cases)} claims, STATED {judging.STATED}: {_shown(cases)}")


def fit_sure(cases: Sequence[Case]) -> None:
    x, y = [], []
    for case in cases:
        asked = mentions(case.asked)
        best = candidates(_judged(case)[:CONSIDERED], asked)[0].judged[0]
        x.append([best.hit.score, *misses(asked, best)])
        y.append(case.answers(best.quote))
    features, right = np.array(x), np.array(y)
    print(
        f"right {right.mean():.3f}, AUROC of the score {roc_auc_score(right, features[:, 0]):.3f}"
    )
    model = LogisticRegression(C=1e4).fit(features, right)
    sure_, name, number = map(float, model.coef_[0])
    print(
        f"SURE, SURE_BASE = {sure_:.2f}, {model.intercept_[0]:.2f}; "
        f"NAME_MISSING, NUMBER_MISSING = {name:.2f}, {number:.2f}"
    )
    sure = model.predict_proba(features)[:, 1]
    there = np.array([case.there for case in cases])
    own = np.array([case.asked == case.question.question for case in cases])
    print(
        f"AUROC right against wrong {roc_auc_score(right, sure):.3f}, answered against not in the "
        f"documents {roc_auc_score(there[own], sure[own]):.3f}, against near misses "
        f"{roc_auc_score(there[there | ~own], sure[there | ~own]):.3f}, expected calibration error "
        f"{calibration_error(sure, right):.3f}"
    )
    for threshold in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5):
        said = sure >= threshold
        print(
            f"  MIN_CONFIDENCE {threshold}: refused of those that are answered "
            f"{1 - said[there].mean():.3f}, of those that would be answered right "
            f"{1 - said[right].mean():.3f}, of those that are not there "
            f"{1 - said[own & ~there].mean():.3f}, of near misses {1 - said[~own].mean():.3f}; "
            f"right of what is said {right[said].mean():.3f}"
        )


def show_settled(cases: Sequence[Case]) -> None:
    """What it costs to stop reading once a sentence is that probable."""
    effort = EFFORTS["balanced"]
    for start, settled in product((2, 3), (0.1, 0.15, 0.25, 0.5, 1.1)):
        first, read = [], []
        for case in cases:
            order = list(_windows(case.ranking, READ))
            count = start
            while count < effort.most:
                judged = judge(case.asked, case.ranking, _only(case, order[:count]))
                if probability(judged[0].hit.score) >= settled:
                    break
                count = min(count + effort.more, effort.most)
            judged = judge(case.asked, case.ranking, _only(case, order[:count]))
            read.append(min(count, len(order)))
            if case.there:
                first.append(case.right(judged[0].hit.sentence))
        print(
            f"  {start} windows first, SETTLED {settled}: P@1 {np.mean(first):.3f}, "
            f"{np.mean(read):.1f} windows read"
        )


def show_whole(cases: Sequence[Case]) -> None:
    """What short answers are worth, by the share they have."""
    shares, em, overlap = [], [], []
    for case in cases:
        best = _judged(case)[0]
        if case.right(best.hit.sentence) and best.hit.sentence in case.readings:
            reading = case.readings[best.hit.sentence][0]
            shares.append(reading.share)
            em.append(best_over(exact_match, reading.answer.text, case.question.answers))
            overlap.append(best_over(f1, reading.answer.text, case.question.answers))
    edges = (0, 0.02, 0.05, 0.1, 0.2, 0.4, 1)
    for low, high in pairwise(edges):
        inside = [i for i, share in enumerate(shares) if low <= share < high]
        if inside:
            exact, shared = (np.mean([values[i] for i in inside]) for values in (em, overlap))
            print(f"  share {low}–{high}: {len(inside)} answers, EM {exact:.3f} F1 {shared:.3f}")


def choice_weights(features: Sequence[Array], right: Sequence[NDArray[np.bool_]]) -> Array:
    """The weights, (features,), that make the right ones of each choice likeliest among all of it,
    each (sentences, features); choices without a right one say nothing."""
    choices = [(x, y) for x, y in zip(features, right, strict=True) if y.any()]

    def loss(weights: Array) -> float:
        odds = [(x @ weights, y) for x, y in choices]
        return float(sum(logsumexp(one) - logsumexp(one[y]) for one, y in odds))

    fitted: Array = minimize(loss, np.ones(features[0].shape[1])).x
    return fitted


def calibration_error(sure: Array, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error: the mean distance of confidence and truth, over equal bins."""
    order = np.argsort(sure)
    parts = [part for part in np.array_split(order, bins) if len(part)]
    distances = [len(part) * abs(sure[part].mean() - right[part].mean()) for part in parts]
    return float(sum(distances) / len(sure))


def _cases(data: Path, mined: Path, name: str, count: int, reader: CrossEncoder) -> Iterator[Case]:
    index = SentenceIndex.open(mined / f"{name}.index")
    questions = _questions(data, name, count)
    rankings = retrieve(index, [question.question for question in questions], k=2 * DEPTH)
    for question, ranking in zip(questions, rankings, strict=True):
        holding = {gold.document for gold in question.gold or ()}
        elsewhere = [one for one in ranking if one[0].sentence.document.id not in holding]
        yield _case(question, question.question, ranking[:DEPTH], reader, there=True)
        yield _case(question, question.question, elsewhere[:DEPTH], reader, there=False)
    others = list(_about_others(Examples(data, mined, [name]), questions, rankings))
    rankings = retrieve(index, [other for _, other in others], k=DEPTH)
    for (question, other), ranking in zip(others, rankings, strict=True):
        yield _case(question, other, ranking, reader, there=False)


def _questions(data: Path, name: str, count: int) -> list[GoldQuestion]:
    """So many questions about documents that were not trained on, or all there are."""
    questions = [
        question
        for question in load(data, name).questions
        if question.gold and is_held_out(name, question.gold[0].document)
    ]
    return random.Random(0).sample(questions, min(count, len(questions)))


def _as_claim(question: GoldQuestion) -> str:
    words = question.question.rstrip(" ?").split()
    said = [word for word in words if word.casefold() not in ASKING_FIRST]
    return f"{' '.join(said)} {question.answers[0]}."


def _about_others(
    examples: Examples, questions: Sequence[GoldQuestion], rankings: Sequence[Sequence[Found]]
) -> Iterator[tuple[GoldQuestion, str]]:
    """Questions with one that nothing found for them speaks of, as far as can be told."""
    for question, ranking in zip(questions, rankings, strict=True):
        document = (question.gold or ())[0].document
        text = "\n".join(paragraph.span.text for _, paragraph in ranking[:NEAR])
        chance = random.Random(question.id)
        other = examples.others.of(question.question, document, text, chance, often=ASKED)
        if other is not None:
            yield question, other


def _case(
    question: GoldQuestion, asked: str, ranking: list[Found], reader: CrossEncoder, *, there: bool
) -> Case:
    windows = list(_windows(ranking, READ))
    read = reader.read([(asked, window) for window, _ in windows])
    readings: dict[Span, tuple[Reading, Paragraph]] = {}
    for (_, paragraph), ones in zip(windows, read, strict=True):
        for one in ones:
            readings.setdefault(one.sentence, (one, paragraph))
    return Case(question, asked, ranking, readings, there)


def _windows(ranking: Sequence[Found], count: int) -> Iterator[tuple[tuple[Span, ...], Paragraph]]:
    different = {window_of(hit.sentence, p.sentences): p for hit, p in ranking}
    return islice(different.items(), count)


def _only(
    case: Case, windows: Sequence[tuple[tuple[Span, ...], Paragraph]]
) -> dict[Span, tuple[Reading, Paragraph]]:
    sentences = {sentence for window, _ in windows for sentence in window}
    return {s: reading for s, reading in case.readings.items() if s in sentences}


def _judged(case: Case) -> list[Judged]:
    return judge(case.asked, case.ranking, case.readings)


def _shown(cases: Sequence[Case]) -> str:
    ranks = [_rank(case) for case in cases]
    return f"P@1 {hit_at(ranks, 1):.3f}, MRR {mean_reciprocal_rank(ranks, DEPTH):.3f}"


def _rank(case: Case) -> int | None:
    """Where the first right sentence stands."""
    ranks = (rank for rank, one in enumerate(_judged(case), 1) if case.right(one.hit.sentence))
    return next(ranks, None)


if __name__ == "__main__":
    main()
