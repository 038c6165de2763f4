"""What can be wrong with a question or a gold file."""

from __future__ import annotations

from index.errors import UnderlineError


class QuestionError(UnderlineError):
    """A question that cannot be asked."""


class GoldError(UnderlineError):
    """A gold file that cannot be read, or does not fit the index."""
