"""Rich text, reStructuredText and LaTeX → what a person reads in them."""

import datetime

import pytest
from samples import RST, RTF, TEX
from test_html import leaves
from test_loader_conformance import loaded

from index.errors import DocumentError
from index.layout import Section


def only(suffix, text):
    (document,) = loaded(suffix, text if isinstance(text, bytes) else text.encode())
    return document


def rtf(text):
    return str(only(".rtf", b"{\\rtf1 " + text + b"}").text)


def test_rich_text_has_headings_lists_tables_and_notes():
    document = only(".rtf", RTF)
    assert leaves(document) == [
        ("heading", "Ports"),
        ("paragraph", "Proszę Да, 柔道."),
        ("paragraph", "A note."),
        ("item", "1. First"),
        *(("head", "Port\tDepth"), ("row", "Lodi\t5")),
        *(("paragraph", "End"), ("paragraph", "Page one")),
    ]
    assert document.title == "Ports"
    assert document.metadata["date"] == datetime.date(2024, 2, 29)
    assert document.metadata["date_of"] == "created"
    assert document.layout.place(len(document.text) - 1) == Section("header")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (rb"a\u8364?b\u-10179?\u-8704?c", "a€b😀c"),
        (rb"{\uc2 a\u8364 xyb}\u8364?c", "a€b€c"),
        (rb"\ansicpg1251 \'c4\'e0", "Да"),
        (rb"{\fonttbl{\f1\fcharset128 A;}}{\f1\'8f\'5f\'93\'b9}", "柔道"),
        (rb"a\~b\_c\-d\{\}\\", "a\xa0b-cd{}\\"),
        (rb"one\par two\line three\tab four", "one\n\ntwo\nthree four"),
        (rb"{\*\generator x;}{\pict 00ff}{\field{\*\fldinst HYPERLINK x}{\fldrslt seen}}", "seen"),
        (rb"a{\deleted b}c{\v d\plain e}", "ace"),
        (rb"\bin5 }}}}}a", "a"),
        (rb"a}b", "ab"),
    ],
)
def test_characters_of_rich_text(source, shown):
    assert rtf(source) == shown


def test_tables_in_tables_of_rich_text_keep_their_order():
    text = (
        rb"\trowd\intbl a\par\intbl\itap2 b\nestcell c\nestcell\nestrow\intbl\itap1 d\cell e\cell"
        rb"\row\trowd\intbl f\cell g\cell\row\pard h"
    )
    assert rtf(text).split() == list("abcdefgh")


def test_what_is_no_rich_text_is_refused():
    with pytest.raises(DocumentError, match="not rich text"):
        loaded(".rtf", b"plain")


def test_restructured_text_is_read_without_marks():
    document = only(".rst", RST)
    assert leaves(document) == [
        ("heading", "Ports"),
        ("paragraph", "They are:"),
        *(("item", "1. Lodi, see there"), ("paragraph", "2. Bergen"), ("item", "old")),
        *(("paragraph", "Note"), ("paragraph", "Mind the quay. [1]")),
        ("paragraph", "3.8 It opened."),
        *(("head", "Port\tDepth"), ("row", "Lodi\t5")),
        *(("paragraph", "Quay"), ("paragraph", "Where ships lie.")),
        ("code", "a = 1"),
        ("paragraph", "[1] A note."),
    ]
    assert document.title == "Ports"


def test_what_one_text_makes_docutils_know_no_other_does():
    only(".rst", ".. role:: own\n\n:own:`a` :other:`b`\n\n.. made-up:: c\n")
    from docutils.parsers.rst import directives, roles

    assert "made-up" not in directives._directives
    assert not {"own", "other"} & set(roles._roles)


def test_no_file_is_read_by_a_text(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("The depth of a port.")
    source = (
        f".. include:: {secret}\n\n.. csv-table::\n   :file: {secret}\n\n"
        f".. raw:: html\n   :file: {secret}\n\nend"
    )
    assert "of a port" not in str(only(".rst", source).text)
    assert only(".tex", f"\\input{{{secret}}}end").text == "end"


def test_latex_is_read_without_commands():
    document = only(".tex", TEX)
    assert leaves(document) == [
        ("heading", "Ports"),
        ("heading", "The north"),
        ("paragraph", "They are in Lodi for $5\\,m$ — café, Über:"),
        ("paragraph", "A note."),
        *(("item", "1. One"), ("paragraph", "b) Two"), ("item", "Deep")),
        *(("row", "Port\tDepth"), ("row", "Lodi\t5")),
        ("code", "a = 1"),
        ("quotation", "So."),
    ]
    assert document.title == "Ports"
    assert document.metadata["author"] == "Anna"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("``quoted'' pages 5--7 --- so", "“quoted” pages 5–7 — so"),
        (r"50\% \& \$5 \#1 a\_b \{\}", "50% & $5 #1 a_b {}"),
        (r"\'{e}\`a\^{\i} \c{c} \ss{} \o re", "éàî ç ß øre"),
        ("one % note\n  two\n\nthree", "one two\n\nthree"),
        (r"\textbf{bold \emph{and} more} \unknown[x]{kept}", "bold and more kept"),
        (r"see~\cite[p.~5]{x}, and \ref{y}.", "see, and."),
        (r"\href{http://x}{there} \url{http://y}", "there http://y"),
        (r"a \[ x^2 \] b \begin{equation}\label{e} y \end{equation}", "a x^2 b y"),
        (r"\verb|\a{b}| end", r"\a{b} end"),
    ],
)
def test_characters_of_latex(source, shown):
    assert only(".tex", source).text == shown
