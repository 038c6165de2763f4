"""What fuzzing has found, and a little more of it in the suite: see tests/fuzz.py."""

from __future__ import annotations

from random import Random

import pytest
from bad_archives import MAIN, XLSX, S, repacked
from bad_files import SUFFIXES
from fuzz import failure, mutants_of, shrunk
from made_files import ods
from test_loader_conformance import kinds_of, loaded

from index.structure import Kind

pytestmark = pytest.mark.slow

MUTANTS = 24  # of each format; `make fuzz` tries thousands
CELL = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
SHEET = f'<table:table table:name="A"><table:table-row>{CELL}</table:table-row></table:table>'


def sheet(rows: str) -> bytes:
    part = f'<worksheet xmlns="{S}"><sheetData>{rows}</sheetData></worksheet>'
    return repacked(XLSX, {MAIN[".xlsx"]: part.encode()})


# Small files that broke a promise once.
FOUND = {
    "a value before its cell": (".xlsx", sheet("<row><c><row><v>1</v></row></c></row>")),
    "sheets of one name": (
        ".ods",
        ods(SHEET.format("a") + SHEET.format("b").replace('"A"', '"B"') + SHEET.format("c")),
    ),
    "a row in a list": (".xml", b"<a><list><tr><para>One</para></tr><title>s</title></list></a>"),
    "an item in no list": (".xml", b"<a><para>One</para><li><para>Two</para>three</li></a>"),
    "a table in a list": (
        ".xml",
        b"<a><p>x</p><list><table><tr><th>a</th></tr><tr><td>b</td></tr></table></list></a>",
    ),
    "a table in a table": (
        ".xml",
        b"<a><p>x</p><table>\n<tr><td>1\n<table><tr><td>2</td></tr></table>\n</td></tr>\n</table></a>",
    ),
    "a title under its table": (
        ".xml",
        b"<a><p>x</p><table>\n<tr><td>1</td></tr>\n<title>One</title></table></a>",
    ),
}


@pytest.mark.parametrize(("suffix", "data"), FOUND.values(), ids=[*FOUND])
def test_what_was_found_stays_mended(suffix, data):
    assert failure(suffix, data) == ("", "")


def test_tables_in_tables_and_what_stands_in_lists():
    (document,) = loaded(*FOUND["a table in a table"])
    assert kinds_of(document) == [("paragraph", "x"), ("row", "1 2")]
    (document,) = loaded(*FOUND["a row in a list"])
    assert [block.kind for block in document.blocks][:2] == [Kind.LIST, Kind.ITEM]
    (document,) = loaded(*FOUND["sheets of one name"])
    assert str(document.layout.place(len(document.text) - 1)) == "sheet “A (2)” A1"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_files_that_are_broken_by_chance_break_no_promise(suffix):
    mutants = mutants_of(suffix, Random(0))
    for _ in range(MUTANTS):
        data = mutants.next()
        where, trace = failure(suffix, data)
        assert not where, f"{trace}\n{shrunk(suffix, data, where)!r}"
