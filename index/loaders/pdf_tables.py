"""Rows of pieces → a table: which column each piece stands in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.layout import Boxes
from index.loaders.heads import heads_over_numbers
from index.loaders.pdf_lines import Piece, joined
from index.loaders.writer import Writer


def write_table(writer: Writer, rows: Sequence[Sequence[Piece]]) -> None:
    """Write rows of pieces as a table; the row over numbers names the columns."""
    columns = _columns([piece for row in rows for piece in row])
    cells = [_cells(row, columns) for row in rows]
    texts = [[cell.text if cell else "" for cell in row] for row in cells]
    boxes: list[list[Boxes | None]] = [
        [cell.boxes if cell else None for cell in row] for row in cells
    ]
    writer.table(texts, heads=heads_over_numbers(texts, least=2), boxes=boxes)


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
