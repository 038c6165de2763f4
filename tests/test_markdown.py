import gc
import time

import pytest

from index.loaders import SourceFile, load, markdown_blocks
from index.loaders.markdown_blocks import find_blocks
from index.split import find_blocks as find_plain_blocks
from index.structure import Structure


def shown(text: str) -> list[str]:
    """`kind content`, indented by what a block stands in; of a container only the kind."""
    blocks = find_blocks(text)
    parents = {block.parent for block in blocks}
    depths: list[int] = []
    lines = []
    for number, block in enumerate(blocks):
        depths.append(0 if block.parent is None else depths[block.parent] + 1)
        content = "" if number in parents else " " + text[slice(*block.content)]
        lines.append("  " * depths[-1] + block.kind + content)
    return lines


@pytest.mark.parametrize(
    ("text", "level", "content"),
    [
        ("# The bridges", 1, "The bridges"),
        ("   ### The bridges ##  ", 3, "The bridges"),
        ("## About C#", 2, "About C#"),
        ("#\tThe *real* one #", 1, "The *real* one"),
        ("##", 2, ""),
        ("## ##", 2, ""),
        ("The bridges\n===", 1, "The bridges"),
        ("The bridges  \n---  ", 2, "The bridges"),
        ("The bridges\nof Lund\n===", 1, "The bridges\nof Lund"),
    ],
)
def test_headings_without_their_marks(text, level, content):
    (heading,) = find_blocks(text)
    assert (heading.kind, heading.level) == ("heading", level)
    assert text[slice(*heading.content)] == content
    assert text[heading.start : heading.end] == text.strip()


def test_a_short_line_is_no_heading_but_where_it_is_marked_as_one():
    assert shown("Opening hours\n\nAlways") == ["paragraph Opening hours", "paragraph Always"]
    assert shown("#hours\n") == ["paragraph #hours"]


def test_a_rule_under_a_paragraph_or_addresses_makes_no_heading_of_them():
    assert shown("One line.\nAnother line.\n---\n\n***") == [
        "paragraph One line.",
        "paragraph Another line.",
        "paragraph ",
        "paragraph ",
    ]
    assert shown("[a]: http://a\n[b]: http://b\n---\n") == [
        "paragraph [a]: http://a",
        "paragraph [b]: http://b",
        "paragraph ",
    ]


def test_lists_nest_by_their_indent():
    text = """Bring:

- bread
  and butter
- tools:
  1. a hammer
  2. nails

  They are heavy.
- [x] water
"""
    assert shown(text) == [
        "paragraph Bring:",
        "list",
        "  item bread\n  and butter",
        "  item",
        "    paragraph tools:",
        "    list",
        "      item a hammer",
        "      item nails",
        "    paragraph They are heavy.",
        "  item water",
    ]
    bring, bread, *_ = find_blocks(text)
    assert bread.introduced_by == 0
    structure = Structure.of(find_blocks(text))
    introduced = [text[slice(*item.content)] for item in structure.items_after(bring.start)]
    assert [item.split("\n")[0] for item in introduced] == ["bread", "tools:", "water"]
    introduced = [text[slice(*item.content)] for item in structure.items_after(text.index("tools"))]
    assert introduced == ["a hammer", "nails"]


@pytest.mark.parametrize(
    ("text", "introduces"),
    [
        ("## Tools\n\n- one\n- two", "## Tools"),
        ("Tools:\n- one\n- two", "Tools:"),
        ("(a) the following:\n- one\n- two", "(a) the following:"),
        ("> Tools:\n>\n> - one\n> - two", "> Tools:"),
        ("Tools:\n\n---\n\n- one\n- two", None),
        ("```\nTools:\n```\n- one\n- two", None),
        ("- other\n\n1. one\n2. two", None),
        ("> Tools:\n\n- one\n- two", None),
        ("- Tools:\n\n  - one\n  - two", "- Tools:"),
    ],
)
def test_a_list_is_introduced_by_the_text_right_before_it(text, introduces):
    blocks = find_blocks(text)
    lists = [b for b in blocks if b.kind == "list" and text[: b.start].rstrip("> \n")]
    by = lists[-1].introduced_by
    assert (None if by is None else text[blocks[by].start : blocks[by].end]) == introduces


