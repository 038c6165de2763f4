"""Text → blocks → sentences, and the paragraph each sentence is understood in.

Punkt finds sentence ends in running prose and runs straight through headings and blank lines, so
the layout is read first: a block is a heading, a paragraph, a list item or a table row. Punkt
then splits each block. Offsets are absolute; between two sentences stands only white space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from index.document import Document, Span
from index.errors import UnderlineError
from index.table import find_tables, table_at

if TYPE_CHECKING:
    from nltk.tokenize.punkt import PunktSentenceTokenizer

SPLITTER = "blocks-punkt-3"  # recorded in an index; raise it when the same text splits otherwise

MAX_SENTENCE = 1_000  # characters; about what the default embedder reads in one piece
MIN_PARAGRAPH = 200  # characters; a shorter block (heading, list item) is read with the next ones
MAX_PARAGRAPH = 1_500  # characters; a longer one is no context but a text of its own
MAX_HEADING = 80  # characters
MAX_ROW = 300  # characters; in a longer one, sentences stand in the cells
MAX_BLOCK = 20_000  # characters; Punkt needs memory for all of a block
WRAP_WIDTHS = range(40, 121)  # columns; narrower is verse or a list, wider is not wrapped
WITHIN = (0.98, 0.95, 0.9)  # shares of the lines that keep to the width: some may stick out
FEWEST_WRAPS = 3  # fewer line breaks tell nothing about how a text is laid out

LINE = re.compile(r"[^\n]+")
# How an item of a list begins.
ITEM = re.compile(
    r"([-*+•‣◦·–—]|\(?(?:\d{1,3}[.)]|(?:[A-Za-z]|[ivx]{2,5})\)))[^\S\n]+"
    r"(?:\[[ xX]\][^\S\n]+)?(?=\S)"
)
# A line that begins a block of its own: a heading, a list item, a table row, a fence, a rule.
OPENER = re.compile(rf"#{{1,6}}\s|{ITEM.pattern}|\||```|~~~|[\W_]+$")
# A line that nothing is joined to.
ALONE = re.compile(r"#{1,6}\s|\||```|~~~|[\W_]+$")

# After these a number goes on with the line before, and begins no item of a list.
BEFORE_NUMBER = frozenset(
    {
        *("article", "articles", "chapter", "clause", "figure", "number", "page", "pages"),
        *("paragraph", "paragraphs", "section", "sections", "table", "version"),
    }
)
# What no line ends with that is whole.
NEVER_LAST = frozenset({"and", "my", "of", "our", "the", "their"})

OPENING = "“‘«„\"'([{"  # what Punkt takes for the first letter of an abbreviation
ZERO_WIDTH_JOINER = "\u200d"

NUMBERING = re.compile(r"\W*(?:\d{1,3}|[A-Za-z])[.)]")
SENTENCE_END = re.compile(r"[.?!]\W{0,8}\s")  # what Punkt decides about; most lines have none

Extent = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that belong together, in order, and the stretch of text that holds them."""

    span: Span
    sentences: tuple[Span, ...]


Splitter = Callable[[Document], Sequence[Paragraph]]


def languages() -> tuple[str, ...]:
    """The languages whose sentences can be split."""
    import punkt

    return tuple(name for name in punkt.available_languages() if "_" not in name)


def split(document: Document, *, language: str = "english") -> list[Paragraph]:
    """The paragraphs of a document in reading order, their sentences with them.

    Sentences are ordered, disjoint and at most MAX_SENTENCE characters long; only white space is
    left out. Raises UnderlineError for a language there is no sentence model for.
    """
    blocks = [
        [
            piece
            for sentence in find_sentences(document.text, block, language)
            for piece in cut(document.text, sentence, MAX_SENTENCE)
        ]
        for block in find_blocks(document.text)
    ]
    return [
        Paragraph(
            Span(document, group[0][0], group[-1][1]),
            tuple(Span(document, start, end) for start, end in group),
        )
        for group in group_blocks(document.text, [block for block in blocks if block])
    ]


