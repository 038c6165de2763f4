"""Pages of the web (.html, .htm, .xhtml) → their text, without what is not read on them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from index.document import Document
from index.loaders.characters import fold
from index.loaders.elements import check_tags
from index.loaders.html_tree import html_tree
from index.loaders.source import SourceFile
from index.loaders.stated import Stated, stated
from index.loaders.text import MARKS, Decoded, decoded, printable
from index.loaders.tree import write_tree
from index.loaders.writer import Writer

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
AUTHORS = ("author", "dc.creator", "dcterms.creator", "citation_author", "article:author")
DATES = {
    "published": (
        *("article:published_time", "datepublished", "dc.date", "dc.date.issued", "dcterms.issued"),
        *("date", "citation_publication_date", "pubdate", "dcterms.date"),
    ),
    "created": ("dcterms.created", "dc.date.created"),
    "modified": ("article:modified_time", "datemodified", "dcterms.modified", "last-modified"),
}
DAY = len("2024-02-29")


def load_html(file: SourceFile) -> Iterator[Document]:
    """The document that a page is. Raises DocumentError for bytes that are not text."""
    page = printable(decode_html(file.read(), file), file)
    writer = Writer(file)
    head = write_page(writer, page.text)
    metadata = {**head.metadata, **page.metadata}
    yield writer.document(title=head.title, metadata=metadata, dated=True)


def write_page(writer: Writer, text: str) -> Stated:
    """Write what is read on a page; what it says of itself."""
    root = html_tree(text, xml=XML.match(text) is not None)
    write_tree(writer, root)
    return read_head(root)


def decode_html(data: bytes, file: object, charset: str = "") -> Decoded:
    """The text of a page: in the encoding of its byte-order mark, else in UTF-8 if it can be, else
    in the `charset` that it came with or declares, else in what it is likeliest in. Raises
    DocumentError for more tags than fit into memory."""
    check_tags(data.count(b"<"), file)
    if not any(data.startswith(mark) for mark in MARKS) and b"\0" not in data:
        try:
            return Decoded(data.removeprefix(codecs.BOM_UTF8).decode("utf-8"), "utf-8")
        except UnicodeDecodeError:
            pass
        found = DECLARED.search(data[:DECLARED_IN])
        declared = (found[1] or found[2]).decode("ascii", "replace") if found else ""
        for name in (charset, declared):
            encoding = known_charset(name)
            if encoding and encoding != "utf-8":
                return Decoded(data.decode(encoding, errors="replace"), encoding)
    return decoded(data, str(file))


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


def read_head(root: Element) -> Stated:
    """What a page says of itself: its title, who wrote it and when."""
    titles = (one for one in root.iter("title"))
    title = fold("".join(next(titles, Element("title")).itertext()))
    given: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        given.setdefault(name.lower(), fold(meta.get("content", "")))
    times = {one.get("datetime", "")[:DAY] for one in root.iter("time")} - {""}
    dates = [(of, given[name]) for of in DATES for name in DATES[of] if name in given]
    return stated(
        title or given.get("og:title", ""),
        next((given[name] for name in AUTHORS if given.get(name)), ""),
        language=next((one.get("lang") for one in root.iter("html") if one.get("lang")), ""),
        dates=[*dates, *(("in the text", one) for one in times if len(times) == 1)],
    )
