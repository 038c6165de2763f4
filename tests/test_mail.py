"""What a reader of a mail sees, and what hangs on it, is what is read."""

import datetime

import pytest
from made_files import msg, zipped
from test_loader_conformance import check, kinds_of

from index.document import Document
from index.errors import DocumentError
from index.layout import Section
from index.loaders import SourceFile, load

HEAD = b"""From: =?utf-8?q?Anna_Gr=C3=B6=C3=9F?= <anna@a.example>
To: Bob <bob@b.example>
Date: Fri, 1 Mar 2024 10:00:00 +0100
Subject: Bolts for
 the bridge
"""
MIXED = b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=x"\n\n'


def read(data: bytes, name: str = "a.eml") -> list[Document]:
    documents = list(load(SourceFile.of_bytes(name, data)))
    check(documents, name)
    return documents


def part(kind: str, body: bytes, name: str = "") -> bytes:
    named = f'; name="{name}"' if name else ""
    return f"--=x\nContent-Type: {kind}{named}\n\n".encode() + body + b"\n"


def test_the_head_of_a_mail_is_read_with_its_text():
    [mail] = read(HEAD + b"\nDear Bob,\n\nwe have:\n\n- bolts\n- nuts\n\n> How many?\n")
    assert mail.title == "Bolts for the bridge"
    assert mail.metadata["author"] == "Anna Größ <anna@a.example>"
    assert mail.metadata["date"] == datetime.date(2024, 3, 1)
    assert mail.metadata["date_of"] == "sent"
    assert kinds_of(mail) == [
        ("row", "Subject\tBolts for the bridge"),
        ("row", "From\tAnna Größ <anna@a.example>"),
        ("row", "To\tBob <bob@b.example>"),
        ("row", "Date\tFri, 01 Mar 2024 10:00:00 +0100"),
        ("paragraph", "Dear Bob,"),
        ("paragraph", "we have:"),
        ("item", "- bolts"),
        ("item", "- nuts"),
        ("quotation", "> How many?"),
    ]
    text = str(mail.text)
    assert mail.layout.place(text.index("Bob <")) == Section("To")
    assert mail.layout.place(text.index("nuts")) == Section("body")


def test_files_that_hang_on_a_mail_are_documents_of_their_own():
    inner = HEAD.replace(b"Bolts for", b"Nuts for") + b"\nNone are left."
    data = HEAD + MIXED + part("text/plain", b"See below.")
    data += part("text/csv", b"part,level\nbolt,40", "stock.csv")
    data += part("text/plain", b"One.", "note.txt") + part("text/plain", b"Two.", "note.txt")
    data += part("image/png", b"\x89PNG", "photo.png") + part("message/rfc822", inner) + b"--=x--"
    documents = read(data)
    assert [one.id for one in documents] == [
        *("a.eml", "a.eml#stock.csv", "a.eml#note.txt", "a.eml#note (3).txt"),
        "a.eml#Nuts for the bridge.eml",
    ]
    assert {one.source for one in documents} == {"a.eml"}
    assert "stock.csv, note.txt, note (3).txt, photo.png" in documents[0].text
    assert documents[1].text == "part\tlevel\nbolt\t40"
    assert "None are left." in documents[4].text


def test_an_attachment_that_cannot_be_read_is_named_and_the_others_are_read(caplog):
    data = HEAD + MIXED + part("text/plain", b"See below.")
    data += part("application/x", b"not a sheet", "bad.xlsx") + part(
        "text/plain", b"Good.", "b.txt"
    )
    assert [one.id for one in read(data + b"--=x--")] == ["a.eml", "a.eml#b.txt"]
    assert "a.eml#bad.xlsx is damaged" in caplog.text


def test_mails_in_mails_end(caplog):
    data = HEAD + b"\nThe last."
    for level in range(8):
        mail = HEAD + MIXED + part("message/rfc822", b"...") + b"--=x--"
        data = mail.replace(b"=x", b"=x%d" % level).replace(b"...", data)
    assert len(read(data)) == 6
    assert "too many to be read" in caplog.text


@pytest.mark.parametrize(
    ("text", "page", "seen"),
    [
        (b"The text says it all.", b"<p>The <b>page</b> says it all.", "The text says it all."),
        (
            b"See the page.",
            b"<p>One two.<p>Three &amp; four, five, six.",
            "Three & four, five, six.",
        ),
        (b"", b"<style>p {}</style><p>One<br>two<!-- three -->", "One\ntwo"),
    ],
)
def test_of_a_text_and_a_page_the_fuller_is_read(text, page, seen):
    data = HEAD + MIXED.replace(b"mixed", b"alternative")
    [mail] = read(data + part("text/plain", text) + part("text/html", page) + b"--=x--")
    assert str(mail.text).endswith(seen)


def test_lines_that_flow_are_joined():
    data = (
        HEAD + b"Content-Type: text/plain; format=flowed\n\nOne line \ngoes on.\n> Said \n> so.\n"
    )
    assert "One line goes on.\n" in read(data)[0].text


@pytest.mark.parametrize("charset", ["shift_jis", "utf-8", "unknown-8bit"])
def test_a_text_is_decoded_as_it_says_or_as_it_shows(charset):
    words = "今後ともよろしくお願い申し上げます。"
    encoding = "utf-8" if charset.startswith("unknown") else charset
    data = HEAD + f"Content-Type: text/plain; charset={charset}\n\n".encode()
    assert words in read(data + words.encode(encoding))[0].text


def test_an_encrypted_mail_is_said_to_be(caplog):
    data = HEAD + MIXED.replace(b"mixed", b"encrypted") + part("application/x", b"z", "a.asc")
    assert "Bolts" in read(data + b"--=x--")[0].text
    assert "a.eml is encrypted: only its head can be read." in caplog.text


def test_a_mail_of_outlook_is_read_as_any_other(caplog):
    data = msg(
        {"subject": "Bolts", "body": "Dear Ann,\r\n\r\nwe have none.\r\n", "sender": "Bob"},
        {"report.csv": b"part,level\nbolt,40"},
    )
    mail, report = read(data, "a.msg")
    assert mail.text == (
        "Subject\tBolts\nFrom\tBob\nAttachments\treport.csv\n\nDear Ann,\n\nwe have none."
    )
    assert (report.id, report.text) == ("a.msg#report.csv", "part\tlevel\nbolt\t40")
    read(msg({"class": "IPM.Note.SMIME", "subject": "Secret"}, {"smime.p7m": b"x"}), "a.msg")
    assert "a.msg is encrypted" in caplog.text


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.eml", b"Dear Bob,\nhello", "does not begin with a header field"),
        ("a.eml", b"Remark: none\n\nhello", "neither sender nor subject"),
        ("a.eml", b"<html><p>From: a", "seems to be HTML"),
        ("a.msg", b"From: a@b\n\nx", "seems to be no mail of Outlook"),
        ("a.msg", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2_000), "no mail that can be read"),
        ("a.msg", zipped({}), "seems to be"),
        ("a.eml", b"From: a\nContent-Type: " + b"(" * 3_000, "no mail that can be read"),
        ("a.eml", b"From: a\n" + b"Content-Type: message/rfc822\n\n" * 3_000, "no mail"),
    ],
)
def test_what_is_no_mail_is_named(name, data, message):
    with pytest.raises(DocumentError, match=message):
        read(data, name)