def find_blocks(text: str) -> Iterator[Extent]:
    """Blocks in order; together they cover every character that is not white space."""
    runs = list(_runs_of_lines(text))
    width, tables = _wrap_width(text, runs), find_tables(text)
    for lines in runs:
        start = lines[0][0]
        for line, following in pairwise(lines):
            tabled = table_at(tables, line[0]) or table_at(tables, following[0])
            if tabled or not _is_wrap(text, line, following, width):
                yield from cut(text, (start, line[1]), MAX_BLOCK)
                start = following[0]
        yield from cut(text, (start, lines[-1][1]), MAX_BLOCK)


def find_sentences(text: str, block: Extent, language: str) -> Iterator[Extent]:
    """The sentences of one block, without the white space around them."""
    tokenizer, goes_on = _punkt(language)
    if not SENTENCE_END.search(text, *block) or _is_row(text, block):
        yield block
        return
    base = block[0]
    joined: Extent | None = None
    for start, end in tokenizer.span_tokenize(text[block[0] : block[1]]):
        extent = _strip(text, base + start, base + end)
        if extent is None:
            continue
        if joined and goes_on(text[slice(*joined)], text[slice(*extent)]):
            joined = (joined[0], extent[1])
            continue
        if joined:
            yield joined
        joined = extent
    if joined:
        yield joined


