"""Which of several names is the title of a document."""

import pytest

from index.loaders import SourceFile
from index.loaders.title import best_title

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
