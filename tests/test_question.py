import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.question import Mentions, is_same, mentions, points_on, tells


def test_names_and_numbers_are_what_a_question_is_about():
    asked = mentions("How many German tourists visited St. Petersburg, in 1,200 groups, in 2023?")
    assert asked == Mentions(("German", "St", "Petersburg"), ("1,200", "2023"))


def test_a_name_after_one_small_word_is_one():
    assert mentions("Who is Alexei Overchuk?").names == ("Alexei", "Overchuk")
    assert mentions("In Baku, Who spoke?").names == ("Baku",)


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
def test_where_capitals_tell_nothing_there_are_no_names(question):
    assert mentions(question).names == ()


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (Mentions(("German",)), "Tourists from Germany came."),
        (Mentions(("Turkish",)), "It was agreed in Turkey."),
        (Mentions(("English",)), "She moved to England."),
        (Mentions(("Scottish",)), "It rained in Scotland."),
        (Mentions(("Norwegians",)), "They live in Norway."),
        (Mentions(("Kazakh",)), "It was signed by Kazakhstan."),
        (Mentions(("Cuban",)), "Cuba agreed."),
        (Mentions(("EU",)), "The EU's members met."),
        (Mentions(("Russia-Turkey",)), "between Turkey and Russia"),
        (Mentions(("Aliyev's",)), "said Aliyev."),
        (Mentions(("Müller",)), "MULLER spoke."),
        (Mentions(("North-South",)), "the north–south corridor"),
        (Mentions((), ("1200",)), "It cost 1,200 dollars."),
        (Mentions((), ("15",)), "the 15th forum"),
        (Mentions((), ("2.5",)), "grew by 2.5%."),
    ],
)
def test_a_mention_in_another_form_is_one(asked, text):
    assert asked.missing_in(text) == Mentions()


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (Mentions(("Georgia",)), "The plant in Armenia opened."),
        (Mentions(("Iran",)), "A veteran spoke."),
        (Mentions(("Slovakia",)), "Slovenia adopted the euro in 2007."),
        (Mentions(("Austria",)), "Australia won."),
        (Mentions(("Johnson",)), "Minister John Carver presented the budget."),
        (Mentions(("Russia-Turkey",)), "the Russia-Azerbaijan group"),
        (Mentions((), ("18",)), "in 2018"),
        (Mentions((), ("2019",)), "in 2018"),
    ],
)
def test_what_is_not_mentioned_is_missing(asked, text):
    assert asked.missing_in(text) == asked


@pytest.mark.parametrize(
    ("year", "sentence"),
    [
        ("2022", "Trade amounted to $2.9 billion in 2021."),
        ("1990", "It was built in 1894 and closed in 1901."),
        ("1990", "What in 1894 was a farm is a school."),
    ],
)
def test_a_sentence_about_another_year_is_misdated(year, sentence):
    assert Mentions((), (year,)).misdated_in(sentence) == (year,)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("2022", "Trade grew in 2022, after 2021."),
        ("2022", "Trade grew."),
        ("2022", "From 2019 to 2024, trade grew."),
        ("2022", "It cost 1,900 dollars, or 1999.50 roubles, in the 1990s."),
        ("2019", "At the end of the year the company had 1850 employees."),
        ("2015", "The hall holds 1500 people."),
        ("2015", "The rent was $1500."),
        ("13", "It was signed in 1894."),
    ],
)
def test_a_sentence_is_not_misdated_that_has_the_year_or_none_or_a_stretch(number, sentence):
    assert Mentions((), (number,)).misdated_in(sentence) == ()


def test_a_stretch_of_years_is_asked_about_as_a_whole():
    asked = Mentions((), ("2019", "2021"))
    assert asked.misdated_in("Trade grew in 2020.") == ()
    assert asked.misdated_in("Trade grew in 1994.") == ("2019", "2021")


@given(st.text(), st.text())
def test_any_question_and_any_text_can_be_looked_at(question, text):
    asked = mentions(question)
    missing = asked.missing_in(text)
    assert set(missing.names) <= set(asked.names)
    assert set(missing.numbers) <= set(asked.numbers)
    assert set(asked.misdated_in(text)) <= set(asked.numbers)


@given(st.text())
def test_a_question_mentions_what_it_asks_about(question):
    assert mentions(question).missing_in(question) == Mentions()
    assert mentions(question).misdated_in(question) == ()


@pytest.mark.parametrize(
    ("question", "sentence", "told"),
    [
        ("Who are the members of the board?", "The members of the board", False),
        ("Who are the members of the board?", "Ada is a member of the board.", True),
        ("Is the shop open on Sunday?", "The shop is open on Sunday.", True),
        ("Is the shop open on Sunday?", "**Q: Is the shop open on Sunday?**", False),
        ("Is the shop open on Sunday?", "Is the shop open on Sunday or on Monday?", True),
        ("Who pays for it?", "REPORTER: And who is it that pays in the end?", False),
        ("Who pays for it?", "## Who is it that pays in the end?", False),
        ("Who pays for it?", "And who is it that pays in the end?", True),
        ("What did they ask?", "REPORTER: Who pays?", True),
        ("Who pays for it?", "Region: It pays.", True),
        ("Is it open?", "It is not open.", True),
        ("When is it open?", "No.", True),
        ("Who won, Federer or Nadal?", "Nadal won.", True),
        ("Which is cheaper, the red or the blue ticket?", "The red ticket", True),
    ],
)
def test_what_only_repeats_a_question_tells_nothing(question, sentence, told):
    assert tells(question, sentence) is told


@pytest.mark.parametrize(
    ("quote", "pointing"),
    [
        ("the following papers", True),
        ("these two", True),
        ("papers", True),
        ("Our papers are:", True),
        ("two papers", False),
    ],
)
def test_a_quote_that_points_on(quote, pointing):
    assert points_on("Which papers do you need?", quote) is pointing


@pytest.mark.parametrize(
    ("sentence", "same"),
    [
        ("**Q: Is the shop open on Sunday?**", True),
        ("## Is your shop open on Sunday?", True),
        ("## 2. Is your shop open on Sunday?", True),
        ("Is the shop open on Monday?", False),
        ("Is the shop open?", False),
        ("The shop is open on Sunday.", False),
        ("?", False),
    ],
)
def test_the_question_itself_is_known_again(sentence, same):
    assert is_same("Is the shop open on Sunday?", sentence) is same


def test_what_has_no_words_of_its_own_is_no_question_to_know_again():
    assert not is_same("Is it?", "Are they?")
