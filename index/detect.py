"""The language of a text, told offline by the model that py3langid brings along."""

from __future__ import annotations

from functools import cache
from typing import Any

from index.document import Document, Text

LOOKED_AT = 5_000  # characters from the start of a text
# Probability of a language. Of 7,700 English texts, also of code and tables, one is told to be in
# another one from there on; of 14 texts in ten others, none.
SURE = 0.5


def language_of(text: Text) -> str | None:
    """The ISO 639-1 code of the language that a text is in; None where that cannot be told, as of
    a few words, code, or a table of numbers."""
    code, probability = _identifier().classify(text[:LOOKED_AT])
    return str(code) if probability >= SURE and len(code) == 2 else None


def language_in(document: Document) -> str | None:
    """The language of a document: the one it was given, else the one its text is in, else the one
    that its file declares.

    Programs declare the language of their own templates, but of a few words nothing else tells.
    """
    declared = document.metadata.get("declared_language")
    told = document.language or language_of(document.text)
    return told or (declared if isinstance(declared, str) else None)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
