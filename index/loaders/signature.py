"""What bytes seem to be, whatever the suffix of their file says."""

from __future__ import annotations

import re

from index.errors import DocumentError
from index.loaders.source import SourceFile

READ = 1024  # bytes
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Office before 2007, mail of Outlook, encrypted Office

SIGNATURES = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive",
    OLE: "an older or an encrypted file of Office",
    b"{\\rtf": "RTF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!\x1a": "a RAR archive",
    b"\x7fELF": "a program",
    b"SQLite format 3\0": "an SQLite database",
}
ZIPPED = (".docx", ".docm", ".pptx", ".pptm", ".xlsx", ".xlsm", ".odt", ".ods", ".epub")
OLD = (".doc", ".xls", ".ppt")
# The suffixes of files that may begin so; none may where none is named.
SUFFIXES = {
    "a PDF": (".pdf",),
    "a ZIP archive": (*ZIPPED, *OLD),
    "an older or an encrypted file of Office": (".msg", ".rtf", *ZIPPED, *OLD),
    "RTF": (".rtf", *OLD),
    "HTML": (".html", ".htm", ".xhtml", ".txt", ".text", ".log", ".md", ".markdown", ".php", *OLD),
}
HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b", re.IGNORECASE | re.DOTALL
)


def seems(data: bytes) -> str:
    """What the first bytes of a file say it is, such as "a PDF"; '' where they say nothing."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    found = next((name for start, name in SIGNATURES.items() if data.startswith(start)), "")
    if not found and HTML.match(data[:READ].decode("latin-1")):
        return "HTML"
    return found


def refuse_other(file: SourceFile) -> None:
    """Raise DocumentError for a file that shows itself to be something else than its suffix
    says."""
    with file.open() as stream:
        other = seems(stream.read(READ))
    if other and file.suffix not in SUFFIXES.get(other, ()):
        raise DocumentError(
            f"{file} seems to be {other}, whatever its suffix says; give it the one of its format."
        )
