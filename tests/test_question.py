import pytest
from conftest import Words
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import QuestionError
from qa.question import (
    Question,
    asked_in,
    asks,
    check_question,
    content_of,
    ends_statement,
    words_in,
)


def test_names_are_what_a_question_is_about(words: Words):
    asked = Question("How many German tourists visited St. Petersburg, in 2023?", words)
    assert list(asked.names) == ["German", "St", "Petersburg"]


def test_a_name_after_one_small_word_is_one(words: Words):
    assert list(Question("Who is Alexei Overchuk?", words).names) == ["Alexei", "Overchuk"]
    assert list(Question("In Baku, Who spoke?", words).names) == ["Baku"]


@pytest.mark.parametrize(
    "question",
    [
        "What Is The Name Of It?",
        "WHO SIGNED THE TREATY?",
        "who signed the treaty in baku?",
        "Who?",
        "",
    ],
)
def test_where_capitals_tell_nothing_there_are_no_names(question, words: Words):
    assert Question(question, words).names == {}


def test_a_name_is_rare_as_far_as_these_documents_seldom_mention_it(words: Words):
    rarity = Question("Did they meet Bridge, Anna or Quux?", words).names
    assert 0 < rarity["Bridge"] < rarity["Anna"] < rarity["Quux"] == 1


def test_words_that_say_something_are_compared_without_their_endings(words: Words):
    content = set(content_of("When was the maximum_dose of the bridges opened?", words))
    assert content == set(words.words("maximum dose bridge open"))


@pytest.mark.parametrize(
    ("sentence", "ends"),
    [
        ("It rained.", True),
        ("“It rained!”", True),
        ("It rained. [1]", False),
        ("You need:", False),
        ("Members of the board", False),
        ("", False),
        ("(It rained.)", True),
    ],
)
def test_how_a_statement_ends(sentence, ends):
    assert ends_statement(sentence) is ends


@pytest.mark.parametrize(
    ("sentence", "is_asked"),
    [("Who?", True), ("**Who?**", True), ("谁？", True), ("Who", False), ("Who? Ada.", False)],
)
def test_how_a_question_ends(sentence, is_asked):
    assert asks(sentence) is is_asked


@given(st.text())
def test_any_text_can_be_asked_and_looked_at(text):
    assert ends_statement(text) in (True, False)
    assert asks(text) in (True, False)
    assert all(word == word.lower() for word in words_in(text) if word.isascii())


LONG_STORY = "We met at Pier 2.5 and talked about the old days. " * 40


def test_of_a_long_text_only_what_it_asks_is_asked():
    asked = "When was the Declaration on Allied Interaction signed?"
    assert asked_in(f"{LONG_STORY}{asked} {LONG_STORY}") == asked
    assert asked_in(f"{LONG_STORY}{asked} Thanks! And who signed it? Bye.") == (
        f"{asked} And who signed it?"
    )


@pytest.mark.parametrize("text", ["Who?", "", "hello. Who?", LONG_STORY.strip(), "?" * 400])
def test_a_short_text_is_a_question_and_so_is_one_that_asks_nothing(text):
    assert asked_in(text) == text


@given(st.text(max_size=400).map(lambda text: text * 3))
def test_what_is_asked_stands_in_the_text(text):
    left = "".join(text.split())
    assert all("".join(word.split()) in left for word in asked_in(text).split())


def test_a_long_text_is_looked_through_at_once():
    assert len(asked_in("a.b" * 6_600 + "?")) > 0
    with pytest.raises(QuestionError, match="the limit is 2,000"):
        check_question("word " * 800)
    with pytest.raises(QuestionError, match="the limit is 2,000"):
        check_question("word " * 8_000 + "?")
    assert check_question(LONG_STORY + "Who signed it?").endswith("Who signed it?")
