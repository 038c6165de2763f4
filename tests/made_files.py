"""Files of formats that are no text, as programs write them, for tests."""

import datetime
import io
import struct
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


def msg(fields: Mapping[str, str], attachments: Mapping[str, bytes] | None = None) -> bytes:
    """A mail of Outlook: `subject`, `body`, `sender`, and what hangs on it."""
    root = _properties({PROPERTIES[name]: value for name, value in fields.items()}, 32)
    for number, (name, data) in enumerate((attachments or {}).items()):
        folder = f"__attach_version1.0_#{number:08X}"
        inside = _properties({0x3707: name, 0x3701: data}, 8)
        root |= {f"{folder}/{stream}": held for stream, held in inside.items()}
    return compound(root)


PROPERTIES = {"class": 0x001A, "subject": 0x0037, "body": 0x1000, "sender": 0x0042, "html": 0x1013}


def _properties(values: Mapping[int, str | bytes], header: int) -> dict[str, bytes]:
    """The streams of some properties: a table of them, and one for each."""
    streams, table = {}, bytes(header)
    for number, value in values.items():
        kind = 0x001F if isinstance(value, str) else 0x0102
        data = value.encode("utf-16-le") if isinstance(value, str) else value
        table += struct.pack("<HHIII", kind, number, 6, len(data) + 2 * (kind == 0x001F), 0)
        streams[f"__substg1.0_{number:04X}{kind:04X}"] = data
    return {"__properties_version1.0": table, **streams}


FREE, END, FAT, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE file with these streams, in folders one deep. Each is short, or filled up with NULs
    to 4,096 bytes, so that all are short streams in one long one."""
    folders = sorted({name.partition("/")[0] for name in streams if "/" in name})
    places = {"": [name for name in streams if "/" not in name] + folders}
    places |= {one: [name for name in streams if name.startswith(f"{one}/")] for one in folders}
    names = ["", *places[""], *(name for one in folders for name in places[one])]
    mini, mini_fat, starts = b"", [], {}
    for name, data in streams.items():
        starts[name], count = len(mini) // 64, -(-len(data) // 64)
        mini_fat += [*range(len(mini_fat) + 1, len(mini_fat) + count), END][: max(count, 0)]
        mini += data.ljust(64 * count, b"\0")
    entries = b""
    for number, name in enumerate(names):
        shown = (name.rpartition("/")[2] or "Root Entry").encode("utf-16-le")
        siblings = next((held for held in places.values() if name in held), [])
        after = siblings[siblings.index(name) + 1 :] if number else []
        child = names.index(places[name][0]) if places.get(name) else NONE
        kind = 5 if not number else 1 if name in folders else 2
        size = len(mini) if not number else len(streams.get(name, b""))
        entries += shown.ljust(64, b"\0") + struct.pack("<HBB", len(shown) + 2, kind, 1)
        entries += struct.pack("<III", NONE, names.index(after[0]) if after else NONE, child)
        entries += bytes(36) + struct.pack("<IQ", starts.get(name, 0), size)
    return _sectors(entries, struct.pack(f"<{len(mini_fat)}I", *mini_fat), mini)


def _sectors(entries: bytes, mini_fat: bytes, mini: bytes) -> bytes:
    """The file: a header, one sector of FAT, the directory, the FAT of short streams, and these."""
    parts = [entries, mini_fat, mini]
    counts = [-(-len(part) // 512) for part in parts]
    starts = [1, 1 + counts[0], 1 + counts[0] + counts[1]]
    entries = entries[:116] + struct.pack("<I", starts[2]) + entries[120:]
    fat = [FAT]
    for start, count in zip(starts, counts, strict=True):
        fat += [*range(start + 1, start + count), END]
    assert len(fat) <= 128
    fat += [FREE] * (128 - len(fat))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIIII", 0, 1, starts[0], 0, 4096, starts[1], counts[1], END, 0, 0)
    header += struct.pack("<109I", *[FREE] * 108, FREE)[4:]
    body = b"".join(
        part.ljust(512 * count, b"\0" if part is not mini_fat else b"\xff")
        for part, count in zip([entries, mini_fat, mini], counts, strict=True)
    )
    return header.ljust(512, b"\xff") + struct.pack("<128I", *fat) + body
