"""Blocks of a document: what stands where, and what is kept of them beside some sentences."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import example, given
from hypothesis import strategies as st

from index.split import find_blocks
from index.structure import (
    MAX_LIST_CHARACTERS,
    Block,
    Cell,
    Kind,
    Structure,
    pack,
    unpack,
)

LEAF_KINDS = [kind for kind in Kind if kind not in (Kind.LIST, Kind.TABLE)]
NAMES = st.text(st.characters(codec="utf-8"), max_size=3)


@st.composite
def leaves(draw: st.DrawFn) -> Block:
    """A leaf of some length at 0."""
    length = draw(st.integers(1, 30))
    cells = draw(
        st.lists(
            st.builds(Cell, st.integers(0, 5), st.integers(6, 9), st.integers(0, 3), NAMES),
            max_size=2,
        )
    )
    return Block(
        draw(st.sampled_from(LEAF_KINDS)),
        0,
        length,
        level=draw(st.integers(0, 6)),
        marker=draw(st.integers(0, 3)),
        closing=draw(st.integers(0, 3)),
        cells=tuple(cells),
    )


Tree = Block | list["Tree"]
TREES = st.recursive(leaves(), lambda inner: st.lists(inner, min_size=1, max_size=4), max_leaves=10)


@st.composite
def structures(draw: st.DrawFn) -> Structure:
    """Blocks in blocks, with white space between them; some introduce the next list."""
    blocks: list[Block] = []
    offset = 0

    def add(tree: Tree, parent: int | None) -> None:
        nonlocal offset
        offset += draw(st.integers(0, 3))
        number, start = len(blocks), offset
        if isinstance(tree, Block):
            offset += tree.end
            blocks.append(
                Block(
                    tree.kind,
                    start,
                    offset,
                    parent,
                    level=tree.level,
                    marker=tree.marker,
                    closing=tree.closing,
                    cells=tree.cells,
                )
            )
            return
        last = [n for n, block in enumerate(blocks) if block.kind in LEAF_KINDS]
        introduced = last[-1] if last and parent is None and draw(st.booleans()) else None
        blocks.append(Block(Kind.LIST, start, start, parent))
        for inner in tree:
            add(inner, number)
        columns = tuple(draw(st.lists(NAMES, max_size=2)))
        blocks[number] = Block(
            Kind.LIST, start, offset, parent, introduced_by=introduced, columns=columns
        )

    for tree in draw(st.lists(TREES, max_size=4)):
        add(tree, None)
    return Structure.of(blocks)


@given(structures())
@example(Structure.of(find_blocks("You need:\n- a\n- b")))  # introduced by the first block
def test_what_is_packed_comes_back(structure):
    assert unpack(pack(structure)) == structure


def test_a_packed_block_says_no_more_than_it_has_to_say():
    blocks = [Block(Kind.HEADING, 0, 5, level=1), Block(Kind.PARAGRAPH, 7, 9)]
    packed = '{"0": ["heading", 0, 5, null, 1], "1": ["paragraph", 7, 9]}'
    assert pack(Structure.of(blocks)) == packed


@given(structures())
def test_the_leaf_at_a_place(structure):
    end = max((leaf.end for leaf in structure.leaves), default=0)
    for offset in range(end + 2):
        here = [leaf for leaf in structure.leaves if leaf.start <= offset < leaf.end]
        assert [structure.block_at(offset)] == (here or [None])


@given(structures(), st.data())
def test_what_is_kept_beside_some_sentences_tells_of_them_the_same(structure, data):
    starts = [leaf.start for leaf in structure.leaves]
    some = data.draw(st.lists(st.sampled_from(starts), max_size=5)) if starts else []
    kept = structure.around(some)
    assert kept.blocks.items() <= structure.blocks.items()
    assert list(kept.blocks) == sorted(kept.blocks)
    for offset in some:
        leaf = structure.block_at(offset)
        assert kept.block_at(offset) == leaf
        assert kept.items_after(offset) == structure.items_after(offset)
        for kind in Kind:
            assert kept.within(leaf, kind) == structure.within(leaf, kind)


def test_a_list_too_long_to_be_shown_is_not_kept_with_what_introduces_it():
    for number in (100, MAX_LIST_CHARACTERS):
        structure = Structure.of(find_blocks("You need:" + "\n- a" * number))
        short = 4 * number <= MAX_LIST_CHARACTERS
        assert len(structure.items_after(0)) == (number if short else 0)
        assert len(structure.around([0]).blocks) == (number + 2 if short else 1)


def test_what_a_block_is_or_stands_in():
    item = Block(Kind.ITEM, 0, 9, parent=0)
    blocks = [Block(Kind.LIST, 0, 9), item, Block(Kind.PARAGRAPH, 2, 9, parent=1)]
    structure = Structure.of(blocks)
    inner = structure.block_at(3)
    assert structure.within(inner, Kind.PARAGRAPH) is inner
    assert structure.within(inner, Kind.ITEM) is item
    assert structure.within(inner, Kind.TABLE) is None


def test_the_content_of_a_block_is_never_before_its_start_or_after_its_end():
    assert Block(Kind.HEADING, 4, 10, marker=2).content == (6, 10)
    assert Block(Kind.ROW, 4, 10, marker=2, closing=2).content == (6, 8)
    assert Block(Kind.ROW, 4, 6, marker=2, closing=2).content == (6, 6)
    assert Block(Kind.ROW, 4, 5, marker=2, closing=2).content == (5, 5)


# Text as it comes: lists, tables, fences, quotations, headings, other scripts, hostile layout.
PIECES = st.sampled_from(
    ["- ", "1. ", "(a) ", "  ", "\t", "\n", "\n\n", "\r\n", "\r", "# ", "> ", "| ", "|-|-|", "+-+"]
    + ["```", "~~~", "---", "Why?", "a word", "You need:", "5", "…", "。", "שלום", "👩‍👩‍👧", "é"]
    + ["\u2028", "\x0b", "\x0c", "\x85", "\u3000", "\ufeff"]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))


def is_before(one: Block, other: Block) -> bool:
    return one.start <= other.start and (one.end <= other.start or one.end >= other.end)


def check_tree(blocks: Sequence[Block]) -> None:
    for number, block in enumerate(blocks):
        if block.parent is not None:
            parent = blocks[block.parent]
            assert block.parent < number
            assert parent.start <= block.start < block.end <= parent.end
        if block.introduced_by is not None:
            assert block.kind is Kind.LIST
            assert block.introduced_by < number
            assert blocks[block.introduced_by].end <= block.start
            assert block.introduced_by not in {other.parent for other in blocks}
        if number:
            assert is_before(blocks[number - 1], block)


@given(TEXTS)
@example("- a\n  - b\n- c\n\n    d\n")
@example("- a\n  > - b\n  - c")
@example("a:\n- b\n  - c\n| d | e |\n|-|-|\n| f | g |\n- h")
def test_blocks_of_a_text_nest_and_their_leaves_leave_out_only_white_space(text):
    blocks = find_blocks(text)
    check_tree(blocks)
    kept = 0
    for leaf in Structure.of(blocks).leaves:
        assert leaf.kind not in (Kind.LIST, Kind.TABLE)
        assert not text[kept : leaf.start].strip()
        assert kept <= leaf.start < leaf.end
        assert text[leaf.start : leaf.end] == text[leaf.start : leaf.end].strip()
        start, end = leaf.content
        assert leaf.start <= start <= end <= leaf.end
        for cell in leaf.cells:
            assert leaf.start <= cell.start < cell.end <= leaf.end
        kept = leaf.end
    assert not text[kept:].strip()


@given(TEXTS)
def test_what_holds_blocks_is_a_list_with_items_an_item_or_a_table_with_rows(text):
    blocks = find_blocks(text)
    for block in blocks:
        parent = None if block.parent is None else blocks[block.parent]
        if parent is None:
            assert block.kind not in (Kind.ITEM, Kind.HEAD)
        elif parent.kind is Kind.LIST:
            assert block.kind is Kind.ITEM
        elif parent.kind is Kind.TABLE:
            assert block.kind in (Kind.HEAD, Kind.ROW)
        else:
            assert parent.kind is Kind.ITEM
