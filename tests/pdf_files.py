"""PDFs that tests make."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 400, 500
pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
assert reportlab.Version

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
