"""What is no title: lines that say only when, who, or nothing, and names that a program made up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from index.loaders.dates import DAYS, MONTHS, labelled_date

DATE_LENGTH = 100  # characters; a longer line is no date
MAX_LITTLE = 3  # letters of what else stands in a date: "the", "of", "th", "UTC"
MAX_NAMES = 8  # words after "By"; more are a sentence
LETTERS = re.compile(r"[^\W\d_]+")
CALENDAR = DAYS | MONTHS.keys()
WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")  # what a person may call a file and its text
# What a program writes where nobody gave a name.
NOBODY = re.compile(
    r"(?:un(?:titled|named|benannt)|no title|ohne titel|sans (?:titre|nom)|sin t[ií]tulo|title"
    r"|(?:new )?(?:page|document|dokument|presentation|pr[aä]sentation|slide|folie|book)"
    r"|sheet|tabelle|scan|file|image|img"
    r"|(?:powerpoint|microsoft (?:office )?(?:word|powerpoint|excel))"
    r"[ -]*(?:document|dokument|presentation|pr[aä]sentation)?)"
    r"[\s_-]*(?:\d+|\(\d+\))?|microsoft (?:office )?(?:word|powerpoint|excel) - .*",
    re.IGNORECASE,
)
FILE_NAME = re.compile(
    r"\S+\.(?:docx?|dotx?|odt|rtf|pdf|tex|dvi|indd|qxd|pptx?|xlsx?|x?html?|txt|wpd|pages|eps|ps"
    r"|jpe?g|png|tiff?|exe)"
    r"|.*[\\/][^\\/]+\.\w{2,5}",
    re.IGNORECASE,
)


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


def names_nothing(title: str, file: Named) -> bool:
    """Whether a name that a file gives itself is none: that of the file, or one that says
    nothing."""
    bare = title.casefold()
    is_stem = bare == file.stem.casefold() and not WORDS.fullmatch(title)
    return is_stem or bare == file.name.casefold() or says_nothing(title)


def says_nothing(title: str) -> bool:
    """Whether a name is none: a date, a byline, the name of some file, or made up by a program."""
    return (
        not any(letter.isalnum() for letter in title)
        or is_date(title)
        or is_byline(title)
        or is_made_up(title)
        or FILE_NAME.fullmatch(title) is not None
    )


def is_made_up(name: str) -> bool:
    """Whether a program gives this name where nobody gave one: "Slide 1", "Document1"."""
    return NOBODY.fullmatch(name) is not None


def is_date(line: str) -> bool:
    """Whether a line says when, perhaps who wrote it, and nothing else: "Sunday, May 26", "date
    2022-02-17 By Azernews"."""
    found = labelled_date(line[:DATE_LENGTH])
    if found is not None and len(line) <= DATE_LENGTH:
        rest = line[found.end :].strip(" ,.;|-–—")
        return not rest or is_byline(rest)
    return _is_day(line)


def _is_day(line: str) -> bool:
    """Whether a line holds nothing but the words and numbers of a date or a time."""
    words = LETTERS.findall(line.lower()) if len(line) <= DATE_LENGTH else [line]
    numbered = any(letter.isdigit() for letter in line)
    if not words:
        return numbered
    named = sum(word in CALENDAR for word in words)
    little = sum(word not in CALENDAR and len(word) <= MAX_LITTLE for word in words)
    return named == len(words) or (numbered and named > 0 and named + little == len(words))


def is_byline(line: str) -> bool:
    """Whether a line says who wrote the text, and nothing else: "By Anna Lind"."""
    first, *names = line.split() or [""]
    is_name = 0 < len(names) <= MAX_NAMES and names[0][0].isupper()
    return first.lower() == "by" and is_name and line[-1] not in ".?!:"
