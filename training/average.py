"""Several trained models → one: the mean of their weights.

    python -m training.average --models FOLDER FOLDER --shares 0.5 0.5 --out FOLDER

It reads better than each of them where they share a trunk and fell from different steps of it, or
over other questions (Wortsman et al. 2022, "Model soups").
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--models", type=Path, nargs="+", required=True, help="what training.train wrote"
    )
    parser.add_argument(
        "--shares", type=float, nargs="+", required=True, help="one for each model; 1 together"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    arguments = parser.parse_args()
    if len(arguments.models) != len(arguments.shares) or not math.isclose(sum(arguments.shares), 1):
        parser.error("give one share for each model, which add up to 1")
    model = AutoModelForTokenClassification.from_pretrained(arguments.models[0])
    model.load_state_dict(mean(arguments.models, arguments.shares))
    model.save_pretrained(arguments.out)
    AutoTokenizer.from_pretrained(arguments.models[0]).save_pretrained(arguments.out)


def mean(models: Sequence[Path], shares: Sequence[float]) -> dict[str, torch.Tensor]:
    """The weights of models of one shape, each times its share, added up."""
    total: dict[str, torch.Tensor] = {}
    for folder, share in zip(models, shares, strict=True):
        model = AutoModelForTokenClassification.from_pretrained(folder)
        for name, weights in model.state_dict().items():
            total[name] = total.get(name, 0) + share * weights
    return total


if __name__ == "__main__":
    main()
