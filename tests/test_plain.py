"""What is guessed of a plain text by how its lines look: headings, lists, code, quotations."""

from __future__ import annotations

import pytest
from conftest import document
from hypothesis import given
from hypothesis import strategies as st

from index.prepare import prepare
from index.split import find_blocks
from index.split.nesting import MAX_DEPTH
from index.structure import MAX_LIST_CHARACTERS, Block, Kind, Structure

LEAD = "You need:"


def structure_of(text: str) -> Structure:
    return Structure.of(find_blocks(text))


def leaves_of(text: str) -> list[tuple[Kind, str]]:
    return [(leaf.kind, text[leaf.start : leaf.end]) for leaf in structure_of(text).leaves]


def content_of(text: str, block: Block) -> str:
    start, end = block.content
    return text[start:end]


def at(text: str, number: int) -> int:
    """Where a line of a text starts, counted from 0."""
    return sum(len(line) + 1 for line in text.split("\n")[:number])


def items_after(text: str, offset: int = 0) -> list[str]:
    return [content_of(text, item) for item in structure_of(text).items_after(offset)]


@pytest.mark.parametrize(
    ("rest", "items"),
    [
        ("\n- a passport\n- a photograph", ["a passport", "a photograph"]),
        ("\n\n* a passport\n\n* a photograph\n\nThen wait.", ["a passport", "a photograph"]),
        ("\r\n• a passport\r\n• a photograph\r\n", ["a passport", "a photograph"]),
        (
            "\n1. a passport,\n2. a photograph, and\n3. time",
            ["a passport,", "a photograph, and", "time"],
        ),
        ("\n(a) a passport; or\n(b) an identity card.", ["a passport; or", "an identity card."]),
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
        ("\n(i) rain;\n(ii) snow; or\n(iii) hail.", ["rain;", "snow; or", "hail."]),
        ("\n\n(i) rain;\n\n(ii) snow; or\n\n(iii) hail.", ["rain;", "snow; or", "hail."]),
        ("\n- a passport\n- a photograph\n1. Apply.", ["a passport", "a photograph"]),
    ],
)
def test_items(rest, items):
    assert items_after(LEAD + rest) == items


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
        "\n- a passport" * MAX_LIST_CHARACTERS,
        "\n" * MAX_LIST_CHARACTERS + "- a passport\n- a photograph",
    ],
)
def test_no_list(rest):
    assert items_after(LEAD + rest) == []


def test_a_list_just_as_long_as_may_be():
    number = MAX_LIST_CHARACTERS // len("\n- a passport")
    assert len(items_after(LEAD + "\n- a passport" * number)) == number
    followed = LEAD + "\n- a passport" * (number - 1) + "\n\nThe end." * 9
    assert len(items_after(followed)) == number - 1


@given(
    st.lists(st.sampled_from(["- ", "1. ", "(a) ", "\n", "  ", "a", ", and", "é", "\r"])).map(
        "".join
    )
)
def test_items_stand_in_order_after_what_introduces_them_and_hold_something(rest):
    text = LEAD + rest
    end = len(LEAD)
    for item in structure_of(text).items_after(0):
        assert end < item.start < item.end
        assert text[item.start : item.end] == text[item.start : item.end].strip()
        assert content_of(text, item).strip()
        end = item.end


@pytest.mark.parametrize(
    ("text", "number", "items"),
    [
        ("- Adults pay 12 euros\n- Children pay 5\n- Dogs get in free", 0, []),
        ("- Papers:\n  - a passport\n  - a photo\n- Fees: 4 euros", 0, ["a passport", "a photo"]),
        ("- Adults pay\n  12 euros\n- Children pay 5\n- Dogs get in free", 1, []),
    ],
)
def test_an_item_introduces_only_what_is_indented_under_it(text, number, items):
    assert items_after(text, at(text, number)) == items


def test_a_table_introduces_no_list():
    text = "| a | b |\n|---|---|\n| 1 | 2 |\n- a passport\n- a photograph"
    assert structure_of(text).leaves[-1].kind is Kind.ITEM
    assert items_after(text, at(text, 2)) == []


def test_lists_stand_in_the_items_of_lists():
    text = "- papers:\n  1. a passport\n     - valid\n  2. a photo\n- 40 euros"
    structure = structure_of(text)
    depths = {}
    for leaf in structure.leaves:
        depth, above = 0, structure.within(leaf, Kind.LIST)
        while above is not None:
            depth += 1
            outer = None if above.parent is None else structure.blocks[above.parent]
            above = outer and structure.within(outer, Kind.LIST)
        depths[text[leaf.start : leaf.end]] = depth
    assert depths == {
        "- papers:": 1,
        "1. a passport": 2,
        "- valid": 3,
        "2. a photo": 2,
        "- 40 euros": 1,
    }


