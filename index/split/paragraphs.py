"""Blocks → sentences → the paragraphs that sentences are understood in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from index.document import Document, Span
from index.split.lines import Extent
from index.split.sentences import find_sentences
from index.structure import Block, Kind, Structure

MIN_PARAGRAPH = 200  # characters; a shorter block (heading, list item) is read with the next ones
MAX_PARAGRAPH = 1_500  # characters; a longer one is no context but a text of its own


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that belong together, in order, and the stretch of text that holds them; with the
    blocks that its sentences stand in, and the lists that they introduce."""

    span: Span
    sentences: tuple[Span, ...]
    structure: Structure = field(default_factory=Structure, compare=False, hash=False)

    def block_of(self, sentence: Span) -> Block | None:
        """The leaf that a sentence of it stands in."""
        return self.structure.block_at(sentence.start)


Splitter = Callable[[Document], Sequence[Paragraph]]


def split(document: Document, *, structure: Structure, language: str) -> list[Paragraph]:
    """The paragraphs of a document in reading order, their sentences with them.

    Sentences are ordered, disjoint and at most MAX_SENTENCE characters long; only white space is
    left out. Raises UnderlineError for a language there is no sentence model for.
    """
    text = str(document.text)
    leaves = [(block, list(find_sentences(text, block, language))) for block in structure.leaves]
    return [
        Paragraph(
            Span(document, group[0][0], group[-1][1]),
            tuple(Span(document, start, end) for start, end in group),
        )
        for group in _group(text, structure, [(block, found) for block, found in leaves if found])
    ]


def _group(
    text: str, structure: Structure, leaves: Sequence[tuple[Block, list[Extent]]]
) -> Iterator[list[Extent]]:
    """Headings and short blocks with what follows them, the items of a list with what introduces
    it, long blocks in parts."""
    group: list[Extent] = []
    after_heading = introduced = False
    listed: int | None = None  # the list that is going on
    for block, sentences in leaves:
        heading = block.kind is Kind.HEADING
        items = _list_of(structure, block) if block.end - block.start <= MIN_PARAGRAPH else None
        listed = items if introduced or items == listed else None
        for number, sentence in enumerate(sentences):
            start = group[0][0] if group else sentence[0]
            long = listed is None and sentence[0] - start > MIN_PARAGRAPH
            complete = (heading and not after_heading) or long
            if group and ((number == 0 and complete) or sentence[1] - start > MAX_PARAGRAPH):
                yield group
                group = []
            group.append(sentence)
        after_heading = heading
        introduced = heading or text[block.start : block.end].rstrip("*_").endswith(":")
    if group:
        yield group


def _list_of(structure: Structure, block: Block) -> int | None:
    """The number of the list that a leaf is an item of, or begins one."""
    item = structure.within(block, Kind.ITEM)
    return item.parent if item is not None and item.start == block.start else None
