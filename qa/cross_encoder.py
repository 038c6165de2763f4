"""A reader made of a transformer that sees a question and a window at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from index import Document, Span
from index.errors import ModelError
from index.model import check_weights, fastest, load, place_of
from index.table import spelt_out
from qa.read import Asked, Floats, Offsets, Reading, Tokens, Window, decode

BUNDLED = "underline-reader"
WEIGHTS = Path(__file__).with_name("reader") / "model.safetensors"
WEIGHTS_SHA256 = "6f1d02d688415c920cdbd70cd343224ca31d52fe89be7156b1d478653d72dd41"
LABELS = ["start", "end", "sentence"]

TITLE = 100  # characters of it that are read
LONGEST = 512  # tokens read at once, of a model that could read more
BATCH_TOKENS = 1_500  # read at once, padding included
REMEMBERED = 2_000  # windows; each keeps its document in memory

Kind = Literal["sentences", "spans", "relevance"]


class CrossEncoder:
    """The bundled reader, one by its hub name, or one in a folder. Three kinds can be read with:

    - "sentences": token classification with the labels start, end, sentence, as the bundled one;
    - "spans": extractive question answering (`deepset/roberta-base-squad2`), best if it was
      trained on questions without an answer as well;
    - "relevance": one number for two texts (`cross-encoder/ms-marco-MiniLM-L6-v2`), which ranks
      sentences and marks nothing inside them.

    The network is used only with `fetch`, for a name that is not on this machine. The model is
    loaded when it is first needed. Safe to share between threads.
    """

    def __init__(self, name: str = BUNDLED, *, fetch: bool = False) -> None:
        self.name = name if name == BUNDLED else place_of(name)
        self._fetch = fetch
        self._model: _Model | None = None
        self._lock = threading.Lock()  # one pass at a time: it uses all cores
        self._known: LRUCache[Asked, tuple[Reading, ...]] = LRUCache(REMEMBERED)

    def load(self) -> None:
        """Load the model now. Raises ModelError when it cannot be loaded or is no reader."""
        with self._lock:
            self._model = self._model or _Model(self.name, fetch=self._fetch)

    def read(self, asked: Sequence[Asked], /) -> list[tuple[Reading, ...]]:
        """The readings of the sentences of each window, in their order. What was read lately is
        remembered. Raises ModelError as `load` does."""
        with self._lock:
            known = {one: self._known[one] for one in asked if one in self._known}
            new = [one for one in dict.fromkeys(asked) if one not in known]
            if new:
                # Not before: a page opens, and an index is searched, without a reader.
                self._model = self._model or _Model(self.name, fetch=self._fetch)
                known |= zip(new, self._model.read(new), strict=True)
                self._known.update(known)
            return [known[one] for one in asked]


class _Model:
    """A loaded model with its tokenizer."""

    def __init__(self, name: str, *, fetch: bool) -> None:
        self.kind, self._tokenizer, self._network = load_model(name, fetch=fetch)
        places = getattr(self._network.config, "max_position_embeddings", None) or LONGEST
        self._longest = min(LONGEST, self._tokenizer.model_max_length, places)
        # Of a longer question the end is read: that is where most people ask.
        self._question = self._longest // 4
        self._overlap = self._longest // 8  # of two parts of a text that is too long
        if name != BUNDLED:
            self._check(name)

    def _check(self, name: str) -> None:
        """Read something as long as can be, so that what cannot be read with is told when it is
        loaded. Raises ModelError."""
        text = "It rained all day. " * self._longest
        whole = Span(Document("rain", "", text, "rain.txt"), 0, len(text))
        try:
            self.read([(text, (whole,))])
        except Exception as error:  # the libraries below raise whatever they like
            reason = str(error).strip().split("\n")[0]
            raise ModelError(
                f"The reader {name!r} can be loaded and not be read with: {reason} Name another "
                f"one, or leave the default {BUNDLED}."
            ) from error

    def read(self, asked: Sequence[Asked]) -> list[tuple[Reading, ...]]:
        if self.kind == "relevance":  # each sentence by itself
            alone = [(question, (sentence,)) for question, window in asked for sentence in window]
            scores = iter(self._relevance(alone))
            return [
                tuple(Reading(sentence, next(scores), sentence, 1.0) for sentence in window)
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
            with torch.inference_mode():
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
        text, where = _spelt_out(window)
        coded = self._tokenizer(
            question,
            text,
            truncation="only_second",
            max_length=self._longest,
            stride=self._overlap,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        for number in range(len(coded["input_ids"])):
            parts = zip(coded.sequence_ids(number), coded["offset_mapping"][number], strict=True)
            offsets = np.array(
                [
                    _place(where, *_word(text, *place)) if part == 1 else (-1, -1)
                    for part, place in parts
                ]
            )
            inputs = {
                name: values[number]
                for name, values in coded.items()
                if name in self._tokenizer.model_input_names
            }
            yield _Part(owner, inputs, offsets)


def _spelt_out(window: Window) -> tuple[str, Offsets]:
    """What is read of a window, the title first and the names of columns with the cells of a row;
    and where in the window each character of it stands, -1 for those that do not."""
    document, base = window[0].document, window[0].start
    pieces: list[tuple[str, int | None]] = [(f"{document.title[:TITLE]}. ", None)]
    reached = base
    for sentence in window:
        pieces += [(document.text[reached : sentence.start], reached), *spelt_out(sentence)]
        reached = sentence.end
    places = [
        np.full(len(text), -1) if start is None else np.arange(len(text)) + start - base
        for text, start in pieces
    ]
    return "".join(text for text, _ in pieces), np.concatenate(places)


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


def load_model(name: str, *, fetch: bool = False) -> tuple[Kind, Any, Any]:
    """What kind of reader a model is, its tokenizer and the model itself.

    Raises ModelError when there is none of that name, when it is no reader, and when the bundled
    one is not what was shipped.
    """
    import torch
    from transformers import (
        AutoConfig,
        AutoModelForQuestionAnswering,
        AutoModelForSequenceClassification,
        AutoModelForTokenClassification,
        AutoTokenizer,
    )

    classes = {
        "sentences": AutoModelForTokenClassification,
        "spans": AutoModelForQuestionAnswering,
        "relevance": AutoModelForSequenceClassification,
    }
    if name == BUNDLED:
        check_weights(
            WEIGHTS,
            WEIGHTS_SHA256,
            what="The bundled reader",
            remedy="Install the package again, or go without a reader: --reader none",
        )
    place = WEIGHTS.parent if name == BUNDLED else name

    def read(only_local: bool) -> tuple[Kind, Any, Any]:
        config = AutoConfig.from_pretrained(place, local_files_only=only_local)
        kind = kind_of(config)
        if kind is None:
            raise ModelError(
                f"{name!r} is no reader: it is a {', '.join(config.architectures or ['?'])}, and "
                "what can read is a model for question answering, or a cross-encoder with one "
                "score."
            )
        tokenizer = AutoTokenizer.from_pretrained(place, local_files_only=only_local)
        model = classes[kind].from_pretrained(
            place, dtype=torch.float32, use_safetensors=True, local_files_only=only_local
        )
        return kind, tokenizer, model.eval()

    remedy = (
        "Name a folder with a question answering model or a cross-encoder in safetensors, or "
        f"leave the default {BUNDLED}."
    )
    kind, tokenizer, model = load(
        read, what=f"The reader {name!r}", remedy=remedy, fetch=fetch and name != BUNDLED
    )
    # Not in 8-bit integers: what is read together would change the scores (benchmarks/RESULTS.md).
    return kind, tokenizer, fastest(model)


def kind_of(config: Any) -> Kind | None:
    """What kind of reader a model with this configuration is; None if it is none."""
    architecture = (config.architectures or [""])[0]
    if architecture.endswith("ForQuestionAnswering"):
        return "spans"
    if architecture.endswith("ForSequenceClassification") and config.num_labels == 1:
        return "relevance"
    labels = [config.id2label[number] for number in sorted(config.id2label)]
    if architecture.endswith("ForTokenClassification") and labels == LABELS:
        return "sentences"
    return None
