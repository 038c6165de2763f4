"""What the page shows of an answer: every character of the document, marked where it should be."""

from __future__ import annotations

import datetime
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Hit, Span
from index.metadata import about
from qa.answer import Answer, Passage
from qa.highlight import Piece, pieces
from qa.ui.cards import CONTEXT, LONGEST_QUOTE, WHOLE, cards, clip
from qa.ui.document import LONGEST, read_passages, store_passage, view
from qa.ui.render import escape, render

HOSTILE = (
    """<script>alert(1)</script> & "quotes" 'too' `ticks` ${alert(1)} {{constructor}} {% raw %}"""
)
TEXTS = st.one_of(
    st.text(min_size=1),
    st.lists(
        st.sampled_from(
            [HOSTILE, "\r\n", "\r", "\0", "</mark>", "&amp;", "\u202e", "é", " ", "\n"]
        ),
        min_size=1,
    ).map("".join),
)


class Shown(HTMLParser):
    """The text of an element of a class, and that of the marks in it, as a browser reads them."""

    def __init__(self, html: str, class_name: str) -> None:
        super().__init__()
        self.text, self.marks, self.tags = "", [], []
        self._class, self._open, self._in_mark = class_name, [], False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        inside = self._class in (dict(attributes).get("class") or "").split()
        self._open.append(inside or (bool(self._open) and self._open[-1]))
        if tag == "mark" and self._open[-1]:
            self.marks.append("")
            self._in_mark = True

    def handle_endtag(self, tag):
        self._open.pop()
        self._in_mark = self._in_mark and tag != "mark"

    def handle_data(self, data):
        if self._open and self._open[-1]:
            self.text += data
            if self._in_mark:
                self.marks[-1] += data


@st.composite
def passages(draw):
    """A passage somewhere in a document, with a sentence and an answer inside it."""
    before, text, after = draw(st.tuples(st.text(), TEXTS, st.text()))
    document = Document("id", draw(TEXTS), before + text + after, draw(TEXTS))
    whole = Span(document, len(before), len(before) + len(text))
    ends = sorted(draw(st.lists(st.integers(whole.start, whole.end), min_size=4, max_size=4)))
    sentence = Span(document, ends[0], ends[3])
    answers = draw(st.sampled_from([(), (sentence,), (Span(document, ends[1], ends[2]),)]))
    return Passage(whole, (Hit(sentence, 1.0),), 1.0, answers)


def answered(passage: Passage) -> Answer:
    return Answer("?", passage.answer, 0.7, (passage,))


def shown_as(text: str) -> str:
    return text.replace("\0", "␀")  # HTML has no NUL


@given(passages())
def test_a_card_shows_the_passage_and_marks_the_sentence(passage):
    answer = answered(passage)
    shown = Shown(render("answer.html", answer=answer, cards=cards(answer)), "passage")
    if len(passage.span) <= WHOLE:
        assert shown.text == shown_as(passage.span.text)
    expected = [shown_as(piece.text) for piece in pieces(passage) if piece.mark]
    assert shown.marks == expected


def test_who_wrote_a_document_and_when_stands_under_its_title():
    known = {"author": HOSTILE, "date": datetime.date(2024, 3, 1), "date_of": "sent"}
    for metadata in ({}, known):
        document = Document("id", "Title", "One.", "a.txt", metadata)
        passage = Passage(Span(document, 0, 4), (Hit(Span(document, 0, 4), 1.0),), 1.0)
        html = render("answer.html", answer=answered(passage), cards=cards(answered(passage)))
        assert Shown(html, "about").text == about(metadata)
        assert "<script>" not in html


@given(passages())
def test_no_text_of_a_document_becomes_a_tag(passage):
    answer = answered(passage)
    html = render("answer.html", answer=answer, cards=cards(answer))
    assert set(Shown(html, "passage").tags) <= {
        "ol", "li", "article", "div", "h2", "p", "span", "i", "blockquote", "mark", "button", "bdi"
    }  # fmt: skip


