"""Which rows of a table name its columns, where its format does not say so."""

from __future__ import annotations

import re
from collections.abc import Sequence

NUMBER = re.compile(r"[-+(]?\W{0,2}\d[\d.,\s%–-]*\W{0,3}$")
SHARE = 0.25  # of the cells below, from which on they are numbers that somebody has to name


def heads_over_numbers(rows: Sequence[Sequence[str]], *, least: int = 3) -> int:
    """How many rows name the columns: one, where it has no numbers and those below have. Where it
    names fewer than `least`, it may as well be a row like the others."""
    if len(rows) < 2 or any(NUMBER.match(cell) for cell in rows[0]):
        return 0
    if sum(bool(cell) for cell in rows[0]) < least:
        return 0
    below = [cell for row in rows[1:] for cell in row if cell]
    return 1 if sum(bool(NUMBER.match(cell)) for cell in below) >= SHARE * len(below) else 0
