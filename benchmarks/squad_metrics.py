"""EM and F1 of published systems' answers on SQuAD dev, beside the figures they are known by.

    python -m benchmarks.squad_metrics --data DIR

DIR holds squad_predictions, squad11_dev and squad20_dev, as in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path

from benchmarks.data import rows
from benchmarks.report import Row, write_section
from qa.metrics import best_over, exact_match, f1, mean

# file: published EM and F1
PUBLISHED = {"v1.1_logistic_regression": (40.14, 50.98), "v2.0_bert_single": (78.74, 81.78)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    data = parser.parse_args().data
    table: list[Row] = []
    for path in sorted((data / "squad_predictions").glob("*.json.gz")):
        system = path.name.removesuffix(".json.gz")
        version = "squad20_dev" if system.startswith("v2.0") else "squad11_dev"
        with gzip.open(path, "rt", encoding="utf-8") as file:
            predictions: dict[str, str] = json.load(file)
        em, overlap = score(predictions, data / version / "qa.jsonl.gz")
        published = PUBLISHED.get(system, (None, None))
        table.append((system, version, round(100 * em, 2), round(100 * overlap, 2), *published))
    write_section(
        "squad metrics",
        ("predictions", "questions of", "EM", "F1", "published EM", "published F1"),
        table,
        ["Published answers of other systems, scored with our own EM and F1."],
    )


def score(predictions: dict[str, str], questions: Path) -> tuple[float, float]:
    """(EM, F1) over all questions; one without a prediction scores 0."""
    pairs = [(predictions.get(row["id"]), row["answers"]) for row in rows(questions)]
    return tuple(
        mean([best_over(measure, text, gold) if text is not None else 0.0 for text, gold in pairs])
        for measure in (exact_match, f1)
    )  # type: ignore[return-value]


if __name__ == "__main__":
    main()
