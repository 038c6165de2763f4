"""Lists, heads of tables and code, by how they are set."""

import pytest
from conftest import document
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from qa.layout import LONGEST, cell_asked_for, heads_table, in_code, items_after

LEAD = "You need:"


def items_of(rest: str) -> list[str]:
    whole = document(LEAD + rest)
    return [item.text for item in items_after(Span(whole, 0, len(LEAD)))]


@pytest.mark.parametrize(
    ("rest", "items"),
    [
        ("\n- a passport\n- a photograph", ["a passport", "a photograph"]),
        ("\n\n* a passport\n\n* a photograph\n\nThen wait.", ["a passport", "a photograph"]),
        ("\r\n• a passport\r\n• a photograph\r\n", ["a passport", "a photograph"]),
        ("\n1. a passport,\n2. a photograph, and\n3. time", ["a passport", "a photograph", "time"]),
        ("\n(a) a passport; or\n(b) an identity card.", ["a passport", "an identity card."]),
        ("\n- [x] a passport\n- [ ] a photograph", ["a passport", "a photograph"]),
        (
            "\n- a passport that is\n  valid\n- a photograph",
            ["a passport that is\n  valid", "a photograph"],
        ),
        (
            "\n- papers:\n    - a passport\n    - a photograph\n- 40 euros",
            ["papers:\n    - a passport\n    - a photograph", "40 euros"],
        ),
        (
            "\n(a) a passport\n\n(b) a photograph\n\n3. FEES\n\n4. TERM",
            ["a passport", "a photograph"],
        ),
        ('\n- say\n"yes" or\n- say "no"\nThen wait.', ['say\n"yes" or', 'say "no"']),
        (
            "\n\n1. a form from the\nEmbassy\n\n2. a photograph of\nYourself\n\nThen wait.",
            ["a form from the\nEmbassy", "a photograph of\nYourself"],
        ),
        ("\n\n- a passport\n- a photograph\nThen wait.", ["a passport", "a photograph"]),
        ("\n(i) rain;\n(ii) snow; or\n(iii) hail.", ["rain", "snow", "hail."]),
        ("\n\n(i) rain;\n\n(ii) snow; or\n\n(iii) hail.", ["rain", "snow", "hail."]),
        ("\n- a passport\n- a photograph\n1. Apply.", ["a passport", "a photograph"]),
    ],
)
def test_items(rest, items):
    assert items_of(rest) == items


@pytest.mark.parametrize(
    "rest",
    [
        "",
        " a passport and a photograph.",
        "\na passport\na photograph",
        "\n- a passport",
        "\n2. and hydrogen peroxide",
        "\nNamely\n- a passport\n- a photograph",
        " - a passport\n- a photograph",
        "\n- \n- ",
        "\n---\n---",
        "\n- a passport" * LONGEST,
        "\n" * LONGEST + "- a passport\n- a photograph",
    ],
)
def test_no_list(rest):
    assert items_of(rest) == []


def test_a_list_just_as_long_as_may_be():
    number = LONGEST // len("\n- a passport")
    assert len(items_of("\n- a passport" * number)) == number
    assert len(items_of("\n- a passport" * (number - 1) + "\n\nThe end." * 9)) == number - 1


@given(
    st.lists(st.sampled_from(["- ", "1. ", "(a) ", "\n", "  ", "a", ", and", "é", "\r"])).map(
        "".join
    )
)
def test_items_stand_in_order_after_the_sentence_and_hold_something(rest):
    whole = document(LEAD + rest)
    at = len(LEAD)
    for item in items_after(Span(whole, 0, at)):
        assert item.document is whole
        assert at < item.start < item.end
        assert item.text == item.text.strip()
        at = item.end


def line(text: str, number: int) -> Span:
    lines = text.split("\n")
    start = sum(len(one) + 1 for one in lines[:number])
    return Span(document(text), start, start + len(lines[number]))


@pytest.mark.parametrize(
    "rule", ["|---|---|---|", "| :--- | ---: | --- |", "--- | --- | ---", "+---+---+---+"]
)
def test_the_head_of_a_table_is_told_from_its_rows(rule):
    table = f"| city | people | river |\n{rule}\n| Ganja | 335,000 | Kura |"
    assert heads_table(line(table, 0))
    assert not heads_table(line(table, 2))


