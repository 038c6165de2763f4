"""What a reader sees of a mail, whatever kind of file it comes in → documents."""

from __future__ import annotations

import datetime
import logging
import re
from collections.abc import Callable, Container, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import PurePath

from index.document import Document
from index.errors import DocumentError
from index.layout import Section
from index.loaders.html import write_page
from index.loaders.mail_html import text_of_html, write_plain
from index.loaders.source import SourceFile
from index.loaders.stated import stated
from index.loaders.writer import Writer

logger = logging.getLogger(__name__)

MAX_ATTACHMENTS = 200  # of a mail, and of those in them
MAX_DEPTH = 5  # of mails in mails
MARK = re.compile(r"[\\/:*?\"<>|#\x00-\x1f\x7f]+")  # what no name of a file has

Load = Callable[[SourceFile], Iterator[Document]]
_depth: ContextVar[int] = ContextVar("depth", default=0)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that hangs on a mail, or a mail in it."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it is shown. `fields` are those of its head, by name, in the order of a reader."""

    subject: str
    fields: Sequence[tuple[str, str]]
    text: str
    html: str
    sender: str = ""
    sent: datetime.date | None = None
    attachments: Sequence[Attachment] = ()
    is_encrypted: bool = False


def mail_loader(read: Callable[[SourceFile], Mail], load: Load, suffixes: Container[str]) -> Load:
    """A loader of mails, and of the files that hang on them: `load` takes those with a suffix."""
    return lambda file: _documents(file, read(file), load, suffixes)


def _documents(
    file: SourceFile, mail: Mail, load: Load, suffixes: Container[str]
) -> Iterator[Document]:
    names = list(_names(mail.attachments))
    if mail.is_encrypted:
        logger.warning("%s is encrypted: only its head can be read.", file)
    yield _write(file, mail, names)
    if _depth.get() >= MAX_DEPTH or len(names) > MAX_ATTACHMENTS:
        logger.warning("%s: mails in mails, or attachments, are too many to be read.", file)
        return
    for name, attachment in zip(names, mail.attachments, strict=True):
        if PurePath(name).suffix.lower() not in suffixes:
            continue
        inner = SourceFile.of_bytes(
            f"{file.name}#{name}",
            attachment.data,
            modified=file.modified,
            options=file.options,
        )
        token = _depth.set(_depth.get() + 1)
        try:
            for document in load(inner):
                yield replace(document, source=file.name)
        except DocumentError as error:
            logger.warning("%s", error)
        finally:
            _depth.reset(token)


def _write(file: SourceFile, mail: Mail, names: Sequence[str]) -> Document:
    writer = Writer(file)
    shown = [("Subject", mail.subject), *mail.fields, ("Attachments", ", ".join(names))]
    shown = [(name, value) for name, value in shown if value.strip()]
    writer.table(
        [[name, value] for name, value in shown],
        places=[[Section(name)] * 2 for name, _ in shown],
    )
    writer.stands(Section("body"))
    if mail.html and not _says(mail.text, mail.html):
        write_page(writer, mail.html)
    else:
        write_plain(writer, mail.text)
    told = stated(mail.subject, mail.sender, dates=[("sent", str(mail.sent or ""))])
    return writer.document(title=mail.subject, metadata=told.metadata)


def _says(text: str, page: str) -> bool:
    """Whether the text of a mail says as much as its page: some say only that there is one."""
    return bool(text.strip()) and 2 * len(text.split()) >= len(text_of_html(page).split())


def _names(attachments: Sequence[Attachment]) -> Iterator[str]:
    """A name for each attachment, fit for a file, and no name twice."""
    seen: set[str] = set()
    for number, attachment in enumerate(attachments, 1):
        name = MARK.sub("_", attachment.name).encode("utf-8", "replace").decode("utf-8")
        name = " ".join(name.split())[-200:] or f"attachment {number}"
        if name.lower() in seen:
            path = PurePath(name)
            name = f"{path.stem} ({number}){path.suffix}"
        seen.add(name.lower())
        yield name
