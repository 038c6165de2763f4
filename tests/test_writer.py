"""What a loader writes → a document whose blocks and places fit its text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_loader_conformance import check_blocks, check_leaves, check_tables

from index import Document
from index.errors import DocumentError
from index.layout import Box, Page, Placed, Section, SheetCell
from index.loaders import SourceFile
from index.loaders.writer import Writer
from index.split import find_blocks
from index.structure import Kind, Structure

FILE = SourceFile.of_bytes("folder/a.any", b"")


def check(document: Document) -> None:
    check_blocks(document.blocks)
    check_tables(document.blocks)
    check_leaves(str(document.text), Structure.of(document.blocks).leaves)


def kinds(document: Document) -> list[tuple[str, str]]:
    return [
        (block.kind.value, str(document.text)[block.start : block.end])
        for block in Structure.of(document.blocks).leaves
    ]


def test_pieces_become_text_and_blocks():
    writer = Writer(FILE)
    writer.heading(" Ports ", 2)
    writer.paragraph("They are:")
    with writer.within(Kind.LIST):
        for port in ("Lodi", "Genoa"):
            with writer.within(Kind.ITEM):
                writer.paragraph(port)
        with writer.within(Kind.ITEM):
            writer.paragraph("Those of the north:")
            with writer.within(Kind.LIST), writer.within(Kind.ITEM):
                writer.paragraph("Bergen")
    writer.code("  a = 1\n  b = 2\n")
    document = writer.document()
    check(document)
    assert document.text == (
        "Ports\n\nThey are:\nLodi\nGenoa\nThose of the north:\nBergen\n\n  a = 1\n  b = 2"
    )
    assert kinds(document) == [
        ("heading", "Ports"),
        ("paragraph", "They are:"),
        ("item", "Lodi"),
        ("item", "Genoa"),
        ("paragraph", "Those of the north:"),
        ("item", "Bergen"),
        ("code", "a = 1\n  b = 2"),
    ]
    assert document.title == "Ports"
    lists = [block for block in document.blocks if block.kind is Kind.LIST]
    assert [document.blocks[one.introduced_by].kind.value for one in lists] == [
        "paragraph",
        "paragraph",
    ]


def test_tables_know_their_columns_and_places():
    writer = Writer(FILE)
    places = [[SheetCell("Stock", f"{c}{r}") for c in "ABC"] for r in (1, 2, 3)]
    rows = [["Part", "Bin", "Reorder\nlevel"], ["", "", ""], ["Bolt", "", "40"]]
    writer.table(rows, heads=1, places=places)
    document = writer.document()
    check(document)
    assert document.text == "Part\tBin\tReorder level\nBolt\t\t40"
    table, head, row = document.blocks
    assert table.columns == ("Part", "Bin", "Reorder level")
    assert [(cell.column, cell.name) for cell in row.cells] == [(0, "Part"), (2, "Reorder level")]
    assert (head.kind, row.kind) == (Kind.HEAD, Kind.ROW)
    assert document.layout.place(row.cells[1].start) == SheetCell("Stock", "C3")


def test_characters_on_pages_have_boxes():
    writer = Writer(FILE)
    boxes = np.array(
        [[10 * n, 100 + 120 * (n > 2), 10 * n + 9, 210 + 120 * (n > 2)] for n in range(5)]
    )
    writer.stands(Page(1))
    writer.paragraph("abcde", boxes=boxes.astype(np.uint16))
    writer.stands(Page(2))
    writer.paragraph(" fg", boxes=boxes[:3].astype(np.uint16))
    document = writer.document()
    check(document)
    assert document.text == "abcde\n\nfg"
    assert isinstance(document.layout, Placed)
    assert document.layout.boxes(1, 9) == [
        (Page(1), [Box(1, 10, 2.9, 21), Box(3, 22, 4.9, 33)]),
        (Page(2), [Box(1, 10, 2.9, 21)]),
    ]
    assert [document.layout.place(at) for at in (0, 4, 7)] == [Page(1), Page(1), Page(2)]


def test_a_paragraph_may_go_over_a_page_and_an_item_has_a_marker():
    writer = Writer(FILE)
    boxes = np.array([[10 * n, 0, 10 * n + 9, 20] for n in range(8)], np.uint16)
    with writer.within(Kind.LIST), writer.within(Kind.ITEM):
        writer.paragraph(" - abcd ", boxes=boxes, places=[(0, Page(1)), (5, Page(2))], marker=3)
    writer.stands(Page(2))
    writer.table([["x", "yz"]], boxes=[[boxes[:1], boxes[:2]]])
    document = writer.document()
    check(document)
    assert document.text == "- abcd\nx\tyz"
    assert [document.layout.place(at) for at in (0, 3, 4, 8)] == [Page(1)] * 2 + [Page(2)] * 2
    assert document.layout.boxes(2, 6) == [
        (Page(1), [Box(3, 0, 4.9, 2)]),
        (Page(2), [Box(5, 0, 6.9, 2)]),
    ]
    assert document.layout.boxes(9, 11) == [(Page(2), [Box(0, 0, 1.9, 2)])]
    assert [(one.kind, one.marker) for one in document.blocks][1] == (Kind.ITEM, 2)


PIECES = st.lists(
    st.tuples(
        st.sampled_from(
            ["heading", "paragraph", "code", "list", "item", "quotation", "table", "up"]
        ),
        st.text(alphabet=" \n\tab:.\x00\x1b\ud800é日", max_size=8),
        st.integers(0, 3),
    ),
    max_size=25,
)


@given(pieces=PIECES)
def test_whatever_is_written_the_blocks_fit(pieces):
    writer = Writer(FILE)
    write(writer, list(pieces))
    document = writer.document()
    check(document)
    for block in document.blocks:
        for cell in block.cells:
            assert str(document.text)[cell.start : cell.end].strip()
    assert len(writer) == len(document.text)
    document.text.encode("utf-8")


def write(writer: Writer, rest: list[tuple[str, str, int]]) -> None:
    """Write pieces until one says that the innermost container ends."""
    leaves = {"paragraph": writer.paragraph, "code": writer.code}
    while rest:
        what, text, number = rest.pop(0)
        writer.stands(Section(f"part {number}") if number else None)
        if what == "up":
            return
        if what in leaves:
            leaves[what](text)
        elif what == "heading":
            writer.heading(text, number)
        elif what == "table":
            writer.table([[text, "", "x"], ["", text]], heads=number % 3)
        elif what == "list":
            with writer.within(Kind.LIST), writer.within(Kind.ITEM):
                write(writer, rest)
        else:
            with writer.within(Kind.QUOTATION):
                write(writer, rest)


def test_parts_of_a_paragraph_stand_in_their_places():
    writer = Writer(FILE)
    writer.paragraph("First.", places=[(0, Section("a"))])
    writer.paragraph(
        "  One two ", places=[(0, Section("b")), (6, Section("c")), (10, Section("d"))]
    )
    document = writer.document()
    check(document)
    assert document.text == "First.\n\nOne two"
    assert [str(document.layout.place(at)) for at in (0, 8, 11, 12, 14)] == [
        *("in “a”", "in “b”", "in “b”", "in “c”", "in “c”"),
    ]


def test_names_of_columns_may_be_given():
    writer = Writer(FILE)
    writer.table([["", "2024"], ["a", "b"], ["1", "2"]], heads=2, names=["a", "2024\nb"])
    assert writer.document().blocks[0].columns == ("a", "2024 b")


def test_a_text_is_kept_with_its_blocks():
    writer = Writer(FILE)
    writer.heading("Bolts")
    text = "We have:\n- one\n- two\n\na | b | c\n--|---|--\n1 | 2 | 3"
    writer.text(text, find_blocks(text))
    writer.paragraph("End.")
    document = writer.document()
    check(document)
    assert document.text == f"Bolts\n\n{text}\n\nEnd."
    assert [kind for kind, _ in kinds(document)] == [
        *("heading", "paragraph", "item", "item", "head", "head", "row", "paragraph"),
    ]
    moved = [document.text[cell.start : cell.end] for one in document.blocks for cell in one.cells]
    assert moved == ["1", "2", "3"]


def test_a_title_is_the_one_given_or_the_first_heading_or_the_name_of_the_file():
    writer = Writer(FILE)
    assert writer.document().title == "a"
    writer.heading("One\ntwo")
    assert writer.document().title == "One two"
    assert writer.document(title=" Given ").title == "Given"
    assert writer.document(name="part.txt").id == "folder/a.any#part.txt"


def test_the_marker_of_an_item_is_shown_but_not_part_of_what_it_says():
    writer = Writer(FILE)
    with writer.within(Kind.LIST):
        with writer.within(Kind.ITEM, marker="1."):
            writer.paragraph("Lodi")
        with writer.within(Kind.ITEM, marker="(b)"):
            writer.paragraph("Bergen")
            writer.paragraph("old")
        with writer.within(Kind.ITEM, marker="3."):
            writer.table([["a", "b"]])
        with writer.within(Kind.ITEM, marker="4."):
            pass
    document = writer.document()
    check(document)
    assert document.text == "1. Lodi\n(b) Bergen\nold\n3.\na\tb"
    marked = [str(document.text)[slice(*one.content)] for one in document.blocks if one.marker]
    assert marked == ["Lodi", "Bergen"]


def test_too_much_text_is_refused(monkeypatch):
    monkeypatch.setattr("index.loaders.writer.MAX_CHARACTERS", 10)
    writer = Writer(FILE)
    with pytest.raises(DocumentError, match=r"a\.any has more than 10 characters"):
        writer.paragraph("word " * 10)
