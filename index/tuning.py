"""The bundled embedder → one for questions, which come nearer to the sentences that answer them.

A low-rank change (Hu et al. 2021, "LoRA") of each layer, learnt by training/questions.py: its
weights become `weight + KEPT × up @ down`. Passages are embedded with the model as it was
published, so an index is the same with and without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from index.errors import ModelError
from index.model import check_weights, once

WEIGHTS = Path(__file__).with_name("questions.safetensors")
WEIGHTS_SHA256 = "153fd1ffada60b6becfec114ea61e87478cb5531cfe27c53677894f44dcab44b"
KEPT = 0.75  # of what was learnt: see docs/decisions/0031
UP, DOWN = "up", "down"  # (outputs, rank) and (rank, inputs)
ENCODER = ".encoder."


def for_questions(model: Any) -> Any:
    """A copy of the bundled torch model with which questions are embedded, the same for all.

    Raises ModelError when the changes are not those that were shipped.
    """
    remedy = "Install the package again."
    check_weights(WEIGHTS, WEIGHTS_SHA256, what="The tuning of the bundled embedder", remedy=remedy)
    return once(("questions", WEIGHTS_SHA256, KEPT), lambda: _tuned(model, remedy))


def _tuned(model: Any, remedy: str) -> Any:
    from safetensors.torch import load_file

    changes = load_file(WEIGHTS)
    tuned = deepcopy(model)
    for name, layer in layers(tuned):
        if f"{name}.{UP}" in changes:
            up, down = changes.pop(f"{name}.{UP}"), changes.pop(f"{name}.{DOWN}")
            layer.weight.data += (KEPT * up.float() @ down.float()).to(layer.weight)
    if changes:
        raise ModelError(f"{WEIGHTS} is for another model than the bundled one. {remedy}")
    return tuned


def layers(model: Any) -> Iterator[tuple[str, Any]]:
    """The parts of a model's encoder, by their names in it, whatever it is wrapped in."""
    for name, part in model.named_modules():
        if ENCODER in name:
            yield name.partition(ENCODER)[2], part
