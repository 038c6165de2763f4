"""A reader made of a transformer that sees a question and a window at once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cachetools import LRUCache

from index import Document, Paragraph, Span
from index.errors import ModelError
from index.model import check_weights, identity, load, once, one_pass, place_of, to_fast_dtype
from qa.calibration import Calibration
from qa.network import Kind, Network
from qa.read import Asked, Reading
from qa.windows import as_read

BUNDLED = "underline-reader"
WEIGHTS = Path(__file__).with_name("reader") / "model.safetensors"
WEIGHTS_SHA256 = "a74d445cae1563b4ebbdf62766733ca24d8965a183ae244b98f4bc59b52b54cf"
LABELS = ["start", "end", "sentence"]

REMEMBERED = 2_000_000  # characters of the windows that were read last

Key = tuple[str, object]  # a question, and what is the same of copies of a window


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
        self._model: Network | None = None
        self._lock = threading.Lock()
        self._known: LRUCache[Key, tuple[Reading, ...]] = LRUCache(
            REMEMBERED,
            getsizeof=lambda read: min(REMEMBERED, read[-1].sentence.end - read[0].sentence.start),
        )

    def load(self) -> Network:
        """Load the model, once a process. Raises ModelError when it cannot be loaded or is no
        reader."""
        place = WEIGHTS.parent if self.name == BUNDLED else self.name
        self._model = self._model or once(
            ("reader", identity(place)), lambda: _network(self.name, fetch=self._fetch)
        )
        return self._model

    def read(self, asked: Sequence[Asked], /) -> list[tuple[Reading, ...]]:
        """The readings of the sentences of each window, in their order. What was read lately is
        remembered. Raises ModelError as `load` does."""
        keys = [(question, window.key) for question, window in asked]
        with self._lock:
            known = {key: self._known[key] for key in keys if key in self._known}
        new = {key: one for key, one in zip(keys, asked, strict=True) if key not in known}
        if new:
            # Not before: a page opens, and an index is searched, without a reader.
            model = self.load()
            with one_pass():
                known |= zip(new, model.read(list(new.values())), strict=True)
            with self._lock:
                self._known.update((key, known[key]) for key in new)
        return [
            tuple(map(Reading.of_copy, known[key], window.sentences))
            for key, (_, window) in zip(keys, asked, strict=True)
        ]


def check_fits(calibration: Calibration) -> None:
    """Raise ModelError unless a calibration was fitted with the bundled reader."""
    if calibration.reader != WEIGHTS_SHA256:
        raise ModelError(
            "The calibration was fitted with another reader than the bundled one (SHA-256 "
            f"{calibration.reader!r}). Install the package again, or fit it: training/fit.py."
        )


def _network(name: str, *, fetch: bool) -> Network:
    """A reader that can be read with. Raises ModelError for what cannot."""
    network = Network(*load_model(name, fetch=fetch))
    if name == BUNDLED:
        return network
    # Something as long as can be, so that what cannot be read with is told when it is loaded.
    text = "It rained all day. " * network.longest
    whole = Span(Document("rain", "", text, "rain.txt"), 0, len(text))
    try:
        with one_pass():
            network.read([(text, as_read([whole], Paragraph(whole, (whole,))))])
    except Exception as error:  # the libraries below raise whatever they like
        reason = str(error).strip().split("\n")[0]
        raise ModelError(
            f"The reader {name!r} can be loaded and not be read with: {reason} Name another "
            f"one, or leave the default {BUNDLED}."
        ) from error
    return network


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
    # Not in 8-bit integers: what is read together would change the scores. See
    # docs/decisions/0027-eight-bit-integers.md.
    return kind, tokenizer, to_fast_dtype(model)


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
