"""What bytes seem to be, whatever the suffix of their file says."""

from __future__ import annotations

import re

from index.errors import DocumentError
from index.loaders.source import SourceFile

READ = 1024  # bytes

SIGNATURES = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an older or an encrypted file of Office",
    b"{\\rtf": "RTF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
    b"SQLite format 3": "an SQLite database",
}
HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b", re.IGNORECASE | re.DOTALL
)


def seems(data: bytes, *, but: str = "") -> str:
    """What the first bytes of a file say it is, such as "a PDF"; '' where they say nothing or what
    it is, `but`, is known already."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    found = next((name for start, name in SIGNATURES.items() if data.startswith(start)), "")
    if not found and HTML.match(data[:READ].decode("latin-1")):
        found = "HTML"
    return "" if found == but else found


def refuse_other(file: SourceFile) -> None:
    """Raise DocumentError for a file that should be text and shows itself to be something else."""
    with file.open() as stream:
        other = seems(stream.read(READ))
    if other:
        raise DocumentError(
            f"{file} seems to be {other}, whatever its suffix says; give it the one of its format."
        )