def cut(text: str, extent: Extent, bound: int) -> Iterator[Extent]:
    """An extent in pieces of at most `bound` characters, cut at white space where there is some."""
    start, end = extent
    while end - start > bound:
        limit = start + bound
        spaces = list(re.finditer(r"\s+", text[start + bound // 2 : limit]))
        at = start + bound // 2 + spaces[-1].start() if spaces else _between_letters(text, limit)
        piece = _strip(text, start, at)
        if piece:
            yield piece
        start = at
    rest = _strip(text, start, end)
    if rest:
        yield rest


def group_blocks(text: str, blocks: Sequence[Sequence[Extent]]) -> Iterator[list[Extent]]:
    """Paragraphs: headings and short blocks with what follows them, the items of a list with what
    introduces it, long blocks in parts."""
    group: list[Extent] = []
    after_heading = introduced = False
    listed = None  # the kind of the items of a list that is going on
    for block in blocks:
        heading = _is_heading(text, block)
        first, end = block[0][0], block[-1][1]
        kind = item_kind(text, first) if end - first <= MIN_PARAGRAPH else None
        listed = kind if introduced or kind == listed else None
        for number, sentence in enumerate(block):
            start = group[0][0] if group else sentence[0]
            long = listed is None and sentence[0] - start > MIN_PARAGRAPH
            complete = (heading and not after_heading) or long
            if group and ((number == 0 and complete) or sentence[1] - start > MAX_PARAGRAPH):
                yield group
                group = []
            group.append(sentence)
        after_heading = heading
        introduced = heading or text[first:end].rstrip("*_").endswith(":")
    if group:
        yield group


def item_kind(text: str, at: int) -> str | None:
    """How an item of a list that begins there is marked, the same for all of one list: "-", "1.",
    "(a)"; None if none begins there."""
    mark = ITEM.match(text, at)
    return re.sub(r"[A-Za-z]+", "a", re.sub(r"\d+", "1", mark[1])) if mark else None


def _is_row(text: str, block: Extent) -> bool:
    """Whether a block is a row of a table, which says what it says as a whole, and no long one."""
    row = text.startswith("|", block[0]) and text.endswith("|", *block)
    return row and block[1] - block[0] <= MAX_ROW


def _is_heading(text: str, block: Sequence[Extent]) -> bool:
    """Whether a block reads like a heading: one short line that does not end like a sentence."""
    line = text[block[0][0] : block[-1][1]]
    if line.startswith("#"):
        return True
    return len(line) <= MAX_HEADING and line[-1].isalnum() and not OPENER.match(line)


@cache
def _punkt(language: str) -> tuple[PunktSentenceTokenizer, Callable[[str, str], bool]]:
    """NLTK's tokenizer with the trained model of a language, and whether a sentence it ended goes
    on with the next one after all: three cases that NLTK cannot express."""
    import punkt
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    if language not in languages():
        raise UnderlineError(
            f"There is no sentence model for the language {language!r}; "
            f"there is one for {', '.join(languages())}."
        )
    trained = punkt.load_model(language)
    if punkt.has_prefixes(language):
        trained = punkt.with_nonbreaking_prefixes(trained, language)
    parameters = PunktParameters()
    parameters.abbrev_types = set(trained.abbrev_types)
    parameters.collocations = set(trained.collocations)
    parameters.sent_starters = set(trained.sent_starters)
    parameters.ortho_context.update(trained.ortho_context)

    def goes_on(sentence: str, following: str) -> bool:
        if NUMBERING.fullmatch(sentence):
            return True  # "1." is no sentence but the number of one
        word = sentence.rsplit(maxsplit=1)[-1].lower()
        bare = word.rstrip(".").lstrip(OPENING)
        if not word.endswith("."):
            return False
        if following[0].isdigit() and bare in trained.numeric_abbrev_types:
            return True  # "Fig." and "No." end a sentence except before a number
        return word[0] in OPENING and bare in trained.abbrev_types  # “St. Petersburg

    return PunktSentenceTokenizer(parameters), goes_on


def _runs_of_lines(text: str) -> Iterator[list[Extent]]:
    """The lines that stand together without a blank one between them, white space stripped."""
    run: list[Extent] = []
    below = 0  # where the line under the run would begin
    for match in LINE.finditer(text):
        line = _strip(text, *match.span())
        if run and (line is None or match.start() > below):
            yield run
            run = []
        if line:
            run.append(line)
        below = match.end() + 1
    if run:
        yield run


def _wrap_width(text: str, runs: Sequence[Sequence[Extent]]) -> int | None:
    """The column a text is wrapped at, if it is: then most lines that another one follows are so
    full that the next word would not have fitted."""
    pairs = [
        (_column(text, line[1]), len(text[slice(*following)].split(maxsplit=1)[0]))
        for lines in runs
        for line, following in pairwise(lines)
    ]
    if len(pairs) < FEWEST_WRAPS:
        return None
    lengths = sorted(length for length, _ in pairs)
    for share in WITHIN:
        width = lengths[int(share * (len(lengths) - 1))]
        full = sum(length + 1 + word > width for length, word in pairs)
        if width in WRAP_WIDTHS and full > 0.6 * len(pairs):
            return width
    return None


def _is_wrap(text: str, extent: Extent, after: Extent, width: int | None) -> bool:
    """Whether the break between two lines only wraps a text that is `width` columns wide."""
    line, following = text[slice(*extent)], text[slice(*after)]
    word, last = following.split(maxsplit=1)[0], line.rsplit(maxsplit=1)[-1]
    if word[0].isdigit() and last in BEFORE_NUMBER:
        return True  # "under section", and in the next line "7. This"
    if OPENER.match(following) or ALONE.match(line):
        return False
    if last in NEVER_LAST:
        return True
    if width is not None and _column(text, extent[1]) + 1 + len(word) > width:
        return True  # the word would not have fitted, so the writer had no choice
    return word[0].islower() and line[-1] not in ".!?:;"


def _column(text: str, at: int) -> int:
    """How far from the start of its line a place is."""
    return at - text.rfind("\n", 0, at) - 1


def _between_letters(text: str, at: int) -> int:
    """The place at or a little before `at` that does not part a letter from its accents."""
    for place in range(at, at - 8, -1):
        if (
            not unicodedata.combining(text[place])
            and ZERO_WIDTH_JOINER not in text[place - 1 : place + 1]
        ):
            return place
    return at


def _strip(text: str, start: int, end: int) -> Extent | None:
    """The extent without the white space at its ends, or None when there is nothing else."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    return (start + left, start + right) if left < right else None
