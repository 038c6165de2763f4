import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.claim import is_claim


@pytest.mark.parametrize(
    "text", ["The treaty, which nobody read, was signed in 1894.", "“It was signed.”", "1894."]
)
def test_a_sentence_with_a_full_stop_claims(text):
    assert is_claim(text)


@pytest.mark.parametrize(
    "question",
    [
        "When was it signed?",
        "when was it signed",
        "signed in which year",
        "Name the chairman of the board.",
        "Кто подписал договор?",
        "“Who signed it?”",
        "treaty 1894 signature",
        "?!",
        "",
    ],
)
def test_a_question_and_words_to_search_for_claim_nothing(question):
    assert not is_claim(question)


@given(st.text())
def test_any_text_can_be_looked_at(text):
    assert is_claim(text) in (True, False)
