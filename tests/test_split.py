from dataclasses import replace

import pytest
from conftest import document
from hypothesis import example, given
from hypothesis import strategies as st

from index import Document, Span
from index.errors import UnderlineError
from index.prepare import prepare
from index.split import MAX_SENTENCE, Paragraph, languages
from index.split.paragraphs import MAX_PARAGRAPH
from index.structure import Block, Kind

# Text as it comes: words, all kinds of white space and layout, other scripts, hostile length.
WORDS = st.sampled_from(
    ["Dr.", "Smith", "said", "no.", "5", "e.g.", "U.S.", "“St.", "end.", "Why?", "a" * 1_200]
    + ["\n", "\n\n", "\r\n", "\t", "  ", "- ", "# ", "| ", "1. ", "…", "。", "שלום", "👩‍👩‍👧", "é"]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=80).map(" ".join))


def split(text: str, language: str = "english") -> list[Paragraph]:
    return prepare(document(text), language=language, splitter=None)


@given(TEXTS)
@example("x" * 5_000)
@example("\n" * 50 + "a" + " " * 3_000 + "b")
@example("́" * 2_500)
def test_sentences_are_ordered_disjoint_and_leave_out_only_white_space(text):
    paragraphs = split(text)
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
    for paragraph in split(text):
        assert paragraph.sentences
        assert paragraph.span.start == paragraph.sentences[0].start
        assert paragraph.span.end == paragraph.sentences[-1].end
        assert len(paragraph.span) <= MAX_PARAGRAPH or len(paragraph.sentences) == 1


SPLIT = [
    ["Mr. Smith of the U.S. Navy left.", "He was late."],
    ["See Fig. 3 for No. 10.", "It is clear."],
    ["Is it no.", "Then go."],
    ["It was held in “St. Petersburg and Baku” in April.", "Then it ended."],
    ["Add it, e.g. here.", "Done."],
]
LINES = [
    ["A heading", "", "The first sentence is here."],
    ["A Title Line", "By Someone", "A line of prose follows it."],
    ["The History of the Grand Old Bridge of the Town", "By Someone Else"],
    ["From: the desk of John, who is at work", "To: Mary", "Subject: Bridges"],
    ["- one item", "- another item"],
    ["1. First", "2. Second"],
    ["# Heading", "Text below it."],
    ["| a | b |", "| c | d |"],
    ["Shall I compare thee to a summer’s day?", "Thou art more lovely and more temperate:"],
]


def sentences_of(text: str) -> list[str]:
    return [s.text for paragraph in split(text) for s in paragraph.sentences]


@pytest.mark.parametrize("sentences", SPLIT, ids=lambda sentences: sentences[0])
def test_sentences(sentences):
    assert sentences_of(" ".join(sentences)) == sentences


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("lines", LINES, ids=lambda lines: lines[0])
def test_lines_that_are_no_prose_stay_apart(lines, end):
    assert sentences_of(end.join(lines)) == [line for line in lines if line]


WRAPPED = """
The Commission met in Baku on the ninth of August, and Deputy Prime
Minister Mustafayev took the chair. Russia was represented by Deputy
Prime Minister Overchuk.

Grounds
The next meeting will be held in Moscow, where the two sides will sign
Protocol No. 5.
"""


def test_a_row_of_a_table_is_no_two_sentences():
    table = "|Subject|Examiner|\n|-|-|\n|Anatomy|Prof. Okafor|\n|Law|Dr. Castellani. At 9.|"
    assert sentences_of(table) == table.split("\n")


def test_the_sentences_in_the_cells_of_a_long_row_are_sentences():
    row = "| Amoxicillin | " + "Take it with water. Do not stop before the end. " * 10 + "|"
    (paragraph,) = split(row)
    assert len(paragraph.sentences) > 10


def test_hard_wrapped_prose_is_joined():
    assert [" ".join(sentence.split()) for sentence in sentences_of(WRAPPED)] == [
        "The Commission met in Baku on the ninth of August, and Deputy Prime Minister Mustafayev "
        "took the chair.",
        "Russia was represented by Deputy Prime Minister Overchuk.",
        "Grounds",
        "The next meeting will be held in Moscow, where the two sides will sign Protocol No. 5.",
    ]


def test_a_line_that_goes_on_in_lower_case_is_joined():
    text = "It goes on over the end of the\nline and ends here."
    assert sentences_of(text) == [text]


