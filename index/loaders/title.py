"""Which of the names that a document has is its title.

A person would give the one that the file states, the heading at its top, or the line above its
first prose; else that of the file, in words. How the text begins comes last.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from index.loaders.characters import fold
from index.loaders.dates import labelled_date
from index.loaders.untitled import (
    LETTERS,
    Named,
    is_byline,
    is_date,
    is_made_up,
    names_nothing,
    says_nothing,
)

MAX_TITLE = 300  # characters
SEARCHED = 2_000  # characters of a text in which a title is looked for
REPEATED_IN = 20_000  # characters in which a running line is looked for
MAX_LINE = 100  # characters of a line that is a title
MIN_NAME = 3  # letters of a heading that may stand for a longer title, and of a file's name
MIN_LETTERS = 4  # of the whole words in the name of a file that has numbers, too
SHOWN = 0.6  # of the words of a title that a document states of itself stand near its start
LETTERED = 0.4  # of a title are letters; of a log, a table or a setting fewer
ENDS = (".", "!", ";", ",", "。", "！", "；", "，")  # how lines of prose end
TWO_SENTENCES = re.compile(r"[^\W\d_]{4}[.!?] +[^\W\d_a-z]")
MAX_SHORT = 60  # characters of a title that may hold two sentences
# What stands between a name and that of the place where it was published.
AFTER_NAME = re.compile(r"\s+[-|–—·•»:/]+\s|:\s|\s*\|")
WORD = re.compile(r"\w{2,}")
WHOLE_WORD = re.compile(r"(?<![^ .])[^\W\d_]+(?![^ .])")
NUMBER = re.compile(r"\d+")
CELLS = re.compile(r"[;|\t][^;|\t\n]*[;|\t]|\S\t|\S {3,}\S")  # what divides a line into columns
ANCHOR = re.compile(r"¶$|(?<=\w\w)#$")  # the link to a heading that stands after it
FIELD = re.compile(r"[^\W\d_][\w-]{0,20}:\s")  # a name and a value: the head of a mail
MARKS = "#*=~_-•> \t"  # what is drawn around a title
# Between the words of a file's name; a hyphen stays between numbers, as of a date.
BETWEEN_WORDS = re.compile(r"_|(?<!\d)-|-(?!\d)")
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")


def best_title(
    candidates: Sequence[str],
    file: Named,
    *,
    text: str = "",
    claimed: str = "",
    headings: Sequence[tuple[int, str]] = (),
) -> str:
    """The title of a document: the first of the candidates that says what it is.

    `claimed` is what the file says of itself, which may be left over from another text: it comes
    first where the start of the text shows it, and after headings and lines of the text where it
    does not. Of the `headings`, each with its start, one of the first comes before lines. One that
    a longer title begins with, before the name of a site, is the title.
    """
    shown, left_over = (claimed, "") if _is_shown(claimed, text) else ("", claimed)
    above = [one for start, one in headings if start <= SEARCHED and not is_prose(one)]
    told = [
        *(one for one in _clean([shown, *candidates]) if not names_nothing(one, file)),
        *(one for one in _clean([*above, title_line(text)]) if not says_nothing(one)),
        *(one for one in _clean([left_over]) if not names_nothing(one, file)),
    ]
    if not told:
        told = [name_of(file) or opening(text) or fold(file.stem or file.name) or "untitled"]
    parts = _clean(one for start, one in headings if start <= REPEATED_IN)
    title = next((one for one in [*told, *parts] if _is_whole_name(one, told[0])), told[0])
    return title[:MAX_TITLE].strip()


def _clean(names: Iterable[str]) -> list[str]:
    folded = (fold(ANCHOR.sub("", one).replace("\ufffd", " ")) for one in names)
    return [one for one in folded if one]


def name_of(file: Named) -> str:
    """The name of a file in words, "annual report 2023"; '' for one that only a program gives, as
    "scan_0012" or "a3f9c2"."""
    stem = fold(file.stem.rpartition("#")[2])
    words = stem if " " in stem else BETWEEN_WORDS.sub(" ", stem)
    if words == stem and " " not in stem:
        words = HUMP.sub(" ", stem)
    words = fold(words)
    letters = sum(map(len, WHOLE_WORD.findall(words)))
    told = letters >= MIN_LETTERS or letters == len(words) >= MIN_NAME
    return words if told and not is_made_up(words) else ""


def title_line(text: str) -> str:
    """A title above the first line of prose; '' where there is none. Never a date, who wrote the
    text, a line of a table or of the head of a mail, or one that pages repeat."""
    running = _running(text)
    lines = [*_joined(text[:SEARCHED].split("\n")), ""]
    for number, line in enumerate(lines[:-1]):
        if len(line) > MAX_LINE or line.endswith(ENDS) or is_prose(line):
            return ""
        if FIELD.match(line) and any(map(FIELD.match, (lines[number - 1], lines[number + 1]))):
            continue
        if _may_be_title(line) and NUMBER.sub("0", line) not in running:
            return line.strip(MARKS)
    return ""


def is_prose(line: str) -> bool:
    """Whether a line or a heading goes over two sentences."""
    return len(line) > MAX_SHORT and TWO_SENTENCES.search(line) is not None


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """Lines, with each that goes on in small letters as one."""
    whole = ""
    for line in map(str.strip, lines):
        if whole and line[:1].islower() and len(whole) <= MAX_LINE:
            whole = f"{whole} {line}"
            continue
        if whole:
            yield whole
        whole = line
    yield whole


def opening(text: str) -> str:
    """How a text begins, without the date before it and who wrote it."""
    for line in text[:SEARCHED].split("\n"):
        said = _undated(line.strip())
        if LETTERS.search(said) and not (CELLS.search(said) or says_nothing(said)):
            return textwrap.shorten(said, MAX_LINE, placeholder="…")
    return ""


def _may_be_title(line: str) -> bool:
    dense = "".join(line.split())
    letters = sum(one.isalpha() for one in dense)
    return (
        letters > LETTERED * len(dense)
        and not CELLS.search(line)
        and not _is_logged(line)
        and not (is_date(line) or is_byline(line))
    )


def _is_logged(line: str) -> bool:
    """Whether a line begins with a day and a time, as those of a log do."""
    found = labelled_date(line)
    return found is not None and ":" in line[: found.end]


def _undated(line: str) -> str:
    """A line without the date that it begins with."""
    found = labelled_date(line[:MAX_LINE])
    return line if found is None else line[found.end :].lstrip(" ,.:;|-–—")


def _running(text: str) -> set[str]:
    """Lines that stand in a text again with another number, each with 0 for its numbers."""
    seen: dict[str, str] = {}
    lines = (line.strip() for line in text[:REPEATED_IN].split("\n"))
    numbered = ((NUMBER.sub("0", line), line) for line in lines)
    return {bare for bare, line in numbered if seen.setdefault(bare, line) != line}


def _is_shown(title: str, text: str) -> bool:
    """Whether a text begins with most words of a title."""
    words = WORD.findall(title.lower())
    shown = set(WORD.findall(text[:SEARCHED].lower()))
    return bool(words) and sum(word in shown for word in words) >= SHOWN * len(words)


def _is_whole_name(heading: str, title: str) -> bool:
    """Whether a title is this heading and the name of a site: "Lodi – Encyclopedia"."""
    rest = title[len(heading) :]
    return (
        LETTERS.search(heading) is not None
        and len(heading) >= MIN_NAME
        and title.startswith(heading)
        and AFTER_NAME.match(rest) is not None
    )
