"""Plain text: bytes of any encoding → text whose lines end in a line feed."""

from __future__ import annotations

import codecs
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import chardet
from chardet import DetectionDict, EncodingEra

from index.document import Document
from index.errors import DocumentError
from index.layout import Lines
from index.loaders.source import SourceFile
from index.loaders.stated import metadata_of
from index.loaders.title import best_title
from index.metadata import Value

logger = logging.getLogger(__name__)

# UTF-32 first: its mark begins as that of UTF-16 does.
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
SHOWN = ("utf-16", "utf-32", "iso2022")  # what shows itself without a mark, by NULs or escapes
SHIFT = re.compile(rb"\x1b\$[@B]")  # from ASCII to Japanese in seven bits, as mail was written
CONTROLS = bytes([*range(9), 11, *range(14, 32), 127])
# What personal computers have written. Not what mainframes and mail gateways have: to these, nearly
# any bytes are text.
ERAS = EncodingEra.MODERN_WEB | EncodingEra.LEGACY_ISO | EncodingEra.LEGACY_MAC | EncodingEra.DOS
# English has so few letters that are not ASCII that they hardly tell; so the likelier ones only.
ENGLISH_ERAS = EncodingEra.MODERN_WEB | EncodingEra.LEGACY_MAC
FOREIGN = re.compile("[^\\x00-\\x7f\\ufffd]")
MAX_UNPRINTABLE = 0.02  # of a text's characters; programs and pictures have far more
# Control characters other than white space and escape, the mark of a failed decoding, private use.
UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd\ue000-\uf8ff]")
LINE_END = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding it was read in as Python calls it, and whether that was guessed."""

    text: str
    encoding: str
    guessed: bool = False

    @property
    def metadata(self) -> dict[str, Value]:
        """What is known of a document that this is the text of."""
        guess: dict[str, Value] = {"encoding_guessed": True} if self.guessed else {}
        return {"encoding": self.encoding, **guess}


def load_text(file: SourceFile) -> Iterator[Document]:
    """The document in a text file. Raises DocumentError for bytes that are not text."""
    decoded = read_decoded(file)
    text = decoded.text
    title = best_title([], file, text=text)
    metadata = metadata_of(file, decoded.metadata, text=text)
    yield Document(file.name, title, text, file.name, metadata, layout=Lines(text))


def read_text(file: SourceFile) -> str:
    """The text of a file: decoded, without byte-order mark, NULs and carriage returns."""
    return read_decoded(file).text


def read_decoded(file: SourceFile) -> Decoded:
    """The text of a file as `read_text` has it, and its encoding."""
    return printable(decoded(file.read(), str(file)), file)


def printable(decoded: Decoded, file: SourceFile) -> Decoded:
    """A decoded text without NULs and carriage returns. Raises DocumentError for what is no text
    but was taken for some."""
    text = LINE_END.sub("\n", decoded.text).replace("\0", "")
    unprintable = sum(1 for _ in UNPRINTABLE.finditer(text))
    if unprintable > MAX_UNPRINTABLE * len(text):
        raise DocumentError(
            f"{file} does not hold text: {unprintable:,} of its {len(text):,} characters are "
            "unprintable. Remove it or give it the suffix of its format."
        )
    return replace(decoded, text=text)


def decode(data: bytes, name: str) -> str:
    """The text of `decoded`."""
    return decoded(data, name).text


def decoded(data: bytes, name: str) -> Decoded:
    """Bytes → text: UTF-8, UTF-16, UTF-32 and ISO-2022-JP, else what chardet takes them for. A
    guess is logged, and how much is broken. Raises DocumentError for bytes that are not text."""
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            return _mended(data, encoding, name)
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" not in data and not SHIFT.search(data):  # UTF-16 or ISO-2022 may look like UTF-8
        try:
            return Decoded(data.decode("utf-8"), "utf-8")
        except UnicodeDecodeError:
            pass
    likeliest = _likeliest(data)
    if likeliest and likeliest.startswith(SHOWN):
        return _mended(data, likeliest, name)
    # Bytes of another encoding hardly ever make whole characters of UTF-8 by chance.
    if _broken(data, "utf-8") <= len(FOREIGN.findall(data.decode("utf-8", errors="replace"))):
        return _mended(data, "utf-8", name)
    if likeliest is None:
        raise DocumentError(f"{name} does not hold text in any known encoding.")
    logger.warning(
        "%s is not UTF-8; read as %s. If letters look wrong, save it as UTF-8 first.",
        name,
        likeliest,
    )
    return Decoded(data.decode(likeliest, errors="replace"), likeliest, guessed=True)


def _mended(data: bytes, encoding: str, name: str) -> Decoded:
    """The text in an encoding that is sure, and a word about what of it is broken."""
    if broken := _broken(data, encoding):
        logger.warning("%s has broken characters, shown as \ufffd: %d.", name, broken)
    return Decoded(data.decode(encoding, errors="replace"), encoding)


def _broken(data: bytes, encoding: str) -> int:
    """How many characters cannot be decoded."""
    shown, whole = (data.decode(encoding, errors=errors) for errors in ("replace", "ignore"))
    return shown.count("\ufffd") - whole.count("\ufffd")


def _likeliest(data: bytes) -> str | None:
    """The encoding that these bytes are likeliest in, as Python calls it; None for no text."""
    found = _detected(data, ERAS)
    if found["encoding"] is None:
        # Its first letters ("BMW …" begins as a bitmap does) or a few controls may be taken for no
        # text: with so few of them it is some all the same.
        data = data.translate(None, b"\0\x1b")
        letters = data.translate(None, CONTROLS)
        if len(data) - len(letters) <= MAX_UNPRINTABLE * len(data):
            data = b"\n" + letters
            found = _detected(data, ERAS)
    if found["language"] == "en":
        found = _detected(data, ENGLISH_ERAS)
    return found["encoding"]


def _detected(data: bytes, eras: EncodingEra) -> DetectionDict:
    return chardet.detect(data, max_bytes=len(data), compat_names=False, encoding_era=eras)
