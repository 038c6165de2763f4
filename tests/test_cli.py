import datetime
import io
import json
import logging
import os
import random
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from bad_files import GOOD, files_below, names_it, write_bad_files, write_odd
from conftest import HEADLINE, ROOT, SEEDS
from pdf_files import picture, scans
from tqdm import tqdm

from index.loaders import SourceFile
from qa.cli import main

pytestmark = pytest.mark.models

PLACE = [{"source": "elsewhere.txt", "start": 0, "end": 1}]


@pytest.fixture
def run(capsys, monkeypatch):
    """Run the command in this process: (exit code, standard output, standard error)."""
    interrupts = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = {number: signal.getsignal(number) for number in interrupts}
    monkeypatch.setattr(logging.getLogger("index"), "handlers", [])

    def run(*words, stdin=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as exit_:
            main([str(word) for word in words])
        out, err = capsys.readouterr()
        return exit_.value.code, out, err

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """An index that the real command built, in a process of its own."""
    path = tmp_path_factory.mktemp("cli") / "my.index"
    done = subprocess.run(
        [sys.executable, "-m", "qa", "build", path, SEEDS / "documents"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"{path}: 198 sentences of 5 documents.\n"
    assert done.stderr == ""  # no progress bar where nobody watches
    return path


def test_ask_shows_the_sentence_marked_in_its_passage(run, built):
    code, out, err = run("ask", built, HEADLINE, "-k", "2")
    assert (code, err) == (0, "")
    assert out.startswith("February 22, 2022  very likely · ")
    assert re.search(r"004_1af95d4622994180\.txt, line \d+ \[1221–1238\]", out)
    assert (
        "comprising over 260 signed agreements. [A significant highlight is the Declaration on "
        "Allied Interaction, which was signed on [[February 22, 2022]].]" in out
    )
    assert "\x1b" not in out  # no colours in a pipe


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_an_output_that_cannot_write_everything(built, options):
    question = "Кто такой Беглов?"
    done = subprocess.run(
        [sys.executable, "-m", "qa", "ask", built, question, "--reader", "none", *options],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    if options:
        assert json.loads(done.stdout)["question"] == question


def test_ask_takes_words_without_quotation_marks(run, built):
    assert "February 22, 2022" in run("ask", built, *HEADLINE.split())[1]


def test_ask_without_a_reader_marks_the_sentence(run, built):
    code, out, _ = run("ask", built, HEADLINE, "--reader", "none")
    assert code == 0
    assert "[[A significant highlight is the Declaration on Allied Interaction" in out


def test_ask_as_json(run, built):
    code, out, _ = run("ask", built, HEADLINE, "--json", "-k", "1")
    answer = json.loads(out)
    assert code == 0
    assert answer["quote"]["source"] == "004_1af95d4622994180.txt"
    document = (SEEDS / "documents" / answer["quote"]["source"]).read_bytes().decode()
    quote = answer["quote"]
    assert document[quote["start"] : quote["end"]] == quote["text"]
    assert len(answer["passages"]) == 1


def test_who_wrote_a_document_and_when_is_told(run, tmp_path):
    text = "---\nauthor: Anna Lind\ndate: 2024-03-01\n---\n\n# Vans\n\nBrava of Lund sells vans.\n"
    (tmp_path / "brava.md").write_text(text)
    assert run("build", tmp_path / "an.index", tmp_path)[0] == 0
    _, out, _ = run("ask", tmp_path / "an.index", "What does Brava sell?")
    assert "Vans  Anna Lind · 2024-03-01  brava.md, line 8" in out


def test_ask_reads_questions_from_standard_input(run, built):
    code, out, _ = run("ask", built, "-", "--json", stdin=f"{HEADLINE}\n\nWho is Beglov?\n")
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [answer["question"] for answer in answers] == [HEADLINE, "Who is Beglov?"]
    _, out, _ = run("ask", built, "-", stdin=f"{HEADLINE}\nWho is Beglov?\n")
    assert f"? {HEADLINE}" in out
    assert "? Who is Beglov?" in out


def test_a_question_that_cannot_be_asked_does_not_stop_the_others(run, built):
    code, out, err = run("ask", built, "-", "--json", stdin=f"{'x' * 3_000}\n{HEADLINE}\n")
    assert code == 1
    assert json.loads(out)["question"] == HEADLINE
    assert "Line 1: The question has 3,000 characters" in err
    assert "Error: 1 of the questions could not be asked." in err


def test_ask_says_what_the_documents_do_not(run, built):
    code, out, _ = run("ask", built, "What is the boiling point of tungsten?")
    assert code == 0
    assert "These documents do not seem to answer that" in out
    assert "does not mention" not in out
    _, out, _ = run("ask", built, "What is the boiling point of tungsten in Bolivia?")
    assert "The first passage does not mention: Bolivia" in out


def test_an_answer_for_another_year_is_told(run, tmp_path):
    text = "Brava, the maker of vans in Lund, sold 2.9 million vans in 2021."
    (tmp_path / "brava.txt").write_text(f"{text} The canteen got new chairs in 2022.")
    assert run("build", tmp_path / "an.index", tmp_path)[0] == 0
    _, out, _ = run("ask", tmp_path / "an.index", "How many vans did Brava sell in 2022?")
    assert "2.9 million" in out
    assert "The marked sentence has another year than: 2022" in out
    _, out, _ = run("ask", tmp_path / "an.index", "How many vans did Brava sell in 2021?")
    assert out.startswith("2.9 million")
    assert "another year" not in out


def test_build_says_what_it_is_not_sure_of(run, tmp_path):
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "old\x1b[2J.txt").write_bytes("João assinou em São Paulo.".encode("cp1252"))
    (documents / "a.\x1b[2Jexe").write_text("%PDF")
    (documents / "b.\nexe").write_text("%PDF")
    code, _, err = run("build", tmp_path / "no" / "an.index", documents)
    assert code == 1
    assert err.splitlines() == [  # before anything is read
        f"Error: There is no folder {tmp_path / 'no'} to make the index in; make it first."
    ]
    code, _, err = run("build", tmp_path / "an.index", documents)
    assert code == 0
    assert err.splitlines() == [
        f"Passed over in {documents}: . exe (1), .␛[2jexe (1).",
        f"{documents / 'old␛[2J.txt'} is not UTF-8; read as cp1252. If letters look wrong, save it "
        "as UTF-8 first.",
    ]
    assert "João" in run("ask", tmp_path / "an.index", "Who signed in São Paulo?")[1]


def test_a_document_cannot_speak_to_the_terminal(run, tmp_path):
    text = "The secret \x1b]0;owned\x07 word \x1b[2J is [bold]swordfish[/bold] \x9b31m in the text."
    (tmp_path / "a.txt").write_text(text + "\n\nIt was a quiet day in the village. " * 20)
    assert run("build", tmp_path / "an.index", tmp_path)[0] == 0
    _, out, _ = run("ask", tmp_path / "an.index", "What is the secret word?")
    assert "\x1b" not in out
    assert "\x9b" not in out
    assert "␛[2J is [bold]swordfish[/bold]" in out


def test_a_terminal_gets_styles(run, built, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    _, out, _ = run("ask", built, HEADLINE, "-k", "1")
    assert "\x1b[1;4;32m" in out
    assert "[[" not in out


def test_a_terminal_without_styles_gets_brackets(run, built, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    _, out, _ = run("ask", built, HEADLINE, "-k", "1")
    assert "[[February 22, 2022]]" in " ".join(out.split())


def test_names_that_no_file_can_have(run, built, tmp_path):
    long, loop = "x" * 300, tmp_path / "loop"
    loop.symlink_to(loop)
    gold = SEEDS / "gold.jsonl"
    for command in (
        ["build", tmp_path / "an.index", long],
        ["build", loop, SEEDS / "documents"],
        ["eval", built, gold, "--details", long],
    ):
        code, _, err = run(*command)
        assert code == 1
        assert re.search(r"^Error: .*(xxx|loop).* (cannot|goes) ", err)


def test_info(run, built):
    code, out, _ = run("info", built)
    assert code == 0
    assert "sentences  198" in out
    facts = json.loads(run("info", built, "--json")[1])
    assert facts["documents"] == 5
    assert facts["embedder"] == "all-MiniLM-L6-v2"


def test_eval(run, built, tmp_path):
    rows = [json.loads(line) for line in (SEEDS / "gold.jsonl").read_text().splitlines()]
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(json.dumps(row) + "\n" for row in [*rows[:6], rows[-1]]))
    code, out, _ = run("eval", built, gold, "--details", tmp_path / "details.jsonl")
    assert code == 0
    assert "hit@1" in out
    assert "right sentence first" in out
    details = [json.loads(line) for line in (tmp_path / "details.jsonl").open()]
    assert [row["id"] for row in details] == [row["id"] for row in [*rows[:6], rows[-1]]]
    code, out, err = run("eval", built, gold, "--json", "--fail-under", "hit@10=1.5")
    figures = json.loads(out)
    assert code == 1
    assert figures["questions"] == 7
    assert figures["answerable"] == 6
    assert f"hit@10 is {figures['hit@10']:.4f}, under 1.5" in err
    assert run("eval", built, gold, "--fail-under", "mrr=0.01", "--fail-under", "em=0")[0] == 0


def test_eval_says_what_the_gold_does_not_tell(run, built, tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": 1, "question": HEADLINE, "answers": ["February 22, 2022"]}))
    code, out, err = run("eval", built, gold, "--fail-under", "em=1", "--fail-under", "mrr=0.1")
    assert code == 1
    assert re.search(r"mrr +– ", out)
    assert "Error: mrr cannot be told, for the gold file has no question that it is taken" in err
    assert json.loads(run("eval", built, gold, "--json")[1])["mrr"] is None


@pytest.mark.parametrize("bound", ["mrr", "mrr=high", "mrr=nan", "speed=1", "=1"])
def test_eval_with_a_bound_that_is_none(run, built, bound):
    code, _, err = run("eval", built, SEEDS / "gold.jsonl", "--fail-under", bound)
    assert code == 1
    assert "--fail-under takes FIGURE=VALUE with one of hit@1" in err


def test_eval_finds_out_first_what_cannot_be(run, built, tmp_path):
    gold = SEEDS / "gold.jsonl"
    code, _, err = run("eval", built, gold, "--details", tmp_path / "no" / "details.jsonl")
    assert code == 1
    assert "details.jsonl cannot be written: No such file" in err
    before = tmp_path / "details.jsonl"
    before.write_text("last week's")
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps({"id": 1, "question": "?", "answers": [], "gold": PLACE}))
    code, _, err = run("eval", built, other, "--details", before)
    assert code == 1
    assert "'elsewhere.txt', which is not in" in err
    assert before.read_text() == "last week's"
    code, _, err = run("eval", built, other, "--details", other)
    assert code == 1
    assert "--details would write over the gold file" in err
    long = tmp_path / "long.jsonl"
    long.write_text(json.dumps({"id": "q7", "question": "x" * 3_000, "answers": []}))
    code, _, err = run("eval", built, long)
    assert code == 1
    assert "Question 'q7' cannot be asked. The question has 3,000 characters" in err


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def junk(path: Path) -> None:
    path.write_bytes(random.Random(0).randbytes(4_000))


def test_bad_documents(run, tmp_path):
    """One clear sentence each, exit code 1, and nothing written."""
    for name in ("empty", "unreadable", "mixed"):
        (tmp_path / name).mkdir()
    junk(tmp_path / "unreadable" / "junk.txt")
    junk(tmp_path / "mixed" / "junk.txt")
    (tmp_path / "mixed" / "good.txt").write_text("This one is good.")
    target = tmp_path / "an.index"
    for folder, reasons in [
        ("missing", ["There is no file or folder"]),
        ("empty", ["There are no documents in", "no file has a suffix that is read"]),
        ("unreadable", ["junk.txt does not hold text", "No file in"]),
        ("mixed", ["junk.txt does not hold text", "Files that cannot be read: 1", "--strict"]),
    ]:
        code, out, err = run("build", target, tmp_path / folder, "--strict")
        assert (code, out) == (1, "")
        for reason in reasons:
            assert reason in err
        assert err.splitlines()[-1].startswith("Error: ")
        assert not target.exists()


def test_strict_names_every_file_that_cannot_be_read(run, tmp_path):
    documents = tmp_path / "documents"
    documents.mkdir()
    for name in ("b", "d"):
        (documents / f"{name}.txt").write_text(f"This one is {name}.")
    for name in ("a", "c", "e"):
        (documents / f"{name}.txt").write_bytes(random.Random(name).randbytes(4_000))
    code, _, err = run("build", tmp_path / "an.index", documents, "--strict")
    assert code == 1
    named = [line.partition(" does not")[0] for line in err.splitlines()[:-1]]
    assert named == [f"Unreadable: {documents / name}.txt" for name in ("a", "c", "e")]
    assert "Files that cannot be read: 3" in err.splitlines()[-1]
    assert left_in(tmp_path) == ["documents"]


def test_the_bar_moves_to_the_end_of_the_bytes(run, tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("One is here. " * 9)
    (tmp_path / "b.html").write_text("<p>Two is there.</p>" * 9)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    bars = []
    monkeypatch.setattr("qa.cli.build.tqdm", lambda **knobs: bars.append(tqdm(**knobs)) or bars[0])
    assert run("build", tmp_path / "an.index", tmp_path)[0] == 0
    assert bars[0].total == sum(path.stat().st_size for path in tmp_path.glob("?.*"))
    assert 0.9 * bars[0].total < bars[0].n <= bars[0].total


def test_files_that_cannot_be_read_are_named_counted_and_left_out(run, tmp_path):
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "good.txt").write_text("This one is good.")
    junk(documents / "junk.txt")
    (documents / "gone.txt").symlink_to(documents / "nowhere")
    code, out, err = run("build", tmp_path / "an.index", documents)
    assert code == 0
    assert ": 1 sentence of 1 document.\n" in out
    gone, bad, count = err.splitlines()
    assert gone == f"Unreadable: {documents}/gone.txt is a link to what is not there."
    assert bad.startswith(f"Unreadable: {documents}/junk.txt does not hold text")
    assert count == "Left out because they cannot be read: 2."


def test_a_report_tells_of_every_file_once(run, tmp_path):
    documents = tmp_path / "documents"
    (documents / "in").mkdir(parents=True)
    (documents / "in" / "good.txt").write_text("This one is good. It has two sentences.")
    (documents / "in" / "same.txt").hardlink_to(documents / "in" / "good.txt")
    (documents / "old.txt").write_bytes("João assinou em São Paulo.".encode("cp1252"))
    (documents / "notes.md").write_text("---\nauthor: Anna\ndate: 2024-03-01\n---\n\n# Vans\n")
    (documents / "empty.txt").write_text("")
    (documents / "b.unknown").write_text("x")
    (documents / ".hidden").write_text("x")
    (documents / ".git").mkdir()
    (documents / ".git" / "config.txt").write_text("x")
    (documents / "link").symlink_to(documents / "in")
    junk(documents / "junk.txt")
    path = tmp_path / "report.json"
    assert run("build", tmp_path / "an.index", documents, "--report", path)[0] == 0
    told = json.loads(path.read_text())
    assert told["counts"] == {
        "read": {".md": 1, ".txt": 3},
        "copy": {},
        "skipped": {".txt": 1},
        "passed over": {".txt": 1, ".unknown": 1, "without a suffix": 3},
    }
    files = told["files"]
    there = {one for one in documents.rglob("*") if ".git" not in one.parts[:-1]}
    there = {one.relative_to(documents).as_posix() for one in there} - {"in"}
    assert list(files) == sorted(there)
    good = files["in/good.txt"]
    assert good.pop("seconds") >= 0
    changed = good["documents"][0]["metadata"].pop("file_modified")
    assert changed == datetime.datetime.now(datetime.UTC).date().isoformat()
    assert good == {
        "status": "read",
        "format": "txt",
        "bytes": 39,
        "documents": [
            {
                "id": "in/good.txt",
                "title": "good",
                "characters": 39,
                "sentences": 2,
                "language": "en",
                "metadata": {"encoding": "utf-8"},
            }
        ],
    }
    notes = files["notes.md"]["documents"][0]["metadata"]
    assert (notes["author"], notes["date"], notes["date_of"]) == (
        "Anna",
        "2024-03-01",
        "in the text",
    )
    assert files["old.txt"]["documents"][0]["metadata"]["encoding_guessed"] is True
    assert "read as" in files["old.txt"]["notes"][0]
    assert files["empty.txt"]["bytes"] == files["empty.txt"]["documents"][0]["characters"] == 0
    assert files["empty.txt"]["notes"] == [f"{documents}/empty.txt is empty."]
    assert "does not hold text" in files["junk.txt"]["reason"]
    assert files["junk.txt"]["bytes"] == 4_000
    assert files["in/same.txt"] == {
        "status": "passed over",
        "reason": "links to a file counted already",
    }
    assert files[".git"]["reason"] == "a hidden folder, with all that is in it"
    nowhere = tmp_path / "no" / "report.json"
    code, _, err = run("build", tmp_path / "b.index", documents, "--report", nowhere)
    assert code == 1
    assert "The report" in err
    assert "The index is complete." in err


def test_a_report_is_written_where_no_index_can_be_made(run, tmp_path):
    (tmp_path / "documents").mkdir()
    junk(tmp_path / "documents" / "junk.txt")
    path = tmp_path / "report.json"
    code, _, err = run("build", tmp_path / "i", tmp_path / "documents", "--report", path)
    assert code == 1
    assert "can be read." in err
    told = json.loads(path.read_text())
    assert told["files"]["junk.txt"]["status"] == "skipped"
    assert not (tmp_path / "i").exists()


def test_long_lists_are_cut_and_the_report_has_them_all(run, tmp_path):
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "good.txt").write_text("This one is good.")
    for number in range(23):
        junk(documents / f"junk{number}.txt")
        (documents / f"empty{number}.txt").write_text("")
    path = tmp_path / "report.json"
    code, _, err = run("build", tmp_path / "an.index", documents, "--report", path)
    assert code == 0
    lines = err.splitlines()
    assert sum(one.startswith("Unreadable: ") for one in lines) == 20
    assert sum(one.endswith(" is empty.") for one in lines) == 20
    assert "… and 3 more files that cannot be read; --report FILE has them all." in lines
    assert "… and 3 more notes on files; --report FILE has them all." in lines
    assert lines[-1] == "Left out because they cannot be read: 23."
    assert len(json.loads(path.read_text())["files"]) == 47


def test_bad_files_are_told_of_in_the_report_and_the_good_ones_are_indexed(run, tmp_path):
    documents, report = tmp_path / "documents", tmp_path / "report.json"
    write_bad_files(documents, "names", "offices", "books")  # these hold few sentences
    write_odd(documents / "odd")
    code, _, err = run("build", tmp_path / "an.index", documents, "--report", report)
    (documents / "odd" / "closed").chmod(0o700)
    assert code == 0
    assert "Traceback" not in err
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    listed = {path.relative_to(documents).as_posix() for path in files_below(documents)}
    assert listed - {"odd/closed/inside.txt"} <= files.keys() <= listed | {"odd/closed"}
    for name, row in files.items():
        assert row["status"] == "read" or name not in GOOD
        assert row["status"] != "skipped" or names_it(row["reason"], documents / name)
    assert any("not UTF-8" in row.get("reason", "") for row in files.values())


def test_scans_are_read_as_they_are_told_to_be(run, tmp_path, monkeypatch):
    scan = picture("The bridge was opened by Anna Lind.", "She was the mayor in those days.")
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "scan.pdf").write_bytes(scans(scan))
    (documents / "a.txt").write_text("It is cold in winter.")
    code, _, err = run("build", tmp_path / "an.index", documents)
    assert (code, err) == (0, f"{documents}/scan.pdf: page 1 read by OCR; letters may be wrong.\n")
    _, out, _ = run("ask", tmp_path / "an.index", "Who opened the bridge?")
    assert out.startswith("Anna Lind")
    assert "scan.pdf, page 1" in out
    assert "OCR read page 1" in out
    _, out, err = run("build", tmp_path / "b.index", documents, "--ocr", "never")
    assert ": 1 sentence of 1 document.\n" in out
    assert "run OCR on it first" in err
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    code, _, err = run("build", tmp_path / "c.index", documents, "--ocr", "always")
    assert code == 1
    assert err == "Error: OCR is not installed; to have it: pip install 'underline-qa[ocr]'\n"
    assert not (tmp_path / "c.index").exists()


def test_no_permission_to_read(run, tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("One.")

    def refused(file):
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(SourceFile, "open", refused)  # root may read everything
    code, _, err = run("build", tmp_path / "an.index", tmp_path)
    assert code == 1
    assert "a.txt cannot be read: Permission denied." in err


def test_bad_questions_and_indexes(run, built, tmp_path):
    (tmp_path / "file").write_text("file")
    texts = SEEDS / "documents"
    for words, reason in [
        (["ask", built, " "], "Error: The question is empty; type one"),
        (["ask", built, "x" * 100_000], "Error: The question has 100,000 characters; the limit"),
        (["ask", built, "Who?", "-k", "0"], "must be at least 1, not 0"),
        (["ask", tmp_path / "none", "Who?"], "There is no index at"),
        (["ask", tmp_path / "file", "Who?"], "is a file; an index is a folder"),
        (["eval", built, tmp_path / "none.jsonl"], "none.jsonl cannot be read: No such file"),
        (["eval", built, tmp_path / "file"], "line 1 is not JSON"),
        (["build", built, texts], "exists already; replace it with --overwrite"),
        (["build", tmp_path / "i", texts, "--language", "klingon"], "language 'klingon'; there is"),
        (["build", tmp_path / "i", texts, "--embedder", "no/such"], "'no/such' cannot be loaded"),
        (["ask", built, "Who?", "--reader", "no/such"], "The reader 'no/such' cannot be loaded"),
        (["app", built, "--reader", SEEDS], "cannot be loaded"),
        (
            ["eval", built, SEEDS / "gold.jsonl", "--effort", "huge"],
            "no effort 'huge'; choose fast",
        ),
        (["app", tmp_path / "none"], "There is no index at"),
    ]:
        code, out, err = run(*words)
        assert code == 1, words
        assert reason in err
        assert out == ""
        assert len(err.splitlines()) == 1


def test_wrong_words_are_explained(run):
    code, _, err = run("bogus")
    assert code == 2
    assert "No such command 'bogus'" in err
    code, out, _ = run("ask", "--help")
    assert code == 0
    assert "- reads one a line" in out.replace("\n", " ")


def test_a_reader_that_has_seen_enough(built):
    """underline ask … | head -1"""
    asking = subprocess.Popen(
        [sys.executable, "-m", "qa", "ask", built, HEADLINE, "-k", "50"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    asking.stdout.close()
    _, err = asking.communicate(timeout=120)
    assert b"Traceback" not in err


def test_help_and_import_pull_in_no_torch():
    code = (
        "import sys; sys.argv = ['underline', '--help']\n"
        "import qa, index\n"
        "from qa.cli import main\n"
        "try: main()\n"
        "except SystemExit as exit_: assert exit_.code == 0\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'gradio', 'nltk', 'sklearn'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "build" in done.stdout
