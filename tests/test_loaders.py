import codecs
import datetime
import hashlib
import os
import random
import socket

import pytest
from conftest import SEEDS
from hypothesis import given
from hypothesis import strategies as st

from index.errors import DocumentError
from index.layout import Line
from index.loaders import (
    MAX_FILE_BYTES,
    SourceFile,
    Unreadable,
    load,
    load_documents,
    load_file,
    markdown,
)
from index.loaders.text import decode, read_text

ENGLISH = "The report of the ministry said nothing of it. " * 9 + "It wasn’t “naïve” – he said."
MENDED = "It’s the plan of the ministry – nobody’s plan for the café on the corner – and it"
FRENCH = "Le traité a été signé à Genève, où la délégation française était déjà arrivée. Le maire"
ITALIAN = "La città è più grande di così, perché la popolazione è cresciuta. Il comune lo sa già."
PORTUGUESE = "João não veio à reunião; a eleição será em São Paulo, às três horas da manhã."
SPANISH = "El señor Núñez firmó la resolución en Málaga el año pasado, según la comisión española."
GERMAN = "Die Behörde prüft, ob die Maßnahme für die Bürger größere Vorteile hätte als früher."
SWEDISH = "Avtalet skrevs under i Malmö på måndagen, och nästa möte hålls på våren i Göteborg."
DANISH = "Aftalen blev underskrevet på Færøerne, og næste møde bliver også på en ø i Østersøen."
DUTCH = "De coördinator zei dat België de financiële reünie in één week had geëvalueerd."
CZECH = "Smlouva byla podepsána ve středu a příští schůze bude v květnu, řekl předseda vlády."
HUNGARIAN = "A szerződést szerdán írták alá, és a következő ülés májusban lesz, mondta az elnök."
ROMANIAN = "Acordul a fost semnat la Bucureşti, iar şedinţa următoare va avea loc în primăvară."
SLOVENE = (
    "Pogodba je bila podpisana v sredo, naslednja seja pa bo v času češenj, je še dejal župan."
)
TURKISH = "Anlaşma çarşamba günü İstanbul'da imzalandı ve gelecek görüşme ağustosta yapılacak."
POLISH = "Rząd ogłosił, że umowa została podpisana w środę, a następnie zatwierdzona. " * 5
# In UTF-16, with half of an emoji in the middle.
TORN = codecs.BOM_UTF16_LE + f"{GERMAN}\ud83d {GERMAN}".encode("utf-16-le", "surrogatepass")
JAPANESE = "これは日本語の文章です。\n東京は日本の首都である。"
RUSSIAN = "Россия и Азербайджан подписали декларацию о союзническом взаимодействии. " * 8


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain\nlines", "plain\nlines"),
        (b"\xef\xbb\xbfmarked", "marked"),
        (b"one\r\ntwo\rthree\n", "one\ntwo\nthree\n"),
        (b"nul\x00 inside a longer line of text", "nul inside a longer line of text"),
        (ENGLISH.encode("cp1252"), ENGLISH),
        (POLISH.encode("cp1250"), POLISH),
        (RUSSIAN.encode("cp1251"), RUSSIAN),
        (codecs.BOM_UTF16_LE + "wide ☃".encode("utf-16-le"), "wide ☃"),
        (codecs.BOM_UTF16_BE + "wide ☃".encode("utf-16-be"), "wide ☃"),
        (codecs.BOM_UTF32_LE + "wide ☃".encode("utf-32-le"), "wide ☃"),
        ("no mark but wide".encode("utf-16-le"), "no mark but wide"),
        ("no mark but wide".encode("utf-16-be"), "no mark but wide"),
        (JAPANESE.encode("iso2022-jp"), JAPANESE),
        (b"costs \x1b$ 5, no Japanese", "costs \x1b$ 5, no Japanese"),
        (b"BMW " + GERMAN.encode("cp1252"), "BMW " + GERMAN),
        (f"\x1b[32m{GERMAN}\x1b[0m\n".encode("cp1252") * 9, f"\x1b[32m{GERMAN}\x1b[0m\n" * 9),
        (GERMAN.ljust(200, "\0").encode("cp1252"), GERMAN),
        (codecs.BOM_UTF8 + GERMAN.encode("cp1252"), GERMAN),
        (TORN, f"{GERMAN}\ufffd {GERMAN}"),
        (MENDED.encode() + b"\xe9 is ready", MENDED + "\ufffd is ready"),
        (RUSSIAN.encode()[:-3], RUSSIAN[:-3] + "\ufffd"),
        (b"", ""),
    ],
)
def test_text_of_any_encoding(tmp_path, data, text):
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    assert load_file(path).text == text


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        (ENGLISH, "cp1252 mac-roman"),
        (FRENCH, "cp1252 cp850 mac-roman"),
        (ITALIAN, "cp1252 cp850 mac-roman"),
        (PORTUGUESE, "cp1252 cp850 mac-roman"),
        (SPANISH, "cp1252 cp850 mac-roman"),
        (GERMAN, "cp1252 cp850 mac-roman"),
        (SWEDISH, "cp1252 cp850 mac-roman"),
        (DANISH, "cp1252"),
        (DUTCH, "cp1252"),
        (CZECH, "cp1250 iso8859-2 cp852"),
        (HUNGARIAN, "cp1250 iso8859-2 cp852"),
        (POLISH, "cp1250 iso8859-2 cp852"),
        (ROMANIAN, "cp1250 iso8859-2"),
        (SLOVENE, "cp1250 iso8859-2"),
        (TURKISH, "cp1254"),
        (RUSSIAN, "cp1251 koi8-r cp866 mac-cyrillic"),
    ],
)
def test_a_language_is_read_in_the_encodings_it_was_written_in(tmp_path, caplog, text, encodings):
    for encoding in encodings.split():
        path = tmp_path / f"{encoding}.txt"
        path.write_bytes(text.encode(encoding))
        assert load_file(path).text == text, encoding
        assert caplog.messages[-1].startswith(f"{path} is not UTF-8; read as ")


