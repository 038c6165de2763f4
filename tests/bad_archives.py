"""Bad files of the formats that are archives of XML: bombs, loops, sizes that are not true."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator, Mapping
from itertools import pairwise

from made_files import SHEET, ods, xlsx
from samples import DOCX, EPUB, ODT, PPTX, SHAPES, WORD, docx, epub, odt, relations, w

Files = Iterator[tuple[str, bytes]]

XLSX = xlsx({"Stock": [["Part", "Bin"], ["Bolt", 7]]})
WHOLE = {
    ".docx": DOCX,
    ".xlsx": XLSX,
    ".pptx": PPTX,
    ".odt": ODT,
    ".ods": ods(SHEET),
    ".epub": EPUB,
}
# The part that holds the text.
MAIN = {
    ".docx": "word/document.xml",
    ".xlsx": "xl/worksheets/sheet1.xml",
    ".pptx": "ppt/slides/slide1.xml",
    ".odt": "content.xml",
    ".ods": "content.xml",
    ".epub": "OEBPS/page0.xhtml",
}
MANY = 2_000
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def members(data: bytes) -> dict[str, bytes]:
    """The parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def repacked(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """An archive with other parts in the place of some, or besides."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**members(data), **changed}.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def xml_bombs() -> Iterator[tuple[str, str]]:
    """XML that grows, reads other files, or is nested, with what holds `{}` in each."""
    names = "abcdefghij"
    laughs = "".join(f'<!ENTITY {one} "{f"&{inner};" * 10}">' for inner, one in pairwise(names))
    yield "laughs", f'<!DOCTYPE x [<!ENTITY a "{"ha" * 50}">{laughs}]><x>&j;</x>'
    yield "quadratic", f'<!DOCTYPE x [<!ENTITY a "{"x" * 50_000}">]><x>{"&a;" * 5_000}</x>'
    yield "external", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    yield "parameter", '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://a.example/a.dtd"> %a;]><x>b</x>'
    yield "itself", '<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]><x>&a;</x>'
    yield "deep", "<x>" * 20_000 + "</x>" * 20_000
    yield "attributes", "<x " + " ".join(f"a{n}='1'" for n in range(MANY)) + "/>"
    yield "open", "<x>" * 1_000
    yield "nul", "<x>\0</x>"
    yield "encoding", '<?xml version="1.0" encoding="utf-99"?><x>a</x>'


def bombs() -> Files:
    """A few bytes that unpack to many, of every format that is an archive."""
    for suffix, data in WHOLE.items():
        yield f"bomb{suffix}", repacked(data, {MAIN[suffix]: bytes(20_000_000)})


def archives() -> Files:
    """Bad files of every format that is an archive."""
    for suffix, data in WHOLE.items():
        main = MAIN[suffix]
        for name, xml in xml_bombs():
            yield f"xml-{name}{suffix}", repacked(data, {main: xml.encode()})
        yield f"nested{suffix}", repacked(data, {main: data})
        yield f"many-parts{suffix}", repacked(data, {f"{n}": b"" for n in range(MANY)})
        yield f"no-main-part{suffix}", _without(data, main)
        yield f"empty-main-part{suffix}", repacked(data, {main: b""})
        yield f"says-less{suffix}", _with_size(data, main, 10)
        yield f"says-more{suffix}", _with_size(data, main, 2**32 - 2)
        yield f"overlapping{suffix}", _overlapping(data)
        yield f"encrypted-part{suffix}", _with_flags(data, main, 1)
        yield f"other-method{suffix}", _with_method(data, main, 99)
        yield (
            f"path-tricks{suffix}",
            repacked(
                data, {"../../evil": b"x", "/etc/evil": b"x", "C:\\evil": b"x", "a/../../b": b"x"}
            ),
        )
        yield f"link{suffix}", _link(data, main)
        yield f"with-rubbish-before{suffix}", b"MZ" * 500 + data
        yield f"with-rubbish-after{suffix}", data + b"\0" * 70_000


def _without(data: bytes, name: str) -> bytes:
    parts = members(data)
    del parts[name]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for one, part in parts.items():
            archive.writestr(one, part)
    return packed.getvalue()


def _entry(data: bytes, name: str) -> int:
    """Where the entry of a part in the directory at the end of an archive begins."""
    at = data.find(b"PK\1\2")
    while data[at + 46 : at + 46 + len(name)] != name.encode():
        at = data.index(b"PK\1\2", at + 1)
    return at


def _put(data: bytes, at: int, layout: str, *values: int) -> bytes:
    packed = struct.pack(layout, *values)
    return data[:at] + packed + data[at + len(packed) :]


def _with_size(data: bytes, name: str, size: int) -> bytes:
    """An archive that says that a part unpacks to so many bytes."""
    return _put(data, _entry(data, name) + 24, "<I", size)


def _with_flags(data: bytes, name: str, flags: int) -> bytes:
    return _put(data, _entry(data, name) + 8, "<H", flags)


def _with_method(data: bytes, name: str, method: int) -> bytes:
    return _put(data, _entry(data, name) + 10, "<H", method)


def _overlapping(data: bytes) -> bytes:
    """An archive whose parts are all packed in the same bytes."""
    at = data.find(b"PK\1\2")
    while at >= 0:
        data = _put(data, at + 42, "<I", 0)
        at = data.find(b"PK\1\2", at + 1)
    return data


def _link(data: bytes, name: str) -> bytes:
    """An archive in which a part is a link."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for one, part in members(data).items():
            info = zipfile.ZipInfo(one)
            info.external_attr = 0o120777 << 16 if one == name else 0
            archive.writestr(info, b"/etc/passwd" if one == name else part)
    return packed.getvalue()


def offices() -> Files:
    """Documents of Word, slides, texts and books that say what cannot be."""
    style = '<w:style w:styleId="{}"><w:basedOn w:val="{}"/></w:style>'
    styles = f"<w:styles {WORD}>{style.format('A', 'B')}{style.format('B', 'A')}</w:styles>"
    yield "styles-in-a-loop.docx", docx(w("Ports", '<w:pStyle w:val="A"/>'), styles=styles)
    number = '<w:numPr><w:ilvl w:val="99999999999"/><w:numId w:val="1"/></w:numPr>'
    levels = "".join(f'<w:lvl w:ilvl="{n}"><w:start w:val="{"9" * 5_000}"/></w:lvl>' for n in "019")
    numbering = f'<w:numbering {WORD}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
    numbering += '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    yield "numbers-without-end.docx", docx(w("Ports", number), numbering=numbering)
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc>'
    yield "wide-cells.docx", docx(f"<w:tbl>{f'<w:tr>{cell}</w:tr>' * 100}</w:tbl>")
    note = f'<w:footnote w:id="2">{_reference()}</w:footnote>'
    notes = f"<w:footnotes {WORD}>{note}</w:footnotes>"
    yield "note-in-itself.docx", docx(_reference(), footnotes=notes)
    parts = members(DOCX)
    itself = relations(("officeDocument", "_rels/.rels"))
    yield "main-part-is-relations.docx", repacked(DOCX, {"_rels/.rels": itself.encode()})
    outside = relations(("officeDocument", "../../../../etc/passwd"))
    yield "main-part-is-outside.docx", repacked(DOCX, {"_rels/.rels": outside.encode()})
    many = parts["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        b"".join(
            b'<Relationship Id="h%d" Type="a/header" Target="header.xml"/>' % n for n in range(3000)
        )
        + b"</Relationships>",
    )
    yield "many-headers.docx", repacked(DOCX, {"word/_rels/document.xml.rels": many})
    yield "slide-shown-often.pptx", _slide_shown_often()
    repeat = 'table:number-columns-repeated="999999999" table:number-rows-repeated="999999999"'
    row = f"<table:table-row {repeat}><table:table-cell {repeat}>{{}}</table:table-cell>"
    table = f'<table:table table:name="A">{row}</table:table-row></table:table>'
    yield "repeated.ods", ods(table.format("<text:p>a</text:p>"))
    yield "repeated-empty.ods", ods(table.format(""))
    yield "repeated.odt", odt(table.format("<text:p>a</text:p>"))
    yield "spaces.odt", odt('<text:p>a<text:s text:c="999999999"/>b</text:p>')
    yield "tables-in-tables.ods", ods("<table:table><table:table-row><table:table-cell>" * 5_000)


