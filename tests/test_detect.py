import pytest
from conftest import SEEDS
from hypothesis import given
from hypothesis import strategies as st

from index import Document, SentenceIndex
from index.build import in_languages, with_languages
from index.detect import language_in, language_of
from index.loaders import load_file

TEXTS = {
    "de": "Die Mitglieder des Vereins wählen den Vorstand jedes Jahr im März.",
    "fr": "Le marché se tient chaque samedi sur la place devant la mairie.",
    "ru": "Мост через реку построен в 1968 году и закрыт зимой.",
    "ja": "北浜駅は一九二四年に開業しました。現在の駅舎は新しいです。",
    "ar": "افتتح متحف المرفأ القديم عام ألف وتسعمئة وهو مغلق يوم الاثنين.",
}


@pytest.mark.parametrize(("code", "text"), TEXTS.items())
def test_the_language_of_a_text_is_told(code, text):
    assert language_of(text) == code


def test_the_seeds_are_english():
    for path in (SEEDS / "documents").iterdir():
        assert language_of(load_file(path).text) == "en"


@pytest.mark.parametrize("text", ["", "Hello", "1234 5678", "x = f(y)\n" * 9, "| a | b |\n" * 9])
def test_what_has_no_language_gets_none(text):
    assert language_of(text) is None


@given(st.text(max_size=200))
def test_any_text_has_a_language_of_two_letters_or_none(text):
    code = language_of(text)
    assert code is None or len(code) == 2


def test_an_index_compares_words_as_most_of_its_text_does():
    texts = [TEXTS["de"] * 3, TEXTS["fr"], TEXTS["ja"] * 9, "1 2 3"]
    documents = [Document(str(number), "", text, "") for number, text in enumerate(texts)]
    told, language = with_languages(documents, None)
    assert [one.language for one in told] == ["de", "fr", "ja", None]
    assert language == "german"
    assert with_languages([], None) == ([], "english")


def test_a_declared_language_is_that_of_a_text_that_tells_none():
    declared = {"declared_language": "fr"}
    for text, said, expected in [
        (TEXTS["de"], None, "de"),
        ("1 2 3", None, "fr"),
        (TEXTS["de"], "es", "es"),
        ("1 2 3", "es", "es"),
    ]:
        document = Document("a", "", text, "", declared, language=said)
        assert language_in(document) == expected
    assert language_in(Document("a", "", "1 2 3", "", {"declared_language": 7})) is None


def test_the_first_documents_tell_the_language_of_an_index(monkeypatch):
    texts = [TEXTS["de"], TEXTS["fr"] * 2, *[TEXTS["ru"] * 9] * 5]
    documents = [Document(str(number), "", text, "") for number, text in enumerate(texts)]
    taken = iter(documents)
    monkeypatch.setattr("index.build.FIRST_DOCUMENTS", 2)
    told, language = in_languages(taken, None)
    assert language == "french"
    assert next(taken).id == "2"  # no more than the first were taken
    assert [one.language for one in told] == ["de", "fr", *["ru"] * 4]
    monkeypatch.setattr("index.build.FIRST_CHARACTERS", len(TEXTS["de"]))
    assert in_languages(iter(documents), None)[1] == "german"


def test_a_language_that_is_given_is_that_of_all():
    told, language = with_languages([Document("a", "", TEXTS["fr"], "")], "german")
    assert (told[0].language, language) == ("de", "german")


@pytest.mark.models
def test_an_index_knows_the_languages_of_its_documents(tmp_path):
    documents = [Document(code, "", text, "") for code, text in TEXTS.items()]
    with_two = SentenceIndex.create(tmp_path / "i", documents)
    assert {one.id: one.language for one in with_two.documents()} == {c: c for c in TEXTS}