@given(passages())
def test_a_document_is_shown_whole_with_its_sentence_marked(passage):
    opened = view([passage], 0)
    shown = Shown(render("document.html", view=opened), "document-text")
    assert shown.text == shown_as(passage.span.document.text)
    sentence = passage.hits[0].sentence
    if passage.answer in (None, sentence):
        assert shown.marks == ([shown_as(sentence.text)] if len(sentence) else [])
    else:
        assert "".join(shown.marks) == shown_as(sentence.text)


@given(st.lists(TEXTS.map(lambda text: Piece(text, None))), st.integers(0, 90), st.integers(0, 90))
def test_clip_is_a_slice_of_the_text(shown, start, end):
    text = "".join(piece.text for piece in shown)
    assert "".join(piece.text for piece in clip(shown, start, end)) == text[start:end]


def test_a_number_and_a_word_stand_on_the_card():
    document = Document("d", "Title", "It rained. It poured.", "a/b.txt")
    sentence = Span(document, 0, 10)
    passage = Passage(Span(document, 0, 21), (Hit(sentence, 1.0),), 1.0, (sentence,))
    html = render("answer.html", answer=answered(passage), cards=cards(answered(passage)))
    assert "likely · 0.70" in html
    assert "characters 0\N{EN DASH}10" in html


def listed(*items: str) -> Answer:
    document = Document("d", "Title", "You need:\n- " + "\n- ".join(items), "a/b.txt")
    lead, at, parts = Span(document, 0, 9), 10, []
    for item in items:
        parts.append(Span(document, at + 2, at + 2 + len(item)))
        at += len(item) + 3
    hits = tuple(Hit(span, 1.0) for span in (lead, *parts))
    passage = Passage(Span(document, 0, len(document.text)), hits, 1.0, tuple(parts))
    return Answer("?", parts[0], 0.7, (passage,), lead, tuple(parts))


def test_all_items_of_a_list_are_quoted_and_copied():
    answer = listed("a passport", "<b>a photograph</b>", "time")
    (card,) = cards(answer)
    html = render("answer.html", answer=answer, cards=[card])
    assert [li.strip() for li in Shown(html, "quotes").text.split("\n") if li.strip()] == [
        "a passport", "<b>a photograph</b>", "time"
    ]  # fmt: skip
    assert card.copied == "a passport\n<b>a photograph</b>\ntime"
    assert (card.place.start, card.place.end) == (12, len(card.place.document.text))


def test_a_list_too_long_for_a_card_says_how_much_is_left():
    answer = listed(*(f"paper {number} " + "of many " * 20 for number in range(9)))
    (card,) = cards(answer)
    html = render("answer.html", answer=answer, cards=[card])
    assert f"and {9 - len(card.quotes)} more" in Shown(html, "quotes").text
    assert 1 < len(card.quotes) < 9
    assert sum(len(piece.text) for text in card.quotes for piece in text.pieces) <= LONGEST_QUOTE


def test_what_fills_a_card_alone_says_how_much_is_left_too():
    answer = listed("of many " * 90, "second", "third")
    html = render("answer.html", answer=answer, cards=cards(answer))
    assert "and 2 more" in Shown(html, "quotes").text


def test_lines_that_only_wrap_are_no_lines_of_their_own():
    text = (
        "The school answers within a week, and if it\ndoes not, ask again.\n\nIt is closed in July."
    )
    document = Document("d", "Title", text, "a/b.txt")
    passage = Passage(Span(document, 0, len(text)), (Hit(Span(document, 0, 10), 1.0),), 1.0)
    for in_lines in (False, True):
        answer = Answer("?", None, 0.0, (replace(passage, in_lines=in_lines),))
        html = render("answer.html", answer=answer, cards=cards(answer))
        assert ("in-lines" in html) is in_lines


def test_the_passage_that_is_quoted_comes_first():
    document = Document("d", "", "One. Two.", "d.txt")
    first, second = Span(document, 0, 4), Span(document, 5, 9)
    found = [Passage(span, (Hit(span, 1.0),), 1.0, (span,)) for span in (first, second)]
    shown = cards(Answer("?", second, 0.9, tuple(found)))
    assert [card.passage for card in shown] == [found[1], found[0]]
    assert shown[0].probability == 0.9
    assert len(shown[0].quotes) == 1
    assert not shown[1].quotes  # its mark says the same