def test_what_is_sure_is_read_without_a_word_and_what_is_broken_is_counted(tmp_path, caplog):
    for name, data in [
        ("utf8.txt", RUSSIAN.encode()),
        ("marked.txt", codecs.BOM_UTF16_BE + RUSSIAN.encode("utf-16-be")),
        ("whole.txt", ("It was \ufffd from the start. " + ENGLISH + "\0").encode()),
    ]:
        (tmp_path / name).write_bytes(data)
        load_file(tmp_path / name)
    assert caplog.messages == []
    (tmp_path / "broken.txt").write_bytes(MENDED.encode() * 3 + b"\xe9 and \xe9.")
    load_file(tmp_path / "broken.txt")
    (tmp_path / "torn.txt").write_bytes(TORN + "\ufffd".encode("utf-16-le"))
    load_file(tmp_path / "torn.txt")
    (tmp_path / "empty.txt").write_text(" \n\n")
    load_file(tmp_path / "empty.txt")
    assert caplog.messages == [
        f"{tmp_path}/broken.txt has broken characters, shown as \ufffd: 2.",
        f"{tmp_path}/torn.txt has broken characters, shown as \ufffd: 1.",
        f"{tmp_path}/empty.txt is empty.",
    ]


@given(st.text(st.characters(exclude_categories=["Cs", "Co", "Cc"]), max_size=200))
def test_utf8_comes_back_as_it_was(text):
    data = text.encode("utf-8")
    if not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        assert decode(data, "a.txt") == text


@given(st.binary(max_size=2_000))
def test_any_bytes_are_text_or_refused_in_a_sentence(data):
    try:
        text = read_text(SourceFile.of_bytes("a.txt", data))
    except DocumentError as error:
        said = str(error)
        assert "a.txt does not hold text" in said
    else:
        text.encode("utf-8")
        assert "\r" not in text
        assert "\0" not in text


