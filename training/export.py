"""A trained model → the package: half precision, its SHA-256 in the code.

python -m training.export --model FOLDER
"""

from __future__ import annotations

import argparse
import hashlib
import re
from pathlib import Path

import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer

from qa import cross_encoder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", type=Path, required=True, help="what training.train wrote")
    arguments = parser.parse_args()
    folder = cross_encoder.WEIGHTS.parent
    model = AutoModelForTokenClassification.from_pretrained(arguments.model)
    # Float16 has three more bits than bfloat16 for numbers of this size, and no CPU reads either:
    # they become what the CPU is fast with when they are loaded.
    model.to(torch.float16).save_pretrained(folder)
    AutoTokenizer.from_pretrained(arguments.model).save_pretrained(folder)
    digest = hashlib.sha256(cross_encoder.WEIGHTS.read_bytes()).hexdigest()
    code = Path(cross_encoder.__file__)
    text = re.sub(
        r'^WEIGHTS_SHA256 = ".*"', f'WEIGHTS_SHA256 = "{digest}"', code.read_text(), flags=re.M
    )
    code.write_text(text)
    print(f"{folder}: {cross_encoder.WEIGHTS.stat().st_size:,} bytes, SHA-256 {digest}")


if __name__ == "__main__":
    main()
