import re
import string

import pytest
from conftest import Words, document, paragraphs
from hypothesis import given
from hypothesis import strategies as st

from index import Paragraph, Span
from index.loaders import load_file
from index.prepare import prepare
from qa.features import (
    FEW_WORDS,
    MOST,
    NEARBY,
    cell_asked_for,
    is_head,
    is_syntax,
    missing_near,
    of_mentions,
    of_reading,
    of_sentence,
    reply_to,
)
from qa.question import Question
from qa.read import Reading


def sentence_with(text: str, words: str) -> tuple[Span, Paragraph]:
    """The sentence of a plain text that holds some words, and its paragraph."""
    return next(
        (sentence, paragraph)
        for paragraph in paragraphs(text)
        for sentence in paragraph.sentences
        if words in sentence.text
    )


def visible(question: Question, text: str, wanted: str) -> dict[str, float]:
    sentence, paragraph = sentence_with(text, wanted)
    return of_sentence(question, sentence.text, sentence, paragraph)


def seen(words: Words, question: str, text: str, wanted: str) -> set[str]:
    return set(visible(Question(question, words), text, wanted)) - {"length"}


STATION = """# Stations

| station | opened | line | daily passengers (2023) |
|---|---|---|---|
| Old Mill | 1898 | Red | 4200 |
| New Mill | 1998 | Blue | 900 |
"""


@pytest.mark.parametrize(
    ("text", "wanted", "features"),
    [
        ("It was Ada Lovelace who wrote the first one of them.", "Ada", set()),
        ("And who do you think it was?\n", "And who", {"is_question"}),
        ("# The first program of all\n\nIt was long.", "program", {"is_heading"}),
        ("The programs\n\nThey were long and well written, by hand.", "The pro", {"is_heading"}),
        ("Well, hello there!", "hello", {"is_short"}),
        ("You need these:\n- a passport\n- a photograph", "need", {"introduces_list"}),
        ("# Papers\n- a passport\n- a photograph", "Papers", {"introduces_list"}),
        (STATION, "| station", {"is_head"}),
        (STATION, "Old Mill", set()),
        ("Use:\n\n```\nls -l\n```\n", "ls -l", set()),
    ],
)
def test_what_can_be_seen_of_a_sentence(words: Words, text, wanted, features):
    assert seen(words, "Which stamps did it cost?", text, wanted) == features


@pytest.mark.parametrize(
    ("question", "text", "repeats"),
    [
        ("Who are the members of the board?", "The members of the board", True),
        ("Who are the members of the board?", "Ada is a member of the board.", False),
        ("Is the shop open on Sunday?", "The shop is open on Sunday.", False),
        ("What is the shop?", "What is our shop?", True),
        ("What did they ask of the shop?", "What is our shop?", False),
        ("When is it open?", "No.", False),
        ("Which is cheaper, the red or the blue ticket?", "The red ticket", False),
    ],
)
def test_a_sentence_repeats_the_question(words: Words, question, text, repeats):
    assert ("repeats_question" in seen(words, question, text, text)) is repeats


def test_a_longer_sentence_says_more_up_to_a_length(words: Words):
    asked = Question("Why?", words)
    texts = ["No.", "It rained.", "It rained " * 30 + ".", "It rained " * 60 + "."]
    lengths = [visible(asked, text, text[:5])["length"] for text in texts]
    assert lengths[0] < lengths[1] < lengths[2] == lengths[3]


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("Which line is Old Mill on?", "Red"),
        ("When was Old Mill opened?", "1898"),
        ("When did Old Mill open?", "1898"),
        ("How many passengers does Old Mill have daily?", "4200"),
        ("Which station is on the red line?", "Old Mill"),
        ("Which station on the red line opened first?", None),
        ("How old is Old Mill?", None),
        ("Which passengers are there at Old Mill?", None),
    ],
)
def test_the_cell_in_the_column_that_a_question_names(words: Words, question, cell):
    sentence, paragraph = sentence_with(STATION, "Old Mill")
    found = cell_asked_for(Question(question, words), sentence, paragraph)
    assert (STATION[found.start : found.end] if found else None) == cell


