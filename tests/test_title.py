"""Which of several names is the title of a document."""

import pytest

from index.loaders import SourceFile
from index.loaders.title import best_title, name_of, opening, title_line

FILE = SourceFile.of_bytes("folder/scan_0012.docx", b"")


@pytest.mark.parametrize(
    ("candidates", "title"),
    [
        (["Annual report", "Heading"], "Annual report"),
        (["", "  Two\n words "], "Two words"),
        (["Microsoft Word - draft.doc", "Heading"], "Heading"),
        (["Document1", "Untitled", "PowerPoint-Präsentation", "Heading"], "Heading"),
        (["2024-05-26", "By Anna Lind", "Heading"], "Heading"),
        (["report_v2.pdf", r"C:\files\a.doc", "Heading"], "Heading"),
        (["scan_0012", "Heading"], "Heading"),
        (["Lodi – Encyclopedia of Ports", "Lodi"], "Lodi"),
        (["Lodian ports", "Lodi"], "Lodian ports"),
        (["***", ""], "scan_0012"),
    ],
)
def test_names_that_say_nothing_lose(candidates, title):
    assert best_title(candidates, FILE) == title


def test_a_word_that_is_also_the_name_of_the_file_may_be_a_title():
    assert best_title(["Georgia", "Climate"], SourceFile.of_bytes("georgia.epub", b"")) == "Georgia"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("annual-report_2023.pdf", "annual report 2023"),
        ("minutes-2024-03-27.md", "minutes 2024-03-27"),
        ("AverageTaxRates.xlsx", "Average Tax Rates"),
        ("captions.en.vtt", "captions.en"),
        ("log.txt", "log"),
        ("mail.eml#price list.csv", "price list"),
        ("Übersicht e-mail.txt", "Übersicht e-mail"),
        ("図書館案内.txt", "図書館案内"),
        ("scan_0012.pdf", ""),
        ("Slide 1.pptx", ""),
        ("003_e2183a6825e9f3d1.txt", ""),
        ("45544.xlsx", ""),
        ("_ude_1.txt", ""),
        ("ab.txt", ""),
    ],
)
def test_the_name_of_a_file_in_words_if_a_person_gave_it(name, words):
    assert name_of(SourceFile.of_bytes(name, b"")) == words


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Sunday, May 26\n\nRussia and Azerbaijan expand cooperation\n\nThe other day, …", 1),
        (" date 2022-02-17 By Azernews\n\nBy Ayya Lmahamad\n\nFourteen companies came.", None),
        ("\n\n  The History of All Bridges  \nBridges are old.", 0),
        ("Quay ledger\n\nThe crane was built in 1911.", 0),
        ("Menu\n\n05.08.2019\n\nX: these dishes are without fat\nMonday: soup", 0),
        ("Budget 2024\n\nIt is spent.", 0),
        ("By hand or by machine\n\nIt is sewn.", 0),
        ("=== Stock list ===\n\nBolt  A 7", "Stock list"),
        ("Goods - page 1\nBolts are sold.\nGoods - page 2\n", None),
        ("The lighthouse keeper was\na man called Ivo.", None),
        ("From: Lena Brock\nTo: Site team\nSubject: Re: Crane\n\nPlease book it.", None),
        ("Cybersecurity: a national strategy\n\nIt is launched.", 0),
        ("name;role;since\nAna;accountant;2017\n", None),
        ("Part\tLevel\nBolt\t40\n", None),
        ("2024-05-14T08:00:01Z INFO start courier\n", None),
        ('{\n  "service": "mail",\n', None),
        ("PMID- 16403221\nDP  - 2006\nTI  - A high level interface to trees.\n", None),
        ("It was a dark night.\n\nA title that comes too late", None),
        ("word " * 100, None),
        ("", None),
        ("Sunday, May 26\n", None),
        ("2024-05-26\n\nBy Anna Lind and Bo Holm", None),
    ],
)
def test_a_title_stands_above_the_first_prose(text, title):
    """`title` is its number among the lines that hold something."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    expected = lines[title] if isinstance(title, int) else title or ""
    assert title_line(text) == expected


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("Sunday, 26 May 2024\nBy Anna Lind\n\nA dark night. Then …", "A dark night. Then …"),
        (" date 2022-04-26 Two countries have signed.\nMore.", "Two countries have signed."),
        ("Part\tLevel\nThe rest is prose.", "The rest is prose."),
        ("word " * 100, "word word"),
        ("2024-05-26\n***\n", ""),
    ],
)
def test_a_text_begins_with_what_is_said(text, begins):
    assert opening(text).startswith(begins)
    assert len(opening(text)) <= 100
    assert bool(opening(text)) == bool(begins)


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("letter.txt", "Dear Ann,\n\nwe have none.", "letter"),
        ("0012.txt", "Dear Ann,\n\nwe have none.", "Dear Ann,"),
        ("0012.txt", "2024-05-26\n", "0012"),
        ("notes.txt", "Stock of May\n\nWe have none.", "Stock of May"),
    ],
)
def test_the_name_of_the_file_comes_before_how_a_text_begins(name, text, title):
    assert best_title([], SourceFile.of_bytes(name, b""), text=text) == title


def test_a_stated_title_wins_where_the_text_shows_it():
    text = "The ports of the north\n\nThey are old."
    headings = [(0, "A heading")]
    for claimed, title in [
        ("Ports of the North", "Ports of the North"),
        ("Budget of some other year", "A heading"),
        ("Slide 1", "A heading"),
    ]:
        assert best_title([], FILE, text=text, claimed=claimed, headings=headings) == title
    assert best_title([], FILE, text="All of it is prose.", claimed="Budget") == "Budget"


def test_a_heading_far_below_may_still_part_a_title_from_the_name_of_a_site():
    headings = [(0, "Node.js documentation"), (3_000, "URL#")]
    assert best_title(["URL | Node.js documentation"], FILE, headings=headings) == "URL"
    assert best_title([""], FILE, text="Prose.", headings=[(3_000, "URL")]) != "URL"
