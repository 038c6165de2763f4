import pytest
from conftest import document
from hypothesis import example, given
from hypothesis import strategies as st

from index.errors import UnderlineError
from index.split import MAX_PARAGRAPH, MAX_SENTENCE, languages, split

# Text as it comes: words, all kinds of white space and layout, other scripts, hostile length.
WORDS = st.sampled_from(
    ["Dr.", "Smith", "said", "no.", "5", "e.g.", "U.S.", "“St.", "end.", "Why?", "a" * 1_200]
    + ["\n", "\n\n", "\r\n", "\t", "  ", "- ", "# ", "| ", "1. ", "…", "。", "שלום", "👩‍👩‍👧", "é"]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=80).map(" ".join))


@given(TEXTS)
@example("x" * 5_000)
@example("\n" * 50 + "a" + " " * 3_000 + "b")
@example("́" * 2_500)
def test_sentences_are_ordered_disjoint_and_leave_out_only_white_space(text):
    paragraphs = split(document(text))
    sentences = [sentence for paragraph in paragraphs for sentence in paragraph.sentences]
    kept = 0
    for sentence in sentences:
        assert not text[kept : sentence.start].strip()
        assert kept <= sentence.start < sentence.end
        assert sentence.text == text[sentence.start : sentence.end]
        assert sentence.text == sentence.text.strip()
        assert len(sentence) <= MAX_SENTENCE
        kept = sentence.end
    assert not text[kept:].strip()


@given(TEXTS)
def test_a_paragraph_holds_its_sentences_and_is_no_longer_than_it_may(text):
    for paragraph in split(document(text)):
        assert paragraph.sentences
        assert paragraph.span.start == paragraph.sentences[0].start
        assert paragraph.span.end == paragraph.sentences[-1].end
        assert len(paragraph.span) <= MAX_PARAGRAPH or len(paragraph.sentences) == 1


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Mr. Smith of the U.S. Navy left. He was late.", ["Mr. Smith of the U.S. Navy left."]),
        ("See Fig. 3 for No. 10. It is clear.", ["See Fig. 3 for No. 10."]),
        ("Is it no. Then go.", ["Is it no."]),
        ("It was held in “St. Petersburg and Baku” in April. Then", ["It was held in “St. Pe"]),
        ("Add it, e.g. here. Done.", ["Add it, e.g. here."]),
        ("A heading\n\nThe first sentence. The second.", ["A heading", "The first sentence."]),
        ("A Title Line\nBy Someone\nA line of prose.", ["A Title Line", "By Someone"]),
        ("- one item\n- another item", ["- one item", "- another item"]),
        ("1. First\n2. Second", ["1. First", "2. Second"]),
        ("# Heading\nText below it.", ["# Heading", "Text below it."]),
        ("| a | b |\n| c | d |", ["| a | b |", "| c | d |"]),
        ("goes on over the end of the\nline and ends here.", ["goes on over the end of the\nli"]),
    ],
)
def test_sentences(text, sentences):
    found = [s.text for paragraph in split(document(text)) for s in paragraph.sentences]
    for sentence, expected in zip(found, sentences, strict=False):
        assert sentence.startswith(expected)
        assert len(sentence) == len(expected) or len(expected) > 20


def test_hard_wrapped_prose_is_joined_and_verse_is_not():
    wrapped = (
        "The Commission met in Baku on the ninth of August, and Deputy Prime\n"
        "Minister Mustafayev took the chair. Russia was represented by Deputy\n"
        "Prime Minister Overchuk.\n"
    )
    assert len(split(document(wrapped))[0].sentences) == 2
    verse = "Tiger tiger burning bright\nIn the forests of the night\nWhat immortal hand or eye\n"
    assert len(split(document(verse))[0].sentences) == 3


def test_a_heading_is_read_with_what_follows_it():
    long = "This sentence is here to make the paragraph long enough to stand alone. " * 4
    paragraphs = split(document(f"{long}\n\nHelicopter plant\n\n{long}"))
    assert [paragraph.sentences[0].text for paragraph in paragraphs][1] == "Helicopter plant"


def test_a_cut_does_not_part_a_letter_from_its_accent():
    text = "e\u0301" * 2_000
    for paragraph in split(document(text)):
        for sentence in paragraph.sentences:
            assert sentence.text.startswith("e")


def test_every_language_splits():
    assert {"english", "german", "russian", "turkish"} <= set(languages())
    for language in languages():
        assert split(document("One 1. Two 2."), language=language)
    german = "Das gilt z.B. am 3. Oktober. Danach nicht mehr."
    assert len(split(document(german), language="german")[0].sentences) == 2


def test_an_unknown_language_is_named_with_those_there_are():
    with pytest.raises(UnderlineError, match="language 'klingon'; there is one for czech, danish"):
        split(document("One. Two."), language="klingon")
