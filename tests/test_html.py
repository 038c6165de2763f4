"""Web pages → what a person reads on them, in order, and where it stands."""

import datetime

import pytest
from samples import mhtml
from test_loader_conformance import loaded

from index.errors import DocumentError
from index.layout import Section
from index.structure import Kind, Structure


def page(text, suffix=".html"):
    data = text if isinstance(text, bytes) else text.encode()
    (document,) = loaded(suffix, data)
    return document


def text_of(text):
    return str(page(text).text)


def leaves(document):
    return [
        (one.kind.value, str(document.text)[one.start : one.end])
        for one in Structure.of(document.blocks).leaves
    ]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>One\n  <b>tw</b>o&amp;&nbsp;three</p>", "One two&\xa0three"),
        ("<p>a<p>b<div>c<span>d</span>e</div>f", "a\n\nb\n\ncde\n\nf"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("<p>soft&shy;ly</p>", "softly"),
        ("<p>日本\n語</p><p>Two\nwords</p>", "日本語\n\nTwo words"),
        ("<a>Home</a><a>About</a>", "Home About"),
        ("a<!-- b > c --> d <!x> e", "a d e"),
        ("1 < 2 <3 a", "1 < 2 <3 a"),
        ("<b>a<p>b</b>c</p>d", "a\n\nbc\n\nd"),
        ("He said <q>so</q>.", "He said “so”."),
        ("<title>T</title>text", "text"),
        ("in the year<sup><a href='#n'>2</a></sup>. x<sup>2</sup>", "in the year[2]. x2"),
        ("<p>x<svg><title>y</title><path/></svg>z</p>", "xz"),
    ],
)
def test_white_space_and_tags_are_as_in_a_browser(source, shown):
    assert text_of(source) == shown


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>if (a < b) x</script>",
        "<style>p > q</style>",
        "<template><p>x</template>",
        "<p hidden>x</p>",
        '<div style="color:red; DISPLAY : none">x<p>y</div>',
        "<ix:header><ix:hidden>x</ix:hidden></ix:header>",
        '<span aria-hidden="true">¶</span>',
        "<nav><ul><li>Home</ul></nav>",
        '<div role="navigation">Home</div>',
        '<ul class="main-menu"><li><a href="/">Home</a><li><a href="/a">About us</a></ul>',
        "<dialog>Accept cookies?</dialog>",
        '<span epub:type="pagebreak">12</span>',
    ],
)
def test_what_is_not_read_is_left_out(hidden):
    assert text_of(f"<p>Before</p>{hidden}<p>after</p>") == "Before\n\nafter"


@pytest.mark.parametrize(
    "read",
    [
        '<div class="menu"><p>Soup of the day</p></div>',
        '<ul><li><a href="a">A list of links</a><li><a href="b">is no menu by itself</a></ul>',
        '<span aria-hidden="true">in 1894</span>',
        "<button>Question?</button>",
        "<dialog open>Seen</dialog>",
        "<details><summary>More</summary>Closed text</details>",
    ],
)
def test_what_only_looks_like_a_menu_is_read(read):
    text = text_of(f"<p>Before</p>{read}")
    assert len(text.split()) > 1


def test_lists_show_their_numbers_and_hold_their_items():
    document = page(
        "<p>Do:<ol start=3 type=a><li>one<li>two<ul><li>deep</ul><li value=9>nine</ol>"
        "<dl><dt>Quay<dd>Where ships lie.<dt>Pier<dd>Walk.</dl>"
    )
    assert document.text == (
        "Do:\nc. one\nd. two\ndeep\ni. nine\nQuay\nWhere ships lie.\nPier\nWalk."
    )
    items = [one for one in document.blocks if one.kind is Kind.ITEM]
    assert [str(document.text)[slice(*one.content)] for one in items] == [
        *("one", "d. two\ndeep", "deep", "nine", "Quay\nWhere ships lie.", "Pier\nWalk."),
    ]


def test_tables_know_their_heads_and_merged_cells():
    document = page(
        "<table><caption>Ports</caption><tr><th>Port<th colspan=2>Depth<tr><th><th>low<th>high"
        "<tr><td rowspan=2>Lodi<td>5<td>7<tr><td>6<td>8</table>"
    )
    assert leaves(document) == [
        ("paragraph", "Ports"),
        ("head", "Port\tDepth\tDepth"),
        ("head", "low\thigh"),
        ("row", "Lodi\t5\t7"),
        ("row", "6\t8"),
    ]
    assert next(one.columns for one in document.blocks if one.columns) == (
        *("Port", "Depth low", "Depth high"),
    )


