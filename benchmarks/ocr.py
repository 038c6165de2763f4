"""What OCR reads of pages whose text is known: words, boxes and seconds.

    pip install pytesseract        # and the program tesseract, to compare it
    python -m benchmarks.ocr --data DIR [--dots 150 200 300] [--engines rapidocr tesseract]
        [--languages eng+fra]

DIR holds PDFs. Of each, the first page with enough text is drawn as it is, and as a scanner would
have it: askew, blurred, grey, with noise. What an engine reads is compared with the text of the
file. Words are runs of letters and digits: quotation marks and dashes are not compared.
"""

from __future__ import annotations

import argparse
import functools
import os
import re
import resource
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from benchmarks.report import write_section
from index.errors import DocumentError
from index.layout import BOX_UNIT
from index.loaders.ocr import OcrError, Picture
from index.loaders.pdf_glyphs import Sheet, opened, paint_page, read_sheet
from index.loaders.pdf_lines import Piece, read_pieces
from index.loaders.pdf_ocr import MAX_PIXELS, read_picture

WORDS = 150  # of a page, at least
WORD = re.compile(r"\w+")
SKEW, BLUR, PAPER, INK, NOISE = 1.0, 0.8, 235, 40, 12.0  # degrees, pixels, shades of 255

Box = tuple[float, float, float, float]  # left, top, right, bottom in points
Words = list[tuple[str, Box]]
Reader = Callable[[Picture, Sheet], Words]

ENGINES = ("rapidocr", "tesseract")