@pytest.mark.parametrize(
    ("head", "row", "question", "cell"),
    [
        ("|drug|dose|maximum_dose|", "|Morphine|5 mg|60 mg|", "What is the maximum dose?", "60 mg"),
        ("|drug|dose|maximum_dose|", "|Morphine|5 mg|60 mg|", "What dose of morphine?", "5 mg"),
        ("|Item|List price|Price (EUR incl. VAT)|", "|Hinge|9.30|11.40|", "hinge price", "11.40"),
        ("|Ship|Master|", "|MV Aurora|J. Olsen|", "Who commands the ship Aurora?", None),
        ("|County|Town|", "|Kent|Dover|", "In which country is Dover?", None),
        ("|Offence|Fine|", "|No ticket|30 EUR|", "What is the fine for that?", "30 EUR"),
    ],
)
def test_the_cell_that_is_asked_for(words: Words, head, row, question, cell):
    text = f"{head}\n{'|-' * (head.count('|') - 1)}|\n{row}"
    sentence, paragraph = sentence_with(text, row)
    found = cell_asked_for(Question(question, words), sentence, paragraph)
    assert (text[found.start : found.end] if found else None) == cell


def test_what_is_no_row_has_no_cell_to_ask_for(words: Words):
    one = sentence_with("The drug | dose", "drug")
    assert cell_asked_for(Question("What is the drug?", words), *one) is None


def test_the_head_of_a_table_is_told_from_its_rows():
    assert is_head(*sentence_with(STATION, "| station"))
    assert not is_head(*sentence_with(STATION, "| Old Mill"))
    assert not is_head(*sentence_with("a | b\n---|---\nc | d", "a | b"))  # may as well be a row


@pytest.mark.parametrize(
    "asked",
    [
        "**Q: Is the shop open on Sunday?**",
        "## Is your shop open on Sunday?",
        "## 2. Is your shop open on Sunday?",
    ],
)
def test_what_stands_after_the_question_itself_replies_to_it(words: Words, asked):
    text = f"{asked}\n\nFrom ten to four.\n\nThe shop is on an island."
    question = Question("Is the shop open on Sunday?", words)
    reply = reply_to(question, *sentence_with(text, asked))
    assert reply is not None
    statement, alike = reply
    assert statement.text == "From ten to four."
    assert alike > 0.7


def test_a_reply_counts_by_how_alike_the_questions_are(words: Words):
    text = "Is the shop open on Sunday?\n\nFrom ten to four."

    def alike(question: str) -> float:
        reply = reply_to(Question(question, words), *sentence_with(text, "Is the shop"))
        return reply[1] if reply else 0.0

    same, near, far = map(
        alike, ["Is the shop open on Sunday?", "When is the shop open?", "Who built the bridge?"]
    )
    assert same == 1.0
    assert 0.3 <= near < same
    assert far == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "- Is the shop open on Sunday?\n- Is it closed on Monday?\nIt is late.",
        "Is the shop open on Sunday? Nobody dared to ask this.",
        "## Is the shop open on Sunday?\n### In short",
    ],
)
def test_what_only_comes_after_a_question_is_no_reply(words: Words, text):
    question = Question("Is the shop open on Sunday?", words)
    assert reply_to(question, *sentence_with(text, "Is the shop open")) is None


def test_a_reply_comes_after_headings(words: Words):
    text = "## How do I cancel?\n### In short\nSign the form."
    reply = reply_to(Question("How do I cancel?", words), *sentence_with(text, "cancel"))
    assert reply is not None
    assert reply[0].text == "Sign the form."


@pytest.mark.parametrize(
    ("columns", "less"), [("| Office | Head | Staff |", True), ("| Office | Head |", False)]
)
def test_a_row_lacks_what_another_one_has(words: Words, columns, less):
    width = columns.count("|") - 1
    rows = [f"| {town} | {head} | 9 |" for town, head in [("Riga", "Kalniņa"), ("Bonn", "Huber")]]
    text = "\n".join([columns, "|---" * width + "|", *rows])

    def other(question: str, row: str) -> float:
        sentence, paragraph = sentence_with(text, row)
        reading = Reading(sentence, 0.0, sentence, 0.5)
        asked = Question(question, words)
        found = of_reading(asked, sentence, paragraph, reading, "english")
        return found.get("in_other_row", 0.0)

    assert other("Who leads the office in Riga?", "Riga") == 0.0
    assert (other("Who leads the office in Riga?", "Bonn") > 0.0) is less
    assert other("Who leads the office in Lyon?", "Bonn") == 0.0


