"""Subtitles: what is said, sentence by sentence, each part with its moment."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.document import Document
from index.errors import DocumentError
from index.layout import Moment
from index.loaders.characters import fold
from index.loaders.source import SourceFile
from index.loaders.text import read_decoded
from index.loaders.writer import Writer

MAX_PAUSE = 4  # seconds of silence inside a sentence
MAX_CUES = 20  # of a paragraph: where nobody sets points, it ends all the same
TIMES = re.compile(
    r"[ \t]*(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})[ \t]*-->"
    r"[ \t]*(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
)
SPEAKER = re.compile(r"<v(?:\.[^\s<>]{0,100})?[ \t]{1,9}([^<>\n]{1,200})>")
TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<\d[\d:.]*>|\{\\[^{}\n]{0,200}\}")
SOUNDS = {"[": "]", "(": ")", "♪": "♪"}
END = re.compile(r"[.!?。！？…؟।][\"”»’')\]♪]*$")
SKIPPED = ("NOTE", "STYLE", "REGION")  # blocks of WebVTT that nobody sees


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown from a moment on, and until when, in seconds."""

    start: float
    end: float
    text: str
    speaker: str = ""


def load_subtitles(file: SourceFile) -> Iterator[Document]:
    """The document in a file of SubRip or WebVTT. Raises DocumentError for what is none."""
    decoded = read_decoded(file)
    cues = sorted(_cues(decoded.text), key=lambda cue: cue.start)
    if not cues:
        raise DocumentError(f"{file} holds no subtitles: no line says when; remove it.")
    writer = Writer(file)
    for together in _sentences(cues):
        text = together[0].speaker and f"{together[0].speaker}: "
        places = [(0, Moment(int(together[0].start)))]
        for number, cue in enumerate(together):
            text += " " if number else ""
            places += [(len(text), Moment(int(cue.start)))] if number else []
            text += cue.text
        writer.paragraph(text, places=places)
    yield writer.document(named=True, metadata=decoded.metadata)


def _cues(text: str) -> Iterator[Cue]:
    """The cues in a file, in its order; those without a word are left out."""
    lines = [*text.split("\n"), ""]
    times = [(number, found) for number, line in enumerate(lines) if (found := TIMES.match(line))]
    ends = [number for number, _ in times[1:]]
    for (number, found), end in zip(times, [*ends, len(lines)], strict=False):
        shown = "\n".join(_shown(lines[number + 1 : end]))
        speaker = SPEAKER.search(shown)
        said = fold(html.unescape(TAG.sub("", shown)))
        if said:
            moments = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
            yield Cue(*moments, said, fold(speaker[1]) if speaker else "")


def _shown(lines: Sequence[str]) -> Iterator[str]:
    """The lines of a cue among those up to the time of the next one, which its name stands before.
    Empty lines are passed over."""
    last = len(lines) - 1
    for number, line in enumerate(lines):
        if number and not lines[number - 1].strip():
            if line.startswith(SKIPPED):
                return
            if number == last:  # the last cue has none after it
                return
        if line.strip():
            yield line


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, rest = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{rest}")


def _sentences(cues: Sequence[Cue]) -> Iterator[list[Cue]]:
    """The cues, those of one sentence together."""
    together: list[Cue] = []
    for cue in cues:
        if together and _parts(together[-1], cue, len(together)):
            yield together
            together = []
        together.append(cue)
    if together:
        yield together


def _parts(last: Cue, cue: Cue, many: int) -> bool:
    """Whether a cue begins a new paragraph after the last one."""
    return (
        many >= MAX_CUES
        or bool(END.search(last.text))
        or cue.start - last.end > MAX_PAUSE
        or (bool(cue.speaker) and cue.speaker != last.speaker)
        or _stands_alone(cue.text)
        or _stands_alone(last.text)
    )


def _stands_alone(text: str) -> bool:
    """Whether a cue is a sound, or the words of several speakers."""
    return text.startswith(("- ", "– ")) or text[-1] == SOUNDS.get(text[0])
