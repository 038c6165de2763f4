"""What a file states of itself, unless nobody filled it in: its title, who wrote it, and when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from index.loaders.characters import FORBIDDEN, fold
from index.loaders.dates import date_in, date_in_name, day_of
from index.loaders.source import SourceFile
from index.metadata import Value

MAX_AUTHOR = 200  # characters
LANGUAGE = re.compile(r"([A-Za-z]{2})(?![A-Za-z])")  # of a tag as "en-US"
COUNT = re.compile(r"[1-9][0-9]{0,5}")
# Whom programs name as the author where nobody gave a name.
NOBODY = re.compile(
    r"(?:your |microsoft )?(?:office )?(?:user|user name|admin(?:istrator)?|author|owner|unknown)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """What a file states of itself. `metadata` holds `author`, `date`, `date_of`, which says what
    was done on that day (created, modified, sent, published), `pages`, and `declared_language`, as
    ISO 639-1 has it: often that of a template."""

    title: str = ""
    metadata: Mapping[str, Value] = field(default_factory=dict)


def stated(
    title: str,
    author: str = "",
    *,
    dates: Iterable[tuple[str, str]] = (),
    pages: str = "",
    language: str | None = "",
) -> Stated:
    """What is known of a file. Of the `dates`, pairs of what one is of and ISO 8601, the first that
    is a day is that of the document."""
    metadata: dict[str, Value] = {}
    author = fold(FORBIDDEN.sub("", author))[:MAX_AUTHOR].strip()
    if any(map(str.isalpha, author)) and not NOBODY.fullmatch(author) and "://" not in author:
        metadata["author"] = author
    for of, text in dates:
        if (day := day_of(text)) is not None:
            metadata |= {"date": day, "date_of": of}
            break
    if COUNT.fullmatch(pages):
        metadata["pages"] = int(pages)
    if declared := LANGUAGE.match((language or "").strip()):
        metadata["declared_language"] = declared[1].lower()
    return Stated(fold(title), metadata)


def metadata_of(
    file: SourceFile, known: Mapping[str, Value] | None = None, *, text: str = ""
) -> Mapping[str, Value]:
    """What is `known` of a document in a file, and else the date that its `text` begins with or its
    name has, and the day the file itself was changed."""
    metadata = dict(known or {})
    if "date" not in metadata and (day := date_in(text)):
        metadata |= {"date": day, "date_of": "in the text"}
    if "date" not in metadata and (day := date_in_name(file.name)):
        metadata |= {"date": day, "date_of": "file name"}
    if file.modified:
        metadata["file_modified"] = file.modified.date()
    return metadata