def test_a_line_that_cannot_end_so_goes_on():
    text = "The pump left Bergen yesterday on the\nMS Trollfjord and arrives on Friday."
    assert sentences_of(text) == [text]
    assert len(sentences_of("The pump left Bergen\nMS Trollfjord")) == 2


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", [".", "! ", "a\n", "?!", "x", "\t", "“", "1. ", "a. b\n"])
def test_hostile_repetition_takes_no_more_than_its_length(piece):
    assert len("".join(sentences_of(piece * (100_000 // len(piece))))) <= 100_000


def test_a_heading_is_read_with_what_follows_it():
    long = "This sentence is here to make the paragraph long enough to stand alone. " * 4
    paragraphs = split(f"{long}\n\nHelicopter plant\n\n{long}")
    assert [paragraph.sentences[0].text for paragraph in paragraphs][1] == "Helicopter plant"


def test_a_number_after_what_asks_for_one_begins_no_item():
    text = "b) It must say that it is released under section\n   7. This changes nothing else."
    assert sentences_of(text) == [text.partition(" This")[0], "This changes nothing else."]


def test_a_number_after_other_words_may_begin_a_list():
    text = "The committee consists of\n1. the chair\n2. the secretary"
    assert len(sentences_of(text)) == 3


def paragraphs_of(text: str) -> list[list[str]]:
    return [[s.text for s in paragraph.sentences] for paragraph in split(text)]


ITEMS = [f"- paper number {n}, signed by both of the parents" for n in range(9)]


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize(
    "lead", ["To enrol a child you must send us these:", "## Papers for a school"]
)
def test_a_list_stays_with_what_introduces_it(lead, between):
    after = "The school answers within a week. " * 3
    text = between.join([lead, *ITEMS]) + f"\n\n{after}"
    first, *others = paragraphs_of(text)
    assert first == [lead, *ITEMS]
    assert len(others) == 1


def test_items_as_long_as_paragraphs_are_paragraphs():
    items = [f"({letter}) " + "the vessel is sold to another owner, and " * 6 for letter in "abc"]
    assert len(paragraphs_of("\n".join(["Either party may leave, if:", *items]))) == 3


def test_the_number_of_a_section_goes_on_no_list():
    items = [
        f"({letter}) one of the parties fails to pay an invoice within 30 days;"
        for letter in "abcd"
    ]
    text = "\n\n".join(["Either party may leave, if:", *items, "3. FEES", "3.1 The fee is EUR 40."])
    assert paragraphs_of(text)[-1] == ["3. FEES", "3.1 The fee is EUR 40."]


def test_a_cut_does_not_part_a_letter_from_its_accent():
    text = "e\u0301" * 2_000
    for paragraph in split(text):
        for sentence in paragraph.sentences:
            assert sentence.text.startswith("e")


def test_every_language_splits():
    assert {"english", "german", "russian", "turkish"} <= set(languages())
    for language in languages():
        assert split("One 1. Two 2.", language=language)
    german = "Das gilt z.B. am 3. Oktober. Danach nicht mehr."
    assert len(split(german, language="german")[0].sentences) == 2


def test_an_unknown_language_is_named_with_those_there_are():
    with pytest.raises(UnderlineError, match="language 'klingon'; there is one for czech, danish"):
        split("One", language="klingon")


def test_blocks_that_are_said_are_not_guessed():
    text = "# One two three. Four five six."
    cell = Block(Kind.PARAGRAPH, 2, 16), Block(Kind.CODE, 17, len(text))
    said = Document("a", "", text, "a", blocks=cell)
    (paragraph,) = prepare(said, language="english", splitter=None)
    assert [one.text for one in paragraph.sentences] == ["One two three.", "Four five six."]
    assert [paragraph.block_of(one) for one in paragraph.sentences] == list(cell)


def test_what_another_splitter_finds_stands_in_blocks_too():
    def lines(whole: Document) -> list[Paragraph]:
        return [Paragraph(span, (span,)) for span in (Span(whole, 0, 9), Span(whole, 10, 13))]

    heading, item = prepare(document("# Heading\n- a"), language="english", splitter=lines)
    assert [p.block_of(p.sentences[0]).kind for p in (heading, item)] == [Kind.HEADING, Kind.ITEM]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "图书馆于1987年开馆。每位读者可借8本书！",
            ["图书馆于1987年开馆。", "每位读者可借8本书！"],
        ),
        ("彼は「行く。」と言った。雨だ。", ["彼は「行く。」", "と言った。", "雨だ。"]),
        ("数は３．５です．次は？", ["数は３．５です．", "次は？"]),
        ("पुल 1968 में बना। यह लंबा है।", ["पुल 1968 में बना।", "यह लंबा है।"]),
        ("متى افتتح؟ افتتح عام 1968.", ["متى افتتح؟", "افتتح عام 1968."]),
        ("یہ پل ہے۔ یہ لمبا ہے۔", ["یہ پل ہے۔", "یہ لمبا ہے۔"]),
    ],
)
def test_sentences_of_other_scripts_end_at_their_own_marks(text, sentences):
    assert [one.text for paragraph in split(text) for one in paragraph.sentences] == sentences


def test_a_document_is_split_in_its_own_language():
    german = Document("a", "A", "Der Vertrag gilt bis z.B. Mai. Er endet dann.", "a", language="de")
    (paragraph,) = prepare(german, language="english", splitter=None)
    assert len(paragraph.sentences) == 2
    (english,) = prepare(replace(german, language=None), language="english", splitter=None)
    assert len(english.sentences) == 3
