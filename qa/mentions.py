"""Names, numbers and years of a question → those that a text does not mention.

A passage on the right matter that answers for another country, person or year is what a small
reader takes for an answer most easily. What is written with a capital or a digit can be checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.language import SPELT_NUMBERS
from qa.question import Question

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
YEAR = re.compile(r"(?<![\w.,$€£¥])(?:1[0-9]|20)[0-9]{2}(?!\w|[.,]\d)")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Names and numbers, as the question has them, with how rare the names are; and which share of
    all its words that say something."""

    names: dict[str, float]
    numbers: tuple[str, ...]
    words: float = 0.0

    @property
    def known(self) -> float:
        """How rare those names are together that these documents mention somewhere."""
        return sum(rarity for rarity in self.names.values() if rarity < 1)

    @property
    def unknown(self) -> int:
        """How many of the names these documents never mention."""
        return sum(rarity == 1 for rarity in self.names.values())


def unmentioned(question: Question, text: str, language: str) -> Mentions:
    """What of a question a text does not mention, in any form."""
    asked = numbers_in(question.text, language)
    words = set(question.vocabulary.words(text)) if question.names or question.content else set()
    said = set(numbers_in(text, language)) if asked else set()
    return Mentions(
        {
            name: rarity
            for name, rarity in question.names.items()
            if not words.issuperset(question.forms(name))
        },
        tuple(number for number in asked if number not in said),
        len(question.content - words) / max(1, len(question.content)),
    )


def other_years(question: Question, sentence: str) -> tuple[str, ...]:
    """The years of a question, where all years of a sentence are before or after them."""
    asked = [int(year) for year in YEAR.findall(question.text)]
    said = [int(year) for year in YEAR.findall(sentence)] if asked else []
    if not said or (min(said) <= max(asked) and min(asked) <= max(said)):
        return ()
    return tuple(map(str, dict.fromkeys(asked)))


def numbers_in(text: str, language: str) -> tuple[str, ...]:
    """The numbers of a text in digits, also those spelt out, without commas for thousands."""
    spelt = SPELT_NUMBERS.get(language)
    if spelt:
        from text_to_num import alpha2digit

        text = alpha2digit(text, spelt, threshold=0)
    return tuple(dict.fromkeys(NUMBER.findall(THOUSANDS.sub("", text))))
