"""Text → blocks, where nobody said them → sentences → paragraphs."""

from index.split.paragraphs import Paragraph, Splitter, split
from index.split.plain import find_blocks
from index.split.sentences import MAX_SENTENCE, languages

SPLITTER = "blocks-punkt-5"  # recorded in an index; raise it when the same text splits otherwise

__all__ = [
    "MAX_SENTENCE",
    "SPLITTER",
    "Paragraph",
    "Splitter",
    "find_blocks",
    "languages",
    "split",
]
