"""What is known of a document besides its text: named values of a few types."""

from __future__ import annotations

import datetime
import json
import textwrap
from collections.abc import Mapping

Value = str | int | float | datetime.date

MAX_SHOWN = 60  # characters of who wrote a document, in a line about it
DAY = len("2024-03-01")
DONE = ("created", "modified", "sent", "published")  # on the date of a document


def about(metadata: Mapping[str, Value]) -> str:
    """Who wrote a document and when, and which pages OCR read of it, in a short line: "Anna Lind ·
    sent 2024-03-01"; '' where none of it is known."""
    author, date, of = (metadata.get(name) for name in ("author", "date", "date_of"))
    who = textwrap.shorten(author, MAX_SHOWN, placeholder="…") if isinstance(author, str) else ""
    day = date.isoformat()[:DAY] if isinstance(date, datetime.date) else ""
    when = f"{of} {day}" if day and of in DONE else day
    return " · ".join(filter(None, (who, when, _by_ocr(metadata.get("ocr")))))


def _by_ocr(pages: Value | None) -> str:
    if not isinstance(pages, str):
        return ""
    shown = textwrap.shorten(pages, MAX_SHOWN, placeholder="…")
    return f"OCR read page{'' if shown.isdecimal() else 's'} {shown}"


def pack_metadata(metadata: Mapping[str, Value]) -> str:
    """Metadata as JSON, a date as `{"date": "2024-03-01"}`."""
    return json.dumps(
        {
            key: {"date": value.isoformat()} if isinstance(value, datetime.date) else value
            for key, value in metadata.items()
        },
        ensure_ascii=False,
    )


def unpack_metadata(text: str) -> dict[str, Value]:
    """What `pack_metadata` was given."""
    return {
        key: _date(value["date"]) if isinstance(value, dict) else value
        for key, value in json.loads(text).items()
    }


def _date(text: str) -> datetime.date:
    """A date, or a date and time."""
    parse = datetime.datetime.fromisoformat if "T" in text else datetime.date.fromisoformat
    return parse(text)
