"""Files of formats that are no text, as programs write them, for tests."""

import datetime
import io
import zipfile
from collections.abc import Mapping, Sequence

import openpyxl
from openpyxl.comments import Comment

ROWS = [
    ["Stock of May"],
    [],
    ["Part", "Bin", "Level", "Counted"],
    ["Bolt", "A 7", 40, datetime.date(2024, 3, 1)],
    ["Nut", None, 0.125, None],
    ["Counted by night, with the doors shut."],
]
SHEET = """<table:table table:name="Stock"><table:table-row>
<table:table-cell office:value-type="string"><text:p>Part</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Level</text:p></table:table-cell>
</table:table-row><table:table-row>
<table:table-cell office:value-type="string"><text:p>Bolt</text:p></table:table-cell>
<table:table-cell office:value-type="percentage" office:value="0.125"><office:annotation>
<dc:creator>Ann</dc:creator><text:p>Counted twice.</text:p>
</office:annotation><text:p>12.5 %</text:p></table:table-cell>
</table:table-row></table:table>"""
NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "style", "table", "text")
)


def xlsx(
    sheets: Mapping[str, Sequence[Sequence[object]]],
    *,
    formats: Mapping[str, str] | None = None,
    merged: Sequence[str] = (),
    comments: Mapping[str, str] | None = None,
    hidden: Sequence[str] = (),
) -> bytes:
    """A workbook with these rows; formats, merged cells and comments are of its first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    first = book.worksheets[0]
    for cell, code in (formats or {}).items():
        first[cell].number_format = code
    for cells in merged:
        first.merge_cells(cells)
    for cell, text in (comments or {}).items():
        first[cell].comment = Comment(text, "Ann")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods(sheets: str, styles: str = "") -> bytes:
    """A spreadsheet of OpenDocument with these sheets, and styles of its own."""
    content = (
        f'<?xml version="1.0"?><office:document-content {NAMES} xmlns:dc="http://purl.org/dc/">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"content.xml": content.encode()})


def zipped(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
