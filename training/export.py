"""What was trained → the package, its SHA-256 in the code.

python -m training.export --reader FOLDER
python -m training.export --questions FILE
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
from pathlib import Path

import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer

from index import tuning
from qa import cross_encoder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--reader", type=Path, help="the model that training.train wrote")
    parser.add_argument("--questions", type=Path, help="the file that training.questions wrote")
    arguments = parser.parse_args()
    if not (arguments.reader or arguments.questions):
        parser.error("name what to export: --reader FOLDER or --questions FILE")
    if arguments.reader:
        export_reader(arguments.reader)
    if arguments.questions:
        shutil.copyfile(arguments.questions, tuning.WEIGHTS)
        note_hash(tuning.WEIGHTS, Path(tuning.__file__))


def export_reader(model: Path) -> None:
    """Write a reader into the package in half precision."""
    folder = cross_encoder.WEIGHTS.parent
    reader = AutoModelForTokenClassification.from_pretrained(model)
    # Float16 has three more bits than bfloat16 for numbers of this size, and no CPU reads either:
    # they become what the CPU is fast with when they are loaded.
    reader.to(torch.float16).save_pretrained(folder)
    AutoTokenizer.from_pretrained(model).save_pretrained(folder)
    note_hash(cross_encoder.WEIGHTS, Path(cross_encoder.__file__))


def note_hash(weights: Path, code: Path) -> None:
    """Write the SHA-256 of these weights into the module that loads them."""
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    line = f'WEIGHTS_SHA256 = "{digest}"'
    code.write_text(re.sub(r'^WEIGHTS_SHA256 = ".*"', line, code.read_text(), flags=re.M))
    print(f"{weights}: {weights.stat().st_size:,} bytes, SHA-256 {digest}")


if __name__ == "__main__":
    main()
