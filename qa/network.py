"""One transformer → what it says of the tokens of windows, however long they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from qa.quote import Offsets
from qa.read import Asked, Floats, Reading, Tokens, decode

LONGEST = 512  # tokens read at once, of a model that could read more
BATCH_TOKENS = 1_500  # read at once, padding included

Kind = Literal["sentences", "spans", "relevance"]


class Network:
    """A loaded model with its tokenizer."""

    def __init__(self, kind: Kind, tokenizer: Any, network: Any) -> None:
        self.kind, self._tokenizer, self._network = kind, tokenizer, network
        places = getattr(network.config, "max_position_embeddings", None) or LONGEST
        self.longest = min(LONGEST, tokenizer.model_max_length, places)
        # Of a longer question the end is read: that is where most people ask.
        self._question = self.longest // 4
        self._overlap = self.longest // 8  # of two parts of a text that is too long

    def read(self, asked: Sequence[Asked]) -> list[tuple[Reading, ...]]:
        """The readings of the sentences of each window."""
        if self.kind == "relevance":  # each sentence by itself
            alone = [
                (question, window.of(sentence))
                for question, window in asked
                for sentence in window.sentences
            ]
            scores = iter(self._relevance(alone))
            return [
                tuple(Reading(one, next(scores), one, 1.0) for one in window.sentences)
                for _, window in asked
            ]
        tokens = self._tokens(asked)
        return [decode(window, one) for (_, window), one in zip(asked, tokens, strict=True)]

    def _relevance(self, asked: Sequence[Asked]) -> list[float]:
        """The score of each window; of one that is read in parts, that of its best part."""
        best = [-np.inf] * len(asked)
        for owner, _, logits in self._passes(asked):
            best[owner] = max(best[owner], float(logits[0]))
        return best

    def _tokens(self, asked: Sequence[Asked]) -> list[Tokens]:
        """What the model says of the tokens of each window."""
        parts: list[list[Tokens]] = [[] for _ in asked]
        for owner, offsets, logits in self._passes(asked):
            text = offsets[:, 0] >= 0
            scope = text.copy()
            scope[0] |= self.kind == "spans"  # where such a model points when there is no answer
            starts, ends = log_softmax(logits[:, 0], scope), log_softmax(logits[:, 1], scope)
            parts[owner].append(
                Tokens(
                    offsets[text],
                    starts[text],
                    ends[text],
                    logits[text, 2] if self.kind == "sentences" else None,
                    float(starts[0] + ends[0]) if self.kind == "spans" else 0.0,
                )
            )
        return [join(each) for each in parts]

    def _passes(self, asked: Sequence[Asked]) -> Iterator[tuple[int, Offsets, Floats]]:
        """Every part of every window: whose it is, where its tokens stand in the text (-1 for
        those that are not of it), and what the model says. Parts of like length go together."""
        import torch

        parts = [part for owner, one in enumerate(asked) for part in self._encode(owner, one)]
        parts.sort(key=lambda part: len(part.offsets))
        for batch in batches(parts):
            inputs = self._tokenizer.pad(
                {name: [part.inputs[name] for part in batch] for name in batch[0].inputs},
                return_tensors="pt",
            )
            out = self._network(**inputs)
            logits = (
                torch.stack([out.start_logits, out.end_logits], -1)
                if self.kind == "spans"
                else out.logits
            )
            for part, one in zip(batch, logits.float().numpy(), strict=True):
                yield part.owner, part.offsets, one[: len(part.offsets)]

    def _encode(self, owner: int, asked: Asked) -> Iterator[_Part]:
        """A question with its window, in as many parts as the model needs to read all of it."""
        question, window = asked
        ids = self._tokenizer(question, add_special_tokens=False, verbose=False)["input_ids"]
        if len(ids) > self._question:
            question = self._tokenizer.decode(ids[-self._question :])
        coded = self._tokenizer(
            question,
            window.text,
            truncation="only_second",
            max_length=self.longest,
            stride=self._overlap,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        for number in range(len(coded["input_ids"])):
            parts = zip(coded.sequence_ids(number), coded["offset_mapping"][number], strict=True)
            offsets = np.array(
                [
                    _place(window.places, *_word(window.text, *place)) if part == 1 else (-1, -1)
                    for part, place in parts
                ]
            )
            inputs = {
                name: values[number]
                for name, values in coded.items()
                if name in self._tokenizer.model_input_names
            }
            yield _Part(owner, inputs, offsets)


def _place(where: Offsets, start: int, end: int) -> tuple[int, int]:
    """Where a token stands in its window; -1 for one that does not, or is nothing but a space."""
    if start >= end or where[start] < 0:
        return -1, -1
    return int(where[start]), int(where[start:end].max()) + 1


def _word(text: str, start: int, end: int) -> tuple[int, int]:
    """Where a token stands without the space before it, which some tokenizers count to it."""
    while start < end <= len(text) and text[start].isspace():
        start += 1
    return start, end


@dataclass(frozen=True, slots=True)
class _Part:
    """What goes through the model at once for one window."""

    owner: int
    inputs: dict[str, list[int]]
    offsets: Offsets


def batches(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    """Parts that are sorted by length, in lots of at most BATCH_TOKENS, padding included."""
    batch: list[_Part] = []
    for part in parts:
        if batch and (len(batch) + 1) * len(part.offsets) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(part)
    if batch:
        yield batch


def join(parts: Sequence[Tokens]) -> Tokens:
    """The parts of one window in their order as one: a token that two of them share counts as
    the first one has it."""
    parts = sorted(parts, key=lambda part: int(part.offsets[0, 0]) if len(part.offsets) else 0)
    if len(parts) == 1:
        return parts[0]
    new, reached = [], 0
    for part in parts:
        new.append(part.offsets[:, 0] >= reached)
        reached = max(reached, int(part.offsets[:, 1].max(initial=0)))
    both = list(zip(parts, new, strict=True))
    marked = [part.sentence[kept] for part, kept in both if part.sentence is not None]
    return Tokens(
        np.concatenate([part.offsets[kept] for part, kept in both]),
        np.concatenate([part.starts[kept] for part, kept in both]),
        np.concatenate([part.ends[kept] for part, kept in both]),
        np.concatenate(marked) if marked else None,
        min(part.null for part in parts),
    )


def log_softmax(values: Floats, scope: NDArray[np.bool_]) -> Floats:
    """Log probabilities over the places in `scope`; what is outside of it is not used."""
    inside = values[scope]
    if not len(inside):
        return values
    peak = inside.max()
    whole = peak + np.log(np.exp(inside - peak).sum())
    log: Floats = (values - whole).astype(np.float32)
    return log
