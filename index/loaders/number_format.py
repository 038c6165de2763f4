"""Number and number format of a spreadsheet → what a person sees: 0.125 with "0.0%" is 12.5%.

Colours, widths and conditions are left out. The day and month of a format that follows the
reader's country are shown as 2024-03-01.
"""

from __future__ import annotations

import calendar
import datetime
import math
import re
from collections.abc import Sequence
from functools import lru_cache

BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
EPOCHS = {False: datetime.datetime(1899, 12, 30), True: datetime.datetime(1904, 1, 1)}
LAST_DAY = 2_958_466  # 9999-12-31, the last that spreadsheets and Python know
MAX_CODE = 500  # characters of a format; a longer one is none
MAX_PLACES = 30  # after the point
SHORT_YEAR = 2  # letters

# Literals, what is not shown, currencies, elapsed time, AM/PM, dates, digits, single characters.
PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.?)|_(?P<width>.?)|\*(?P<filled>.?)'
    r"|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<said>[^\]]*)\]"
    r"|(?P<noon>AM/PM|A/P)|(?P<general>General)|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|e+)"
    r"|(?P<digits>[0#?][0#?,]*(?:\.[0#?,]*)?|\.[0#?]+)(?P<power>E[+-]?[0#?]+)?"
    r"|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
SECTION = re.compile(r'(?:"[^"]*"?|\\.|\[[^\]]*\]?|[^;])*', re.DOTALL)
CONDITION = re.compile(r"\[[<>=]")
ZEROS = re.compile(r"(?<=E[+-])0+(?=\d)")
FRACTION = re.compile(r"[?#0\d]\s*/\s*[?#0\d]")

Piece = tuple[str, str]  # which group of PIECE, and what it holds


def shown(number: float, code: str, *, since_1904: bool = False) -> str:
    """A number as the format with this code shows it; as plain as can be where it cannot."""
    sections = _sections(code[:MAX_CODE])
    conditions = CONDITION.search(code)
    negative = number < 0 and len(sections) > 1 and not conditions
    section = sections[1 if negative else 0]
    if number == 0 and len(sections) > 2 and not conditions:
        section = sections[2]
    if not math.isfinite(number) or FRACTION.search(code) or not section:
        return general(number) if section else ""
    pieces = _pieces(section)
    if any(kind in ("date", "elapsed") for kind, _ in pieces):
        return _moment(number, pieces, since_1904)
    return _number(abs(number) if negative else number, pieces)


def is_date(code: str) -> bool:
    """Whether numbers of a format are dates or times."""
    return any(kind in ("date", "elapsed") for kind, _ in _pieces(_sections(code[:MAX_CODE])[0]))


def general(number: float) -> str:
    """A number without a format: all digits of a whole one, ten of another."""
    if not math.isfinite(number):
        return str(number)
    if number == int(number) and abs(number) < 10**15:
        return str(int(number))
    return f"{number:.10g}"


@lru_cache(1_000)
def _sections(code: str) -> Sequence[str]:
    sections, at = [], 0
    while at <= len(code):
        found = SECTION.match(code, at)
        end = found.end() if found else at
        sections.append(code[at:end])
        at = end + 1
    return sections


@lru_cache(1_000)
def _pieces(section: str) -> Sequence[Piece]:
    pieces = []
    for found in PIECE.finditer(section):
        kind = found.lastgroup or "other"
        if found["digits"]:
            pieces.append(("digits", found["digits"]))
            kind = "power"
        pieces.append((kind, found[kind] or ""))
    return pieces


def _number(number: float, pieces: Sequence[Piece]) -> str:
    """A number in the digits of a format, with what stands around them."""
    digits = [text for kind, text in pieces if kind == "digits"]
    percent = sum(text == "%" for kind, text in pieces if kind == "other")
    shown, done = [], False
    for kind, text in pieces:
        if kind == "digits" and not done:
            power = next((text for kind, text in pieces if kind == "power" and text), "")
            shown.append(_digits(number * 100**percent, "".join(digits), power))
            done = True
        elif kind == "general" or (kind == "other" and text == "@"):
            shown.append(general(number))
        elif kind in ("quoted", "escaped", "currency", "other"):
            shown.append(text)
        elif kind == "width":
            shown.append(" ")
    return "".join(shown).strip()