def test_a_long_passage_is_cut_between_words_around_its_mark():
    document = Document("d", "", "before " * 900 + "The mark. " + "after " * 900, "d.txt")
    start = document.text.index("The mark.")
    sentence = Span(document, start, start + 9)
    passage = Passage(Span(document, 0, len(document.text)), (Hit(sentence, 1.0),), 1.0)
    (card,) = cards(Answer("?", None, 0.0, (passage,)))
    text = "".join(piece.text for piece in card.text.pieces)
    assert card.text.cut_before
    assert card.text.cut_after
    assert set(text.split("The mark.")[0].split()) == {"before"}
    assert len(text) <= 9 + 2 * CONTEXT
    assert [piece.text for piece in card.text.pieces if piece.mark] == ["The mark."]


def test_an_unanswered_question_gets_a_sentence():
    html = render("answer.html", answer=Answer("?", None, 0.0, ()), cards=[])
    assert "These documents do not seem to answer that." in html


def test_escape_leaves_html_alone():
    assert escape(escape("<b>\r")) == "&lt;b&gt;&#13;"


# -- documents


def three_sentences() -> tuple[Document, list[Passage]]:
    document = Document("d", "", "One is here. Two is there.\n\nThree is last.", "d.txt")
    spans = [Span(document, 0, 12), Span(document, 13, 26), Span(document, 28, 42)]
    hits = [Hit(span, 1.0) for span in spans]
    number = Span(document, 13, 16)  # "Two"
    return document, [
        Passage(spans[2], (hits[2],), 1.0, (spans[2],)),
        Passage(Span(document, 0, 26), (hits[0], hits[1]), 1.0, (number,)),
    ]


def test_the_pieces_of_a_sentence_have_one_number():
    document, found = three_sentences()
    opened = view(found, 1)
    assert "".join(part.text for part in opened.parts) == document.text
    assert [(part.text, part.number) for part in opened.parts if part.mark] == [
        ("One is here.", 1),
        ("Two", 2),
        (" is there.", 2),
        ("Three is last.", 3),
    ]
    assert (opened.marks, opened.first) == (3, 2)
    assert view(found, 0).first == 3


def test_passages_that_overlap_keep_all_their_marks():
    document, (last, first) = three_sentences()
    reaching_back = replace(last, span=Span(document, 13, 42))
    for opened in (view([reaching_back, first], 0), view([first, reaching_back], 1)):
        assert "".join(part.text for part in opened.parts) == document.text
        assert (opened.marks, opened.first) == (3, 3)
    assert view([reaching_back, first], 1).first == 2


def test_a_huge_document_is_shown_around_the_passage():
    line = "Nothing to see in this line.\n"
    text = line * 60_000 + "Here it is.\n" + line * 60_000
    document = Document("d", "", text, "d.txt")
    sentence = Span(document, len(line) * 60_000, len(line) * 60_000 + 11)
    opened = view([Passage(sentence, (Hit(sentence, 1.0),), 1.0, (sentence,))], 0)
    assert not opened.whole
    assert len(opened.shown) <= LONGEST
    assert text[opened.shown.start - 1] == "\n"
    assert [part.text for part in opened.parts if part.mark] == ["Here it is."]
    assert "This document has 3,480,012 characters." in render("document.html", view=opened)


def test_passages_come_back_from_the_page_as_they_were():
    document, found = three_sentences()
    read = read_passages(document, [store_passage(passage) for passage in found])
    assert view(read, 1) == view(found, 1)


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        "x",
        [None],
        [{"start": 0, "end": 10**9, "sentences": [], "answers": []}],
        [{"start": 0, "end": "1", "sentences": [], "answers": []}],
        [{"start": True, "end": 3, "sentences": [], "answers": []}],
        [{"start": 0, "end": 3, "sentences": [[0, 1, 2]], "answers": []}],
        [{"start": 0, "end": 3}],
    ],
)
def test_what_is_not_in_the_document_is_refused(stored):
    document, _ = three_sentences()
    with pytest.raises((ValueError, TypeError, KeyError)):
        read_passages(document, stored)