def test_lists_that_markdown_does_not_know_are_lists_all_the_same():
    text = "The tenant must:\n\n(a) pay\n\n(b) clean the stairs,\nwindows too\n\nIt ends.\n"
    assert shown(text) == [
        "paragraph The tenant must:",
        "list",
        "  item pay",
        "  item clean the stairs,\nwindows too",
        "paragraph It ends.",
    ]
    assert find_blocks(text)[1].introduced_by == 0
    assert shown("- (a) pay\n- (b) clean") == ["list", "  item pay", "  item clean"]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("- 5 degrees", "- 5 degrees"),
        ("> 12. May is a holiday", "12. May is a holiday"),
        ("- five degrees", "five degrees"),
        ("1) five degrees", "five degrees"),
    ],
)
def test_the_mark_of_a_single_item_may_be_text(text, content):
    leaf = Structure.of(find_blocks(text)).leaves[0]
    assert text[slice(*leaf.content)] == content


def test_quotations_hold_what_is_quoted():
    assert shown("> One line\n> and more\n") == ["quotation One line\n> and more"]
    assert shown("> One line\nand more\n") == ["quotation One line\nand more"]
    assert shown("> # Head\n>\n> - one\n>   > two\n> - three\n\nfour") == [
        "quotation",
        "  heading Head",
        "  quotation ",
        "  list",
        "    item",
        "      paragraph one",
        "      quotation two",
        "    item three",
        "paragraph four",
    ]


def test_an_empty_quotation_or_item_is_a_block():
    assert shown("> ") == ["quotation "]
    assert shown("-\n- one") == ["list", "  item -", "  item one"]


def test_code_is_a_block_a_line_with_its_fences():
    text = '```py title="x"\nx = 1\n\nif x:\n    go()\n```\n\n    indented\n'
    assert shown(text) == [
        "code ",
        "code x = 1",
        "code if x:",
        "code go()",
        "code ",
        "code indented",
    ]
    assert shown("- ~~~\n  # no heading\n  ```\n\nafter") == [
        "list",
        "  item",
        "    code ",
        "    code # no heading",
        "    code ```",
        "paragraph after",
    ]


def test_tables_have_columns_and_cells_also_where_they_are_quoted():
    table = "| Port | Service |\n|---|---|\n| 22 | ssh |\n| 80 | |"
    for mark in ("", "> ", "  ", "- "):
        rest = mark if mark == "> " else " " * len(mark)
        text = mark + table.replace("\n", "\n" + rest) + "\n"
        leaves = Structure.of(find_blocks(text)).leaves
        assert [leaf.kind for leaf in leaves] == ["head", "head", "row", "row"]
        assert [text[slice(*leaf.content)] for leaf in leaves[2:]] == ["22 | ssh", "80 |"]
        cells = [(text[c.start : c.end], c.name) for leaf in leaves for c in leaf.cells]
        assert cells == [("22", "Port"), ("ssh", "Service"), ("80", "Port")]
        (whole,) = (block for block in find_blocks(text) if block.kind == "table")
        assert whole.columns == ("Port", "Service")


def test_text_under_a_table_is_no_row_of_it():
    text = "Ports:\n| Port | Service |\n|---|---|\n| 22 | ssh |\nMore to come.\n"
    kinds = [block.kind for block in find_blocks(text)]
    assert kinds == ["paragraph", "table", "head", "head", "row", "paragraph"]


def test_what_only_wraps_is_joined_and_what_does_not_is_not():
    wrapped = (
        "The bridge over the river was built in the last year of the war by the men of\n"
        "Lund, who had no other work to do, and it is still in use by all who live there.\n"
        "Every year the Mayor and the people of the town walk over it with a band and the\n"
        "King sends a letter, which the Mayor reads to all who came to see the old bridge.\n"
    )
    short = (
        "The water is deep under the bridge that was once built by\n`Council` of Lund in 1890.\n"
    )
    assert len(find_blocks(wrapped)) == 1
    assert len(find_blocks(short)) == 2
    assert len(find_blocks(f"{wrapped}\n> {short}\n{wrapped}")) == 3
    assert shown("Anna Lind\nBrovägen 1\nLund") == [
        "paragraph Anna Lind",
        "paragraph Brovägen 1",
        "paragraph Lund",
    ]
    assert shown("roses are red  \nviolets are blue\\\nas you know,\nand so") == [
        "paragraph roses are red",
        "paragraph violets are blue\\",
        "paragraph as you know,\nand so",
    ]


