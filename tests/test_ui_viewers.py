"""Documents shown by their blocks and as pages: each character once, each mark where it belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf_files import PROSE, page, pdf
from test_loader_conformance import SAMPLES

from index import Document, Hit, Span
from index.layout import Lines, Page, Placed, Slide, Stretch
from index.loaders import SourceFile, load
from index.prepare import prepare
from index.structure import Block, Cell, Kind, Structure
from qa.answer import Passage
from qa.ui.document import View, view
from qa.ui.render import render
from qa.ui.viewers.outline import Node

TAG = re.compile(r"<[^>]*>")


def documents() -> dict[str, list[Document]]:
    """What the loaders make of the samples of each format whose text is not that of the file."""
    read = {
        suffix: [
            one
            for sample in samples
            for one in load(SourceFile.of_bytes(f"sample{suffix}", sample))
            if not isinstance(one.layout, Lines) and str(one.text).strip()
        ]
        for suffix, samples in SAMPLES.items()
        if suffix not in (".txt", ".md")
    }
    return {suffix: found for suffix, found in read.items() if found}


DOCUMENTS = documents()


def known(document: Document) -> Structure:
    """The blocks as an index tells them: those of its sentences."""
    blocks = {}
    for paragraph in prepare(document, language="english", splitter=None):
        blocks |= paragraph.structure.blocks
    return Structure(dict(sorted(blocks.items())))


def sentences(document: Document) -> list[Span]:
    paragraphs = prepare(document, language="english", splitter=None)
    return [sentence for paragraph in paragraphs for sentence in paragraph.sentences]


def marked(document: Document, spans: Sequence[Span]) -> View:
    passages = [Passage(span, (Hit(span, 1.0),), 1.0) for span in spans]
    return view(passages, 0, structure=lambda _: known(document))


def leaves(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield from leaves(node.inside) if node.inside else [node]


def seen(text: str) -> str:
    return "".join(text.split())


@given(st.data())
def test_each_character_is_shown_once_and_each_mark_on_its_sentence(data):
    suffix = data.draw(st.sampled_from(sorted(DOCUMENTS)))
    document = data.draw(st.sampled_from(DOCUMENTS[suffix]))
    spans = data.draw(
        st.lists(st.sampled_from(sentences(document)), min_size=1, max_size=6, unique=True)
    )
    opened = marked(document, spans)
    pieces = [piece for node in leaves(opened.nodes) for piece in node.pieces]
    assert seen("".join(piece.text for piece in pieces)) == seen(str(document.text))
    spans.sort(key=lambda span: span.start)
    for number, span in enumerate(spans, start=1):
        shown = "".join(piece.text for piece in pieces if piece.number == number)
        assert seen(shown) == seen(span.text)
    assert opened.marks == len(spans)


@pytest.mark.parametrize("suffix", sorted(DOCUMENTS))
def test_the_page_shows_the_same_characters(suffix):
    for document in DOCUMENTS[suffix]:
        html = render("document.html", view=marked(document, sentences(document)[:1]))
        body = html.partition('<div class="document-body"')[2].partition(">")[2]
        for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'")):
            body = TAG.sub("", body) if entity == "&lt;" else body
            body = body.replace(entity, character)
        letters = re.compile(r'<tr class="letters">|class="ordinal"')
        if not letters.search(html):  # of a spreadsheet, which are no part of the text
            assert seen(body.replace("&amp;", "&")) == seen(str(document.text))


def test_a_place_is_told_where_it_begins_and_once():
    text = "One page.\nA sentence over\ntwo pages. A slide."
    blocks = (Block(Kind.PARAGRAPH, 0, 9), Block(Kind.PARAGRAPH, 10, len(text)))
    places = Placed((Stretch(0, Page(1)), Stretch(10, Page(1)), Stretch(26, Page(2))))
    document = Document("d", "", text, "d", blocks=blocks, layout=places)
    nodes = marked(document, [Span(document, 10, 36)]).nodes
    assert [node.at for node in nodes] == ["page 1", ""]
    assert [(piece.text, piece.at) for piece in nodes[1].pieces] == [
        ("A sentence over\n", ""),
        ("two pages.", "page 2"),
        (" A slide.", ""),
    ]
    again = Placed((Stretch(0, Slide(1)), Stretch(10, None), Stretch(26, Slide(1))))
    document = Document("d", "", text, "d", blocks=blocks, layout=again)
    nodes = marked(document, [Span(document, 0, 9)]).nodes
    assert [node.at for node in nodes] == ["slide 1", ""]


def test_a_row_begins_in_its_column():
    text = "Ports\nLodi\t12"
    blocks = (
        Block(Kind.TABLE, 0, len(text), columns=("", "Port", "Ships")),
        Block(Kind.HEAD, 0, 5, 0, cells=(Cell(0, 5, 1),)),
        Block(Kind.ROW, 6, len(text), 0, cells=(Cell(6, 10, 1, "Port"), Cell(11, 13, 2, "Ships"))),
    )
    document = Document("d", "", text, "d", blocks=blocks, layout=Placed(()))
    (table,) = marked(document, [Span(document, 6, 13)]).nodes
    assert [[cell.column for cell in row.inside] for row in table.inside] == [[1], [1, 2]]
    html = render("outline.html", nodes=[table]) + render(
        "document.html", view=marked(document, [Span(document, 6, 13)])
    )
    assert '<td colspan="1"></td><td><mark class="sentence" data-mark="1">Lodi</mark></td>' in html


def test_cells_of_a_spreadsheet_stand_under_their_letters():
    (document,) = DOCUMENTS[".ods"]
    tables = [node for node in marked(document, sentences(document)[:1]).nodes if node.columns]
    assert tables
    assert tables[0].columns[0] == "A"
    assert [row.at for row in tables[0].inside] == sorted({row.at for row in tables[0].inside})


def test_pages_have_their_marks_in_percent():
    (document,) = load(SourceFile.of_bytes("a.pdf", pdf(page(*PROSE), page("Two."))))
    first, *_ = sentences(document)
    passages = [Passage(first, (Hit(first, 1.0),), 1.0, (Span(document, 0, 3),))]
    opened = view(passages, 0, sizes=[(500.0, 700.0), (0.0, 0.0)])
    assert [sheet.number for sheet in opened.sheets] == [1, 2]
    assert (opened.sheets[1].width, opened.sheets[1].marks) == (612.0, ())
    answer, *rest = opened.sheets[0].marks
    assert (answer.kind, answer.text) == ("answer", document.text[:3])
    assert {mark.number for mark in [answer, *rest]} == {1}
    assert all(mark.left >= 0 and mark.left + mark.width <= 100 for mark in [answer, *rest])
    assert "".join(mark.text for mark in [answer, *rest]) == first.text
    # What stands on a page that the file does not have is not marked elsewhere.
    assert view(passages, 0, sizes=()).sheets == ()
