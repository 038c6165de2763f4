import json
import math
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from conftest import HEADLINE, SEEDS, document

import qa
from index import Document, SentenceIndex, Span
from index.errors import IndexVersionError, ModelError
from qa import Answerer, rank, retrieve
from qa import answerer as answerer_module
from qa.answer import State
from qa.answerer import EFFORTS
from qa.calibration import read_calibration
from qa.cross_encoder import BUNDLED
from qa.errors import QuestionError
from qa.gold import read_gold
from qa.passage import LEAD
from qa.question import MAX_QUESTION, check_question
from qa.read import Reading
from qa.retrieve import IDF_SATURATES_AT, says_something, scaled


def test_the_ranking_is_best_first_and_reads_on_from_ask(answerer):
    hits = answerer.retrieve(HEADLINE)
    assert len(hits) == 100
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.sentence for hit in hits}) == 100
    answer = answerer.ask(HEADLINE)
    assert answer.sentence == hits[0].sentence
    assert answer.quote in answer.sentence
    assert answer.passages[0].score == pytest.approx(hits[0].score)


def test_the_first_of_the_ranking_do_not_depend_on_how_many_are_asked_for(seeds_index, monkeypatch):
    for module in (answerer_module, rank):  # as if the seeds had more sentences
        monkeypatch.setattr(module, "DEPTH", 10)
    for module in (answerer_module, retrieve):
        monkeypatch.setattr(module, "SPARE", 10)
    monkeypatch.setattr(retrieve, "SEARCH_DEPTH", 10)
    answerer = Answerer(seeds_index, reader="none")
    for gold in read_gold(SEEDS / "gold.jsonl"):
        few, many = (answerer.retrieve(gold.question, k=k) for k in (5, len(seeds_index)))
        assert [hit.sentence for hit in few] == [hit.sentence for hit in many[:5]]


def test_no_more_than_there_is(answerer):
    assert len(answerer.retrieve(HEADLINE, k=10_000)) == len(answerer.index)
    assert len(answerer.ask(HEADLINE, k=10_000).passages) < 10_000


def test_k_passages_in_order_each_once(answerer):
    answer = answerer.ask(HEADLINE, k=4)
    assert len(answer.passages) == 4
    scores = [passage.score for passage in answer.passages[1:]]
    assert scores == sorted(scores, reverse=True)
    assert len({passage.span for passage in answer.passages}) == 4
    for passage in answer.passages:
        assert passage.hits
        assert all(hit.sentence in passage.span for hit in passage.hits)


def test_many_questions_are_answered_as_one_by_one(answerer, seeds_index):
    questions = [HEADLINE, "Who is Beglov?", "How many Russian tourists came?"]
    together = Answerer(seeds_index).ask_many(questions)  # a reader that remembers nothing yet
    for one, many in zip(map(answerer.ask, questions), together, strict=True):
        assert one.quote == many.quote
        assert one.confidence == pytest.approx(many.confidence, abs=1e-3)
    assert answerer.ask_many([]) == []


def test_an_answer_does_not_depend_on_how_many_passages_are_shown(answerer):
    for question in (HEADLINE, "Who is Beglov?", "What was said about Karabakh?"):
        few, many = answerer.ask(question, k=1), answerer.ask(question, k=9)
        assert (few.quote, few.confidence) == (many.quote, many.confidence)


def test_what_the_first_passage_does_not_mention_is_told_and_believed_less(answerer):
    asked, swapped = (
        answerer.ask(f"When was the Declaration on Allied Interaction signed in {year}?")
        for year in (2022, 1936)
    )
    assert asked.unmentioned == ()
    assert swapped.unmentioned == ("1936",)
    assert swapped.confidence < asked.confidence
    assert swapped.to_dict()["unmentioned"] == ["1936"]


