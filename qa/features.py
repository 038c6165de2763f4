"""What speaks for a sentence, by name: pure functions of a question and what was found and read.

Names are those that a person understands; the weights of each stage stand in the calibration.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from index import Paragraph, Span
from index.language import ASKED, LITTLE, QUESTION_WORDS
from index.rows import cells_of, named_table, with_column_names
from index.structure import Block, Cell, Kind
from qa.mentions import Mentions, other_years, unmentioned
from qa.question import Question, asks, content_of, ends_statement, words_in
from qa.read import Reading

Features = dict[str, float]
# What of a question may be missing near a sentence.
MENTIONS = (
    *("unmatched_names", "unknown_names", "unmatched_numbers", "unmatched_words", "other_year"),
)

# What tells whether anything that was found is about what is asked. Not BM25, which is low in an
# index so small that every sentence has the same words.
TOPIC = ("about",)

LONG = 300  # characters, above which a longer sentence says no more
FEW_WORDS = 6  # fewer, in a paragraph, are an exclamation or a heading that nobody marked
MOST = 2.0  # mentions that are missing: one more makes no difference
NEARBY = 2_000  # characters before and after the start of a sentence, looked through for names
LIKE = 0.3  # share of the words of two questions, from which one may stand for the other
TITLE = 200  # characters of it, looked through for names


def of_sentence(question: Question, text: str, sentence: Span, paragraph: Paragraph) -> Features:
    """What can be seen of a sentence, whose text is given, without reading it."""
    block = paragraph.block_of(sentence)
    introduces = bool(paragraph.structure.items_after(sentence.start)) and not ends_statement(text)
    seen: Features = {"length": math.log(min(max(len(text), 1), LONG) / 100)}
    if introduces:
        seen["introduces_list"] = 1.0
    else:
        seen |= _states_nothing(text, block)
    if is_head(sentence, paragraph):
        seen["is_head"] = 1.0
    if not introduces and _repeats(question, text):
        seen["repeats_question"] = 1.0
    return seen


def of_reading(
    question: Question, sentence: Span, paragraph: Paragraph, reading: Reading, language: str
) -> Features:
    """What a reader makes of a sentence, and what of the question is missing near it."""
    seen: Features = {"claim_reader" if question.is_claim else "reader": reading.score}
    if cell_asked_for(question, sentence, paragraph):
        seen["cell_matched"] = 1.0
    other = _in_other_rows(question, sentence, paragraph, language)
    if other:
        seen["in_other_row"] = other
    return seen | of_mentions(question, sentence, paragraph, paragraph.span, language)


def of_mentions(
    question: Question, sentence: Span, paragraph: Paragraph, passage: Span, language: str
) -> Features:
    """Names, numbers, years and words of the question that the passage of a sentence lacks."""
    missing = missing_near(question, sentence, paragraph, passage, language)
    found = {
        "unmatched_names": min(MOST, missing.known),
        "unknown_names": min(MOST, missing.unknown),
        "unmatched_numbers": min(MOST, len(missing.numbers)),
        "unmatched_words": missing.words,
        "other_year": float(bool(other_years(question, sentence.text))),
    }
    return {name: float(value) for name, value in found.items() if value}


def topic_of(found: Sequence[Mapping[str, float]]) -> Features:
    """What tells whether anything that was found is about what is asked: the nearest document."""
    return {name: max((one.get(name, 0.0) for one in found), default=0.0) for name in TOPIC}


def missing_near(
    question: Question, sentence: Span, paragraph: Paragraph, passage: Span, language: str
) -> Mentions:
    """What neither the passage around a sentence, nor the title and file of its document, nor the
    names of the columns mention."""
    document, at = passage.document, sentence.start
    near = document.text[max(passage.start, at - NEARBY) : min(passage.end, at + NEARBY)]
    words = with_column_names(sentence, paragraph)
    text = f"{document.title[:TITLE]}\n{document.source[-TITLE:]}\n{words}\n{near}"
    return unmentioned(question, text, language)


def is_syntax(sentence: Span, paragraph: Paragraph) -> bool:
    """Whether a sentence is only syntax of the block that it stands in, as the fence of code."""
    block = paragraph.block_of(sentence)
    if block is None:
        return False
    start, end = block.content
    return sentence.end <= start or end <= sentence.start


def is_head(sentence: Span, paragraph: Paragraph) -> bool:
    """Whether a sentence names the columns of a table, or is the rule under them. In Markdown,
    where heads have no cells, one of few columns may be a row: no table is without a head."""
    block = paragraph.block_of(sentence)
    if block is None or block.kind is not Kind.HEAD:
        return False
    return bool(block.cells) or named_table(sentence, paragraph) is not None


def reply_to(question: Question, sentence: Span, paragraph: Paragraph) -> tuple[Span, float] | None:
    """The statement after a sentence that asks nearly the same, as a list of questions and answers
    has it, and how many of their words both have, in [LIKE, 1]; None where there is none, or
    another question comes first."""
    if not asks(sentence.text) or not _is_whole(sentence, paragraph):
        return None
    put = set(content_of(sentence.text, question.vocabulary))
    alike = len(put & question.content) / max(1, len(put | question.content))
    if alike < LIKE:
        return None
    for after in paragraph.sentences:
        if after.start >= sentence.end and (asks(after.text) or ends_statement(after.text)):
            return None if asks(after.text) else (after, alike)
    return None


def cell_asked_for(question: Question, sentence: Span, paragraph: Paragraph) -> Cell | None:
    """The cell of a row in the column that a question names, with all words of the name and more of
    them than any other; None where there is no such, or no single one. A column whose cell is in
    the question itself is what the question goes by: it is not asked for."""
    row = cells_of(sentence, paragraph)
    if not row:
        return None
    vocabulary, text = question.vocabulary, sentence.document.text
    names = [set(content_of(_without_unit(cell.name), vocabulary)) for cell in row]
    held = [set(content_of(text[cell.start : cell.end], vocabulary)) for cell in row]
    known = [bool(words & question.content) for words in held]
    given = {word for name, here in zip(names, known, strict=True) if here for word in name}
    free = question.content - given
    named = {
        number: len(name)
        for number, (name, here) in enumerate(zip(names, known, strict=True))
        if name and not here and name <= free
    }
    best = [number for number, size in named.items() if size == max(named.values())]
    return row[best[0]] if len(best) == 1 else None


def _states_nothing(text: str, block: Block | None) -> Features:
    """How a sentence that introduces nothing fails to state anything."""
    if block is not None and block.kind is Kind.HEADING:
        return {"is_heading": 1.0}
    if asks(text):
        return {"is_question": 1.0}
    prose = block is None or block.kind not in (Kind.ROW, Kind.HEAD, Kind.CODE)
    return {"is_short": 1.0} if prose and len(text.split(maxsplit=FEW_WORDS)) < FEW_WORDS else {}


def _repeats(question: Question, text: str) -> bool:
    """Whether a sentence says nothing that the question does not say itself. A statement may, and
    so may anything where one asks whether it is so."""
    if ends_statement(text) and not asks(text):
        return False
    if "or" in question.words or not question.words & QUESTION_WORDS:
        return False
    if asks(text) and question.words & ASKED:
        return False
    return set(words_in(text)) <= LITTLE | question.words


def _in_other_rows(
    question: Question, sentence: Span, paragraph: Paragraph, language: str
) -> float:
    """How many names and numbers of the question a row lacks and another row of its table nearby
    has. None of few columns, where each row is about the same thing."""
    table, text = named_table(sentence, paragraph), sentence.document.text
    if table is None or is_head(sentence, paragraph):
        return 0.0
    own = f"{sentence.document.title[:TITLE]}\n{with_column_names(sentence, paragraph)}"
    lacking = unmentioned(question, own, language)
    if not lacking.names and not lacking.numbers:
        return 0.0
    at = sentence.start
    rows = text[max(table.start, at - NEARBY) : min(table.end, at + NEARBY)]
    missing = unmentioned(question, rows, language)
    names = lacking.names.keys() - missing.names.keys()
    return min(MOST, len(names) + len(set(lacking.numbers) - set(missing.numbers)))


def _is_whole(sentence: Span, paragraph: Paragraph) -> bool:
    """Whether nothing else stands in the block of a sentence."""
    block = paragraph.block_of(sentence)
    return block is None or (block.start, block.end) == (sentence.start, sentence.end)


def _without_unit(name: str) -> str:
    """The name of a column without what stands in brackets."""
    head, _, rest = name.partition("(")
    return f"{head} {rest.partition(')')[2]}"
