"""Whatever is nested in whatever, in any format of documents: blocks that fit, or a refusal."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import docx, epub, mhtml, odt, pptx, shape, w, w_table, zipped
from test_loader_conformance import check, loaded

from index.errors import DocumentError
from index.loaders import archive, elements
from index.loaders.html_tree import html_tree

TAGS = [
    *(
        "p",
        "div",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "tr",
        "td",
        "th",
        "thead",
        "caption",
    ),
    *(
        "h1",
        "h3",
        "b",
        "a",
        "blockquote",
        "pre",
        "q",
        "br",
        "form",
        "section",
        "nav",
        "title",
        "head",
    ),
    *("body", "svg", "option", "select", "script", "math", "span"),
]
HTML = [
    *(f"<{tag}>" for tag in TAGS),
    *(f"</{tag}>" for tag in TAGS),
    *("<td colspan=3 rowspan=2>", "<ol start=5 reversed type=i>", "<li value=x>", "<br/>", "<p/>"),
    *(
        "<table role=presentation>",
        "<p hidden>",
        '<b style="display:none">',
        "<!--",
        "-->",
        "<?",
        ">",
    ),
    *(
        "<![CDATA[",
        "]]>",
        "<a href='",
        '"',
        "'",
        "&lt;",
        "&#0;",
        "&nbsp;",
        "\n",
        "  ",
        "word ",
        "1.",
        "$",
    ),
    *(
        "<?xml version='1.0'?>",
        "<div class=menu>",
        "<span role=heading aria-level=2>",
        "\x00",
        "日本\n語",
    ),
]
RTF = [
    *("{", "}", "\\par ", "\\cell ", "\\row ", "\\nestcell ", "\\nestrow ", "\\intbl ", "\\itap2 "),
    *(
        "\\itap9 ",
        "\\pard ",
        "{\\footnote ",
        "{\\header ",
        "{\\*\\x ",
        "\\trowd ",
        "\\trhdr ",
        "\\v ",
    ),
    *(
        "{\\listtext 1.}",
        "\\ilvl2 ",
        "\\outlinelevel0 ",
        "\\u26580 ?",
        "\\u-10179 ",
        "\\uc0 ",
        "\\'e4",
    ),
    *(
        "{\\fonttbl{\\f1\\fcharset128 A;}}",
        "\\f1 ",
        "\\ansicpg932 ",
        "\\bin3 abc",
        "\\b ",
        "\\line ",
        "a",
    ),
    *(
        "word ",
        "\\",
        "\\ldblquote ",
        "{\\info{\\title x}}",
        "{\\stylesheet{\\s1\\outlinelevel1}}",
        "\\s1 ",
    ),
]
TEX = [
    *(
        "{",
        "}",
        "\\section{",
        "\\footnote{",
        "\\begin{itemize}",
        "\\end{itemize}",
        "\\item ",
        "&",
        "\\\\",
    ),
    *(
        "\\begin{tabular}{l}",
        "\\end{tabular}",
        "\\begin{quote}",
        "\\end{quote}",
        "\\begin{verbatim}",
    ),
    *(
        "\\end{verbatim}",
        "\\newcommand{\\a}{\\a\\a b}",
        "\\a",
        "\\newcommand\\c[1]{x}",
        "$",
        "\\[",
        "\\]",
    ),
    *(
        "%",
        "\n\n",
        "\\'e",
        "\\c{c}",
        "\\begin{enumerate}",
        "\\end{enumerate}",
        "\\verb|x|",
        "\\cite{x}",
    ),
    *(
        "word ",
        "\\title{x}",
        "\\begin{document}",
        "\\end{document}",
        "[b]",
        "\\begin{theorem}[x]",
        "~",
    ),
]
RST = [
    *(
        "* a\n",
        "  * b\n",
        "1. c\n",
        "\n",
        "word ",
        "::\n\n",
        "   d\n",
        ".. note:: e\n",
        "====\n",
        "----\n",
    ),
    *(
        ".. unknown:: f\n   :option: g\n\n",
        ":role:`h`",
        "|i|",
        "[1]_ ",
        ".. [1] j\n",
        ".. include:: /etc\n",
    ),
    *(
        "+--+--+\n| k| l|\n+--+--+\n",
        ":field: m\n",
        "term\n  n\n",
        "| line\n",
        ".. table:: o\n",
        "`p <q>`_ ",
    ),
    *(
        ".. csv-table:: r\n   :file: /etc/passwd\n\n",
        ".. raw:: html\n\n   <s>\n",
        ".. default-role:: t\n",
    ),
]


def pieces(parts):
    return st.lists(st.sampled_from(parts), max_size=30).map("".join)


def fits(suffix, data):
    """A file is read as documents whose blocks fit, or refused with a sentence that names it."""
    refused = f"folder/a{suffix} "
    documents = []
    try:
        documents = loaded(suffix, data)
    except DocumentError as error:
        refused = str(error)
    assert refused.startswith(f"folder/a{suffix} ")
    assert documents or refused != f"folder/a{suffix} "
    if documents:
        check(documents, f"folder/a{suffix}")


@given(text=pieces(HTML))
def test_any_tags(text):
    fits(".html", text.encode())
    fits(".epub", epub(text.replace("\x00", "")))
    fits(".mhtml", mhtml(text))


@given(text=pieces(RTF))
def test_any_control_words(text):
    fits(".rtf", b"{\\rtf1 " + text.encode("latin-1"))


@given(text=pieces(TEX))
def test_any_commands(text):
    fits(".tex", text.encode())


@settings(max_examples=40)
@given(text=pieces(RST))
def test_any_marks(text):
    fits(".rst", text.encode())


def nested(leaves, tags):
    """XML of these leaves in elements of these tags, nested anyhow."""
    return st.recursive(
        st.sampled_from(leaves),
        lambda inner: st.tuples(st.sampled_from(tags), st.lists(inner, max_size=3)).map(
            lambda one: f"<{one[0]}>{''.join(one[1])}</{one[0].split()[0]}>"
        ),
        max_leaves=12,
    )


WORD = nested(
    [
        *("<w:r><w:t>word</w:t></w:r>", "<w:r><w:tab/><w:br/></w:r>", w("a"), w("b", "<w:b/>"), ""),
        w("h", '<w:outlineLvl w:val="1"/>'),
        w("i", '<w:numPr><w:ilvl w:val="2"/><w:numId w:val="1"/></w:numPr>'),
        w_table(["c", "d"], ["e", "f"]),
        "<w:r><w:footnoteReference w:id='2'/></w:r>",
    ],
    [
        *("w:p", "w:tbl", "w:tr", "w:tc", "w:ins", "w:del", "w:sdt", "w:r", "w:txbxContent"),
        *("w:hyperlink", "mc:AlternateContent xmlns:mc='x'", "w:t", "w:body"),
    ],
)
OPEN = nested(
    [
        "word",
        "<text:s text:c='9999999'/>",
        "<text:tab/>",
        "<text:p>a</text:p>",
        "<text:h>b</text:h>",
    ],
    [
        *("text:p", "text:h", "text:list", "text:list-item", "table:table", "table:table-row"),
        *("table:table-cell", "text:note", "text:note-body", "text:section", "text:span"),
        *("office:annotation", "table:table-header-rows", "text:tracked-changes"),
    ],
)
SHAPES = nested(
    [shape("a"), shape("b", "c", place="body"), shape("d", place="title"), "<a:t>e</a:t>"],
    ["p:sp", "p:grpSp", "a:p", "a:tbl", "a:tr", "a:tc", "p:graphicFrame", "a:r", "mc:Fallback"],
)


@given(body=WORD)
def test_any_elements_of_word(body):
    fits(".docx", docx(body, title="Microsoft Word - x"))


@given(body=OPEN)
def test_any_elements_of_opendocument(body):
    fits(".odt", odt(body))


@given(body=SHAPES)
def test_any_elements_of_slides(body):
    fits(".pptx", pptx((body.replace("mc:", "p:"), "note")))


DEEP = 10_000


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        *(
            (".html", f"<{tag}>".encode() * DEEP + b"x")
            for tag in ("div", "b", "ul><li", "blockquote")
        ),
        (".html", b"<table><tr><td>" * DEEP + b"x"),
        (".html", b"<p><table><td>" + b"<b>" * 250 + b"<i></i>" * DEEP),
        (".xhtml", b"<?xml version='1.0'?>" + b"<ul><li>" * DEEP + b"x"),
        (".html", b"".join(b"<b id=%d><p>" % number for number in range(DEEP))),
        *(
            (".html", part * 50_000)
            for part in (b"<a ", b"<!--", b'<a x="', b"</", b"<title>", b"&#")
        ),
        (".docx", docx("<w:tbl><w:tr><w:tc>" * DEEP + "</w:tc></w:tr></w:tbl>" * DEEP)),
        (".docx", docx("<w:p><w:txbxContent>" * DEEP + "</w:txbxContent></w:p>" * DEEP)),
        (
            ".odt",
            odt("<text:list><text:list-item>" * DEEP + "</text:list-item></text:list>" * DEEP),
        ),
        (".pptx", pptx(("<p:grpSp>" * DEEP + shape("a") + "</p:grpSp>" * DEEP, ""))),
        (".rtf", b"{\\rtf1 " + b"{" * DEEP + b"a"),
        (".rtf", b"{\\rtf1 " + b"{\\footnote " * DEEP + b"a"),
        (".tex", b"{" * DEEP + b"a"),
        (".tex", b"\\footnote{" * DEEP + b"a" + b"}" * DEEP),
        (".tex", b"\\begin{itemize}\\item " * DEEP),
        (".rst", b"".join(b" " * depth + b"* a\n\n" for depth in range(0, 400, 2))),
    ],
    ids=lambda one: one if isinstance(one, str) else one[:8].hex(),
)
def test_deep_nesting_neither_breaks_nor_takes_long(suffix, data):
    start = time.perf_counter()
    fits(suffix, data)
    assert time.perf_counter() - start < 20  # seconds; what is not linear takes minutes


def test_a_few_bytes_that_unpack_to_many_are_refused(monkeypatch):
    monkeypatch.setattr(archive, "LARGE", 100_000)
    with pytest.raises(DocumentError, match="too many bytes"):
        loaded(".docx", docx(" " * 5_000_000))


def test_entities_that_grow_and_files_that_are_named_are_refused():
    names = "abcdefghij"
    bomb = "".join(f'<!ENTITY {name} "{f"&{inner};" * 10}">' for inner, name in pairwise(names))
    for declared, used in (
        (f'<!ENTITY a "{"x" * 1000}">{bomb}', "&j;"),
        ('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"),
    ):
        parts = {
            "_rels/.rels": "<a/>",
            "word/document.xml": f"<!DOCTYPE a [{declared}]><a>{used}</a>",
        }
        with pytest.raises(DocumentError):
            loaded(".docx", zipped(parts))


def test_more_tags_than_fit_into_memory_are_refused(monkeypatch):
    monkeypatch.setattr(elements, "MAX_TAGS", 1_000)
    for suffix, data in ((".html", b"<p>" * 2_000), (".docx", docx(w("a") * 1_000))):
        with pytest.raises(DocumentError, match="tags"):
            loaded(suffix, data)


def test_no_name_in_an_archive_leads_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    book = epub("<p>Text</p>", extra={"../../evil.txt": "x", "/etc/evil": "x"})
    assert [one.text for one in loaded(".epub", book)] == ["Text"]
    assert list(tmp_path.iterdir()) == []


def test_what_is_cut_or_of_another_format_is_refused():
    whole = docx(w("Text"))
    office = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    for data, said in (
        (whole[: len(whole) // 2], "damaged"),
        (b"plain text", "suffix"),
        (office, "old Office format"),
        (office + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (odt("<text:p>a</text:p>"), "incomplete"),
    ):
        with pytest.raises(DocumentError, match=said):
            loaded(".docx", data)
    with pytest.raises(DocumentError, match="encrypted"):
        loaded(".odt", odt("", encrypted=True))


def test_an_end_tag_far_from_its_start_keeps_the_order_of_the_text():
    root = html_tree("<p>a<b>c<p>d</b>e<table><tr><td>f</p>g</table>h")
    assert "".join(root.itertext()) == "acdefgh"
