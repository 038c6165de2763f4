"""Document → paragraphs, their sentences and blocks → vectors: pure functions on values.

Nothing is written here, so that documents can be prepared in another process or on another machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.document import Document
from index.embed import CONTEXT_WEIGHT, TITLE_WEIGHT, Embedder, embed_in_context
from index.language import SPLITTING
from index.rows import NAMED, with_column_names
from index.split import Paragraph, Splitter, find_blocks, split
from index.structure import Structure
from index.vectors import Vectors

# How sentences become vectors and words. An index made in another way cannot be searched.
PREPARATION = f"rows {NAMED!r}, paragraph {CONTEXT_WEIGHT}, title {TITLE_WEIGHT}"


def prepare(document: Document, *, language: str, splitter: Splitter | None) -> list[Paragraph]:
    """The paragraphs of a document, with the blocks that their sentences stand in.

    Sentences are split in the document's own language, in `language` where that is not known.
    `splitter` replaces our own way of splitting. Raises UnderlineError for a language that has no
    sentence model.
    """
    language = SPLITTING.get(document.language or "", language)
    blocks = find_blocks(str(document.text)) if document.blocks is None else document.blocks
    structure = Structure.of(blocks)
    paragraphs = (
        splitter(document) if splitter else split(document, structure=structure, language=language)
    )
    return [
        replace(one, structure=structure.around(sentence.start for sentence in one.sentences))
        for one in paragraphs
    ]


def words(paragraph: Paragraph) -> list[str]:
    """The words that each sentence of a paragraph is found by."""
    return [with_column_names(sentence, paragraph) for sentence in paragraph.sentences]


def embed(embedder: Embedder, paragraphs: Sequence[Paragraph]) -> Vectors:
    """One unit row a sentence, in order: see `embed_in_context`."""
    titles = [paragraph.span.document.title for paragraph in paragraphs]
    return embed_in_context(embedder, titles, [words(paragraph) for paragraph in paragraphs])
