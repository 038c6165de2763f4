"""What can be seen of a question: which names and numbers are in it.

A passage on the right matter that answers for another country, person or year is what a small
reader takes for an answer most easily. What is written with a capital or a digit can be checked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from index.asking import ASKING_FIRST

LABEL = re.compile(r"\W*(?:\d{1,3}[.)]\s+)?(?:\w+:\s+)?")  # "## ", "1. ", "Q: ", "REPORTER: "
STATEMENT_END = re.compile(r"[.!]\W*$")
MARK = re.compile(r"[?？؟][\s\"'”’»)\]*_]*$")

# Not the first word of a question, which has a capital anyway.
NAME = re.compile(r"(?<=\S )[\"'“‘«„(]?([^\W\d_][\w’'-]+)")
WORD = re.compile(r"\w+")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# Not an amount, nor what counts something: "1850 employees", but "in 1850 was".
COUNTED = r"\s+(?:people|men|women|children|(?!(?:as|does|has|is|its|this|was)\b)[a-z]+s)\b"
YEAR = re.compile(rf"(?<![\w.,$€£¥])(?:1[0-9]|20)[0-9]{{2}}(?!\w|[.,]\d|{COUNTED})")
# A name in another form has the same first letters and a short ending of its own, or one of those
# that the names of countries have: Germany, German; Kazakhstan, Kazakh; but not Slovakia, Slovenia.
# So Niger passes for Nigeria, as Serb does for Serbia.
ALIKE, ENDING = 4, 3  # letters, at the least and at the most
LONGER = frozenset({"egian", "egians", "land", "stan", "tish", "vian"})
OF_OTHERS = frozenset({"son", "sen"})  # John, Johnson

ASKING_FOR = frozenset({"what", "which", "who", "whom", "whose", "when", "where", "why", "how"})
ASKED = frozenset({"ask", "asked", "asking", "asks", "question", "questions"})
# Words that point at what comes next, and words that say nothing by themselves.
POINTING = frozenset({"below", "following", "follows", "these", "those"})
KIND_ASKED = re.compile(r"\b(?:what|which)\s+((?:\w+\s+)?\w+)")
KIND_SAID = re.compile(r"\b(?:following|these|those)\s+((?:\w+\s+)?\w+)")
# How the forms of a word end: opened, opens; examiner, examined; delivery, delivered.
FORMS = frozenset({"", "d", "e", "ed", "er", "ers", "es", "ing", "ion", "r", "rs", "s", "y"})
IN_BRACKETS = re.compile(r"\([^()]*\)")
LITTLE = frozenset(
    {
        *("a", "an", "and", "any", "are", "at", "be", "by", "can", "do", "does", "for", "from"),
        *("has", "have", "i", "if", "in", "is", "it", "its", "may", "must", "my", "of", "on"),
        *("one", "or", "our", "shall", "should", "some", "that", "the", "their", "them", "they"),
        *("this", "to", "was", "we", "were", "will", "with", "you", "your"),
    }
)


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


def points_on(question: str, quote: str) -> bool:
    """Whether a quote only points at an answer that comes after it: "the following documents", or
    nothing that the question does not say itself."""
    return bool(_words(quote) & POINTING) or _words(quote) <= LITTLE | _words(question)


def announces(question: str, sentence: str) -> bool:
    """Whether a sentence announces what is asked for: "these papers:" for "which papers"."""
    asked, said = (
        set(" ".join(pattern.findall(_fold(text))).split()) - LITTLE
        for pattern, text in ((KIND_ASKED, question), (KIND_SAID, sentence))
    )
    return bool(asked & said)


def column_asked_for(question: str, row: Sequence[tuple[str, str]]) -> int | None:
    """Which cell of a row, given as names of columns and what stands in them, a question asks for:
    the one all words of whose name it has, without the unit, and most of them; None where there is
    no such, or no single one. A column whose cell is in the question itself is what the question
    goes by: it is not asked for, and nor is what has no other words."""
    asked = _content(question)
    names = [_content(IN_BRACKETS.sub("", name)) for name, _ in row]
    known = [bool(_content(cell) & asked) for _, cell in row]
    given = {word for name, said in zip(names, known, strict=True) if said for word in name}
    free = {word for word in asked if not any(_is_form(word, one) for one in given)}
    named = {
        number: (len(name), len(name & free))
        for number, (name, said) in enumerate(zip(names, known, strict=True))
        if name and not said and all(any(_is_form(one, word) for word in free) for one in name)
    }
    best = [number for number, rank in named.items() if rank == max(named.values())]
    return best[0] if len(best) == 1 else None


def tells(question: str, sentence: str) -> bool:
    """Whether a sentence says anything that the question does not say itself. A heading with its
    words answers nothing; a statement may. Nor does a question answer that a heading or a speaker
    puts, or that stands in a numbered list, unless one asks for questions."""
    asked = _words(question)
    if MARK.search(sentence):
        if _is_put(sentence):
            return bool(asked & ASKED)
    elif STATEMENT_END.search(sentence) or "or" in asked or not asked & ASKING_FOR:
        return True
    return not _words(sentence) <= LITTLE | asked


def is_same(question: str, sentence: str) -> bool:
    """Whether a sentence is the question itself, as a list of questions and answers has it."""
    if not MARK.search(sentence):
        return False
    asked, put = (_words(_unlabelled(text)) - LITTLE for text in (question, sentence))
    return bool(asked) and asked == put


def _is_put(sentence: str) -> bool:
    """Whether a heading, a number or a speaker stands before it."""
    label = LABEL.match(sentence)
    return sentence.startswith("#") or (label is not None and bool(WORD.search(label[0])))


def _unlabelled(sentence: str) -> str:
    """A sentence without what stands before it."""
    label = LABEL.match(sentence)
    return sentence[label.end() :] if label else sentence


def _content(text: str) -> set[str]:
    """The words of a text that say something, those of a name_like_this too."""
    return _words(text.replace("_", " ")) - LITTLE - ASKING_FOR


def _words(text: str) -> set[str]:
    return set(WORD.findall(_fold(text)))


def _is_in(name: str, folded: str) -> bool:
    """Whether all parts of a name are words of a text, in any form."""
    parts = WORD.findall(re.sub(r"['’]s$", "", _fold(name)))
    return all(any(_alike(part, word) for word in _beginning(part, folded)) for part in parts)


def _beginning(part: str, folded: str) -> list[str]:
    """The words of a text with the same first letters."""
    found: list[str] = re.findall(rf"(?<!\w){re.escape(part[:ALIKE])}\w*", folded)
    return found


def _alike(name: str, word: str) -> bool:
    if len(name) < ALIKE:
        return True
    same = sum(1 for _ in takewhile(lambda two: two[0] == two[1], zip(name, word, strict=False)))
    return all(_is_ending(one[same:]) for one in (name, word))


def _is_form(one: str, other: str) -> bool:
    """Whether two words are forms of one: "points" and "point", "restarted" and "restarts"."""
    same = sum(1 for _ in takewhile(lambda two: two[0] == two[1], zip(one, other, strict=False)))
    if same < ALIKE - 1:
        return one == other
    return {one[same:], other[same:]} <= ({"", "s"} if same < ALIKE else FORMS)


def _is_ending(letters: str) -> bool:
    return letters in LONGER or (len(letters) <= ENDING and letters not in OF_OTHERS)


def _fold(text: str) -> str:
    """Lower case, without accents."""
    if text.isascii():  # most passages, at a hundredth of the time
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _digits(number: str) -> str:
    """A number without the commas between its thousands."""
    return re.sub(r",(?=\d{3}(?:\D|$))", "", number)
