"""What people see in a spreadsheet, and in a table of text, is what is read."""

import datetime
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_files import ods, xlsx, zipped
from test_loader_conformance import check

from index.document import Document
from index.errors import DocumentError
from index.layout import Line, SheetCell
from index.loaders import SourceFile, load
from index.loaders.grid import Grid, GridCell, name_of
from index.loaders.grid_writer import write_grid
from index.loaders.number_format import shown
from index.loaders.writer import Writer
from index.structure import Kind, Structure

HEADS = ["Part", "Bin", "Level"]


def read(data: bytes, name: str = "stock.xlsx") -> Document:
    documents = list(load(SourceFile.of_bytes(name, data)))
    check(documents, name)
    return documents[0]


def leaves(document: Document) -> list[tuple[str, str]]:
    text = str(document.text)
    return [
        (block.kind.value, text[block.start : block.end].replace("\t", "|"))
        for block in Structure.of(document.blocks).leaves
    ]


def columns(document: Document) -> list[tuple[str, ...]]:
    return [block.columns for block in document.blocks if block.kind is Kind.TABLE]


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (0.125, "0.0%", "12.5%"),
        (9467, "#,##0", "9,467"),
        (472, '"$"#,##0.00', "$472.00"),
        (-123, r"[$$-409]#,##0.00_);[Red]\([$$-409]#,##0.00\)", "($123.00)"),
        (355232.32, r"#,##0.00\ [$€-40C]", "355,232.32 €"),
        (0, '#,##0;-#,##0;"—"', "—"),
        (1234567, '0.0,,"M"', "1.2M"),
        (7, "000", "007"),
        (1.005, "0.00", "1.01"),
        (123456, "0.00E+00", "1.23E+05"),
        (0.1 + 0.2, "General", "0.3"),
        (237000000, "General", "237000000"),
        (39524.6, "yyyy-mm-dd hh:mm", "2008-03-17 14:24"),
        (39524.6, "h:mm AM/PM", "2:24 PM"),
        (19278.607951388888, r"dd\-mmm\-yyyy\ hh:mm:ss.000", "11-Oct-1952 14:35:27.000"),
        (39524, "dddd, d mmmm yy", "Monday, 17 March 08"),
        (1.5, "[h]:mm", "36:00"),
        (59, "d/m/yyyy", "28/2/1900"),
        (-5, "yyyy-mm-dd", "-5"),
        (5, ";;;", ""),
    ],
)
def test_numbers_look_as_their_format_says(number, code, text):
    assert shown(number, code) == text


@given(number=st.floats(), code=st.text(alphabet='0#?.,;%E+-@ymdhsAP/[]$"\\_*G ', max_size=12))
def test_no_number_and_no_format_is_an_error(number, code):
    assert isinstance(shown(number, code), str)


def test_a_sheet_is_a_heading_with_its_notes_and_its_table():
    data = xlsx(
        {
            "May": [
                ["Stock of the harbour"],
                ["All pieces were counted by night, behind closed doors."],
                [],
                HEADS,
                ["Bolt", "A 7", 0.4],
                ["Nut", None, 1],
                ["Source: the foreman"],
            ]
        },
        formats={"C5": "0%", "C6": "0%"},
        comments={"B5": "Moved in June."},
    )
    document = read(data)
    assert leaves(document) == [
        ("heading", "May"),
        ("heading", "Stock of the harbour"),
        ("paragraph", "All pieces were counted by night, behind closed doors."),
        ("head", "Part|Bin|Level"),
        ("row", "Bolt|A 7|40%"),
        ("row", "Nut||100%"),
        ("paragraph", "Source: the foreman"),
        ("paragraph", "Comment on B5: Moved in June."),
    ]
    assert columns(document) == [("Part", "Bin", "Level")]
    text = str(document.text)
    for words, cell in (("40%", "C5"), ("Nut", "A6"), ("Source", "A7"), ("Moved", "B5")):
        assert document.layout.place(text.index(words)) == SheetCell("May", cell)
    assert document.title == "stock"


def test_heads_of_several_rows_name_each_column():
    rows = [
        ["", "2023", None, "2024", None],
        ["Region", "Sales", "Profit", "Sales", "Profit"],
        ["", "m", "m", "m", "m"],
        ["North", 1, 2, 3, 4],
    ]
    names = ("Region", "2023 Sales m", "2023 Profit m", "2024 Sales m", "2024 Profit m")
    assert columns(read(xlsx({"A": rows}, merged=["B1:C1", "D1:E1"]))) == [names]
    assert columns(read(xlsx({"A": rows}))) == [names]


