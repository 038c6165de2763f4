import json

import pytest
from conftest import HEADLINE, document

import qa
from index import Hit, SentenceIndex, Span
from qa import Answerer, Passage
from qa.answerer import MAX_QUESTION, MIN_CONFIDENCE
from qa.errors import QuestionError
from qa.read import Reading, confidence
from qa.retrieve import gather, is_statement


def test_the_ranking_is_best_first_and_reads_on_from_ask(answerer):
    hits = answerer.retrieve(HEADLINE)
    assert len(hits) == 100
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.sentence for hit in hits}) == 100
    answer = answerer.ask(HEADLINE)
    assert answer.quote == hits[0].sentence
    assert answer.passages[0].score == hits[0].score


def test_no_more_than_there_is(answerer):
    assert len(answerer.retrieve(HEADLINE, k=10_000)) == len(answerer.index)
    assert len(answerer.ask(HEADLINE, k=10_000).passages) < 10_000


def test_k_passages_in_order_each_once(answerer):
    answer = answerer.ask(HEADLINE, k=4)
    assert len(answer.passages) == 4
    scores = [passage.score for passage in answer.passages]
    assert scores == sorted(scores, reverse=True)
    assert len({passage.span for passage in answer.passages}) == 4
    for passage in answer.passages:
        assert passage.hits
        assert all(hit.sentence in passage.span for hit in passage.hits)


def test_many_questions_are_answered_as_one_by_one(answerer):
    questions = [HEADLINE, "Who is Beglov?", "How many Russian tourists came?"]
    for one, many in zip(map(answerer.ask, questions), answerer.ask_many(questions), strict=True):
        assert one.quote == many.quote
        assert one.confidence == pytest.approx(many.confidence, abs=1e-3)
    assert answerer.ask_many([]) == []


@pytest.mark.parametrize("question", ["", "  \n\t "])
def test_an_empty_question(answerer, question):
    for ask in (answerer.ask, answerer.retrieve):
        with pytest.raises(QuestionError, match="The question is empty; type one"):
            ask(question)


def test_a_question_that_is_a_document(answerer):
    with pytest.raises(QuestionError, match="has 100,000 characters; the limit is 2,000"):
        answerer.ask("why?" * 25_000)
    assert answerer.ask("why " * (MAX_QUESTION // 4)).passages


@pytest.mark.parametrize("k", [0, -3])
def test_no_results_are_no_question(answerer, k):
    for ask in (answerer.ask, answerer.retrieve):
        with pytest.raises(QuestionError, match=f"must be at least 1, not {k}"):
            ask(HEADLINE, k=k)


@pytest.mark.parametrize(
    "question", ["?", "\ud800", "🦊🦊", "وقع متى؟", "\0", "\x1b[31mred", "a" * 900]
)
def test_any_other_question_gets_an_answer(answerer, question):
    answer = answerer.ask(question)
    assert 0 <= answer.confidence <= 1
    json.dumps(answer.to_dict()).encode()


def test_what_is_not_in_the_documents_is_not_answered(answerer):
    for question in ("Who won the 1998 World Cup?", "What is the boiling point of tungsten?"):
        answer = answerer.ask(question)
        assert answer.quote is None
        assert answer.confidence < MIN_CONFIDENCE
        assert answer.passages  # the nearest, for the reader to judge
        assert all(passage.answer is None for passage in answer.passages)


def test_confidence_is_a_probability_that_grows_with_the_score():
    values = [confidence(score / 10) for score in range(-10, 40)]
    assert values == sorted(values)
    assert 0 < values[0] < values[-1] < 1


def test_any_reader_will_do(seeds_index):
    class LastWord:
        def read(self, _question, passages, /):
            return [
                Reading(Span(p.span.document, p.span.end - 5, p.span.end), 0.9) for p in passages
            ]

    answer = Answerer(seeds_index, reader=LastWord()).ask(HEADLINE)
    assert answer.quote.text == answer.passages[0].span.text[-5:]
    assert answer.confidence == 0.9


def test_sentences_of_a_paragraph_are_gathered():
    text = "One is here. Two is there. Three is far."
    whole = document(text)
    paragraph, other = Span(whole, 0, 26), Span(whole, 27, 40)
    one, two, three = Span(whole, 0, 12), Span(whole, 13, 26), Span(whole, 27, 40)
    ranking = [
        (Hit(two, 1.0), paragraph),
        (Hit(three, 0.8), other),
        (Hit(one, 0.95), paragraph),
    ]
    assert gather(ranking, k=5) == [
        Passage(paragraph, (Hit(one, 0.95), Hit(two, 1.0)), 1.0),
        Passage(other, (Hit(three, 0.8),), 0.8),
    ]
    assert [passage.span for passage in gather(ranking, k=1)] == [paragraph]


def test_near_scores_below_zero():
    whole = document("One is here. Two is there.")
    one, two = Hit(Span(whole, 0, 12), -0.1), Hit(Span(whole, 13, 26), -0.5)
    (passage,) = gather([(one, Span(whole, 0, 26)), (two, Span(whole, 0, 26))], k=1)
    assert passage.best == one


@pytest.mark.parametrize(
    ("sentence", "statement"),
    [
        ("It was Ada Lovelace who wrote it.", True),
        ("And who do you think it was, in the end?", False),
        ("“And who do you think it was, in the end?”", False),
        ("KAMAZ plant in Karabakh", False),
        ("", False),
    ],
)
def test_a_question_or_a_heading_is_no_statement(sentence, statement):
    assert is_statement(sentence) is statement


def test_json_is_stable(answerer):
    answer = answerer.ask(HEADLINE, k=2).to_dict()
    assert list(answer) == ["question", "quote", "confidence", "passages"]
    located = ["document", "title", "source", "start", "end", "text"]
    assert list(answer["quote"]) == located
    passage = answer["passages"][0]
    assert list(passage) == [*located, "score", "confidence", "sentences", "answer"]
    assert list(passage["sentences"][0]) == ["start", "end", "text", "score"]
    assert list(passage["answer"]) == ["start", "end", "text"]
    assert json.loads(json.dumps(answer)) == answer


def test_query_opens_an_index_once_and_again_when_it_is_another(tmp_path, embedder):
    path = tmp_path / "an.index"
    text = "The bridge over the river was opened in 1894 by the mayor."
    SentenceIndex.create(path, [document(text)], embedder=embedder)
    question = "When was the bridge opened?"
    assert qa.query(question, index=path).quote.text == text
    assert qa.query(question, index=str(path)).passages[0].span.document.source == "a.txt"
    newer = text.replace("1894", "1901")
    SentenceIndex.create(path, [document(newer)], embedder=embedder, overwrite=True)
    assert qa.query(question, index=path).quote.text == newer
