"""A picture → the lines of text in it, by OCR; an extra. The only module that knows the engine.

The engine is RapidOCR with the models that come in its package: nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

INSTALL = "pip install 'underline-qa[ocr]'"
DETECTOR, RECOGNIZER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
DETECTED_AT = 1_600  # pixels of the longer side, in which lines are looked for
MAX_SIDE = 20_000  # pixels; a picture is not made smaller before it is read
TALL = 1.5  # times as high as wide: the engine reads the line downwards

Picture = NDArray[np.uint8]  # (height, width, 3): blue, green, red
Points = NDArray[np.float64]  # (…, 2): pixels from the left and from the top


class OcrError(Exception):
    """A picture cannot be read."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of text in a picture."""

    text: str
    corners: Points  # (4, 2): where it begins at its top, then clockwise as it is read
    ends: NDArray[np.float64]  # (characters, 2): of the way along the line, from 0 to 1
    sure: float  # from 0 to 1


def is_installed() -> bool:
    """Whether the extra is installed."""
    return all(find_spec(name) for name in ("rapidocr", "onnxruntime"))


def read_lines(picture: Picture) -> list[Line]:
    """The lines of text in a picture, however sure they are. Raises OcrError where the engine
    breaks down over it."""
    try:
        found = _engine()(picture)
    except Exception as error:  # of any of five libraries
        raise OcrError(str(error)) from error
    if found.txts is None:
        return []
    letters: Sequence[Any] = found.word_results
    if len(letters) != len(found.txts):
        letters = [()] * len(found.txts)
    return [
        _line(text, corners, sure, placed)
        for text, corners, sure, placed in zip(
            found.txts, found.boxes, found.scores, letters, strict=True
        )
    ]


@cache
def _engine() -> Any:
    """RapidOCR on one thread, loaded once a process."""
    import cv2
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    cv2.setNumThreads(1)
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": MAX_SIDE,
            "Global.text_score": 0.0,  # with another one, lines and letters fall out of step
            "Global.use_cls": False,
            "Global.return_word_box": True,
            "Global.return_single_char_box": True,
            # A model that is named is not fetched, not even where it is missing.
            "Det.model_path": str(models / DETECTOR),
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTED_AT,
            "Rec.model_path": str(models / RECOGNIZER),
            "Rec.rec_batch_num": 1,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _line(text: str, corners: Any, sure: float, letters: Sequence[Any]) -> Line:
    """A line as the engine gives it, with a quadrangle for each letter."""
    at = np.asarray(corners, np.float64).reshape(4, 2)
    width = float(np.linalg.norm(at[1] - at[0]))
    if float(np.linalg.norm(at[3] - at[0])) >= TALL * max(width, 1.0):
        at = np.roll(at, -1, axis=0)
    return Line(text, at, _ends(text, at, letters), float(sure))


def _ends(text: str, corners: Points, letters: Sequence[Any]) -> NDArray[np.float64]:
    """Where each character begins and ends along its line; where the engine does not say it, all
    are as wide."""
    steps = np.arange(len(text) + 1) / len(text)
    ends = np.stack([steps[:-1], steps[1:]], axis=1)
    inked = [number for number, one in enumerate(text) if not one.isspace()]
    if "".join(one[0] for one in letters) == "".join(text.split()):
        way = corners[1] - corners[0]
        quads = np.asarray([one[2] for one in letters], np.float64).reshape(-1, 4, 2)
        along = (quads - corners[0]) @ way / max(way @ way, 1.0)
        ends[inked] = np.clip(np.stack([along.min(axis=1), along.max(axis=1)], axis=1), 0, 1)
    return ends
