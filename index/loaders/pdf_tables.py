"""Rows of pieces → a table: which column each piece stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from index.layout import Boxes
from index.loaders.pdf_lines import Piece, joined
from index.loaders.writer import Writer

NUMBER = re.compile(r"[-+(]?\W{0,2}\d[\d.,\s%–-]*\W{0,3}$")


def write_table(writer: Writer, rows: Sequence[Sequence[Piece]]) -> None:
    """Write rows of pieces as a table; the row over numbers names the columns."""
    columns = _columns([piece for row in rows for piece in row])
    cells = [_cells(row, columns) for row in rows]
    texts = [[cell.text if cell else "" for cell in row] for row in cells]
    boxes: list[list[Boxes | None]] = [
        [cell.boxes if cell else None for cell in row] for row in cells
    ]
    writer.table(texts, heads=_heads(texts), boxes=boxes)


def _columns(pieces: Sequence[Piece]) -> list[tuple[float, float]]:
    """From where to where each column reaches: pieces over each other are of one column, but for
    those that stand over several."""
    found: list[list[float]] = []
    for piece in sorted(pieces, key=lambda one: one.right - one.left):
        over = [one for one in found if min(one[1], piece.right) > max(one[0], piece.left)]
        if not over:
            found.append([piece.left, piece.right])
        elif len(over) == 1:
            over[0][0] = min(over[0][0], piece.left)
            over[0][1] = max(over[0][1], piece.right)
    return sorted((left, right) for left, right in found)


def _cells(row: Sequence[Piece], columns: Sequence[tuple[float, float]]) -> list[Piece | None]:
    """The cell of a row in each column; a piece over several columns stands in the first."""
    held: list[list[Piece]] = [[] for _ in columns]
    for piece in row:
        shares = [min(right, piece.right) - max(left, piece.left) for left, right in columns]
        held[int(np.argmax(np.array(shares) > 0))].append(piece)
    return [joined(pieces) if pieces else None for pieces in held]


def _heads(texts: Sequence[Sequence[str]]) -> int:
    """How many rows name the columns: one, where it has no numbers and those below have."""
    if len(texts) < 2 or any(NUMBER.match(cell) for cell in texts[0]):
        return 0
    if sum(bool(cell) for cell in texts[0]) < 2:
        return 0
    below = [cell for row in texts[1:] for cell in row if cell]
    return 1 if sum(bool(NUMBER.match(cell)) for cell in below) * 4 >= len(below) else 0