def test_years_and_dates_may_be_heads():
    document = read(xlsx({"A": [["Region", 2023, 2024], ["North", 10, 20], ["South", 30, 40]]}))
    assert columns(document) == [("Region", "2023", "2024")]


def test_tables_side_by_side_are_two_and_an_empty_column_alone_parts_none():
    pair = [
        ["City", "People", None, "City", "People"],
        ["Lodi", 1, None, "Oslo", 2],
        ["Bari", 3, None, "Rome", 4],
    ]
    assert columns(read(xlsx({"A": pair}))) == [("City", "People"), ("City", "People")]
    spaced = [["Item", None, "Cost"], ["Tea", None, 4], ["Milk", None, 2]]
    assert [text for _, text in leaves(read(xlsx({"A": spaced})))][1:] == [
        "Item||Cost",
        "Tea||4",
        "Milk||2",
    ]


def test_rows_after_an_empty_one_keep_the_names_of_the_columns():
    rows = [HEADS, [], ["Bolt", "A", 40], [], ["Nut", "B", 50]]
    document = read(xlsx({"A": rows}))
    assert columns(document) == [("Part", "Bin", "Level")] * 2
    assert ("head", "Part|Bin|Level") in leaves(document)


def test_dates_are_shown_without_a_country():
    rows = [["Due", "At"], [datetime.date(2024, 3, 1), datetime.datetime(2024, 3, 1, 9, 5)]]
    data = xlsx({"A": rows}, formats={"A2": "mm-dd-yy", "B2": "d mmm yyyy h:mm"})
    assert leaves(read(data))[-1] == ("row", "2024-03-01|1 Mar 2024 9:05")


def test_hidden_sheets_are_left_out_and_named(caplog):
    document = read(xlsx({"Seen": [["open"]], "Salaries": [["secret"]]}, hidden=["Salaries"]))
    assert "secret" not in document.text
    assert "hidden sheets, left out: “Salaries”" in caplog.text


def test_formulas_are_shown_by_their_results():
    sheet = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<sheetData><row r="1"><c r="A1" t="str"><f>B1&amp;"x"</f><v>seen</v></c>
<c r="B1"><f>1+1</f></c><c r="C1" t="b"><v>1</v></c><c r="D1" t="e"><v>#DIV/0!</v></c>
<c r="E1" t="inlineStr"><is><r><t>in </t></r><r><t>line</t></r></is></c></row>
</sheetData></worksheet>"""
    document = read(replaced(xlsx({"A": [["x"]]}), "xl/worksheets/sheet1.xml", sheet))
    assert leaves(document)[-1][1] == "seen||TRUE|#DIV/0!|in line"


def replaced(data: bytes, name: str, member: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    return zipped({**members, name: member})


SAMPLE = xlsx(
    {"A": [["Part", 0.5, datetime.date(2024, 3, 1)], ["Bolt", 2, None]]},
    formats={"B1": "0%"},
    merged=["A2:B2"],
    comments={"A1": "One."},
)
SHEETS = "<table:table table:name='A'><table:table-row table:number-rows-repeated='2'>"
SHEETS += (
    "<table:table-cell table:number-columns-repeated='3'><text:p>a</text:p></table:table-cell>"
)
SHEETS += "</table:table-row></table:table>"


@given(data=st.data())
def test_damaged_parts_of_a_workbook_are_read_or_refused(data):
    book, name = data.draw(st.sampled_from([(SAMPLE, "a.xlsx"), (ods(SHEETS), "a.ods")]))
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        part = data.draw(st.sampled_from(archive.namelist()))
        held = archive.read(part)
    start = data.draw(st.integers(0, len(held)))
    put = data.draw(
        st.sampled_from([b"", b"9", b"-1", b"99999999999", b"A0", b"<a>", b"<v/>", b'"'])
    )
    end = start + data.draw(st.integers(0, 9))
    try:
        read(replaced(book, part, held[:start] + put + held[end:]), name)
    except DocumentError as error:
        refused = str(error)
    else:
        refused = name
    assert refused.startswith(name)


def test_cells_far_apart_cost_nothing():
    sheet = b"""<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>
