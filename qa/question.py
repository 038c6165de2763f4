"""What can be seen of a question before anything is read: its words, names and numbers."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from index.claim import is_claim
from index.language import ASKING_FIRST, LITTLE, QUESTION_WORDS
from qa.errors import QuestionError

WORD = re.compile(r"\w+")
# Not the first word of a question, which has a capital anyway.
NAME = re.compile(r"(?<=\S )[\"'“‘«„(]?([^\W\d_][\w’'-]+)")
POSSESSIVE = re.compile(r"['’]s$")
MARKS = "?？؟"
LONG = 300  # characters, of which few questions have more
MAX_QUESTION = 2_000  # characters; a question, not a document
MAX_TYPED = 20_000  # characters in which a question may stand
# Where a sentence ends. A point does so only before a space: 2.5, example.org.
SENTENCE_END = re.compile(r"[.!](?=\s)|[?？؟。]+")
BEHIND_MARK = " \t\r\n\"'”’»)]*_"


class Vocabulary(Protocol):
    """What an index knows of words. A SentenceIndex is one."""

    def __len__(self) -> int:
        """How many sentences there are."""

    def words(self, text: str) -> list[str]:
        """The words of a text as they are compared: without case, accents and endings."""

    def frequency(self, word: str) -> int:
        """How many sentences stand near one of `words`."""


@dataclass(frozen=True)
class Question:
    """A question, and the words of an index that it is compared by."""

    text: str
    vocabulary: Vocabulary

    @cached_property
    def is_claim(self) -> bool:
        """Whether it asks nothing but claims something."""
        return is_claim(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words in lower case, without accents."""
        return frozenset(words_in(self.text))

    @cached_property
    def content(self) -> frozenset[str]:
        """Its words that say something, as they are compared."""
        return frozenset(content_of(self.text, self.vocabulary))

    @cached_property
    def names(self) -> dict[str, float]:
        """Its names, in order, with how rare each is among these documents: 0 in all of them, 1 in
        none. No names where all words have capitals, or none has."""
        found = [match.group(1) for match in NAME.finditer(self.text)]
        capital = [word for word in found if word[0].isupper()]
        names = [word for word in capital if word.casefold() not in ASKING_FIRST]
        return {} if len(capital) == len(found) else {name: self._rarity(name) for name in names}

    def forms(self, name: str) -> list[str]:
        """The words of a name, as they are compared."""
        return self.vocabulary.words(POSSESSIVE.sub("", name))

    def _rarity(self, name: str) -> float:
        frequency = min(map(self.vocabulary.frequency, self.forms(name)), default=0)
        return 1 - math.log1p(frequency) / math.log1p(max(frequency, len(self.vocabulary), 1))


def asked_in(text: str) -> str:
    """The question in a text: all of a short one, and of a longer one the sentences that end with a
    question mark, if there are any."""
    if len(text) <= LONG:
        return text
    asked, start = [], 0
    for end in SENTENCE_END.finditer(text):
        if end.group().endswith(tuple(MARKS)):
            asked.append(text[start : end.end()].strip())
        start = end.end()
    return " ".join(asked) or text


def check_question(question: str) -> str:
    """What a text asks, with one space between its words. Raises QuestionError if it cannot be
    asked."""
    question = " ".join(question.replace("\ufeff", " ").split())  # the mark at the start of a file
    if not question:
        raise QuestionError("The question is empty; type one, such as: Who signed the agreement?")
    asked = asked_in(question) if len(question) <= MAX_TYPED else question
    if len(asked) > MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(asked):,} characters; the limit is {MAX_QUESTION:,}. "
            "Ask for one thing at a time."
        )
    # What no file or terminal can hold (a lone surrogate) becomes a question mark.
    return asked.encode("utf-8", "replace").decode("utf-8")


def words_in(text: str) -> list[str]:
    """The words of a text in lower case, without accents."""
    return WORD.findall(_fold(text))


def content_of(text: str, vocabulary: Vocabulary) -> Iterable[str]:
    """The words of a text that say something, as they are compared; a_name is two words."""
    said = (word for word in words_in(text.replace("_", " ")) if word not in SILENT)
    return vocabulary.words(" ".join(said))


SILENT = LITTLE | QUESTION_WORDS


def asks(sentence: str) -> bool:
    """Whether a sentence ends with a question mark."""
    return sentence.rstrip(BEHIND_MARK).endswith(tuple(MARKS))


def ends_statement(sentence: str) -> bool:
    """Whether a sentence ends as a statement does, whatever brackets and quotes come after it."""
    for character in reversed(sentence):
        if character in ".!":
            return True
        if character.isalnum() or character == "_":
            return False
    return False


def _fold(text: str) -> str:
    if text.isascii():  # most passages, at a hundredth of the time
        return text.lower()
    parts = unicodedata.normalize("NFKD", text)  # first: it turns other letters into capitals
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()
