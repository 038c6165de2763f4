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
    assert [(cell.text, name) for cell, name in cells(row)] == [
        ("Bolt M8", "Article"),
        ("12.50", "Price (EUR)"),
        ("Hamburg", "Stored in"),
    ]
    assert said(row) == "| Bolt M8 | Price (EUR) = 12.50 | Stored in = Hamburg |"


def test_an_empty_cell_says_nothing():
    assert said(line(PRICES, "| Hinge")) == "| Hinge | Price (EUR) = 33.00 | |"


@pytest.mark.parametrize("start", ["# Prices", "| Article", "|:---"])
def test_what_is_no_row_is_left_as_it_is(start):
    other = line(PRICES, start)
    assert said(other) == other.text
    assert cells(other) == []


@pytest.mark.parametrize(
    ("text", "row", "words"),
    [
        ("|a|b|\n|-|-|\n|1|2|", "|1", "|1|b = 2|"),
        ("a | b\n--- | ---\n1 | 2\nNo row.", "1 |", "1 | b = 2"),
        ("a | b\n--- | ---\n1 | 2\nNo row.", "No", "No row."),
        ("| a | b |\n+---+---+\n| 1 | 2 |", "| 1", "| 1 | b = 2 |"),
        ("  | a | b |\n  |---|---|\n  | 1 | 2 |", "| 1", "| 1 | b = 2 |"),
        ("|a|b|\n|-|-|\n|1|2\\|3|", "|1", "|1|b = 2\\|3|"),
        ("|a|b|\n|-|-|\n|1|2|3|", "|1", "|1|b = 2|3|"),
        ("|a|b|\n|-|-|\n|1|", "|1", "|1|"),
        ("|a|b|\r\n|-|-|\r\n|1|2|\r\n", "|1", "|1|b = 2|\r"),
        ("|a|b|\n\n|-|-|\n|1|2|", "|1", "|1|2|"),
        ("It is P(A|B).\n\n|a|b|\n|-|-|\n|1|2|\n\nIt is P(C|D).", "It is P(C", "It is P(C|D)."),
        ("|a|b|\n|-|-|\n|1|2|\n\n|c|d|\n|-|-|\n|1|2|", "|1|2|\n\n", "|1|b = 2|"),
        (f"|a|{'b' * MAX_NAMES}|\n|-|-|\n|1|2|", "|1", "|1|2|"),
        (f"|a|b|\n|-|-|\n|1|{'2' * MAX_LINE}|", "|1", f"|1|{'2' * MAX_LINE}|"),
    ],
)
def test_kinds_of_tables(text, row, words):
    assert said(line(text, row)) == words


def test_a_part_of_a_row_has_the_names_of_its_own_cells():
    row = line(PRICES, "| Bolt")
    assert [name for _, name in cells(Span(row.document, row.start + 9, row.end))] == [
        "Price (EUR)",
        "Stored in",
    ]


@given(st.text(alphabet="|-+ab \n\\:", max_size=80))
def test_what_is_spelt_out_is_the_text_itself_with_names_between(text):
    whole = document(text)
    for paragraph in split(whole):
        for sentence in paragraph.sentences:
            stretches = [(part, start) for part, start in spelt_out(sentence) if start is not None]
            assert "".join(part for part, _ in stretches) == sentence.text
            assert all(text.startswith(part, start) for part, start in stretches)
            for cell, _ in cells(sentence):
                assert cell in sentence
                assert cell.text == cell.text.strip() != ""


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