@dataclass(slots=True)
class Tally:
    """What was counted over pages."""

    wanted: int = 0
    found: int = 0
    common: int = 0
    placed: int = 0  # of those in common, words whose boxes lie over each other
    seconds: list[float] = field(default_factory=list)

    def add(self, truth: Words, read: Words, seconds: float) -> None:
        """Count a page."""
        counts = Counter(word for word, _ in truth) & Counter(word for word, _ in read)
        self.wanted += len(truth)
        self.found += len(read)
        self.common += counts.total()
        self.placed += _placed(truth, read)
        self.seconds.append(seconds)

    @property
    def figures(self) -> tuple[float, float, float, float]:
        """Recall and precision of words and the share of boxes, in percent; seconds a page."""
        shares = (
            self.common / max(1, self.wanted),
            self.common / max(1, self.found),
            self.placed / max(1, self.common),
        )
        recall, precision, boxes = (round(100 * one, 1) for one in shares)
        return recall, precision, boxes, round(float(np.mean(self.seconds)), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with PDFs")
    parser.add_argument("--dots", type=int, nargs="*", default=[150, 200, 300], help="an inch")
    parser.add_argument("--engines", nargs="*", default=list(ENGINES), choices=ENGINES)
    parser.add_argument("--languages", default="eng", help="of the pages, as tesseract names them")
    parser.add_argument("--pages", type=int, default=10, help="one of each file")
    arguments = parser.parse_args()
    pages = list(_pages(arguments.data, arguments.pages))
    tallies: dict[tuple[str, int, str], Tally] = defaultdict(Tally)
    for name in arguments.engines:
        for dots in arguments.dots:
            reader = _reader(name, dots, arguments.languages)
            for data, sheet in pages:
                drawn = _drawn(data, sheet, dots)
                _count(tallies[name, dots, "clean"], reader, drawn, sheet, 0.0)
                _count(tallies[name, dots, "scanned"], reader, _scanned(drawn), sheet, SKEW)
            for (*key, kind), one in tallies.items():
                if key == [name, dots]:
                    print(name, dots, kind, *one.figures, flush=True)
    write_section(
        "ocr",
        ("engine", "dots an inch", "pages", *MEASURES),
        [(*key, *tally.figures) for key, tally in tallies.items()],
        [
            f"{len(pages)} pages of as many files, {sum(len(_words_of(s)) for _, s in pages):,} "
            "words, drawn as they are and as a scanner would have them. Compared with the text of "
            "the file, words as runs of letters and digits, in percent. A box is right where it "
            "covers half of that of the same word in the file. Seconds of one core."
        ],
    )


MEASURES = ("words found", "of those read", "boxes right", "seconds a page")


def _reader(name: str, dots: int, languages: str) -> Reader:
    tesseract = functools.partial(_tesseract, dots=dots, languages=languages)
    return tesseract if name == "tesseract" else _rapidocr


def _drawn(data: bytes, sheet: Sheet, dots: int) -> Picture:
    with opened(data, "The file") as document:
        drawn = paint_page(document, sheet.number, dots / 72, MAX_PIXELS)
    assert drawn is not None
    return drawn


def _count(tally: Tally, reader: Reader, picture: Picture, sheet: Sheet, skew: float) -> None:
    """Count what an engine reads of a page that lies askew by so many degrees."""
    started = _seconds()
    read = reader(picture, sheet)
    seconds = _seconds() - started
    tally.add(_words_of(sheet), _turned(read, skew, sheet), seconds)


def _seconds() -> float:
    """Of a processor, used by this process and those that it started."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _pages(folder: Path, most: int) -> Iterator[tuple[bytes, Sheet]]:
    """Files and a page of each that has enough words, all to be seen and of known letters."""
    left = most
    for path in sorted(folder.rglob("*.pdf")):
        if not left:
            return
        try:
            with opened(data := path.read_bytes(), path.name) as document:
                sheets = (read_sheet(document, number) for number in range(1, len(document) + 1))
                sheet = next((one for one in sheets if one and _is_clean(one)), None)
        except DocumentError:
            continue
        if sheet:
            print(f"{path.name}, page {sheet.number}: {len(_words_of(sheet))} words")
            left -= 1
            yield data, sheet


def _is_clean(sheet: Sheet) -> bool:
    seen = all(one.known and one.style.seen for one in sheet.glyphs)
    return seen and not sheet.pictured and len(_words_of(sheet)) >= WORDS


def _words_of(sheet: Sheet) -> Words:
    """The words that the file says stand on a page."""
    return [word for piece in read_pieces(sheet) for word in _words(piece)]


def _words(piece: Piece) -> Iterator[tuple[str, Box]]:
    for found in WORD.finditer(piece.text):
        edges = piece.boxes[found.start() : found.end()] / BOX_UNIT
        (left, top), (right, bottom) = edges[:, :2].min(axis=0), edges[:, 2:].max(axis=0)
        yield _folded(found[0]), (left, top, right, bottom)


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word)


def _rapidocr(picture: Picture, sheet: Sheet) -> Words:
    """As this project reads a page."""
    try:
        pieces = read_picture(picture, replace(sheet, glyphs=()))
    except OcrError:
        return []
    return [word for piece in pieces for word in _words(piece)]


def _tesseract(picture: Picture, sheet: Sheet, *, dots: int, languages: str) -> Words:
    """Tesseract on one thread, told the languages and how many dots an inch has."""
    import pytesseract

    os.environ["OMP_THREAD_LIMIT"] = "1"
    image = Image.fromarray(np.ascontiguousarray(picture[:, :, ::-1]))
    found = pytesseract.image_to_data(
        image, languages, config=f"--dpi {dots}", output_type=pytesseract.Output.DICT
    )
    scale = sheet.width / image.width
    words: Words = []
    columns = (found[name] for name in ("text", "left", "top", "width", "height"))
    for text, left, top, width, height in zip(*columns, strict=True):
        box = (left * scale, top * scale, (left + width) * scale, (top + height) * scale)
        words += [(_folded(word), box) for word in WORD.findall(text)]
    return words


def _scanned(picture: Picture) -> Picture:
    """A picture as it would come out of a scanner."""
    image = Image.fromarray(picture).convert("L").filter(ImageFilter.GaussianBlur(BLUR))
    turned = image.rotate(-SKEW, fillcolor=255, resample=Image.Resampling.BICUBIC)
    shades = INK + np.asarray(turned, np.float64) / 255 * (PAPER - INK)
    noise = np.random.default_rng(0).normal(0, NOISE, shades.shape)
    grey = np.clip(shades + noise, 0, 255).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def _turned(words: Words, degrees: float, sheet: Sheet) -> Words:
    """Words of a page that was turned clockwise about its middle, where they stood before."""
    angle = -np.radians(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = np.array([sheet.width, sheet.height]) / 2
    found: Words = []
    for word, box in words:
        at = np.array([box[0] + box[2], box[1] + box[3]]) / 2
        x, y = (at - middle) @ turn + middle - at
        found.append((word, (box[0] + x, box[1] + y, box[2] + x, box[3] + y)))
    return found


def _placed(truth: Words, read: Words) -> int:
    """How many words have a box that covers at least half of that of the same word."""
    boxes: dict[str, list[Box]] = defaultdict(list)
    for word, box in read:
        boxes[word].append(box)
    return sum(_over(box, boxes[word]) for word, box in truth)


def _over(box: Box, others: list[Box]) -> bool:
    """Whether one of other boxes covers half of a box; it is taken from them."""
    area = (box[2] - box[0]) * (box[3] - box[1])
    for one in others:
        width = min(box[2], one[2]) - max(box[0], one[0])
        height = min(box[3], one[3]) - max(box[1], one[1])
        if width > 0 and height > 0 and 2 * width * height >= area:
            others.remove(one)
            return True
    return False


if __name__ == "__main__":
    main()
