"""Plain text: bytes of any encoding → text whose lines end in a line feed."""

from __future__ import annotations

import codecs
import re
import textwrap
from pathlib import Path

from charset_normalizer import from_bytes

from index.errors import DocumentError

# The longer mark first: UTF-32-LE begins with the bytes of UTF-16-LE.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAMPLE_BYTES = 256 * 1024  # enough to tell an encoding; the detector is slow on more
ASCII = bytes(range(128))
FOREIGN = re.compile("[^\\x00-\\x7f\\ufffd]")
# Of the bytes: so few that are not ASCII are quotation marks and dashes in English, which the
# detector takes for letters of anything; languages of other code pages have more.
SPARSE = 0.03
MAX_UNPRINTABLE = 0.02  # of a text's characters; programs and pictures have far more
# Control characters other than white space and escape, the mark of a failed decoding, private use.
UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd\ue000-\uf8ff]")
TITLE_LENGTH = 100  # characters
TITLE_WORDS = 4  # fewer are a date, an author, a section
TITLE_SEARCHED = 2_000  # characters


def load_text(path: Path) -> tuple[str, str]:
    """(title, text) of a text file. Raises DocumentError for bytes that are not text."""
    text = read_text(path)
    return find_title(text) or path.stem, text


def read_text(path: Path) -> str:
    """The text of a file: decoded, without byte-order mark, NULs and carriage returns."""
    text = decode(path.read_bytes(), path)
    text = re.sub(r"\r\n?", "\n", text).replace("\0", "")
    unprintable = sum(1 for _ in UNPRINTABLE.finditer(text))
    if unprintable > MAX_UNPRINTABLE * len(text):
        raise DocumentError(
            f"{path} does not hold text: {unprintable:,} of its {len(text):,} characters are "
            "unprintable. Remove it or give it the suffix of its format."
        )
    return text


def decode(data: bytes, path: Path) -> str:
    """Bytes → text: byte-order mark, else UTF-8, else what charset-normalizer makes of them."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    try:
        return data.decode(_wide_encoding(data) or "utf-8")
    except UnicodeDecodeError:
        mended = data.decode("utf-8", errors="replace")
        # Bytes of another encoding hardly ever make whole characters of UTF-8 by chance.
        if mended.count("\ufffd") <= len(FOREIGN.findall(mended)):
            return mended
    foreign = len(data.translate(None, delete=ASCII))
    if foreign < SPARSE * len(data):
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            pass
    sample = data if len(data) <= SAMPLE_BYTES else data[:SAMPLE_BYTES].rpartition(b"\n")[0]
    guess = from_bytes(sample).best()
    if guess is None:
        raise DocumentError(f"{path} does not hold text in any known encoding.")
    return data.decode(guess.encoding, errors="replace")


def find_title(text: str) -> str:
    """What a reader would call the text: a title above the first line of prose, if it has one,
    else how it begins; '' for an empty text."""
    lines = [line.strip() for line in text[:TITLE_SEARCHED].split("\n") if line.strip()]
    for line in lines:
        if len(line) > TITLE_LENGTH or line.endswith((".", "!", ":", ";", ",")):
            break
        if sum(word.isalpha() for word in re.findall(r"\w+", line)) >= TITLE_WORDS:
            return line
    return textwrap.shorten(lines[0], TITLE_LENGTH, placeholder="…") if lines else ""


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark: most zero bytes of Latin text stand on one side of each pair."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if max(even, odd) <= 0.3 * len(data) / 2 or min(even, odd) > 0.1 * max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"
