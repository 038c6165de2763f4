"""Programs stay as they are; comments are prose. Notebooks are read cell by cell."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_loader_conformance import check, kinds_of

from index.document import Document
from index.errors import DocumentError
from index.layout import Line, Section
from index.loaders import SourceFile, load

PYTHON = '''# Counts what is
# in the store.
import os

LEVEL = 3  # pieces


def count(part):
    """Say how many there are of a part.

    None are negative.
    """
    return stock[part]
'''
C = """/* Copyright of the
 * makers of bolts. */
int main() {
    // Go on until all is done.
    return 0; // x
}
//
"""


def read(text: str, name: str) -> Document:
    documents = list(load(SourceFile.of_bytes(name, text.encode())))
    check(documents, name)
    return documents[0]


def words(document: Document) -> list[tuple[str, str]]:
    """The blocks without the marks around them."""
    text = str(document.text)
    return [(one.kind.value, text[slice(*one.content)]) for one in document.blocks]


def test_comments_are_paragraphs_and_the_rest_is_code():
    document = read(PYTHON, "src/count.py")
    assert document.text == PYTHON
    assert document.title == "count.py"
    assert words(document) == [
        ("paragraph", "Counts what is\n# in the store."),
        ("code", "import os"),
        ("code", "LEVEL = 3  # pieces"),
        ("code", "def count(part):"),
        ("paragraph", "Say how many there are of a part."),
        ("paragraph", "None are negative."),
        ("code", "return stock[part]"),
    ]
    assert document.layout.place(PYTHON.index("LEVEL")) == Line(5)


def test_comments_of_several_lines_end():
    assert words(read(C, "main.c")) == [
        ("paragraph", "Copyright of the\n * makers of bolts."),
        ("code", "int main() {"),
        ("paragraph", "Go on until all is done."),
        ("code", "return 0; // x\n}"),
        ("code", "//"),
    ]


@given(
    lines=st.lists(
        st.sampled_from(
            ["# of many words", "#", "x = 1", "  y", "", '"""', '"""one two three"""', "*/"]
        )
    )
)
def test_whatever_the_lines_are_all_is_in_a_block(lines):
    read("\n".join(lines), "a.py")
    read("\n".join(lines).replace("#", "//").replace('"""', "/*"), "a.c")


def notebook(*cells: dict[str, object]) -> str:
    return json.dumps({"cells": list(cells)})


def test_a_notebook_is_read_cell_by_cell():
    text = {"cell_type": "markdown", "source": ["## Bolts\n", "\n", "- one\n", "- two"]}
    outputs = [
        {"output_type": "stream", "text": ["40 ", "bolts\n"]},
        {"output_type": "display_data", "data": {"image/png": "x", "text/plain": "<Figure>"}},
        {"output_type": "error", "ename": "KeyError", "evalue": "'nut'", "traceback": []},
    ]
    code = {"cell_type": "code", "source": "stock['nut']", "outputs": outputs}
    document = read(notebook(text, code), "a.ipynb")
    assert kinds_of(document) == [
        ("heading", "## Bolts"),
        ("item", "- one"),
        ("item", "- two"),
        ("code", "stock['nut']"),
        ("code", "40 bolts"),
        ("code", "<Figure>"),
        ("code", "KeyError: 'nut'"),
    ]
    assert document.title == "Bolts"
    assert document.layout.place(0) == Section("cell 1")
    assert document.layout.place(len(document.text)) == Section("cell 2")


@pytest.mark.parametrize("text", ["[]", "{}", "[" * 5_000, '{"cells": 1}x', "9" * 5_000])
def test_what_is_no_notebook_is_named(text):
    with pytest.raises(DocumentError, match=r"a\.ipynb is no notebook"):
        read(text, "a.ipynb")
