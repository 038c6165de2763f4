"""What is asked: a question, or a claim to be checked?"""

from __future__ import annotations

import re

# What a question begins with, or what asks for something.
ASKING_FIRST = {
    *("what", "which", "who", "whom", "whose", "when", "where", "why", "how"),
    *("are", "can", "could", "define", "describe", "did", "do", "does", "explain", "find", "give"),
    *("had", "has", "have", "is", "list", "may", "might", "must", "name", "shall", "should"),
    *("show", "tell", "was", "were", "will", "would"),
}


def states(question: str) -> bool:
    """Whether it is no question but a claim, to be checked: a sentence with a full stop."""
    words = re.findall(r"[^\W\d_]+", question)
    asking = bool(words) and words[0].casefold() in ASKING_FIRST
    return question.rstrip(" \"'”’»)").endswith(".") and not asking
