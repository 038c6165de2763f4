"""Rows of tables: what one says, with the names of its columns."""

from __future__ import annotations

import pytest
from conftest import document
from hypothesis import given
from hypothesis import strategies as st

from index import Paragraph, Span
from index.prepare import prepare
from index.rows import cells_of, named_table, spelt_out, with_column_names
from index.split import find_blocks
from index.split.tables import MAX_LINE, MAX_NAMES
from index.structure import Structure

PRICES = """# Prices

| Article | Price (EUR) | Stored in |
|:--------|------------:|-----------|
| Bolt M8 | 12.50 | Hamburg |
| Hinge | 33.00 | |
"""


def line(text: str, start: str) -> tuple[Span, Paragraph]:
    """The line of a text that starts so, as a sentence of a paragraph."""
    at = text.index(start)
    end = text.find("\n", at)
    sentence = Span(document(text), at, end if end >= 0 else len(text))
    return sentence, Paragraph(sentence, (sentence,), Structure.of(find_blocks(text)))


def sentences_of(text: str) -> list[tuple[Span, Paragraph]]:
    paragraphs = prepare(document(text), language="english", splitter=None)
    return [(sentence, one) for one in paragraphs for sentence in one.sentences]


def test_a_row_says_what_its_cells_are():
    row, paragraph = line(PRICES, "| Bolt")
    cells = cells_of(row, paragraph)
    assert [(PRICES[one.start : one.end], one.column, one.name) for one in cells] == [
        ("Bolt M8", 0, "Article"),
        ("12.50", 1, "Price (EUR)"),
        ("Hamburg", 2, "Stored in"),
    ]
    words = "| Bolt M8 | Price (EUR) = 12.50 | Stored in = Hamburg |"
    assert with_column_names(row, paragraph) == words


def test_an_empty_cell_says_nothing():
    assert with_column_names(*line(PRICES, "| Hinge")) == "| Hinge | Price (EUR) = 33.00 | |"


@pytest.mark.parametrize("start", ["# Prices", "| Article", "|:---"])
def test_what_is_no_row_is_left_as_it_is(start):
    other, paragraph = line(PRICES, start)
    assert with_column_names(other, paragraph) == other.text
    assert cells_of(other, paragraph) == []


@pytest.mark.parametrize(
    ("start", "named"), [("# Prices", False), ("| Article", True), ("|:--", True), ("| Bolt", True)]
)
def test_the_head_and_the_rows_of_a_table_stand_in_it(start, named):
    assert (named_table(*line(PRICES, start)) is not None) is named


GRID = """+---+---+---+
| a | b | c |
+===+===+===+
| 1 | 2 | 3 |
+---+---+---+
| 4 | 5 | 6 |
+---+---+---+"""