def test_lists_stand_in_lists_only_so_deep():
    stairs = "".join("  " * number + "- a step\n" for number in range(4 * MAX_DEPTH))
    blocks = find_blocks(stairs)
    assert sum(block.kind is Kind.LIST for block in blocks) == MAX_DEPTH
    assert len(Structure.of(blocks).leaves) == 4 * MAX_DEPTH


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("# The café in Rue Lepic", "The café in Rue Lepic"),
        ("# 12 monkeys", "12 monkeys"),
        ("> It was opened in 1894.", "It was opened in 1894."),
        ("> > - It was opened in 1894.", "It was opened in 1894."),
        ("> # Opened", "Opened"),
        (">", ""),
        ("- # Opened", "Opened"),
        ("– Yes, in 1894.", "Yes, in 1894."),
        ("-3 degrees in January.", "-3 degrees in January."),
        ("- 5 degrees in January.", "- 5 degrees in January."),
        ("#1 in the charts of 1894.", "#1 in the charts of 1894."),
        ("> 90 % of the ships were late.", "> 90 % of the ships were late."),
        ("# ", "#"),
        ("(b) becomes insolvent;", "becomes insolvent;"),
        ("(b) 90 days;", "90 days;"),
        ("12. März 1990", "12. März 1990"),
        ("| Ganja | 335,000 |", "Ganja | 335,000"),
        ("| 12 | 13 |", "12 | 13"),
        ("| 12", "12"),
        ("||", ""),
        ("|", ""),
        ("It was opened in 1894.", "It was opened in 1894."),
    ],
)
def test_what_marks_a_block_is_no_content_and_before_a_number_it_may_be_a_sign(text, content):
    (leaf,) = structure_of(text).leaves
    assert content_of(text, leaf) == content


def test_in_a_list_of_numbers_the_marks_are_no_signs():
    text = "It was:\n- 5 degrees in Ulm\n- 3 degrees in Kiel"
    assert items_after(text) == ["5 degrees in Ulm", "3 degrees in Kiel"]


@pytest.mark.parametrize(
    ("line", "level"),
    [("# Papers", 1), ("### Papers for a visa.", 3), ("Papers for a visa", 0), ("1894", 0)],
)
def test_headings(line, level):
    (leaf,) = structure_of(line).leaves
    assert (leaf.kind, leaf.level) == (Kind.HEADING, level)


@pytest.mark.parametrize(
    "line", ["####### Papers.", "#Papers.", "It was opened.", "word " * 16 + "word", "---", "| a"]
)
def test_what_is_no_heading(line):
    assert [kind for kind, _ in leaves_of(line)] == [Kind.PARAGRAPH]


def test_kinds_of_blocks():
    text = (
        "# Visas\n\nIt takes three weeks.\nYou need:\n- a passport\n\n> Nobody waits.\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nmake visa\n```\n| no | table |"
    )
    assert leaves_of(text) == [
        (Kind.HEADING, "# Visas"),
        (Kind.PARAGRAPH, "It takes three weeks."),
        (Kind.PARAGRAPH, "You need:"),
        (Kind.ITEM, "- a passport"),
        (Kind.QUOTATION, "> Nobody waits."),
        (Kind.HEAD, "| a | b |"),
        (Kind.HEAD, "|---|---|"),
        (Kind.ROW, "| 1 | 2 |"),
        (Kind.PARAGRAPH, "```"),
        (Kind.CODE, "make visa"),
        (Kind.PARAGRAPH, "```"),
        (Kind.ROW, "| no | table |"),
    ]


def test_code_stands_between_fences():
    text = "Install it:\n```bash\npip install it\n```\nThat is all.\n\n~~~\nmake\n~~~\nThe end."
    structure = structure_of(text)
    kinds = [structure.block_at(at(text, number)).kind for number in (0, 2, 4, 7, 9)]
    assert [kind is Kind.CODE for kind in kinds] == [False, True, False, True, False]


def test_in_code_nothing_else_is_found():
    code = ["# no heading", "- no item", "", "> no quotation", "No title"]
    text = "\n".join(["~~~", *code, "~~~"])
    inside = leaves_of(text)[1:-1]
    assert inside == [(Kind.CODE, line) for line in code if line]


@pytest.mark.parametrize(
    "text",
    [
        "The pump\n~~~~~~~~\n\nIt was built in 1974.",
        "Install it:\n```\nIt is never closed.",
        "One ```line``` only:\n```It is``` short.\n\nIt was built.",
        "```\nmake\n````\nIt was built.",
        "    ```\nIt was built.\n    ```",
    ],
)
def test_what_is_no_code(text):
    assert leaves_of(text)[-1][0] is not Kind.CODE
    assert all(kind is not Kind.CODE or line == "make" for kind, line in leaves_of(text))


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "text",
    [
        "~~~\n\n" * 30_000 + "The end.",
        "\n- ab" * 30_000,
        "- a\n* a\n" * 10_000,
        "- a\n" + "  b\n" * 50_000,
        "You need:\n- a\n- b\n\n" * 7_000,
        "".join(" " * number + "- a\n" for number in range(1_500)),
        ("- a\n" + "".join("  " * number + "- a\n" for number in range(100))) * 100,
        "> " * 300_000,
        "> a\n" * 30_000,
        " " * 1_000_000 + "\n" + " " * 1_000_000 + "- a",
        "(" * 500_000 + "\n" + ")" * 500_000,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_hostile_lists_and_code_take_no_longer_than_their_length(text):
    structure = structure_of(text)
    for offset in range(0, len(text), len(text) // 1_000):
        assert len(structure.items_after(offset)) <= MAX_LIST_CHARACTERS
    assert prepare(document(text), language="english", splitter=None)
