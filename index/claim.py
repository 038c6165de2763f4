"""A question, or a claim to be checked?"""

from __future__ import annotations

import re

from index.language import ASKING_FIRST

WORDS = re.compile(r"[^\W\d_]+")


def is_claim(question: str) -> bool:
    """Whether a question asks nothing but claims something: a sentence with a full stop."""
    first = WORDS.search(question)
    asking = first is not None and first[0].casefold() in ASKING_FIRST
    return question.rstrip(" \"'”’»)").endswith(".") and not asking