@pytest.mark.parametrize(
    ("text", "row", "words"),
    [
        ("|a|b|c|\n|-|-|-|\n|1|2|3|", "|1", "|1|b = 2|c = 3|"),
        ("a | b | c\n--- | --- | ---\n1 | 2 | 3\nNo row.", "1 |", "1 | b = 2 | c = 3"),
        ("a | b | c\n--- | --- | ---\n1 | 2 | 3\nNo row.", "No", "No row."),
        ("a | b | c\n---+---+---\n | 2 | 3", "| 2", "| b = 2 | c = 3"),
        (GRID, "| 1", "| 1 | b = 2 | c = 3 |"),
        (GRID, "| 4", "| 4 | b = 5 | c = 6 |"),
        ("  | a | b | c |\n  |---|---|---|\n  | 1 | 2 | 3 |", "| 1", "| 1 | b = 2 | c = 3 |"),
        ("|a|b|c|\n|-|-|-|\n|1|2\\|3|4|", "|1", "|1|b = 2\\|3|c = 4|"),
        ("|a|b|c|\n|-|-|-|\n|1|2|3\\|", "|1", "|1|b = 2|c = 3\\|"),
        ("|a|b|c|\n|-|-|-|\n|1|2|3|4|", "|1", "|1|b = 2|c = 3|4|"),
        ("|a|b|c|\n|-|-|-|\n|1|", "|1", "|1|"),
        ("|a|b|c|\n|-|-|-|\n||2|3|", "||2", "||b = 2|c = 3|"),
        ("||b|c|\n|-|-|-|\n|1|2|3|", "|1", "|1|b = 2|c = 3|"),
        ("|a|**b**|_c_|\n|-|-|-|\n|1|2|3|", "|1", "|1|b = 2|c = 3|"),
        ("|a|b|c|\r\n|-|-|-|\r\n|1|2|3|\r\n", "|1", "|1|b = 2|c = 3|\r"),
        ("|a|b|c|\n\n|-|-|-|\n|1|2|3|", "|1", "|1|2|3|"),
        ("It is P(A|B).\n\n|a|b|c|\n|-|-|-|\n|1|2|3|\n\nP(C|D).", "P(C", "P(C|D)."),
        ("|a|b|c|\n|-|-|-|\n|1|2|3|\n\n|d|e|\n|-|-|\n|1|2|3|", "|1", "|1|b = 2|c = 3|"),
        ("|Fiscal year|2023|\n|-|-|\n|Revenue|41 million|", "|Rev", "|Revenue|41 million|"),
        (f"|a|b|{'c' * MAX_NAMES}|\n|-|-|-|\n|1|2|3|", "|1", "|1|2|3|"),
        (f"|a|b|c|\n|-|-|-|\n|1|2|{'3' * MAX_LINE}|", "|1", f"|1|2|{'3' * MAX_LINE}|"),
    ],
)
def test_kinds_of_tables(text, row, words):
    assert with_column_names(*line(text, row)) == words


def test_a_row_of_two_columns_has_cells_and_is_read_without_their_names():
    row, paragraph = line("|Fiscal year|2023|\n|-|-|\n|Revenue|41 million|", "|Rev")
    assert [cell.name for cell in cells_of(row, paragraph)] == ["Fiscal year", "2023"]
    assert named_table(row, paragraph) is None


@pytest.mark.parametrize("words", [80, 400])
def test_a_row_that_is_cut_keeps_each_part_apart(words):
    advice = "Take it with water. " * words
    text = f"| Drug | Advice | Price |\n|---|---|---|\n| Amoxicillin | {advice} | 5 EUR |"
    parts = sentences_of(text)[2:]
    assert len(parts) > 1
    found = [
        [(cell.end <= part.end, cell.name) for cell in cells_of(part, paragraph)]
        for part, paragraph in parts
    ]
    assert found[0] == ([(True, "Drug"), (True, "Advice")] if words < 200 else [])
    assert found[-1] == ([(True, "Price")] if words < 200 else [])
    last = "Price = 5 EUR |" if words < 200 else "| 5 EUR |"
    assert with_column_names(*parts[-1]).endswith(last)


def test_the_rows_of_a_table_are_not_joined():
    rows = ["anna | 31 | ulm", "bert | 45 | bonn", "carl | 50 | kiel"]
    text = "\n".join(
        ["The guests are", "name | age | city", "--- | --- | ---", *rows, "and others."]
    )
    assert [sentence.text for sentence, _ in sentences_of(text)] == text.split("\n")


@given(st.text(alphabet="|-+=ab \n\\:", max_size=120))
def test_what_is_spelt_out_is_the_text_itself_with_names_between(text):
    for sentence, paragraph in sentences_of(text):
        spelt = list(spelt_out(sentence, paragraph))
        stretches = [(part, start) for part, start in spelt if start is not None]
        assert "".join(part for part, _ in stretches) == sentence.text
        assert all(text.startswith(part, start) for part, start in stretches)
        assert with_column_names(sentence, paragraph) == "".join(part for part, _ in spelt)
        for cell in cells_of(sentence, paragraph):
            assert sentence.start <= cell.start < cell.end <= sentence.end
            assert text[cell.start : cell.end] == text[cell.start : cell.end].strip()