def test_a_table_of_money_has_no_columns_of_signs():
    document = page(
        "<table><tr><td><td colspan=3>2021<td colspan=3>2020"
        "<tr><td>Net loss<td>$<td>(1,926<td>)<td>$<td>—<td>"
        "<tr><td>Share<td><td>5<td>%<td><td>6<td>%</table>"
    )
    assert leaves(document) == [
        ("head", "2021\t2020"),
        ("row", "Net loss\t$(1,926)\t$—"),
        ("row", "Share\t5%\t6%"),
    ]
    assert [cell.name for cell in document.blocks[-1].cells] == ["", "2021", "2020"]


def test_a_table_that_only_lays_out_is_read_cell_by_cell():
    document = page(
        "<table><tr><td><h2>Left</h2><p>Text</p><td><table><tr><td>a<td>b<tr><td>c<td>d</table>"
        "</table>"
    )
    assert leaves(document) == [
        *(("heading", "Left"), ("paragraph", "Text"), ("row", "a\tb"), ("row", "c\td")),
    ]


def test_lines_of_code_are_kept_and_lines_of_prose_are_paragraphs():
    prose = "The bridge over the river was opened in May.\nIt was closed again in June 1894.\n\n"
    document = page(f"<pre>\n  a = 1\n    b\n</pre><pre>{prose * 10}</pre>")
    assert str(document.text).startswith("  a = 1\n    b\n\nThe bridge")
    assert [kind for kind, _ in leaves(document)] == ["code", *["paragraph"] * 10]


def test_text_stands_in_the_section_of_the_heading_above_it():
    document = page("<p>a</p><h1>One</h1><p>b</p><h2>Two  <i>x</i></h2><p>c</p>")
    places = [document.layout.place(str(document.text).index(one)) for one in ("b", "c")]
    assert places == [Section("One"), Section("Two x")]
    assert document.layout.place(0) is None


def test_title_author_and_day_are_those_that_the_page_states():
    document = page(
        "<title>Lodi – Encyclopedia</title><meta name=author content='Anna Lind'>"
        "<meta property=article:published_time content=2024-02-29T12:00:00Z><h1>Lodi</h1>"
    )
    assert document.title == "Lodi"
    assert document.metadata["author"] == "Anna Lind"
    assert document.metadata["date"] == datetime.date(2024, 2, 29)
    assert document.metadata["date_of"] == "published"


@pytest.mark.parametrize(
    "data",
    [
        "Größe".encode(),
        b"\xef\xbb\xbf" + "Größe".encode(),
        "Größe".encode("utf-16"),
        b'<meta charset="iso-8859-1">' + "Größe".encode("latin-1"),
        b"<?xml version='1.0' encoding='windows-1252'?>" + "Größe".encode("cp1252"),
        b'<meta http-equiv=Content-Type content="text/html; charset=base64">' + "Größe".encode(),
    ],
)
def test_pages_are_decoded_as_they_say(data):
    assert page(data).text == "Größe"


def test_elements_that_end_themselves_do_so_in_xml_only():
    assert page("<?xml version='1.0'?><p><a id='x'/>a<script src='y'/>b</p>").text == "ab"
    assert page("<div/>a<b/>b").text == "a" + "b" or page("<div/>a<b/>b").text == "ab"


def test_saved_pages_are_read_without_what_belongs_to_them():
    (document,) = loaded(".mhtml", mhtml("<title>T</title><p>Größe</p>", charset="latin-1"))
    assert (document.title, document.text) == ("T", "Größe")
    cut = mhtml("<p>First part</p><p>lost</p>").partition(b"lost")[0]
    assert [one.text for one in loaded(".mhtml", cut)] == ["First part"]
    with pytest.raises(DocumentError, match="no saved page"):
        loaded(".mhtml", b"Content-Type: text/plain\n\nText")


def test_what_is_no_page_is_refused():
    with pytest.raises(DocumentError, match="seems to be a PDF"):
        loaded(".html", b"%PDF-1.7\n")
    with pytest.raises(DocumentError, match="does not hold text"):
        loaded(".html", bytes(range(1, 32)) * 100)