def _reference() -> str:
    return '<w:p><w:r><w:footnoteReference w:id="2"/><w:t>Seen</w:t></w:r></w:p>'


def _slide_shown_often() -> bytes:
    shown = f"<p:presentation {SHAPES}><p:sldIdLst>" + "<p:sldId r:id='r1'/>" * 3_000
    shown += "</p:sldIdLst></p:presentation>"
    return repacked(PPTX, {"ppt/presentation.xml": shown.encode()})


def books() -> Files:
    """Books whose parts lead to themselves."""
    parts = members(EPUB)
    container, package = "META-INF/container.xml", "OEBPS/book.opf"
    own = parts[container].replace(b"OEBPS/book.opf", container.encode())
    yield "container-is-its-book.epub", repacked(EPUB, {container: own})
    outside = parts[container].replace(b"OEBPS/book.opf", b"../../../../etc/passwd")
    yield "book-is-outside.epub", repacked(EPUB, {container: outside})
    again = b"<itemref idref='i0'/>" * 50_000
    loop = parts[package].replace(b"<spine>", b"<spine>" + again)
    yield "page-read-often.epub", repacked(EPUB, {package: loop})
    own = parts[package].replace(b"page0.xhtml", b"book.opf")
    yield "book-is-its-page.epub", repacked(EPUB, {package: own})
    locked = (
        "<encryption><EncryptionMethod Algorithm='http://www.w3.org/2001/04/xmlenc#aes128-cbc'/>"
    )
    yield (
        "protected.epub",
        epub("<p>a", extra={"META-INF/encryption.xml": f"{locked}</encryption>"}),
    )