def _digits(number: float, digits: str, power: str) -> str:
    whole, _, places = digits.partition(".")
    scaled = len(whole) - len(whole.rstrip(",")) if not places else 0
    scaled += len(places) - len(places.rstrip(","))
    number /= 1000**scaled
    most = min(sum(place in "0#?" for place in places), MAX_PLACES)
    least = sum(place == "0" for place in places)
    if power:
        text = f"{number:.{most}E}"
        return ZEROS.sub("", text) if power.count("0") < 2 else text
    grouped = "," if "," in whole.rstrip(",") else ""
    text = f"{_rounded(number, most):{grouped}.{most}f}"
    head, point, tail = text.partition(".")
    while len(tail) > least and tail.endswith("0"):
        tail = tail[:-1]
    sign, head = ("-", head[1:]) if head.startswith("-") else ("", head)
    head = head.zfill(whole.count("0")) if not grouped else head
    return f"{sign}{head}{point if tail else ''}{tail}"


def _rounded(number: float, places: int) -> float:
    """Half away from zero, as spreadsheets do, and not by the last bit: 1.005 is 1.01."""
    with_half = number * (1 + 1e-15) if abs(number) < 1e15 else number
    return with_half if round(with_half, places) != 0 else abs(round(with_half, places))


def _moment(number: float, pieces: Sequence[Piece], since_1904: bool) -> str:
    """A date or a time as its format has it."""
    if not 0 <= number < LAST_DAY:
        return general(number)
    finest = max((len(t) - 2 - t.index(".") + 1 for k, t in pieces if k == "date" and "." in t),
                 default=0)  # fmt: skip
    seconds = round(number * 86_400, min(finest, 3))
    moment = EPOCHS[since_1904] + datetime.timedelta(seconds=seconds)
    if number < 60 and not since_1904:  # the day that never was, 1900-02-29, is day 60
        moment += datetime.timedelta(days=1)
    noon = any(kind == "noon" for kind, _ in pieces)
    shown = []
    for place, (kind, text) in enumerate(pieces):
        if kind == "elapsed":
            whole = int(seconds // {"h": 3600, "m": 60, "s": 1}[text[0].lower()])
            shown.append(f"{whole:0{len(text)}}")
        elif kind == "noon":
            shown.append("AM" if moment.hour < 12 else "PM")
        elif kind == "date":
            shown.append(_part(moment, text.lower(), noon, _is_minute(pieces, place)))
        elif kind in ("quoted", "escaped", "other"):
            shown.append(text if text != "@" else "")
    return "".join(shown).strip()


def _part(moment: datetime.datetime, text: str, noon: bool, minute: bool) -> str:
    """What a run of one letter in a format stands for."""
    long = len(text)
    match text[0]:
        case "y" | "e":
            return f"{moment.year % 100:02}" if long <= SHORT_YEAR else f"{moment.year}"
        case "d" if long > 2:
            names = calendar.day_abbr if long == 3 else calendar.day_name
            return names[moment.weekday()]
        case "d":
            return f"{moment.day:0{long}}"
        case "h":
            return f"{(moment.hour % 12 or 12) if noon else moment.hour:0{min(long, 2)}}"
        case "s":
            _, _, parts = text.partition(".")
            end = f".{moment.microsecond:06}"[: len(parts) + 1] if parts else ""
            return f"{moment.second:0{min(text.count('s'), 2)}}{end}"
        case _ if minute:
            return f"{moment.minute:0{min(long, 2)}}"
        case _ if long > 2:
            name = calendar.month_abbr if long == 3 else calendar.month_name
            return name[moment.month][: 1 if long == 5 else None]
        case _:
            return f"{moment.month:0{long}}"


def _is_minute(pieces: Sequence[Piece], place: int) -> bool:
    """Whether an "m" stands for minutes: after hours, or before seconds."""
    times = [
        (number, text[0].lower())
        for number, (kind, text) in enumerate(pieces)
        if kind in ("date", "elapsed")
    ]
    at = next((order for order, (number, _) in enumerate(times) if number == place), 0)
    before = times[at - 1][1] if at else ""
    after = times[at + 1][1] if at + 1 < len(times) else ""
    return before == "h" or after == "s"