def test_an_answer_for_another_year_is_told_and_believed_less(tmp_path, embedder):
    text = "The turnover was $2.9 billion in 2021. A declaration was signed in February 2022."
    answerer = Answerer(SentenceIndex.create(tmp_path / "i", [document(text)], embedder=embedder))
    right, wrong = (answerer.ask(f"How high was the turnover in {year}?") for year in (2021, 2022))
    assert right.misdated == ()
    assert (wrong.unmentioned, wrong.misdated) == ((), ("2022",))
    assert wrong.confidence < right.confidence
    assert wrong.to_dict()["misdated"] == ["2022"]


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
        assert answer.state is State.NONE
        assert answer.confidence < read_calibration().thresholds["perhaps"]
        assert answer.passages  # the nearest, for the reader to judge
        assert all(passage.answer is None for passage in answer.passages)


class LastWord:
    """A reader that is sure of every sentence's last five characters."""

    def __init__(self):
        self.windows = []

    def read(self, asked, /):
        self.windows += [window for _, window in asked]
        return [
            tuple(
                Reading(s, 9.0, Span(s.document, max(s.start, s.end - 5), s.end), 1.0)
                for s in window.sentences
            )
            for _, window in asked
        ]


def test_any_reader_will_do(seeds_index):
    answer = Answerer(seeds_index, reader=LastWord()).ask(HEADLINE)
    assert answer.quote.text == answer.sentence.text[-5:]
    assert answer.confidence > 0.9


def test_without_a_reader_the_sentence_is_the_answer(seeds_index):
    answerer = Answerer(seeds_index, reader="none")
    answer = answerer.ask(HEADLINE)
    assert answer.quote == answer.sentence == answerer.retrieve(HEADLINE)[0].sentence
    assert "February 22, 2022" in answer.quote.text


def test_effort_bounds_what_is_read(seeds_index):
    class NeverSure(LastWord):
        def read(self, asked, /):
            return [
                tuple(Reading(s.sentence, -9.0, s.answer, 1.0) for s in each)
                for each in super().read(asked)
            ]

    for name, effort in EFFORTS.items():
        reader = NeverSure()
        Answerer(seeds_index, reader=reader, effort=name).ask(HEADLINE)
        assert len(reader.windows) == effort.most
        assert len({window.key for window in reader.windows}) == effort.most
    sure = LastWord()
    Answerer(seeds_index, reader=sure).ask(HEADLINE)
    assert len(sure.windows) == EFFORTS["balanced"].first


def test_an_effort_there_is_none_of(seeds_index):
    with pytest.raises(QuestionError, match="no effort 'heroic'; choose fast, balanced, thorough"):
        Answerer(seeds_index, effort="heroic")


def test_the_answer_is_marked_where_it_stands(answerer):
    for question in (HEADLINE, "How many Russian tourists visited Azerbaijan last year?"):
        answer = answerer.ask(question)
        document = answer.quote.document
        assert answer.quote in answer.sentence
        assert answer.sentence in answer.passages[0].span
        assert answer.passages[0].answer == answer.quote == answer.parts[0] == answer.places[0]
        for span in (*answer.parts, *answer.places):
            assert span.text == span.document.text[span.start : span.end]
        assert all(alternative.quote != answer.quote for alternative in answer.alternatives)
        assert document == answer.sentence.document


def index_of(tmp_path, embedder, *texts):
    documents = [document(text, f"{number}.txt") for number, text in enumerate(texts)]
    return SentenceIndex.create(tmp_path / "an.index", documents, embedder=embedder)


class OfPapers:
    """Sure of what speaks of papers, and of where it says so."""

    def read(self, asked):
        return [tuple(map(self._reading, window.sentences)) for _, window in asked]

    def _reading(self, sentence):
        at = sentence.text.find("papers")
        if at < 0:
            return Reading(sentence, -20.0, sentence, 0.0)
        start = sentence.start + at
        return Reading(sentence, 20.0, Span(sentence.document, start, start + 6), 0.9)


