"""Tables of plain text and Markdown: where they stand, and the cells of their rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.split import find_blocks
from index.split.tables import MAX_LINE, MAX_NAMES, bare_cells, find_tables
from index.structure import Kind, Structure

ROWS = "| city | people | river |\n|---|---|---|\n| Ganja | 335,000 | Kura |"


def test_a_table_is_where_its_head_starts_and_its_last_row_ends():
    text = f"Some cities:\n\n{ROWS}\n\nAnd that is all."
    (table,) = find_tables(text)
    assert text[table.start : table.end].strip() == ROWS
    assert text[table.rows : table.end].strip() == "| Ganja | 335,000 | Kura |"
    assert table.columns == ("city", "people", "river")
    assert table.barred


def test_tables_between_two_places():
    text = f"{ROWS}\n\n{ROWS}"
    one, other = find_tables(text)
    assert find_tables(text, other.start) == [other]
    assert find_tables(text, 0, one.end) == [one]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("|a|b|\n|:-|-:|\n|1|2|", ("a", "b")),
        ("a | b\n--- | ---\n1 | 2", ("a", "b")),
        ("a | b\n---+---\n1 | 2", ("a", "b")),
        ("| a | b |\n+===+===+\n| 1 | 2 |", ("a", "b")),
        ("|a|b|\r\n|-|-|\r\n|1|2|\r\n", ("a", "b")),
        ("||**b**|_c_|`d`|\n|-|-|-|-|\n|1|2|3|4|", ("", "b", "c", "d")),
        ("|a \\| b|c|\n|-|-|\n|1|2|", ("a \\| b", "c")),
        (f"|{'a' * MAX_LINE}|b|\n|-|-|\n|1|2|", ()),
    ],
)
def test_the_names_of_the_columns(text, columns):
    (table,) = find_tables(text)
    assert table.columns == columns


@pytest.mark.parametrize(
    "text",
    [
        "A title\n---\nText.",
        "a | b | c\nText.",
        "a | b | c",
        "a | b | c\n- one",
        "|a|b|\n\n|-|-|\n|1|2|",
        "|a|b|\n-----\n|1|2|",
        "It is P(A|B).",
    ],
)
def test_what_is_no_table(text):
    assert find_tables(text) == []


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("| Bolt | 12.50 |", ["Bolt", "12.50"]),
        ("| Bolt | |", ["Bolt"]),
        ("||-|", []),
        ("|a \\| b|c\\|", ["a \\| b", "c\\|"]),
        ("||", []),
        (f"|{'a' * MAX_LINE}|", []),
    ],
)
def test_a_row_that_stands_in_no_table_has_cells_without_names(row, cells):
    found = bare_cells(row, 0, len(row))
    assert [row[one.start : one.end] for one in found] == cells
    assert not any(one.name for one in found)


def test_names_that_are_longer_than_what_they_name_are_no_help():
    for length, count in ((MAX_NAMES - 1, 2), (MAX_NAMES, 0)):
        text = f"|a|{'b' * length}|\n|-|-|\n|1|2|"
        (table,) = find_tables(text)
        assert len(table.cells(text, text.rindex("\n") + 1, len(text))) == count


def kinds_of(text: str) -> list[Kind]:
    return [leaf.kind for leaf in Structure.of(find_blocks(text)).leaves]


@pytest.mark.parametrize(
    "rule", ["|---|---|---|", "| :--- | ---: | --- |", "--- | --- | ---", "+---+---+---+"]
)
def test_the_head_of_a_table_is_told_from_its_rows(rule):
    table = f"| city | people | river |\n{rule}\n| Ganja | 335,000 | Kura |"
    assert kinds_of(table) == [Kind.HEAD, Kind.HEAD, Kind.ROW]


@pytest.mark.parametrize(
    "text", ["A title\n---\nText.", "a | b | c\nText.", "a | b | c", "a | b | c\n- one"]
)
def test_what_heads_no_table(text):
    assert Kind.HEAD not in kinds_of(text)


def test_rows_stand_in_their_table_and_know_its_columns():
    text = f"Some cities:\n{ROWS}\n{ROWS}\nAnd that is all."
    structure = Structure.of(find_blocks(text))
    tables = [structure.within(leaf, Kind.TABLE) for leaf in structure.leaves]
    assert [table and table.columns for table in tables] == [
        None,
        *[("city", "people", "river")] * 6,
        None,
    ]
    assert tables[1] is tables[6]  # what looks like a second head is a row of the first table


def test_two_tables_with_nothing_between_but_a_blank_line_are_two():
    structure = Structure.of(find_blocks(f"{ROWS}\n\n{ROWS}"))
    assert len({structure.within(leaf, Kind.TABLE) for leaf in structure.leaves}) == 2


@given(st.text(alphabet="|-+=ab \n\\:\r", max_size=120))
def test_tables_are_ordered_disjoint_and_hold_the_cells_of_their_rows(text):
    at = 0
    for table in find_tables(text):
        assert at <= table.start < table.rows <= table.end <= len(text)
        at = table.end
        lines = text[table.rows : table.end].split("\n")
        start = table.rows
        for line in lines:
            before = start
            for cell in table.cells(text, start, start + len(line)):
                assert before <= cell.start < cell.end <= start + len(line)
                assert "\n" not in text[cell.start : cell.end]
                assert text[cell.start : cell.end] == text[cell.start : cell.end].strip()
                before = cell.end
            start += len(line) + 1


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text",
    [
        "|a" * 500_000 + "\n" + "|-" * 500_000 + "\n" + "|b" * 500_000,
        "a | b\n---|---\n" + "x | y\n" * 100_000,
        "a|b\n-+-\n" * 60_000,
        "a|b\n" + "-" * 2_000_000 + "x",
        "a|b\n" + "-|" * 1_000_000 + "x",
        "a | b | c\n" + "-" * 100_000 + "x",
        ("|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n") + ("|b" * 2_000 + "|\n") * 300,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_hostile_tables_take_no_longer_than_their_length(text):
    leaves = Structure.of(find_blocks(text)).leaves
    assert sum(leaf.end - leaf.start for leaf in leaves) >= len(text) - text.count("\n")