def row_of(columns: str, row: str) -> Span:
    rule = "|---" * (columns.count("|") - 1) + "|"
    return line(f"{columns}\n{rule}\n{row}", 2)


STATION = (
    "| station | opened | line | daily passengers (2023) |",
    "| Old Mill | 1898 | Red | 4200 |",
)
DRUG = "| drug | dose | maximum_dose |", "| Morphine | 5 mg | 60 mg |"
PRICE = "| Item | List price | Price (EUR incl. VAT) |", "| Hinge | 9.30 | 11.40 |"


@pytest.mark.parametrize(
    ("table", "question", "cell"),
    [
        (STATION, "Which line is Old Mill on?", "Red"),
        (STATION, "When was Old Mill opened?", "1898"),
        (STATION, "When did Old Mill open?", "1898"),
        (STATION, "How many passengers does Old Mill have daily?", "4200"),
        (STATION, "Which station is on the red line?", "Old Mill"),
        (STATION, "Which station on the red line opened first?", None),
        (STATION, "How old is Old Mill?", None),
        (STATION, "Which passengers are there at Old Mill?", None),
        (DRUG, "What is the maximum dose of morphine?", "60 mg"),
        (DRUG, "What is the dose of morphine?", "5 mg"),
        (DRUG, "Which medicine has a maximum dose of 60 mg?", None),
        (PRICE, "What is the list price of the hinge?", "9.30"),
        (PRICE, "What is the price of the hinge?", "11.40"),
        (("| Ship | Master |", "| MV Aurora | J. Olsen |"), "Who commands the ship Aurora?", None),
        (("| Site | pH | As |", "| Ulm | 6 | 12 |"), "What is a typical acidity in Ulm?", None),
        (("| County | Town |", "| Kent | Dover |"), "In which country is Dover?", None),
        (("| Offence | Fine |", "| No ticket | 30 EUR |"), "What is the fine for that?", "30 EUR"),
    ],
)
def test_the_cell_in_the_column_that_a_question_names(table, question, cell):
    found = cell_asked_for(question, row_of(*table))
    assert (found.text if found else None) == cell


def test_what_is_no_row_has_no_cell_to_ask_for():
    assert cell_asked_for("What is the drug?", line("The drug | dose", 0)) is None


@pytest.mark.parametrize(
    "text",
    [
        "A title\n---\nText.",
        "a | b | c\nText.",
        "a | b | c",
        "a | b | c\n- one",
        "Fiscal year | 2023\n---|---\nRevenue | 41 million",
    ],
)
def test_what_heads_no_table(text):
    assert not heads_table(line(text, 0))


def test_code_stands_between_fences():
    text = "Install it:\n```bash\npip install it\n```\nThat is all.\n\n~~~\nmake\n~~~\nThe end."
    assert [in_code(line(text, number)) for number in (0, 2, 4, 7, 9)] == [
        False, True, False, True, False
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "number", "items"),
    [
        ("- Adults pay 12 euros\n- Children pay 5\n- Dogs get in free", 0, []),
        ("- Papers:\n  - a passport\n  - a photo\n- Fees: 4 euros", 0, ["a passport", "a photo"]),
        ("- Adults pay\n  12 euros\n- Children pay 5\n- Dogs get in free", 1, []),
    ],
)
def test_an_item_introduces_only_what_is_indented_under_it(text, number, items):
    assert [item.text for item in items_after(line(text, number))] == items


@pytest.mark.parametrize(
    "text",
    [
        "The pump\n~~~~~~~~\n\nIt was built in 1974.",
        "Install it:\n```\nIt is never closed.",
        "One ```line``` only:\n```It is``` short.\n\nIt was built.",
    ],
)
def test_what_is_no_code(text):
    assert not in_code(line(text, text.count("\n")))


@pytest.mark.timeout(20)
def test_hostile_tables_and_lists_take_no_longer_than_their_length():
    rule = "a | b | c\n" + "-" * 100_000 + "x"
    assert not heads_table(line(rule, 0))
    fences = "~~~\n\n" * 100_000 + "The end."
    assert not in_code(Span(document(fences), len(fences) - 8, len(fences)))
    bullets = document("\n- ab" * 100_000)
    assert not any(items_after(Span(bullets, 5 * n + 1, 5 * n + 5)) for n in range(10_000))
