"""What is known of a document besides its text: named values of a few types."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping

Value = str | int | float | datetime.date


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
