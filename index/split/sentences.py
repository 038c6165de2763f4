"""Leaf → its sentences: NLTK's Punkt, which runs straight through headings and blank lines, and so
is given one block at a time. Offsets are absolute."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from index.errors import UnderlineError
from index.split.lines import Extent, cut, strip
from index.structure import Block, Kind

if TYPE_CHECKING:
    from nltk.tokenize.punkt import PunktSentenceTokenizer

MAX_SENTENCE = 1_000  # characters; about what the default embedder reads in one piece
MAX_ROW = 300  # characters; in a longer row, sentences stand in the cells
MAX_BLOCK = 20_000  # characters; Punkt needs memory for all of what it is given

OPENING = "“‘«„\"'([{"  # what Punkt takes for the first letter of an abbreviation
NUMBERING = re.compile(r"(?<!\W)\W*(?:\d{1,3}|[A-Za-z])[.)]")
SENTENCE_END = re.compile(r"[.?!]\W{0,8}\s")  # what Punkt decides about; most lines have none
# What ends a sentence in other scripts, for sure: a full-width mark and what closes behind it, with
# or without a space; a mark of Hindi, Arabic or Urdu before one.
OTHER_END = re.compile(r"(?:[。！？]|．(?!\d))[」』”’）)\]]*|[।॥؟۔][»”’)\]]*(?=\s|$)")


def languages() -> tuple[str, ...]:
    """The languages whose sentences can be split."""
    import punkt

    return tuple(name for name in punkt.available_languages() if "_" not in name)


def find_sentences(text: str, block: Block, language: str) -> Iterator[Extent]:
    """The sentences of a leaf, at most MAX_SENTENCE characters long and without the white space
    around them."""
    _punkt(language)  # an unknown language is told also of a text without a sentence
    whole = block.kind is Kind.ROW and block.end - block.start <= MAX_ROW
    for part in cut(text, (block.start, block.end), MAX_BLOCK):
        ended = not whole and SENTENCE_END.search(text, *part)
        for sentence in _tokenize(text, part, language) if ended else [part]:
            for piece in _other_ends(text, sentence):
                yield from cut(text, piece, MAX_SENTENCE)


def _other_ends(text: str, extent: Extent) -> Iterator[Extent]:
    """A stretch cut behind the marks that end a sentence in other scripts."""
    start, end = extent
    for found in OTHER_END.finditer(text, start, end) if not text[start:end].isascii() else ():
        piece = strip(text, start, found.end())
        if piece:
            yield piece
        start = found.end()
    rest = strip(text, start, end)
    if rest:
        yield rest


def _tokenize(text: str, part: Extent, language: str) -> Iterator[Extent]:
    """What Punkt takes for sentences, but for three cases that NLTK cannot express."""
    tokenizer, goes_on = _punkt(language)
    base = part[0]
    joined: Extent | None = None
    for start, end in tokenizer.span_tokenize(text[slice(*part)]):
        extent = strip(text, base + start, base + end)
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
