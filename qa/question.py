"""What can be seen of a question: which names and numbers are in it.

A passage on the right matter that answers for another country, person or year is what a small
reader takes for an answer most easily. What is written with a capital or a digit can be checked.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from index.asking import ASKING_FIRST

MARK = re.compile(r"[?？؟][\s\"'”’»)\]]*$")

# Not the first word of a question, which has a capital anyway.
NAME = re.compile(r"(?<=\S )[\"'“‘«„(]?([^\W\d_][\w’'-]+)")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
YEAR = re.compile(r"(?<![\w.,])(?:1[0-9]|20)[0-9]{2}(?!\w|[.,]\d)")
ALIKE = 4  # first letters by which a name is known in another form: Germany, German


@dataclass(frozen=True, slots=True)
class Mentions:
    """Names and numbers, as the question has them."""

    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    def missing_in(self, text: str) -> Mentions:
        """Those of them that a text does not mention in any form."""
        if not self.names and not self.numbers:
            return self
        folded = _fold(text)
        numbers = {_digits(number) for number in NUMBER.findall(text)}
        return Mentions(
            tuple(name for name in self.names if not _is_in(name, folded)),
            tuple(number for number in self.numbers if _digits(number) not in numbers),
        )

    def misdated_in(self, sentence: str) -> tuple[str, ...]:
        """Those of the numbers that are years, where all years of a sentence are before or after
        them."""
        said = [int(year) for year in YEAR.findall(sentence)]
        asked = [int(number) for number in self.numbers if YEAR.fullmatch(number)]
        if not said or not asked or (min(said) <= max(asked) and min(asked) <= max(said)):
            return ()
        return tuple(map(str, asked))


def mentions(question: str) -> Mentions:
    """What a question asks about. No names where all words have capitals, or none has."""
    found = [match.group(1) for match in NAME.finditer(question)]
    capital = [word for word in found if word[0].isupper()]
    names = [word for word in capital if word.casefold() not in ASKING_FIRST]
    if len(capital) == len(found):
        names = []
    return Mentions(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(NUMBER.findall(question))))


def _is_in(name: str, folded: str) -> bool:
    start = re.escape(re.sub(r"['’]s$", "", _fold(name))[:ALIKE])
    return re.search(rf"(?<!\w){start}", folded) is not None


def _fold(text: str) -> str:
    """Lower case, without accents."""
    if text.isascii():  # most passages, at a hundredth of the time
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _digits(number: str) -> str:
    """A number without the commas between its thousands."""
    return re.sub(r",(?=\d{3}(?:\D|$))", "", number)
