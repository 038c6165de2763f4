"""Mail of Outlook. The home of oxmsg and olefile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from email.utils import formataddr

from olefile import OleFileIO
from oxmsg import Message
from oxmsg.attachment import Attachment as OutlookAttachment
from oxmsg.recipient import Recipient

from index.errors import DocumentError
from index.loaders.eml import parsed_date
from index.loaders.mail import Attachment, Mail
from index.loaders.signature import OLE
from index.loaders.source import SourceFile

MAX_TIMES = 2  # the bytes of a file that its parts may have together
ENCRYPTED = (".p7m", ".pgp-encrypted", ".pgp")


def read_msg(file: SourceFile) -> Mail:
    """The mail in a file. Raises DocumentError for what is none."""
    data = file.read()
    if not data.startswith(OLE):
        raise DocumentError(
            f"{file} seems to be no mail of Outlook; give it the suffix of its format."
        )
    try:
        with OleFileIO(data) as ole:
            size = sum(entry.size for entry in ole.direntries if entry)
        if size > MAX_TIMES * len(data):  # streams that share their bytes
            raise ValueError("it says that it holds more than there is")
        return _mail(Message.load(data))
    except RecursionError as error:
        raise DocumentError(f"{file} holds parts in parts without end; remove it.") from error
    except Exception as error:  # the library raises whatever broken bytes lead to
        raise DocumentError(
            f"{file} is no mail that can be read; save it again in Outlook, or remove it."
        ) from error


def _mail(message: Message) -> Mail:
    headers = {name.lower(): value for name, value in message.message_headers.items()}
    sent = message.sent_date
    said = parsed_date(headers.get("date", ""))
    sender = _tried(lambda: message.sender)
    text, page = _tried(lambda: message.body), _tried(lambda: message.html_body)
    attachments = [_attachment(one) for one in message.attachments]
    kinds = {message.message_class.lower(), headers.get("content-type", "").lower()}
    return Mail(
        message.subject,
        [
            ("From", sender),
            ("To", headers.get("to", "") or ", ".join(map(_address, message.recipients))),
            ("Cc", headers.get("cc", "")),
            ("Date", headers.get("date", "") or (f"{sent:%Y-%m-%d %H:%M}" if sent else "")),
        ],
        text,
        page,
        sender,
        said or (sent.date() if sent else None),
        attachments,
        is_encrypted=not (text + page).strip() and _is_encrypted(kinds, attachments),
    )


def _is_encrypted(kinds: Iterable[str], attachments: Sequence[Attachment]) -> bool:
    names = [one.name.lower() for one in attachments]
    said = any(word in kind for kind in kinds for word in ("smime", "encrypted", "pkcs7-mime"))
    return said or any(name.endswith(ENCRYPTED) for name in names)


def _address(recipient: Recipient) -> str:
    name, address = recipient.name or "", recipient.email_address or ""
    return formataddr((name, address)) if address else name


def _attachment(attachment: OutlookAttachment) -> Attachment:
    try:
        data = attachment.file_bytes or b""
    except Exception:  # one that is broken is not the whole mail
        data = b""
    return Attachment(attachment.file_name or "", data)


def _tried(read: Callable[[], str | None]) -> str:
    """What is read; '' where it is broken: one broken property is not the whole mail."""
    try:
        return read() or ""
    except Exception:
        return ""