def test_addresses_of_links_and_footnotes_are_lines_of_their_own():
    text = "See [a][a].\n\n[a]: http://a.example/very/long\n[b]: <b>\n[^1]: small print"
    assert shown(text)[1:] == [
        "paragraph [a]: http://a.example/very/long",
        "paragraph [b]: <b>",
        "paragraph [^1]: small print",
    ]


def test_markup_is_a_paragraph():
    assert shown("<div>\n# No heading\n</div>\n\n<!--\n\n- no item\n-->") == [
        "paragraph <div>",
        "paragraph # No heading",
        "paragraph </div>",
        "paragraph <!--",
        "paragraph - no item",
        "paragraph -->",
    ]


def test_each_line_of_front_matter_is_a_paragraph():
    text = "---\ntitle: The bridges\ntags: [a, b]\n---\nWords\n---\n"
    (document,) = load(SourceFile.of_bytes("a.md", text.encode()))
    assert document.title == "The bridges"
    assert [(b.kind, text[b.start : b.end]) for b in document.blocks] == [
        ("paragraph", "---"),
        ("paragraph", "title: The bridges"),
        ("paragraph", "tags: [a, b]"),
        ("paragraph", "---"),
        ("heading", "Words\n---"),
    ]


def test_lists_may_nest_deep():
    text = "".join("  " * depth + f"- no. {depth}\n" for depth in range(19)) + "\n# The end\n"
    assert [line.strip() for line in shown(text)[-3:]] == ["list", "item no. 18", "heading The end"]
    assert shown(text)[-1] == "heading The end"


def test_what_is_nested_too_deep_to_be_meant_is_covered_all_the_same():
    text = ">" * 10_000 + " deep\n\n" + "- " * 10_000 + "down\n\n# The end\n"
    assert len(find_blocks(text)) < 100
    quoted, listed, end = Structure.of(find_blocks(text)).leaves
    assert text[slice(*quoted.content)] == "deep"
    assert text[listed.start : listed.end].endswith("down")
    assert end.kind == "heading"


def test_a_text_too_large_for_its_parts_is_read_as_plain_text(monkeypatch):
    text = "Words\n---\nMore words"
    assert find_blocks(text) != find_plain_blocks(text)
    for name, bound in (("MAX_CHARACTERS", len(text)), ("MAX_LINES", text.count("\n"))):
        with monkeypatch.context() as patched:
            patched.setattr(markdown_blocks, name, bound)
            assert find_blocks(text) != find_plain_blocks(text)
            patched.setattr(markdown_blocks, name, bound - 1)
            assert find_blocks(text) == find_plain_blocks(text)


HOSTILE = [
    *("[", "*", "`", "|", ">", "# ", "- ", "1. ", "> ", "<a ", '<a b="', "<!--", "](", "|a", " "),
    *("```\n", "a\n", "a\n\n", "- a\n", "> a\n\n", "- > a\n", "| a |\n|-|\n", "[a]: b\n", "[a\n"),
    *("a\n---\n", "(a) b\n", "<div>\n", "- <!--\n", "a  \n", ">\n", "> " * 30 + "a\nb\n"),
]


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_no_more_time_than_its_length(piece):
    """Ten times the text may take some 30 times as long on a noisy machine, but not 100 times."""

    def seconds(characters: int) -> float:
        text = piece * (characters // len(piece))
        gc.collect()  # what other tests left is not for this one to pay
        gc.disable()
        begun = time.process_time()
        find_blocks(text)
        taken = time.process_time() - begun
        gc.enable()
        return taken

    find_blocks(piece)
    assert seconds(40_000) < 30 * max(seconds(4_000), 0.02)


def test_columns_and_rows_do_not_multiply():
    text = "|a" * 3_000 + "|\n" + "|-" * 3_000 + "|\n" + "|\n" * 3_000
    begun = time.process_time()
    assert len(find_blocks(text)) == 3_003
    assert time.process_time() - begun < 20


@pytest.mark.timeout(120)
@pytest.mark.parametrize("piece", ["[", "*", "`", "|", "> ", "- "])
def test_five_megabytes_of_one_mark_are_loaded(piece):
    data = piece.encode() * (5_000_000 // len(piece))
    (document,) = load(SourceFile.of_bytes("a.md", data))
    assert len(document.text) == 5_000_000