@pytest.mark.parametrize(
    ("junk", "said"),
    [
        (random.Random(0).randbytes(5_000), "does not hold text"),
        (
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + random.Random(1).randbytes(3_000),
            "seems to be a picture",
        ),
        (
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + random.Random(2).randbytes(3_000),
            "seems to be a PDF",
        ),
        (b"\x7fELF\x02\x01\x01" + bytes(3_000), "seems to be a program"),
        (b"PK\x03\x04" + random.Random(3).randbytes(3_000), "seems to be a ZIP archive"),
    ],
    ids=["random", "png", "pdf", "elf", "zip"],
)
def test_binary_junk_is_no_text(tmp_path, junk, said):
    path = tmp_path / "junk.txt"
    path.write_bytes(junk)
    with pytest.raises(DocumentError, match=rf"junk\.txt {said}"):
        load_file(path)


def test_seeds_are_loaded_unchanged(seed_documents):
    for document in seed_documents:
        assert document.text == (SEEDS / "documents" / document.source).read_bytes().decode()
        assert document.id == document.source


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The handbook\n============\n\n```bash\n# install first\n```\n", "The handbook"),
        ("~~~\n# install first\n~~~\n\n## The *real* one ##\n", "The *real* one"),
        ('---\ntitle: "The bridges of Lund"\nauthor: Anna\n---\n\n# One\n', "The bridges of Lund"),
        ("---\nauthor: Anna\n---\n\n# The bridges\n", "The bridges"),
        ("---\ntitle: >\n  Long\n---\n\n# The bridges\n", "The bridges"),
        ("---\n# A remark\ntitle: 'Lund'\n...\n\n# One\n", "Lund"),
        ("---\ntitle:\n---\n\n# The bridges\n", "The bridges"),
        ("---\n\n# After a rule\n", "After a rule"),
        ("---\nWords between rules.\n\n---\n\n# The bridges\n", "The bridges"),
        ("> - # The bridges\n", "The bridges"),
        ("#\n\nNothing is said.\n", ""),
        ("Only text.\n", ""),
    ],
)
def test_the_title_that_markdown_gives_itself(text, title):
    front = markdown.find_front(text)
    blocks = markdown.find_blocks(text, front)
    assert markdown.find_title(text, front, blocks) == title


def test_front_matter_is_no_title_of_a_text_without_a_heading(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("---\nauthor: Anna Lind of Lund and Bo\n---\n\nThe bridges are old.\n")
    assert load_file(path).title == "The bridges are old."


def test_the_title_of_markdown_is_its_first_heading(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("<!-- note -->\nprose first\n\n## Bridges ##\n\ntext")
    document = load_file(path)
    assert document.title == "Bridges"
    assert document.text == "<!-- note -->\nprose first\n\n## Bridges ##\n\ntext"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "line",
    [
        "# a" + " " * 50_000 + "b",
        "# a" + "#" * 50_000 + "b",
        "# " * 50_000,
        "---\ntitle: a" + " " * 50_000 + "b\n---\n",
        "---\n" + "title:" * 20_000 + "\n---\n",
        "---\n" + "title: >\n" * 5_000 + "---\n",
    ],
)
def test_a_hostile_heading_takes_no_time(tmp_path, line):
    (tmp_path / "a.md").write_text(line)
    assert load_file(tmp_path / "a.md").text == line


def test_a_document_knows_its_lines_and_the_day_it_was_changed(tmp_path):
    for name in ("a.txt", "a.md"):
        path = tmp_path / name
        path.write_bytes(b"\xef\xbb\xbfOne.\r\nTwo.\r\n")
        moment = datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.UTC)
        os.utime(path, (moment.timestamp(), moment.timestamp()))
        document = load_file(path)
        day = datetime.date(2024, 2, 29)
        assert document.metadata == {"file_modified": day, "encoding": "utf-8"}
        assert document.layout.place(document.text.index("Two")) == Line(2)


