"""PDFs that tests make."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import reportlab
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 400, 500
pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))

SCANNED = (280, 100)  # points
SCALE = 200 / 72  # pixels a point of what is scanned
FONT = ImageFont.truetype(str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"), 28)

Draw = Callable[[Canvas], object]


def pdf(*pages: Draw, **options: object) -> bytes:
    """A PDF of these pages, each drawn by a function."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT), invariant=1, **options)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


HELVETICA = "/F1 <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def written(*contents: str, fonts: str = HELVETICA) -> bytes:
    """A PDF of pages with these contents, for what reportlab would not write; its parts have to be
    found without a table of them."""
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(len(contents)))
    parts = [
        "1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj",
        f"2 0 obj <</Type/Pages/Kids[{kids}]/Count {len(contents)}>> endobj",
    ]
    file = "%PDF-1.4\n" + "\n".join(parts) + "\n"
    stream = file.encode()
    for number, content in enumerate(contents):
        packed = zlib.compress(content.encode())
        stream += (
            f"{3 + 2 * number} 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]"
            f"/Contents {4 + 2 * number} 0 R/Resources<</Font<<{fonts}>>>>>> endobj\n"
            f"{4 + 2 * number} 0 obj <</Filter/FlateDecode/Length {len(packed)}>> stream\n"
        ).encode()
        stream += packed + b"\nendstream endobj\n"
    return stream + b"trailer <</Root 1 0 R>>\n%%EOF"


def lines(
    canvas: Canvas,
    texts: Sequence[str],
    *,
    left: float = 40,
    top: float = 60,
    size: float = 10,
    font: str = "Helvetica",
    step: float = 12,
) -> None:
    """Draw lines one under the other, the first `top` points under the upper edge."""
    canvas.setFont(font, size)
    for number, text in enumerate(texts):
        canvas.drawString(left, HEIGHT - top - number * step, text)


def page(*texts: str, **options: object) -> Draw:
    """A page of lines."""
    return lambda canvas: lines(canvas, texts, **options)


def picture(
    *texts: str, left: float = 20, top: float = 20, width: float = SCANNED[0]
) -> Image.Image:
    """Lines of text as a scanner sees them, 10 points high."""
    drawn = Image.new("L", (round(width * SCALE), round(SCANNED[1] * SCALE)), "white")
    for number, text in enumerate(texts):
        at = (left * SCALE, (top + 14 * number) * SCALE)
        ImageDraw.Draw(drawn).text(at, text, font=FONT, fill=30)
    return drawn


def scans(*pages: Image.Image | tuple[str, ...], stamp: str = "") -> bytes:
    """A PDF of scans and of pages with a text; `stamp` stands on every scan as text."""
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1)
    for page in pages:
        if isinstance(page, tuple):
            canvas.setPageSize((WIDTH, HEIGHT))
            lines(canvas, page)
        else:
            width, height = (side / SCALE for side in page.size)
            canvas.setPageSize((width, height))
            canvas.drawImage(ImageReader(page), 0, 0, width, height)
            canvas.drawString(20, 5, stamp)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


PROSE = (
    "The harbour of Lodi was dug in the spring of 1894 by two",
    "hundred men, who were paid by the day. It took them the",
    "whole of the summer, because the clay was wet. When they",
    "were done, the first ship came in with a load of timber,",
    "and the mayor held a speech that nobody could hear.",
)
OTHER = (
    "In winter the basin freezes over. Then children skate on",
    "it, and the old crane is hung with lamps. The ice has to",
    "be as thick as a hand before anyone may step on it, and",
    "a guard measures it every morning at eight.",
)


def _report(canvas: Canvas) -> None:
    lines(canvas, ["The harbour of Lodi"], font="Helvetica-Bold", size=18)
    lines(canvas, PROSE, top=90)
    lines(canvas, ["It has three cranes:"], top=160)
    lines(canvas, ["• the old one", "• the red one", "• the tall one"], left=50, top=175)
    for number, row in enumerate((("Year", "Ships"), ("1894", "12"), ("1895", "31"))):
        for column, cell in enumerate(row):
            canvas.drawString(60 + 100 * column, HEIGHT - 230 - 14 * number, cell)


def _turned(canvas: Canvas) -> None:
    canvas.setPageRotation(90)
    lines(canvas, OTHER)


SAMPLES = [pdf(_report), pdf(page(*PROSE), _turned), pdf(page("One."))]