def sheets() -> Files:
    """Workbooks that declare more than they hold, or hold what cannot be."""
    bodies = {
        "huge-dimension": '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v>'
        '</c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>',
        "beyond-the-last-cell": '<sheetData><row r="99999999"><c r="ZZZ9999999"><v>1</v></c></row>'
        '<row r="0"><c r="A0"><v>1</v></c></row><row r="-5"><c r="-"><v>1</v></c></row>'
        "</sheetData>",
        "many-merges": "<sheetData><row><c r='A1'><v>1</v></c></row></sheetData><mergeCells>"
        + "<mergeCell ref='A1:XFD1048576'/>" * 20_000
        + "</mergeCells>",
        "merged-backwards": "<sheetData><row><c r='C3'><v>1</v></c></row></sheetData><mergeCells>"
        "<mergeCell ref='C3:A1'/><mergeCell ref='C3'/><mergeCell ref=':'/></mergeCells>",
        "no-such-text": "<sheetData><row><c t='s'><v>999999999</v></c><c t='s'><v>-1</v></c>"
        "<c t='s'><v>x</v></c><c s='99999'><v>1</v></c></row></sheetData>",
        "strange-numbers": "<sheetData><row>"
        + "".join(
            f"<c><v>{one}</v></c>" for one in ("1e999", "-1e999", "nan", "1_0", "٣", "9" * 400)
        )
        + "</row></sheetData>",
        "many-columns": f"<sheetData><row>{'<c><v>1</v></c>' * 20_000}</row></sheetData>",
        "deep-cells": f"<sheetData>{'<row><c>' * 5_000}",
    }
    for name, body in bodies.items():
        part = f'<worksheet xmlns="{S}">{body}</worksheet>'
        yield f"{name}.xlsx", repacked(XLSX, {MAIN[".xlsx"]: part.encode()})
    texts = b"<sst><si><t>_xD800__x0000__xFFFF_<x>a</x></t></si></sst>"
    yield "escapes.xlsx", repacked(XLSX, {"xl/sharedStrings.xml": texts})
    codes = ["0" * 5_000, "[h]" * 500, ";;;;", '"' * 400, "yyyy" * 100, "[<=", "#" * 9 + "," * 90]
    for number, code in enumerate(codes):
        yield (
            f"format-{number}.xlsx",
            xlsx({"A": [["Part", 5], ["Bolt", 45_000.7]]}, formats={"B2": code}),
        )
