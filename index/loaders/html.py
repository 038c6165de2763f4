"""Pages of the web (.html, .htm, .xhtml) → their text, without what is not read on them."""

from __future__ import annotations

import codecs
import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from index.document import Document
from index.loaders.characters import fold
from index.loaders.elements import check_tags
from index.loaders.html_tree import html_tree
from index.loaders.source import SourceFile
from index.loaders.text import MARKS, decode, printable
from index.loaders.tree import write_tree
from index.loaders.writer import Writer
from index.metadata import Value

DECLARED_IN = 4_096  # bytes, from the start
DECLARED = re.compile(
    rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)
# What browsers take these names for; others are as Python knows them.
MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
    "utf-16": "utf-8",  # the declaration itself could not be read
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
NO_CHARSET = {"unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "mbcs"}
XML = re.compile(r"\s*<\?xml\b")
NAMES = {
    "title": ("title",),
    "author": ("author", "dc.creator", "dcterms.creator", "citation_author", "article:author"),
    "created": (
        *("article:published_time", "datepublished", "dc.date", "dcterms.created", "date"),
        *("citation_publication_date", "pubdate", "dcterms.date"),
    ),
}
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
MAX_AUTHOR = 200  # characters


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of itself."""

    title: str
    metadata: Mapping[str, Value]


def load_html(file: SourceFile) -> Iterator[Document]:
    """The document that a page is. Raises DocumentError for bytes that are not text."""
    text = printable(decode_html(file.read(), file), file)
    writer = Writer(file)
    head = write_page(writer, text)
    yield writer.document(title=head.title, metadata=head.metadata)


def write_page(writer: Writer, text: str) -> Head:
    """Write what is read on a page; what it says of itself."""
    root = html_tree(text, xml=XML.match(text) is not None)
    write_tree(writer, root)
    return read_head(root)


def decode_html(data: bytes, file: object, charset: str = "") -> str:
    """The text of a page: in the encoding of its byte-order mark, else in UTF-8 if it can be, else
    in the `charset` that it came with or declares, else in what it is likeliest in. Raises
    DocumentError for more tags than fit into memory."""
    check_tags(data.count(b"<"), file)
    if not any(data.startswith(mark) for mark in MARKS) and b"\0" not in data:
        try:
            return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
        except UnicodeDecodeError:
            pass
        found = DECLARED.search(data[:DECLARED_IN])
        declared = (found[1] or found[2]).decode("ascii", "replace") if found else ""
        for name in (charset, declared):
            encoding = known_charset(name)
            if encoding and encoding != "utf-8":
                return data.decode(encoding, errors="replace")
    return decode(data, str(file))


def known_charset(name: str) -> str | None:
    """A charset as Python knows it, where browsers do; None for another."""
    try:
        encoding = codecs.lookup(name.strip()).name if name.strip().isascii() else ""
    except (LookupError, ValueError):
        return None
    try:
        "a".encode(encoding)
    except (LookupError, ValueError):  # no encoding of text
        return None
    return None if encoding in NO_CHARSET else MEANT.get(encoding, encoding)


def read_head(root: Element) -> Head:
    """What a page says of itself: its title, who wrote it and when."""
    titles = (one for one in root.iter("title"))
    title = fold("".join(next(titles, Element("title")).itertext()))
    given: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        given.setdefault(name.lower(), fold(meta.get("content", "")))
    metadata: dict[str, Value] = {}
    author = next((given[name] for name in NAMES["author"] if given.get(name)), "")
    if author and "://" not in author:
        metadata["author"] = author[:MAX_AUTHOR]
    created = (day_of(given[name]) for name in NAMES["created"] if name in given)
    if day := next((one for one in created if one), None):
        metadata["created"] = day
    return Head(title or given.get("og:title", ""), metadata)


def day_of(text: str) -> datetime.date | None:
    """The day that a moment in ISO 8601 is on, or None."""
    found = DAY.match(text.strip())
    try:
        return datetime.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
