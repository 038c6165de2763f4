"""The bundled embedder, changed for questions, which come nearer to the sentences that answer them.

A low-rank change (Hu et al. 2021, "LoRA") of each layer, learnt by training/questions.py: its
weights become `weight + KEPT × up @ down`. The model itself stays as it was published. So one pass
embeds a question both as the changed model does and as the published one, and passages are embedded
as published: an index is the same with and without the change.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import ModelError
from index.model import check_weights, once

WEIGHTS = Path(__file__).with_name("questions.safetensors")
WEIGHTS_SHA256 = "153fd1ffada60b6becfec114ea61e87478cb5531cfe27c53677894f44dcab44b"
KEPT = 0.75  # of what was learnt: see docs/decisions/0031
UP, DOWN = "up", "down"  # (outputs, rank) and (rank, inputs)
ENCODER = ".encoder."


class Tuning:
    """What is added to a model in some rows of a pass: to be used inside of `one_pass`."""

    def __init__(self, model: Any, changes: dict[str, Any]) -> None:
        """Raises ModelError where a change is of no layer of the model."""
        self._model = model
        self._rows = 0
        for name, layer in layers(model):
            if f"{name}.{UP}" in changes:
                up, down = changes.pop(f"{name}.{UP}"), changes.pop(f"{name}.{DOWN}")
                dtype = layer.weight.dtype
                layer.register_forward_hook(self._adding(KEPT * up.to(dtype), down.to(dtype)))
        if changes:
            raise ModelError(
                f"{WEIGHTS} is for another model than the bundled one. Install the package again."
            )

    def embed(self, texts: list[str]) -> tuple[Any, Any]:
        """The vectors of texts with what was learnt and without, (texts, dimension) each."""
        read = self._model.preprocess(texts)
        twice = {name: each.repeat(2, 1) for name, each in read.items() if hasattr(each, "repeat")}
        self._rows = len(texts)
        try:
            vectors = self._model(twice)["sentence_embedding"].float().numpy()
        finally:
            self._rows = 0
        return vectors[: len(texts)], vectors[len(texts) :]

    def _adding(self, up: Any, down: Any) -> Any:
        """What adds a change to the first rows that a layer gives."""

        def add(_layer: Any, inputs: tuple[Any, ...], outputs: Any) -> Any:
            if self._rows:
                outputs[: self._rows] += (inputs[0][: self._rows] @ down.T) @ up.T
            return outputs

        return add


def tuning_of(model: Any) -> Tuning:
    """The tuning of the bundled torch model, the same for all.

    Raises ModelError when the changes are not those that were shipped.
    """
    check_weights(
        WEIGHTS,
        WEIGHTS_SHA256,
        what="The tuning of the bundled embedder",
        remedy="Install the package again.",
    )
    return once(("questions", WEIGHTS_SHA256, KEPT, id(model)), lambda: _read(model))


def _read(model: Any) -> Tuning:
    from safetensors.torch import load_file

    return Tuning(model, load_file(WEIGHTS))


def layers(model: Any) -> Iterator[tuple[str, Any]]:
    """The parts of a model's encoder, by their names in it, whatever it is wrapped in."""
    for name, part in model.named_modules():
        if ENCODER in name:
            yield name.partition(ENCODER)[2], part
