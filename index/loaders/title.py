"""Which of the names that a document has is its title: none that says only when, who, or nothing.

What programs fill in by themselves ("Microsoft Word - Document1") is no name that a person gave.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.loaders.characters import fold

MAX_TITLE = 300  # characters
DATE_LENGTH = 100  # characters; a longer line is no date
MAX_LITTLE = 3  # letters of what else stands in a date: "the", "of", "th", "UTC"
MAX_NAMES = 8  # words after "By"; more are a sentence
MIN_NAME = 3  # letters of a heading that may stand for a longer title
WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")  # what a person may call a file and its text
LETTERS = re.compile(r"[^\W\d_]+")
# The names of days and months, as Python knows them.
CALENDAR = {
    name.lower()
    for names in (calendar.day_name, calendar.day_abbr, calendar.month_name, calendar.month_abbr)
    for name in names
    if name
}
# What a program writes where nobody gave a name.
NOBODY = re.compile(
    r"(?:un(?:titled|named|benannt)|no title|ohne titel|sans (?:titre|nom)|sin t[ií]tulo|title"
    r"|(?:new )?(?:page|document|dokument|presentation|pr[aä]sentation|slide|folie|book)"
    r"|(?:powerpoint|microsoft (?:office )?(?:word|powerpoint|excel))"
    r"[ -]*(?:document|dokument|presentation|pr[aä]sentation)?)"
    r"[\s_-]*(?:\d+|\(\d+\))?|microsoft (?:office )?(?:word|powerpoint|excel) - .*",
    re.IGNORECASE,
)
FILE_NAME = re.compile(
    r"\S+\.(?:docx?|dotx?|odt|rtf|pdf|tex|dvi|indd|qxd|pptx?|xlsx?|x?html?|txt|wpd|pages|eps|ps)"
    r"|.*[\\/][^\\/]+\.\w{2,5}",
    re.IGNORECASE,
)
# What stands between a name and that of the place where it was published.
AFTER_NAME = re.compile(r"\s+[-|–—·•»:/]+\s|:\s|\s*\|")


class Named(Protocol):
    """A file, as far as its name goes."""

    @property
    def name(self) -> str: ...
    @property
    def stem(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Name:
    """The name of what is no file of its own: a part of a mail, a sheet."""

    name: str

    @property
    def stem(self) -> str:
        return self.name


def best_title(candidates: Sequence[str], file: Named) -> str:
    """The first of these names that says what the document is, the likeliest one given first; the
    name of its file where none does. Where a heading is followed by the name of a site in the one
    that wins, the heading alone wins."""
    folded = (fold(one) for one in candidates)
    told = [one for one in folded if one and not _says_nothing(one, file)]
    if not told:
        return fold(file.stem or file.name)[:MAX_TITLE].strip() or "untitled"
    title = next((one for one in told[1:] if _is_whole_name(one, told[0])), told[0])
    return title[:MAX_TITLE].strip()


def is_date(line: str) -> bool:
    """Whether a line says when, and nothing else: "Sunday, May 26", "2024-05-26"."""
    words = LETTERS.findall(line.lower()) if len(line) <= DATE_LENGTH else [line]
    numbered = any(letter.isdigit() for letter in line)
    if not words:
        return numbered
    named = sum(word in CALENDAR for word in words)
    little = sum(word not in CALENDAR and len(word) <= MAX_LITTLE for word in words)
    return named == len(words) or (numbered and named > 0 and named + little == len(words))


def is_byline(line: str) -> bool:
    """Whether a line says who wrote the text, and nothing else: "By Anna Lind"."""
    first, *names = line.split()
    is_name = 0 < len(names) <= MAX_NAMES and names[0][0].isupper()
    return first.lower() == "by" and is_name and line[-1] not in ".?!:"


def _says_nothing(title: str, file: Named) -> bool:
    """Whether a name is none: a date, a byline, the name of a file, or made up by a program."""
    bare = title.casefold()
    return (
        not any(letter.isalnum() for letter in title)
        or is_date(title)
        or is_byline(title)
        or bare == file.name.casefold()
        or (bare == file.stem.casefold() and not WORDS.fullmatch(title))
        or NOBODY.fullmatch(title) is not None
        or FILE_NAME.fullmatch(title) is not None
    )


def _is_whole_name(heading: str, title: str) -> bool:
    """Whether a title is this heading and the name of a site: "Lodi – Encyclopedia"."""
    rest = title[len(heading) :]
    return (
        len(LETTERS.findall(heading)) > 0
        and len(heading) >= MIN_NAME
        and title.startswith(heading)
        and AFTER_NAME.match(rest) is not None
    )