def test_what_a_reader_says_of_a_claim_counts_apart(words: Words):
    sentence, paragraph = sentence_with("It was opened in 1894.", "1894")
    reading = Reading(sentence, 2.5, sentence, 0.5)
    for question, name in (("When?", "reader"), ("It was opened in 1894.", "claim_reader")):
        found = of_reading(Question(question, words), sentence, paragraph, reading, "english")
        assert found == {name: 2.5}


def test_title_and_file_name_count_and_one_name_more_makes_no_difference(words: Words):
    sentence, paragraph = sentence_with("It was opened in 1894.", "1894")
    names = [f"Quux{letter}" for letter in string.ascii_lowercase]

    def missing(question: str) -> dict[str, float]:
        asked = Question(question, words)
        found = of_mentions(asked, sentence, paragraph, paragraph.span, "english")
        return {name: value for name, value in found.items() if name != "unmatched_words"}

    assert missing("When did A.txt open?") == {}
    assert missing(f"When did {names[0]} open?") == {"unknown_names": 1.0}
    assert missing(f"When did {' or '.join(names)} open?") == {"unknown_names": MOST}
    assert missing("When did it open in 1901?") == {"unmatched_numbers": 1.0, "other_year": 1.0}


def test_what_share_of_the_words_of_a_question_stands_near(words: Words):
    sentence, paragraph = sentence_with("It was opened in 1894.", "1894")
    for question, share in (
        ("When was it?", 0.0),
        ("When was it opened?", 0.0),
        ("When was the bridge opened?", 0.5),
        ("Who painted the bridge?", 1.0),
    ):
        asked = Question(question, words)
        found = of_mentions(asked, sentence, paragraph, paragraph.span, "english")
        assert found.get("unmatched_words", 0.0) == share


def test_names_are_looked_for_near_the_sentence_in_a_paragraph_of_any_length(words: Words):
    text = "Georgia. " + "It rained. " * NEARBY
    whole = document(text)
    sentence = Span(whole, len(text) - 11, len(text) - 1)
    paragraph = Paragraph(Span(whole, 0, len(text)), (sentence,))
    for name, there in (("Georgia", False), ("Rained", True)):
        asked = Question(f"Is it {name}, or is it not?", words)
        found = missing_near(asked, sentence, paragraph, paragraph.span, "english")
        assert (name not in found.names) is there


@pytest.mark.timeout(60)
def test_a_question_full_of_names_is_looked_at_in_time(words: Words):
    rows = "".join(f"| Row{number} | {number} | Somebody |\n" for number in range(300))
    text = f"| a | b | c |\n|---|---|---|\n{rows}"
    names = [f"Q{one}{two}" for one in string.ascii_lowercase for two in "abcdefghij"]
    asked = Question(f"where is {' and '.join(names)}?", words)
    assert len(asked.names) == 260
    for paragraph in paragraphs(text):
        for sentence in paragraph.sentences:
            reading = Reading(sentence, 0.0, sentence, 0.5)
            found = of_reading(asked, sentence, paragraph, reading, "english")
            assert "in_other_row" not in found


@given(st.text(max_size=80), st.text(max_size=200))
def test_any_sentence_has_features_that_are_numbers(words: Words, question, text):
    asked = Question(question, words)
    for paragraph in paragraphs(text):
        for sentence in paragraph.sentences:
            reading = Reading(sentence, 1.0, sentence, 0.5)
            features = of_sentence(asked, sentence.text, sentence, paragraph)
            features |= of_reading(asked, sentence, paragraph, reading, "english")
            assert all(isinstance(value, float) for value in features.values())
            few = len(re.findall(r"\S+", sentence.text)) < FEW_WORDS
            assert few or "is_short" not in features


@pytest.mark.parametrize("text", ["```bash\npip install x\n```\n", "- item one\n- item two\n"])
def test_a_fence_is_syntax_and_what_stands_in_it_is_not(text, tmp_path):
    path = tmp_path / "a.md"
    path.write_text(f"# Head\n\nInstall it:\n\n{text}", "utf-8")
    said = [
        sentence.text
        for paragraph in prepare(load_file(path), language="english", splitter=None)
        for sentence in paragraph.sentences
        if not is_syntax(sentence, paragraph)
    ]
    assert not any("```" in one for one in said)
    assert "Install it:" in said
    assert "pip install x" in said or "- item one" in said
