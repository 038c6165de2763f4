"""Tables: what a row says, with the names of its columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Span
from index.split import split
from index.table import MAX_LINE, MAX_NAMES, cells, said, spelt_out

PRICES = """# Prices

| Article | Price (EUR) | Stored in |
|:--------|------------:|-----------|
| Bolt M8 | 12.50 | Hamburg |
| Hinge | 33.00 | |
"""


def document(text: str) -> Document:
    return Document("a", "A title", text, "a.md")


def line(text: str, start: str) -> Span:
    """The line of a text that starts so."""
    at = text.index(start)
    end = text.find("\n", at)
    return Span(document(text), at, end if end >= 0 else len(text))


def test_a_row_says_what_its_cells_are():
    row = line(PRICES, "| Bolt")
    assert [(cell.span.text, cell.column, cell.name) for cell in cells(row)] == [
        ("Bolt M8", 0, "Article"),
        ("12.50", 1, "Price (EUR)"),
        ("Hamburg", 2, "Stored in"),
    ]
    assert said(row) == "| Bolt M8 | Price (EUR) = 12.50 | Stored in = Hamburg |"


def test_an_empty_cell_says_nothing():
    assert said(line(PRICES, "| Hinge")) == "| Hinge | Price (EUR) = 33.00 | |"


@pytest.mark.parametrize("start", ["# Prices", "| Article", "|:---"])
def test_what_is_no_row_is_left_as_it_is(start):
    other = line(PRICES, start)
    assert said(other) == other.text
    assert cells(other) == []


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
    assert said(line(text, row)) == words


@pytest.mark.parametrize("words", [80, 400])
def test_a_row_that_is_cut_keeps_each_part_apart(words):
    advice = "Take it with water. " * words
    text = f"| Drug | Advice | Price |\n|---|---|---|\n| Amoxicillin | {advice} | 5 EUR |"
    parts = [one for paragraph in split(document(text)) for one in paragraph.sentences][2:]
    assert len(parts) > 1
    found = [[(cell.span in part, cell.name) for cell in cells(part)] for part in parts]
    assert found[0] == ([(True, "Drug"), (True, "Advice")] if words < 200 else [])
    assert found[-1] == ([(True, "Price")] if words < 200 else [])


def test_the_rows_of_a_table_are_not_joined():
    rows = ["anna | 31 | ulm", "bert | 45 | bonn", "carl | 50 | kiel"]
    text = "\n".join(
        ["The guests are", "name | age | city", "--- | --- | ---", *rows, "and others."]
    )
    sentences = [one for paragraph in split(document(text)) for one in paragraph.sentences]
    assert [one.text for one in sentences] == text.split("\n")


@given(st.text(alphabet="|-+=ab \n\\:", max_size=120))
def test_what_is_spelt_out_is_the_text_itself_with_names_between(text):
    whole = document(text)
    for paragraph in split(whole):
        for sentence in paragraph.sentences:
            stretches = [(part, start) for part, start in spelt_out(sentence) if start is not None]
            assert "".join(part for part, _ in stretches) == sentence.text
            assert all(text.startswith(part, start) for part, start in stretches)
            for cell in cells(sentence):
                assert cell.span in sentence
                assert cell.span.text == cell.span.text.strip() != ""


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "|a" * 500_000 + "\n" + "|-" * 500_000 + "\n" + "|b" * 500_000,
        "a | b\n---|---\n" + "x | y\n" * 300_000,
        "a|b\n-+-\n" * 200_000,
        "a|b\n" + "-" * 2_000_000 + "x",
    ],
)
def test_hostile_tables_take_no_longer_than_their_length(text):
    whole = document(text)
    for start in range(0, len(text) - 1000, len(text) // 500):
        sentence = Span(whole, start, start + 1000)
        assert len(said(sentence)) >= len(sentence)
