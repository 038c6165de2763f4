"""Dates as people and programs write them → days. What can be read in two ways is no date.

The day is that of the place where it was written.
"""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

SEARCHED = 1_000  # characters of a text in which the line with its date is looked for
MAX_LINE = 100  # characters of a line that says when
# The names of days and months, as Python knows them.
DAYS = {name.lower() for names in (calendar.day_name, calendar.day_abbr) for name in names}
MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
# 2024-02-29, 2024/02/29; 29.02.2024; 29 February 2024; February 29, 2024. Not 02/03/2024.
DATE = re.compile(
    r"(?P<y1>\d{4})(?P<mark>[-/])(?P<m1>\d{1,2})(?P=mark)(?P<d1>\d{1,2})(?![\d/-])"
    r"|(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>\d{4})(?!\d)"
    r"|(?P<d3>\d{1,2})(?:st|nd|rd|th)? (?P<n3>[A-Za-z]{3,9})\.?,? (?P<y3>\d{4})(?!\d)"
    r"|(?P<n4>[A-Za-z]{3,9})\.? (?P<d4>\d{1,2})(?:st|nd|rd|th)?,? (?P<y4>\d{4})(?!\d)"
)
LABEL = re.compile(
    r"(?:date|dated|published|posted|updated)\b(?: by [^\n\d]{1,60})?(?: on)?[: ] *", re.IGNORECASE
)
DAY = re.compile(r"([A-Za-z]{3,9})\.?,? ")
TIME = re.compile(
    r"(?:[T,]| at)? ?\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?"
    r"(?: ?(?:[ap]\.?m\.?|Z|[A-Z]{3,4}|[+-]\d{2}:?\d{2}))?(?!\w)"
)
PLACE = re.compile(r"(?:(?:[^\W\d_][\w.'-]{0,30} ){0,3}[^\W\d_][\w.'-]{0,30}, ){1,2}")
PDF_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})")
IN_NAME = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
AROUND = " ,.;|-–—"  # what stands between a date and what follows it
DASHES = (" - ", " – ", " — ")


@dataclass(frozen=True, slots=True)
class Said:
    """The day that a line says, where in the line that ends, and whether it says what it is."""

    day: datetime.date
    end: int
    labelled: bool


def day_of(text: str) -> datetime.date | None:
    """The day that a moment in ISO 8601 or of a PDF is on, or None."""
    text = text.strip()
    found = DATE.match(text[:MAX_LINE]) or PDF_DATE.match(text)
    return _day(found) if found else None


def labelled_date(line: str) -> Said | None:
    """The date that a line begins with, perhaps after a word that says so: "date 2022-02-17"."""
    label = LABEL.match(line)
    start = label.end() if label else 0
    if (name := DAY.match(line, start)) and name[1].lower() in DAYS:
        start = name.end()
    found = DATE.match(line, start)
    day = _day(found) if found else None
    if found is None or day is None:
        return None
    time = TIME.match(line, found.end())
    return Said(day, time.end() if time else found.end(), label is not None)


def date_in(text: str) -> datetime.date | None:
    """The day that one of the first lines of a text says it is of: "Date: 2024-02-29", "Baku, 17
    February 2022". None where none of them does."""
    for line in text[:SEARCHED].split("\n"):
        line = line.strip()
        if len(line) <= MAX_LINE and (day := _dateline(line)):
            return day
        if (said := labelled_date(line[:MAX_LINE])) and said.labelled:
            return said.day
    return None


def date_in_name(name: str) -> datetime.date | None:
    """The day in the name of a file, as "minutes-2024-02-29.md"; None where there is none."""
    found = IN_NAME.search(name.rpartition("/")[2])
    return _day(found) if found else None


def _dateline(line: str) -> datetime.date | None:
    """The day of a line that says little else: where, and who."""
    place = PLACE.match(line)
    for start in (0, place.end() if place else 0):
        said = labelled_date(line[start:])
        rest = line[start + said.end :] if said else ""
        if said and (rest.startswith(DASHES) or rest.strip(AROUND)[:3].lower() in ("", "by ")):
            return said.day
    return None


def _day(found: re.Match[str]) -> datetime.date | None:
    """The day that a pattern of this module has found; None where no calendar has it."""
    parts = {name[0]: value for name, value in found.groupdict().items() if value}
    year, month, day = (parts.get(name, "") for name in "ymd") if parts else found.groups()
    named = MONTHS.get(parts.get("n", "").lower(), 0)
    try:
        return datetime.date(int(year), named or int(month or 0), int(day))
    except ValueError:
        return None