@pytest.mark.parametrize(
    "before", ["", "The papers of a pilot are kept in the tower of the harbour. "]
)
def test_all_of_a_list_lies_in_its_passage_and_is_shown_once(tmp_path, embedder, before):
    items = [f"- certificate number {n} of the ministry of the sea" for n in range(40)]
    text = f"{before}A pilot must send us the following papers:\n" + "\n".join(items)
    answer = Answerer(index_of(tmp_path, embedder, text), reader=OfPapers()).ask("Which papers?")
    first = answer.passages[0]
    assert {item[2:] for item in items} <= {part.text for part in answer.parts}
    assert all(part in first.span for part in answer.parts)
    for passage in answer.passages:
        extents = [(hit.sentence.start, hit.sentence.end) for hit in passage.hits]
        assert extents == sorted(extents)
        assert all(end <= start for (_, end), (start, _) in pairwise(extents))
        assert all(hit.sentence in passage.span for hit in passage.hits)
    assert len(answer.passages) == 1


def test_equal_answers_are_one_with_several_places(tmp_path, embedder):
    index = index_of(
        tmp_path,
        embedder,
        "The bridge over the river was opened in 1894 by the mayor of the town.",
        "In 1894 the bridge over the river was opened, and the whole town came to see it.",
        "The harbour was dredged in 1902, after the great storm of that year.",
    )
    answer = Answerer(index).ask("When was the bridge over the river opened?")
    assert answer.quote.text == "1894"
    assert {place.document.source for place in answer.places} == {"0.txt", "1.txt"}
    assert all("1894" not in alternative.quote.text for alternative in answer.alternatives)


def test_the_same_words_elsewhere_are_no_place_of_the_answer(tmp_path, embedder):
    index = index_of(
        tmp_path,
        embedder,
        "The bridge over the river was opened in 1894 by the mayor of the town.",
        "The price of a loaf of bread was regulated by a law of 1894, and again ten years later.",
    )
    answer = Answerer(index).ask("When was the bridge over the river opened?")
    assert [place.document.source for place in answer.places] == ["0.txt"]


def test_a_passage_reaches_back_to_what_its_sentence_speaks_of(tmp_path, embedder):
    before = "The Hotel Bristol stands at the end of the promenade, behind the old lime trees. " * 3
    text = f"{before}\n\nIt was opened in 1894 by the mayor of the town. " + "Rain fell. " * 30
    answer = Answerer(index_of(tmp_path, embedder, text)).ask("When was it opened by the mayor?")
    passage = answer.passages[0].span
    assert answer.sentence.text.startswith("It was opened")
    assert answer.sentence.start - passage.start >= LEAD
    assert passage.text.startswith("The Hotel Bristol")


@pytest.mark.parametrize(("rows", "shown"), [(5, True), (12, True), (200, False)])
def test_a_row_is_shown_with_the_head_of_its_table_unless_that_is_far(
    tmp_path, embedder, rows, shown
):
    lines = [f"| Bolt M{number} | {number}.50 | {number} days |" for number in range(1, rows + 1)]
    head = ["| Article | Price | Delivery time |", "| --- | ---: | --- |"]
    text = "\n".join(["# Bolts", "", "All prices are in euros. " * 5, "", *head, *lines])
    index = SentenceIndex.create(tmp_path / "an.index", [document(text)], embedder=embedder)
    answer = Answerer(index).ask(f"What is the delivery time of Bolt M{rows}?")
    assert answer.quote is not None
    assert answer.quote.text == f"{rows} days"
    assert ("| Article" in answer.passages[0].span.text) is shown


def test_a_row_that_spells_out_what_another_says_is_no_copy_of_it(tmp_path, embedder):
    head = "| Body | Moons | Discoverer |\n|---|---|---|\n"
    filler = "".join(f"| Planet{number} | {number} | Somebody |\n" for number in range(20))
    documents = [
        Document("a", "Planets", f"{head}{filler}| Zorgon | 77 | Quill Barrow |", "a"),
        Document("b", "Planets", "| Zorgon | Moons = 77 | Discoverer = Quill Barrow |", "b"),
    ]
    index = SentenceIndex.create(tmp_path / "an.index", documents, embedder=embedder)
    answer = Answerer(index).ask("Who is the discoverer of Zorgon?")
    assert answer.quote is not None
    assert "Quill Barrow" in answer.quote.text
    for passage in answer.passages:
        assert all(part in passage.span for part in passage.answers)


