"""What people ask of handbooks, contracts, leaflets, interviews, tables and code."""

from itertools import pairwise

import pytest
from conftest import document

from index import SentenceIndex
from qa import Answerer

TEXTS = {
    "handbook.md": """# Employee handbook

## Applying for a visa

To apply for a business visa you must send us the following documents at least six weeks before:

- a valid passport with two empty pages
- one photograph, 35 by 45 mm
- the letter of invitation from the host
- proof of travel insurance

The fee is 120 euros and is paid by the company.

## Frequently asked questions

**Q: How long does a visa take?**

A: Three weeks, and in summer up to five.
""",
    "contract.txt": """SERVICE AGREEMENT

2. TERM

2.1 This Agreement starts on 1 March 2024 and runs for two years.

2.2 Either party may leave this Agreement only where

(a) the other party fails to pay an invoice although it has received a reminder of it in writing
that names this section;

(b) the other party becomes insolvent, or a court has ordered that its property be held for those
to whom it owes money; or

(c) the vessel is sold.

3. FEES

3.1 The Client shall pay EUR 14,500 per month, due on the fifth working day.
""",
    "interview.txt": """Interview with Elena Marchetti, glaciologist, Aosta, 3 September 2023

REPORTER: Who pays for the measurements?
MARCHETTI: The region pays for half, and the rest comes from the university of Turin.
REPORTER: And how much did the glacier lose this summer?
MARCHETTI: It lost four metres of thickness, which is the most we have ever measured.
""",
    "fastcache.md": """# fastcache

## Installation

```bash
pip install fastcache-py
```

Raises `ValueError` if `maxsize` is negative.
""",
    "cities.md": """# Cities of the region

| City | Inhabitants (2023) | Mayor |
|------|-------------------:|-------|
| Altenau | 84,200 | Petra Vogt |
| Brinkum | 12,950 | Jens Albers |
""",
    "shop.md": """# The shop

|Day|Opens|Closes|
|---|---|---|
|Monday|9:00|17:00|
|Saturday|10:00|14:00|
""",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory, embedder):
    documents = [document(text, name) for name, text in TEXTS.items()]
    path = tmp_path_factory.mktemp("kinds") / "an.index"
    return Answerer(SentenceIndex.create(path, documents, embedder=embedder))


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Which documents do I need for a business visa?",
            [
                "a valid passport with two empty pages",
                "one photograph, 35 by 45 mm",
                "the letter of invitation from the host",
                "proof of travel insurance",
            ],
        ),
        ("How long before the journey must the documents be sent?", ["six weeks"]),
        ("How long does a visa take?", ["Three weeks"]),
        (
            "When may a party leave the agreement?",
            ["the other party fails", "insolvent", "is sold."],
        ),
        ("Who pays for the measurements?", ["The region"]),
        ("How do I install fastcache?", ["pip install fastcache-py"]),
        ("What is raised if maxsize is negative?", ["ValueError"]),
        ("Who is the mayor of Brinkum?", ["Jens Albers"]),
        ("How many inhabitants does Altenau have?", ["84,200"]),
    ],
)
def test_an_answer_is_what_the_text_means_by_its_layout(library, question, parts):
    answer = library.ask(question)
    assert len(answer.parts) == len(parts)
    for said, expected in zip(answer.parts, parts, strict=True):
        assert expected in said.text
    first = answer.passages[0]
    assert first.best.sentence == answer.sentence
    for span in (*answer.parts, *(hit.sentence for hit in first.hits)):
        assert span in first.span
    ends = [(hit.sentence.start, hit.sentence.end) for hit in first.hits]
    assert ends == sorted(ends)
    assert all(end <= start for (_, end), (start, _) in pairwise(ends))


def test_a_row_does_not_answer_for_another(library):
    answer = library.ask("When does it close on Saturday?")
    assert answer.quote is not None
    assert answer.quote.text == "14:00"
    assert answer.unmentioned == ()
