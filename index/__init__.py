"""Before the question: files become a searchable index of sentences.

>>> from index import Document, SentenceIndex
>>> index = SentenceIndex.create("my.index", [Document(id="a", title="A", text="…", source="a")])
"""

from index.document import Document, Hit, Span
from index.search import Candidates
from index.sentence_index import SentenceIndex
from index.split import Paragraph

__all__ = ["Candidates", "Document", "Hit", "Paragraph", "SentenceIndex", "Span"]