def test_the_name_of_a_column_is_mentioned_in_each_row(tmp_path, embedder):
    towns = ["Altenau", "Brinkum", "Coburg", "Dorsten", "Erkner", "Freising", "Gera", "Landau"]
    rows = "".join(
        f"| {town} | {at}{at}1 | {at}{at}2 | {at}{at}3 |\n" for at, town in enumerate(towns, 1)
    )
    text = f"# Visitors\n\n| Town | 2021 | 2022 | 2023 |\n|---|---|---|---|\n{rows}"
    index = SentenceIndex.create(tmp_path / "an.index", [document(text)], embedder=embedder)
    answer = Answerer(index).ask("How many visitors came to Landau in 2023?")
    assert answer.quote is not None
    assert answer.quote.text == "883"
    assert answer.unmentioned == ()


def test_json_is_stable(answerer):
    answer = answerer.ask(HEADLINE, k=2).to_dict()
    assert list(answer) == [
        "question", "state", "quote", "sentence", "confidence", "parts", "places", "alternatives",
        "unmentioned", "misdated", "foreign", "passages"
    ]  # fmt: skip
    located = ["document", "title", "source", "copies", "place", "start", "end", "text"]
    assert list(answer["quote"]) == located
    passage = answer["passages"][0]
    assert list(passage) == [*located, "score", "confidence", "sentences", "answers"]
    assert list(passage["sentences"][0]) == ["start", "end", "text", "score"]
    assert list(passage["answers"][0]) == ["start", "end", "text"]
    assert list(answer["sentence"]) == list(answer["parts"][0]) == ["start", "end", "text"]
    assert list(answer["places"][0]) == located
    assert json.loads(json.dumps(answer)) == answer


def test_query_opens_an_index_once_and_again_when_it_is_another(tmp_path, embedder):
    path = tmp_path / "an.index"
    text = "The bridge over the river was opened in 1894 by the mayor."
    SentenceIndex.create(path, [document(text)], embedder=embedder)
    question = "When was the bridge opened?"
    assert qa.query(question, index=path).quote.text == "1894"
    assert qa.query(question, index=path, reader="none").quote.text == text
    assert qa.query(question, index=str(path)).passages[0].span.document.source == "a.txt"
    newer = text.replace("1894", "1901")
    SentenceIndex.create(path, [document(newer)], embedder=embedder, overwrite=True)
    assert qa.query(question, index=path).quote.text == "1901"


def test_query_notices_what_moves_no_time(tmp_path, embedder):
    path, catalog = tmp_path / "an.index", tmp_path / "an.index" / "catalog.sqlite"
    text = "The bridge over the river was opened in 1894 by the mayor."
    question = "When was the bridge opened?"
    SentenceIndex.create(path, [document(text)], embedder=embedder)
    os.utime(catalog, ns=(1, 1))
    assert "1894" in qa.query(question, index=path, reader="none").quote.text
    newer = text.replace("1894", "1901")
    SentenceIndex.create(path, [document(newer)], embedder=embedder, overwrite=True)
    os.utime(catalog, ns=(1, 1))
    assert "1901" in qa.query(question, index=path, reader="none").quote.text
    with closing(sqlite3.connect(catalog)) as connection:
        connection.execute("UPDATE manifest SET value = '99' WHERE key = 'format'")
        connection.commit()
    os.utime(catalog, ns=(1, 1))
    with pytest.raises(IndexVersionError):
        qa.query(question, index=path, reader="none")


def test_what_the_sentences_before_a_passage_mention_is_mentioned(tmp_path, embedder):
    text = "The bridge in Georgia is new.\n\nIt was opened in 1994 by the mayor of the town."
    index = SentenceIndex.create(tmp_path / "i", [document(text)], embedder=embedder)
    answer = Answerer(index).ask("When was the bridge in Georgia opened?")
    assert answer.passages[0].best.sentence.text.startswith("It was opened")
    assert answer.unmentioned == ()


