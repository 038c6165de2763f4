"""The number of an item → how it is shown: 3 → "3", "c", "III"."""

from __future__ import annotations

LETTERS = 26
MAX_LETTERS = 1_000  # a higher number is shown as one
MAX_ROMAN = 4_000
ROMAN = {
    **{1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc"},
    **{50: "l", 40: "xl", 10: "x", 9: "ix", 5: "v", 4: "iv", 1: "i"},
}
# What HTML, Word, OpenDocument and RTF call the ways of counting.
STYLES = {
    "a": "a",
    "A": "A",
    "i": "i",
    "I": "I",
    "lowerLetter": "a",
    "upperLetter": "A",
    "lowerRoman": "i",
    "upperRoman": "I",
    "alphaLcPeriod": "a",
}


def mark(number: int, style: str) -> str:
    """A number in a style of counting; in digits where the style is not known."""
    kind = STYLES.get(style, "1")
    if kind in "aA" and 0 < number <= MAX_LETTERS:
        text = _letters(number)
    elif kind in "iI" and 0 < number < MAX_ROMAN:
        text = _roman(number)
    elif style == "decimalZero":
        return f"{number:02}"
    else:
        return str(number)
    return text.upper() if kind in "AI" else text


def _letters(number: int) -> str:
    """1 → a, 26 → z, 27 → aa, as spreadsheets name columns."""
    text = ""
    while number:
        number, letter = divmod(number - 1, LETTERS)
        text = chr(ord("a") + letter) + text
    return text


def _roman(number: int) -> str:
    text = ""
    for value, letters in ROMAN.items():
        count, number = divmod(number, value)
        text += letters * count
    return text