def test_a_file_in_memory_is_loaded_as_one_on_disk(tmp_path):
    (tmp_path / "a.MD").write_text("# The bridges\n\nThey are old.\n")
    moment = datetime.datetime(2024, 2, 29, tzinfo=datetime.UTC)
    os.utime(tmp_path / "a.MD", (moment.timestamp(), moment.timestamp()))
    data = (tmp_path / "a.MD").read_bytes()
    on_disk = SourceFile.of(tmp_path / "a.MD", name="mail/a.MD")
    in_memory = SourceFile.of_bytes("mail/a.MD", data, modified=moment)
    assert list(load(on_disk)) == list(load(in_memory))
    for file in (on_disk, in_memory):
        assert (file.suffix, file.stem, file.size) == (".md", "a", len(data))
        assert file.modified == moment
        assert file.sha256 == hashlib.sha256(data).hexdigest()
        assert file.read() == data


def test_a_file_that_changes_after_it_was_found_is_not_read(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("One.")
    file = SourceFile.of(path)
    path.write_text("Another.")
    with pytest.raises(
        DocumentError, match=r"a\.txt has changed while it was read; index it again"
    ):
        list(load(file))
    path.unlink()
    with pytest.raises(DocumentError, match=r"a\.txt cannot be read: No such file"):
        list(load(file))
    os.mkfifo(path)
    with pytest.raises(DocumentError, match="has changed"):  # and nobody waits for the pipe
        file.open()


def test_a_file_that_changes_while_it_is_read_is_not_kept(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("One. Two.")
    file = SourceFile.of(path)
    opened = SourceFile.open

    def appended(self):
        found = opened(self)
        with path.open("a") as more:
            more.write(" Three.")
        return found

    monkeypatch.setattr(SourceFile, "open", appended)
    with pytest.raises(DocumentError, match="has changed"):
        file.read()


def test_a_file_that_vanishes_while_others_are_read_is_named(tmp_path):
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(f"This is {name}.")
    loaded = load_documents(tmp_path)
    assert next(loaded).source == "a.txt"
    (tmp_path / "b.txt").unlink()
    gone, last = loaded
    assert gone == Unreadable(
        tmp_path / "b.txt", f"{tmp_path}/b.txt cannot be read: No such file or directory."
    )
    assert last.source == "c.txt"


def test_a_name_that_is_not_utf8_is_refused_with_the_remedy(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9.txt")
    path.write_text("One.")
    (unreadable,) = load_documents(tmp_path)
    assert "rename the file, its name is not UTF-8" in unreadable.reason
    with pytest.raises(DocumentError, match="rename the file"):
        list(load_documents(path))


def test_a_folder_is_read_in_order_without_what_is_hidden(tmp_path):
    for name in ("b.txt", "a.MD", "sub/c.txt", ".hidden.txt", ".git/d.txt", "e.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"This is {name}.")
    loaded = list(load_documents(tmp_path))
    assert [document.source for document in loaded] == ["a.MD", "b.txt", "sub/c.txt"]


def test_what_is_passed_over_is_counted(tmp_path, caplog):
    documents = tmp_path / "documents"
    for name in ("a.txt", "b.mp4", "sub/C.MP4", "d.exe", "README", ".hidden", ".git/e.pdf"):
        (documents / name).parent.mkdir(exist_ok=True, parents=True)
        (documents / name).write_text("Some text.")
    (documents / "elsewhere").symlink_to(tmp_path)
    (tmp_path / "not-here.txt").write_text("Not below the folder.")
    assert [document.source for document in load_documents(documents)] == ["a.txt"]
    assert caplog.messages == [
        f"Passed over in {documents}: .mp4 (2), .exe (1), links to folders (1), "
        "without a suffix (1)."
    ]


def test_of_many_formats_the_rarest_are_counted_together(tmp_path, caplog):
    for suffix in "abcdefghijkl":
        (tmp_path / f"one.x{suffix}").write_text("Some text.")
    (tmp_path / "two.xl").write_text("Some text.")
    (tmp_path / "a.txt").write_text("Some text.")
    list(load_documents(tmp_path))
    assert ": .xl (2), .xa (1), " in caplog.messages[0]
    assert ".xg (1), others (4)." in caplog.messages[0]


def test_a_file_is_a_folder_of_one(tmp_path):
    (tmp_path / "a.txt").write_text("One.")
    assert [document.id for document in load_documents(tmp_path / "a.txt")] == ["a.txt"]


@pytest.mark.timeout(20)
def test_unreadable_files_are_named_and_the_others_loaded(tmp_path):
    (tmp_path / "good.txt").write_text("Good.")
    (tmp_path / "junk.txt").write_bytes(random.Random(0).randbytes(2_000))
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "here.txt").symlink_to(tmp_path / "there.md")
    (tmp_path / "there.md").symlink_to(tmp_path / "here.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "plug.txt"))
    gone, good, here, junk, large, pipe, plug, there = load_documents(tmp_path)
    assert good.text == "Good."
    assert "does not hold text" in junk.reason
    assert gone == Unreadable(
        tmp_path / "gone.txt", f"{tmp_path}/gone.txt is a link to what is not there."
    )
    assert here.reason == f"{tmp_path}/here.txt is a link that leads back to itself."
    assert there.reason == f"{tmp_path}/there.md is a link that leads back to itself."
    assert "bytes; the limit is" in large.reason
    assert "not an ordinary file" in pipe.reason
    assert "not an ordinary file" in plug.reason


@pytest.mark.timeout(20)
def test_a_pipe_alone_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(DocumentError, match="not an ordinary file"):
        list(load_documents(tmp_path / "pipe.txt"))


def test_a_folder_that_cannot_be_listed_is_named(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "good.txt").write_text("Good.")
    scan = os.scandir

    def refused(path):
        if str(path).endswith("closed"):  # root may list everything
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refused)
    closed, good = load_documents(tmp_path)
    assert closed == Unreadable(
        tmp_path / "closed", f"{tmp_path}/closed cannot be listed: Permission denied."
    )
    assert good.source == "good.txt"


def test_a_file_of_several_names_is_one_document_under_its_own(tmp_path, caplog):
    documents = tmp_path / "documents"
    (documents / "sub").mkdir(parents=True)
    (documents / "real.txt").write_text("One.")
    (documents / "a link.txt").symlink_to("real.txt")
    (documents / "sub" / "link.md").symlink_to(documents / "real.txt")
    (documents / "sub" / "hard.txt").hardlink_to(documents / "real.txt")
    (tmp_path / "outside.txt").write_text("Two.")
    (documents / "first.txt").symlink_to(tmp_path / "outside.txt")
    (documents / "second.txt").symlink_to(documents / "first.txt")
    (documents / ".hidden.txt").write_text("Three.")
    (documents / "shown.txt").symlink_to(documents / ".hidden.txt")
    (documents / "same.txt").write_text("One.")
    loaded = [document.source for document in load_documents(documents)]
    assert loaded == ["first.txt", "real.txt", "same.txt", "shown.txt"]
    assert caplog.messages == [f"Passed over in {documents}: links to a file counted already (4)."]


def test_loops_of_folders_end(tmp_path):
    deep = tmp_path / "d" / "d"
    deep.mkdir(parents=True)
    (deep / "a.txt").write_text("One.")
    (deep / "up").symlink_to(tmp_path)
    (deep / "itself").symlink_to(deep / "itself")
    assert [document.source for document in load_documents(tmp_path)] == ["d/d/a.txt"]


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(DocumentError, match=r"large\.txt has .* bytes; the limit is"):
        load_file(path)


def test_a_folder_without_documents(tmp_path):
    with pytest.raises(DocumentError, match="There is no file or folder"):
        list(load_documents(tmp_path / "missing"))
    with pytest.raises(
        DocumentError, match=r"There are no documents in .*: no file has a suffix that is read"
    ):
        list(load_documents(tmp_path))
    with pytest.raises(DocumentError, match="not of a format that can be read"):
        (tmp_path / "a.xyz").write_text("text")
        list(load_documents(tmp_path / "a.xyz"))
