"""Pages saved by a browser with all that belongs to them (.mhtml) → the text of the page."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import Message

from index.document import Document
from index.errors import DocumentError
from index.loaders.eml import Nested
from index.loaders.html import decode_html, read_head
from index.loaders.html_tree import html_tree
from index.loaders.source import SourceFile
from index.loaders.text import printable
from index.loaders.tree import write_tree
from index.loaders.writer import Writer

PAGES = ("text/html", "application/xhtml+xml")


def load_mhtml(file: SourceFile) -> Iterator[Document]:
    """The document that a saved page is. Raises DocumentError for a file without one."""
    try:
        message = email.message_from_bytes(file.read(), _class=Nested, policy=email.policy.compat32)
        page = _page(message)
        data = b"" if page is None else page.get_payload(decode=True)
        charset = "" if page is None else page.get_content_charset("")
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        raise DocumentError(f"{file} is damaged: {error}. Save the page anew.") from error
    if page is None or not isinstance(data, bytes):
        raise DocumentError(f"{file} holds no saved page; save it anew as HTML.")
    writer = Writer(file)
    decoded = printable(decode_html(data, file, charset), file)
    root = html_tree(decoded.text)
    write_tree(writer, root)
    head = read_head(root)
    yield writer.document(
        title=head.title, metadata={**head.metadata, **decoded.metadata}, dated=True
    )


def _page(message: Message) -> Message | None:
    """The first part that is a page: the others are frames and what is shown in it."""
    return next((one for one in message.walk() if one.get_content_type() in PAGES), None)
