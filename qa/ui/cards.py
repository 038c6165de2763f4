"""Answer → cards: what is shown of each passage, and how sure that is in words; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index import Span
from qa.answer import WORDS, Answer, Passage, in_words
from qa.highlight import Piece, pieces

CONTEXT = 260  # characters shown on either side of the marks in a card
WHOLE = 700  # a passage up to this length is shown whole
LONGEST_QUOTE, LEAST_QUOTE = 600, 80  # of all items of a list, and of the last one that is cut


@dataclass(frozen=True, slots=True)
class Text:
    """Pieces to show, and whether there is more before or after them."""

    pieces: Sequence[Piece]
    cut_before: bool = False
    cut_after: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of one passage."""

    passage: Passage
    parts: tuple[Span, ...]  # what the card is about: what answers, or else the best sentence
    quotes: Sequence[Text]  # of these, unless the marks alone show them
    text: Text
    probability: float

    @property
    def place(self) -> Span:
        """The stretch that holds all of the parts."""
        starts, ends = zip(*((part.start, part.end) for part in self.parts), strict=True)
        return Span(self.parts[0].document, min(starts), max(ends))

    @property
    def copied(self) -> str:
        """What is to be pasted elsewhere: one part as it stands, several with a line each."""
        if len(self.parts) == 1:
            return self.parts[0].text
        return "\n".join(" ".join(part.text.split()) for part in self.parts)

    @property
    def words(self) -> str:
        """The probability in words."""
        return in_words(self.probability)

    @property
    def bars(self) -> int:
        """1 for the weakest of WORDS to 4 for the strongest."""
        return len(WORDS) - [word for _, word in WORDS].index(self.words)


def cards(answer: Answer) -> list[Card]:
    """A card a passage: the one that is quoted first, then the others in their order."""
    quoted = [passage for passage in answer.passages if _is_quoted(passage, answer)][:1]
    others = [passage for passage in answer.passages if not quoted or passage is not quoted[0]]
    return [
        *(_card(passage, passage.answers, answer.confidence) for passage in quoted),
        *(_card(passage, _short_answer(passage), passage.confidence) for passage in others),
    ]


def clip(shown: Sequence[Piece], start: int, end: int) -> list[Piece]:
    """What lies between two offsets into the text of the pieces."""
    clipped = []
    at = 0
    for text, mark in shown:
        part = text[max(0, start - at) : max(0, end - at)]
        if part:
            clipped.append(Piece(part, mark))
        at += len(text)
    return clipped


def _card(passage: Passage, quoted: Sequence[Span], probability: float) -> Card:
    return Card(
        passage,
        passage.answers or (passage.best.sentence,),
        _quotes(quoted),
        _around_marks(pieces(passage)),
        probability,
    )


def _is_quoted(passage: Passage, answer: Answer) -> bool:
    return answer.quote is not None and passage.answer == answer.quote


def _short_answer(passage: Passage) -> Sequence[Span]:
    """The answer of a passage unless it is a whole sentence, which its mark shows as well."""
    if passage.answer in [hit.sentence for hit in passage.hits]:
        return ()
    return passage.answers[:1]


def _quotes(spans: Sequence[Span]) -> list[Text]:
    """What is quoted, at most LONGEST_QUOTE characters of it."""
    quotes: list[Text] = []
    left = LONGEST_QUOTE
    for span in spans:
        text = span.text
        if quotes and left < min(len(text), LEAST_QUOTE):
            break
        end = len(text) if len(text) <= left else _word_end(text, left)
        quotes.append(Text([Piece(text[:end], None)], cut_after=end < len(text)))
        left -= end
    return quotes


def _around_marks(shown: Sequence[Piece]) -> Text:
    """A long passage cut down to its marks and CONTEXT around them, between words."""
    text = "".join(piece.text for piece in shown)
    if len(text) <= WHOLE:
        return Text(shown)
    first, last = _extent(shown)
    start, end = max(0, first - CONTEXT), min(len(text), last + CONTEXT, first + 2 * WHOLE)
    start, end = _word_start(text, start), _word_end(text, end)
    return Text(clip(shown, start, end), start > 0, end < len(text))


def _extent(shown: Sequence[Piece]) -> tuple[int, int]:
    """Where the first mark starts and the last one ends."""
    at, marks = 0, []
    for text, mark in shown:
        if mark:
            marks += [at, at + len(text)]
        at += len(text)
    return (marks[0], marks[-1]) if marks else (0, 0)


def _word_start(text: str, at: int) -> int:
    """The first start of a word from `at` on, if there is one near."""
    near = text[at : at + 40]
    space = next((number for number, char in enumerate(near) if char.isspace()), None)
    return at if at == 0 or space is None else at + space + 1


def _word_end(text: str, at: int) -> int:
    """The last end of a word up to `at`, if there is one near."""
    if at >= len(text):
        return at
    near = text[max(0, at - 40) : at]
    space = next((back for back, char in enumerate(reversed(near), 1) if char.isspace()), None)
    return at if space is None else at - space