def test_how_a_question_is_spaced_makes_no_difference():
    asked = "When did Kazakhstan sign it?"
    for question in ("When did  Kazakhstan sign it?", "\ufeffWhen did\u00a0Kazakhstan\nsign it? "):
        assert check_question(question) == asked


@pytest.mark.models
def test_a_rule_across_the_page_is_no_answer(tmp_path):
    built = "It was built by Karl Holm in 1894."
    text = f"The bridge\n\n---\n\n{built}\n\n| Year |\n|------|\n| 1894 |\n"
    index = SentenceIndex.create(tmp_path / "an.index", [document(text)])
    for reader in (BUNDLED, "none"):
        hits = Answerer(index, reader=reader).retrieve("Who built the bridge?")
        assert built in {hit.sentence.text for hit in hits}
        assert not {"---", "|------|"} & {hit.sentence.text for hit in hits}
    assert says_something("\U0001f642")
    assert not says_something("***")


RULE = "The chair of the Lund water board is elected by its members every two years in May."
NEWS = "Since last spring, engineer Anna Berg has led the board that runs the water of Lund."


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """Answerers of the same three texts, with the first once and 25 times."""
    folder = tmp_path_factory.mktemp("copies")
    others = [document(NEWS, "news"), document("Bread is baked in the morning.", "bread")]
    return [
        Answerer(
            SentenceIndex.create(
                folder / f"{count}.index",
                [*(document(RULE, f"v{number}") for number in range(count)), *others],
            )
        )
        for count in (1, 25)
    ]


@pytest.mark.models
def test_copies_of_a_file_hide_nothing(copied):
    for answerer in copied:
        answer = answerer.ask("Who leads the water board of Lund?", k=3)
        shown = [passage.span.text for passage in answer.passages]
        assert sorted(shown) == sorted(["Bread is baked in the morning.", NEWS, RULE])
        assert answer.quote is not None
        assert "Anna Berg" in answer.quote.text


@pytest.mark.models
def test_copies_are_places_of_an_answer(copied):
    once, often = (one.ask("How often is the chair of the water board elected?") for one in copied)
    assert once.quote is not None
    assert often.quote is not None
    assert often.quote.text == once.quote.text
    assert len(once.places) == 1
    assert {place.document.id for place in often.places} == {f"v{n}" for n in range(25)}
    assert {place.text for place in often.places} == {once.quote.text}
    assert often.confidence <= once.confidence  # what nearly all say is nothing special


@pytest.mark.models
def test_the_same_words_under_another_title_are_no_copy(tmp_path):
    price = "The ticket costs 30 euros for adults."
    documents = [
        Document(name, f"Fares of the {name} line", price, name) for name in ("Lund", "Ystad")
    ]
    index = SentenceIndex.create(tmp_path / "an.index", documents)
    answer = Answerer(index).ask("How much is a ticket of the Lund line?")
    assert answer.sentence is not None
    assert answer.sentence.document.id == "Lund"
    assert len(answer.passages) == 2


def test_what_is_read_of_a_copy_stands_in_the_copy():
    first, copy = document("One. Two is here.", "a"), document("It: Two is here.", "b")
    reading = Reading(Span(first, 5, 17), 1.5, Span(first, 5, 8), 0.9)
    moved = reading.of_copy(Span(copy, 4, 16))
    assert moved.answer.document is copy
    assert moved.answer.text == "Two"
    assert (moved.score, moved.share) == (1.5, 0.9)


def test_words_count_the_same_however_much_an_index_grows():
    one = np.ones(1)
    assert scaled(one, 1) > scaled(one, 100) > scaled(one, IDF_SATURATES_AT)
    assert scaled(one, IDF_SATURATES_AT) == scaled(one, 1_000_000)
    assert np.isfinite(scaled(one, 0))


