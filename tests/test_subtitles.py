"""What is said in a film is read as sentences, each part with its moment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_loader_conformance import check, kinds_of

from index.document import Document
from index.errors import DocumentError
from index.layout import Moment
from index.loaders import SourceFile, load


def read(text: str, name: str = "a.srt", encoding: str = "utf-8") -> Document:
    documents = list(load(SourceFile.of_bytes(name, text.encode(encoding))))
    check(documents, name)
    return documents[0]


def cue(start: float, text: str, name: str = "1") -> str:
    return f"{name}\n00:00:{start:06.3f} --> 00:00:{start + 2:06.3f}\n{text}\n\n".replace(
        ".", ",", 2
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_cues_of_one_sentence_are_one_paragraph_with_their_moments(encoding):
    document = read(
        cue(1, "Die Brücke\nist seit 1894") + cue(3.2, "geöffnet.", "2"), encoding=encoding
    )
    assert document.text == "Die Brücke ist seit 1894 geöffnet."
    assert document.layout.place(0) == Moment(1)
    assert document.layout.place(str(document.text).index("geöffnet")) == Moment(3)
    assert str(Moment(1)) == "00:00:01"


def test_sentences_sounds_pauses_and_speakers_begin_paragraphs():
    spoken = ["It ends.", "[music]", "She said", "- Who?\n- Me."]
    text = "".join(cue(3 * number, words) for number, words in enumerate(spoken))
    text += cue(40, "After a while") + cue(43, "<v Ann>I speak") + cue(46, "<v Bob>and I")
    assert [words for _, words in kinds_of(read(text))] == [
        *("It ends.", "[music]", "She said", "- Who? - Me.", "After a while"),
        *("Ann: I speak", "Bob: and I"),
    ]


def test_marks_of_style_are_left_out():
    document = read(cue(1, r'<i>One</i> {\an8}<font color="#fff">two</font> &amp; 3 < 4 <00:01.5>'))
    assert document.text == "One two & 3 < 4"


def test_web_subtitles_have_remarks_and_names_that_nobody_sees():
    text = "WEBVTT - film\nKind: captions\n\nNOTE\nnot seen\n\nSTYLE\n::cue {}\n\nintro\n"
    text += "00:01.000 --> 00:02.500 align:start\nSeen\n\nNOTE unseen\n\n"
    text += "01:00:03.000 --> 01:00:04.000\n42"
    document = read(text, "a.vtt")
    assert document.text == "Seen\n\n42"
    assert document.layout.place(len(document.text)) == Moment(3603)


def test_cues_are_read_in_the_order_in_which_they_are_shown():
    assert read(cue(9, "Second.") + cue(1, "First.")).text == "First.\n\nSecond."


@pytest.mark.parametrize("text", ["", "Some words.", "1\n00:00:01,000 --> 00:00:02,000\n<i></i>\n"])
def test_a_file_without_cues_is_named(text):
    with pytest.raises(DocumentError, match=r"a\.srt holds no subtitles"):
        read(text)


@given(cues=st.lists(st.tuples(st.integers(0, 50), st.sampled_from(["One", "two.", "[x]", "- a"]))))
def test_every_cue_is_read(cues):
    if cues:
        words = [word for _, word in sorted(cues, key=lambda one: one[0])]
        assert read("".join(cue(*one) for one in cues)).text.split() == " ".join(words).split()