<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>"""
    document = read(replaced(xlsx({"A": [["x"]]}), "xl/worksheets/sheet1.xml", sheet))
    assert document.text == "A\n\n1\n\n2"


def test_an_open_document_sheet_is_read_as_it_is_shown(caplog):
    row = '<table:table-row table:number-rows-repeated="{}">{}</table:table-row>'
    cell = '<table:table-cell office:value-type="{}"{}><text:p>{}</text:p></table:table-cell>'
    heads = row.format(1, cell.format("string", "", "Part") + cell.format("string", "", "Level"))
    filled = row.format(
        2, cell.format("string", "", "A<text:s/>7") + cell.format("float", "", "4,5 kg")
    )
    gap = row.format(1_000_000, "<table:table-cell/>")
    style = (
        '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    )
    hidden = f'<table:table table:name="H" table:style-name="h">{heads}</table:table>'
    table = f'<table:table table:name="Stock">{heads}{filled}{gap}</table:table>'
    document = read(ods(table + hidden, style), "a.ods")
    assert document.text == "Stock\n\nPart\tLevel\nA 7\t4,5 kg\nA 7\t4,5 kg"
    assert document.layout.place(len(document.text) - 1) == SheetCell("Stock", "B3")
    assert "hidden sheets, left out: “H”" in caplog.text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<!DOCTYPE html><p>a", "seems to be HTML"),
        (b"%PDF-1.7 ...", "seems to be a PDF"),
        (b"", "is damaged"),
        (zipped({"a.txt": b"a"}), "lacks its part"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "old Office format; save it as an Excel workbook"),
        (zipped({"_rels/.rels": bytes(100_000_000)}), "unpacks to 100,000,000 bytes"),
    ],
)
def test_what_is_no_workbook_is_named(data, message):
    with pytest.raises(DocumentError, match=message):
        read(data)


def test_too_many_cells_are_refused(monkeypatch):
    monkeypatch.setattr("index.loaders.grid.MAX_CELLS", 5)
    with pytest.raises(DocumentError, match="more than 5 filled cells"):
        read(xlsx({"A": [["a", "b", "c"], ["d", "e", "f"]]}))


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_the_delimiter_is_told_by_the_lines(delimiter):
    text = 'name,note,price\nBolt,"long, and; dear",1\nNut,,2.5\n'.replace(",", delimiter)
    assert leaves(read(text.encode(), "a.csv"))[1][1].startswith("Bolt|")
    assert columns(read(text.encode(), "a.csv")) == [("name", "note", "price")]


def test_cells_of_a_text_table_know_their_lines():
    document = read(b'a,b\n"one\ntwo","three\nfour"\nlast,1\n', "a.csv")
    text = str(document.text)
    places = {word: document.layout.place(text.index(word)) for word in ("one", "three", "last")}
    assert places == {"one": Line(2), "three": Line(3), "last": Line(5)}


def test_ragged_rows_keep_their_cells():
    document = read(b"id,name,age\n1101,John\n1102,Julie,26,Potatoes\n", "a.csv")
    assert leaves(document)[2] == ("row", "1102|Julie|26|Potatoes")


def test_a_quote_that_nothing_closes_is_a_character():
    document = read(b'size\tname\n"5 inch\tbolt\n6 inch\tnut\n', "a.tsv")
    assert document.text == 'size\tname\n"5 inch\tbolt\n6 inch\tnut'


def test_excel_may_say_the_delimiter():
    document = read(b"sep=|\na;x|b,y\n1|2\n", "a.csv")
    assert document.text == "a;x\tb,y\n1\t2"
    assert document.layout.place(len(document.text)) == Line(3)


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"%PDF-1.7\n1 0 obj", "seems to be a PDF"), (b"," * 20_000, "a row of 20,001 cells")],
)
def test_what_is_no_text_table_is_named(data, message):
    with pytest.raises(DocumentError, match=message):
        read(data, "a.csv")


@given(
    rows=st.lists(
        st.lists(
            st.sampled_from(["", "a", "b c", "Total", "1", "2024", "12.5 %", "n" * 90]), max_size=7
        ),
        max_size=9,
    )
)
def test_every_cell_is_written_once_in_a_table_or_beside_it(rows):
    cells = {
        (row, column): GridCell(text, text[-1].isdigit())
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
        if text
    }
    writer = Writer(SourceFile.of_bytes("a.xlsx", b""))
    writer.heading("A")
    write_grid(writer, Grid("A", cells), lambda row, column: SheetCell("A", name_of(row, column)))
    document = writer.document()
    check([document], "a.xlsx")
    assert sorted(str(document.text)[1:].split()) == sorted(
        " ".join(cell for row in rows for cell in row).split()
    )
