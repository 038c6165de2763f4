"""Files with the suffixes of Office before 2007 (.doc, .xls, .ppt): read as what they are, where
that is a newer format. The old ones are not read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from index.document import Document
from index.errors import DocumentError
from index.loaders.docx import load_docx
from index.loaders.html import load_html
from index.loaders.pptx import load_pptx
from index.loaders.rtf import load_rtf
from index.loaders.signature import OLE, READ, seems
from index.loaders.source import SourceFile
from index.loaders.spreadsheet import load_xlsx

logger = logging.getLogger(__name__)

Load = Callable[[SourceFile], Iterator[Document]]

NEW: dict[str, Load] = {".doc": load_docx, ".xls": load_xlsx, ".ppt": load_pptx}
# What programs write under an old suffix, so that Office opens it.
OTHERS: dict[str, Load] = {"RTF": load_rtf, "HTML": load_html}


def load_old_office(file: SourceFile) -> Iterator[Document]:
    """The document in a file with an old suffix. Raises DocumentError for one of an old format."""
    with file.open() as stream:
        start = stream.read(READ)
    shown, load = seems(start), NEW[file.suffix]
    if shown in OTHERS:
        load = OTHERS[shown]
    elif shown == "a ZIP archive":
        shown = f"a {file.suffix}x"
    elif not start.startswith(OLE):
        raise DocumentError(f"{file} is no file of Office; give it the suffix of its format.")
    documents = list(load(file))  # an old file, or an encrypted one, is refused with the remedy
    logger.warning("%s is %s, whatever its suffix says; read as such.", file, shown)
    yield from documents
