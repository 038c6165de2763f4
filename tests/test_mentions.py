import pytest
from conftest import Words
from hypothesis import given
from hypothesis import strategies as st

from qa.mentions import numbers_in, other_years, unmentioned
from qa.question import Question


def missing(question: str, text: str, words: Words) -> tuple[list[str], list[str]]:
    found = unmentioned(Question(question, words), text, "english")
    return list(found.names), list(found.numbers)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("Turkish", "It was agreed by the TURKISH side."),
        ("Cubans", "The Cuban agreed."),
        ("EU", "The EU's members met."),
        ("Russia-Turkey", "between Turkey and Russia"),
        ("Aliyev's", "said Aliyev."),
        ("Müller", "MULLER spoke."),
        ("North-South", "the north–south corridor"),
    ],
)
def test_a_name_in_another_form_is_mentioned(asked, text, words: Words):
    assert missing(f"Did they meet {asked}?", text, words) == ([], [])


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("Georgia", "The plant in Armenia opened."),
        ("Iran", "A veteran spoke."),
        ("Slovakia", "Slovenia adopted the euro in 2007."),
        ("Austria", "Australia won."),
        ("Johnson", "Minister John Carver presented the budget."),
        ("Russia-Turkey", "the Russia-Azerbaijan group"),
    ],
)
def test_another_name_is_not(asked, text, words: Words):
    assert missing(f"Did they meet {asked}?", text, words) == ([asked], [])


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("1200", "It cost 1,200 dollars."),
        ("1,200", "It cost 1200 dollars."),
        ("15", "the 15th forum"),
        ("2.5", "grew by 2.5%."),
        ("3", "the three founders"),
        ("three", "the 3 founders"),
        ("twenty-one", "21 ships"),
    ],
)
def test_a_number_is_the_same_in_digits_and_in_words(asked, text, words: Words):
    assert missing(f"who were the {asked}?", text, words) == ([], [])


@pytest.mark.parametrize(("asked", "text"), [("18", "in 2018"), ("2019", "in 2018")])
def test_another_number_is_not(asked, text, words: Words):
    assert missing(f"was it {asked}?", text, words) == ([], [asked])


def test_numbers_of_a_language_that_is_not_known_are_its_digits():
    assert numbers_in("три или 3", "russian") == ("3",)
    assert numbers_in("drei oder 4", "german") == ("3", "4")


@pytest.mark.parametrize(
    ("year", "sentence"),
    [
        ("2022", "Trade amounted to $2.9 billion in 2021."),
        ("1990", "It was built in 1894 and closed in 1901."),
        ("1990", "What in 1894 was a farm is a school."),
    ],
)
def test_a_sentence_about_another_year(year, sentence, words: Words):
    assert other_years(Question(f"What was it in {year}?", words), sentence) == (year,)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("2022", "Trade grew in 2022, after 2021."),
        ("2022", "Trade grew."),
        ("2022", "From 2019 to 2024, trade grew."),
        ("2022", "It cost 1,900 dollars, or 1999.50 roubles, in the 1990s."),
        ("2015", "The rent was $1500."),
        ("13", "It was signed in 1894."),
    ],
)
def test_a_sentence_with_the_year_or_none_or_a_stretch_is_not(number, sentence, words: Words):
    assert other_years(Question(f"What was it in {number}?", words), sentence) == ()


def test_a_stretch_of_years_is_asked_about_as_a_whole(words: Words):
    asked = Question("What was it from 2019 to 2021?", words)
    assert other_years(asked, "Trade grew in 2020.") == ()
    assert other_years(asked, "Trade grew in 1994.") == ("2019", "2021")


def test_names_that_these_documents_never_mention_are_counted_apart(words: Words):
    found = unmentioned(Question("Did they meet Anna or Quux?", words), "Nobody.", "english")
    assert found.unknown == 1
    assert found.known == pytest.approx(found.names["Anna"])


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_question_and_any_text_can_be_looked_at(words: Words, question, text):
    asked = Question(question, words)
    found = unmentioned(asked, text, "english")
    assert found.names.items() <= asked.names.items()
    assert set(found.numbers) <= set(numbers_in(question, "english"))
    assert unmentioned(asked, question, "english").numbers == ()