def test_an_index_of_nothing_answers_nothing(tmp_path, embedder):
    for number, documents in enumerate(([], [document("")])):
        index = SentenceIndex.create(tmp_path / str(number), documents, embedder=embedder)
        assert len(index) == 0
        for reader in (BUNDLED, "none"):
            answer = Answerer(index, reader=reader).ask("Who signed it?")
            assert (answer.quote, answer.state, answer.passages) == (None, State.NONE, ())
            assert Answerer(index, reader=reader).retrieve("Who signed it?") == []


def test_a_trace_says_why_the_first_sentences_stand_where_they_do(answerer):
    trace = answerer.ask(HEADLINE).trace
    first = trace.steps[0]
    assert "signed on February 22, 2022" in first.sentence.text
    assert first.was_read
    assert first.by_meaning == 1
    assert first.odds == pytest.approx(sum(first.shares.values()))
    assert {"search", "reader"} <= set(first.features)
    assert EFFORTS["balanced"].first <= trace.windows_read <= EFFORTS["balanced"].most
    told = answerer.ask(HEADLINE).to_dict(trace=True)
    assert json.loads(json.dumps(told))["trace"]["steps"][0]["source"] == first.sentence.document.id


def test_a_feature_without_weight_counts_nothing(seeds_index, answerer):
    deaf = Answerer(seeds_index, calibration=read_calibration().without("reader", "claim_reader"))
    assert all("reader" in step.features for step in deaf.ask(HEADLINE).trace.steps[:1])
    assert deaf.ask(HEADLINE).trace.steps[0].shares["reader"] == 0.0
    assert deaf.ask(HEADLINE).confidence != answerer.ask(HEADLINE).confidence


def test_what_is_half_sure_is_an_answer_perhaps(answerer):
    questions = [gold.question for gold in read_gold(SEEDS / "gold.jsonl")]
    answers = answerer.ask_many(questions)
    assert {answer.state for answer in answers} == {State.ANSWER, State.PERHAPS, State.NONE}
    for answer in answers:
        assert (answer.quote is None) is (answer.state is State.NONE)
        assert (answer.confidence >= 0.5) is (answer.state is State.ANSWER)


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf])
def test_a_reader_that_gives_no_number_is_named(seeds_index, score):
    class Broken(LastWord):
        name = "my-reader"

        def read(self, asked, /):
            return [tuple(replace(s, score=score) for s in each) for each in super().read(asked)]

    with pytest.raises(ModelError, match=r"'my-reader' gives the score .* not numbers to rank by"):
        Answerer(seeds_index, reader=Broken()).ask(HEADLINE)


def test_a_question_in_a_long_letter_is_answered(answerer):
    letter = "Dear colleagues, we have been over this many times in the last weeks. " * 30
    text = f"{letter}{HEADLINE} {letter}"
    assert len(text.split()) > 400
    asked = answerer.ask(text)
    assert asked.question == HEADLINE
    assert asked.quote == answerer.ask(HEADLINE).quote


@pytest.mark.models
def test_another_language_gets_sentences_and_a_word_that_says_why(tmp_path):
    german = (
        "Satzung des Rudervereins Elbwiesen. Die Mitglieder wählen den Vorstand im März. "
        "Das Bootshaus wurde 1987 eröffnet. Der Beitrag beträgt 120 Euro im Jahr."
    )
    index = SentenceIndex.create(tmp_path / "i", [Document("a", "Satzung", german, "a.txt")])
    answer = Answerer(index).ask("Wann wurde das Bootshaus eröffnet?")
    assert answer.foreign == "de"
    assert "German" in answer.why_foreign
    best = answer.passages[0].best.sentence
    assert best.text == "Das Bootshaus wurde 1987 eröffnet."
    assert answer.quote is None or answer.quote in best
    assert answer.state is not State.ANSWER
    bare = Answerer(index, reader=LastWord()).ask("Wann wurde das Bootshaus eröffnet?")
    assert bare.foreign is None  # who brings a reader knows its languages
