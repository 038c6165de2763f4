"""A page of a PDF as a picture, with marks over it."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw

from index.errors import DocumentError
from index.layout import Box
from index.loaders.pdf_glyphs import draw_page

MAX_PIXELS = 16_000_000  # of a picture; a larger page is drawn smaller
MARK = (255, 225, 60)  # as a marker does: white becomes yellow, black stays black
QUICKLY = 1  # PNG compressed by so much: a page is waited for
AROUND = 1.0  # points, by which a mark is larger than what it marks


def page_png(data: bytes, number: int, boxes: Sequence[Box], *, scale: float = 2.0) -> bytes:
    """Page `number` of a PDF, counted from 1, as PNG with marks over the boxes; `scale` pixels a
    point, fewer where it would have more than MAX_PIXELS.

    Raises DocumentError where there is no such page.
    """
    picture, scale = draw_page(data, number, scale, MAX_PIXELS)
    if not isinstance(picture, Image.Image):
        raise DocumentError(f"Page {number:,} of the file cannot be shown.")
    marked = _marked(picture.convert("RGB"), boxes, scale)
    stream = io.BytesIO()
    marked.save(stream, "PNG", compress_level=QUICKLY)
    return stream.getvalue()


def _marked(picture: Image.Image, boxes: Sequence[Box], scale: float) -> Image.Image:
    """A picture with each box as if a marker had gone over it."""
    marks = Image.new("RGB", picture.size, "white")
    draw = ImageDraw.Draw(marks)
    for box in boxes:
        edges = (box.left - AROUND, box.top, box.right + AROUND, box.bottom)
        draw.rectangle([edge * scale for edge in edges], fill=MARK)
    return ImageChops.multiply(picture, marks)
