"""Which characters may stand in a text, and what is one space."""

from __future__ import annotations

import re

# What no text may hold: controls but for tabs and line feeds, lone surrogates.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
SPACE = re.compile(r"\s+")


def fold(text: str) -> str:
    """A text with one space for any white space in it, and none at its ends."""
    return SPACE.sub(" ", text).strip()


def allowed(text: str) -> str:
    """A text with U+FFFD for each character that no text may hold."""
    return FORBIDDEN.sub("\ufffd", text)
