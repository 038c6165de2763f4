"""Mail as it is sent: header fields, parts, attachments. The home of email."""

from __future__ import annotations

import datetime
import email
import re
from email.message import EmailMessage, Message
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from typing import Any

from index.errors import DocumentError
from index.loaders.mail import Attachment, Mail
from index.loaders.signature import READ
from index.loaders.source import SourceFile
from index.loaders.text import decode

FIELDS = ("From", "To", "Cc", "Date")
KNOWN = (*FIELDS, "Subject", "Received", "Message-ID", "Return-Path", "MIME-Version", "Sender")
SHOWN = frozenset(("from", "to", "cc", "subject"))
MAX_SHOWN, MAX_FIELD = 20_000, 2_000  # characters of a header field, if it is shown and if not
MAX_PARTS = 1_000
MAX_DEPTH = 100  # of parts in parts; what the library takes for a line grows with it
FIELD = re.compile("[!-9;-~]{1,100}:|From ")
FLOWED = re.compile(r"(?m)(?<!^--) \n(?![>\n])")  # where a line goes on in the next one
ENCRYPTED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
TEXTS = ("text/plain", "text/html")


def read_eml(file: SourceFile) -> Mail:
    """The mail in a file. Raises DocumentError for what is none."""
    data = file.read().lstrip(b"\r\n \t\xef\xbb\xbf")
    if not FIELD.match(data[:READ].decode("latin-1")):
        raise DocumentError(f"{file} is no mail: it does not begin with a header field; remove it.")
    try:
        message = _parsed(data)
        if any(_field(message, name) for name in KNOWN):
            return _mail(message, str(file))
    except DocumentError:
        raise
    except Exception as error:  # the library raises whatever broken mail leads to
        raise DocumentError(f"{file} is no mail that can be read; remove it.") from error
    raise DocumentError(f"{file} is no mail: it has neither sender nor subject; remove it.")


class _Policy(EmailPolicy):
    """The usual one, but of long fields only the beginning is read: what they cost has no bound."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        most = MAX_SHOWN if name.lower() in SHOWN else MAX_FIELD
        parsed: str = super().header_fetch_parse(name, value[:most])
        return parsed


class Nested(Message):
    """A part that knows how deep it is. Raises ValueError where a part in it is too deep."""

    depth = 0

    def attach(self, payload: Any) -> None:
        payload.depth = self.depth + 1
        if payload.depth > MAX_DEPTH:
            raise ValueError("it holds parts in parts without end")
        super().attach(payload)


class _Mail(Nested, EmailMessage):
    pass


def _parsed(data: bytes) -> EmailMessage:
    policy: Any = _Policy()
    return email.message_from_bytes(data, _class=_Mail, policy=policy)


def _mail(message: EmailMessage, name: str) -> Mail:
    parts = _Parts(name)
    parts.take(message, 0)
    return Mail(
        _field(message, "Subject"),
        [(name, _field(message, name)) for name in FIELDS],
        "\n\n".join(parts.texts),
        "\n".join(parts.pages),
        _field(message, "From"),
        parsed_date(_field(message, "Date")),
        parts.attachments,
        is_encrypted=parts.is_encrypted,
    )


class _Parts:
    """The texts, pages and attachments of a mail."""

    def __init__(self, name: str) -> None:
        self.texts: list[str] = []
        self.pages: list[str] = []
        self.attachments: list[Attachment] = []
        self.is_encrypted = False
        self._name = name
        self._count = 0

    def take(self, part: EmailMessage, depth: int) -> None:
        """Take a part and all in it, but not what is in the mails in it."""
        self._count += 1
        kind = part.get_content_type()
        if self._count > MAX_PARTS or depth > MAX_DEPTH:
            raise DocumentError(f"{self._name} has too many parts, or parts in parts; remove it.")
        self.is_encrypted |= kind in ENCRYPTED and _parameter(part, "smime-type") != "signed-data"
        if kind == "message/rfc822":
            self._take_mail(part)
        elif part.is_multipart() and kind.startswith("multipart/"):
            for one in part.iter_parts() if kind == "multipart/alternative" else _inner(part):
                if isinstance(one, EmailMessage):
                    self.take(one, depth + 1)
        elif kind in TEXTS and not _is_attached(part):
            (self.texts if kind == TEXTS[0] else self.pages).append(_text(part, self._name))
        elif kind in ("message/delivery-status", "text/rfc822-headers"):
            self.texts.append(_shown(part))
        else:
            self.attachments.append(Attachment(_file_name(part), _bytes(part)))

    def _take_mail(self, part: EmailMessage) -> None:
        inner = next(iter(_inner(part)), None)
        if isinstance(inner, EmailMessage):
            name = _file_name(part) or f"{_field(inner, 'Subject') or 'mail'}.eml"
            name = name if name.lower().endswith(".eml") else f"{name}.eml"
            self.attachments.append(Attachment(name, inner.as_bytes()))


def _inner(part: EmailMessage) -> list[object]:
    payload = part.get_payload()
    return list(payload) if isinstance(payload, list) else []


def _is_attached(part: EmailMessage) -> bool:
    return _disposition(part) == "attachment" or bool(_file_name(part))


def _disposition(part: EmailMessage) -> str:
    try:
        return part.get_content_disposition() or ""
    except Exception:
        return ""


def _file_name(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except Exception:
        return ""


def _bytes(part: EmailMessage) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _text(part: EmailMessage, name: str) -> str:
    """The text of a part in the encoding that it says, else in that it shows."""
    data = _bytes(part)
    said = part.get_content_charset("") or ""
    try:
        text = data.decode(said or "utf-8")
    except (LookupError, UnicodeError):
        text = decode(data, name)
    text = text.replace("\r\n", "\n")
    if _parameter(part, "format") == "flowed":
        text = FLOWED.sub("" if _parameter(part, "delsp") == "yes" else " ", text)
    return text


def _parameter(part: EmailMessage, name: str) -> str:
    value = part.get_param(name, "")
    return str(value).lower()


def _shown(part: EmailMessage) -> str:
    """A report of a mail server as it stands."""
    inner = _inner(part)
    if inner:
        return "\n\n".join(str(one).strip() for one in inner)
    return _bytes(part).decode("utf-8", errors="replace")


def _field(message: EmailMessage, name: str) -> str:
    """A header field as it is shown; '' where it is broken."""
    try:
        value = str(message.get(name, ""))
    except Exception:
        return ""
    return " ".join(value.encode("utf-8", "replace").decode("utf-8").split())


def parsed_date(text: str) -> datetime.date | None:
    """The day of the date in the head of a mail; None where it is none."""
    try:
        return parsedate_to_datetime(text).date()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
