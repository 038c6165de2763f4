import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from conftest import ROOT, document
from test_sentence_index import HashedWords, left_in

import index.place
from index import SentenceIndex
from index.disk import lock, reason_and_remedy
from index.errors import IndexExistsError, IndexMissingError, SentenceIndexError

pytestmark = pytest.mark.slow


def create(path: Path, text: str, **options) -> SentenceIndex:
    return SentenceIndex.create(path, [document(text)], embedder=HashedWords(), **options)


def text_at(path: Path) -> str:
    return next(SentenceIndex.open(path).documents()).text


def tree(folder: Path) -> dict[str, bytes | Path | None]:
    """Everything below a folder: what files hold, where links point."""
    return {
        str(path.relative_to(folder)): path.readlink()
        if path.is_symlink()
        else path.read_bytes()
        if path.is_file()
        else None
        for path in folder.rglob("*")
    }


@pytest.fixture
def path(tmp_path) -> Path:
    """The path of an index that was built there, alone in its folder."""
    folder = tmp_path / "folder"
    folder.mkdir()
    create(folder / "an.index", "Old.")
    return folder / "an.index"


# -- what no index wrote


def put_file(name, told=None):
    def put(path):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text("precious")
        return told or name

    return put


def put_link(path):
    (path.parent / "elsewhere").write_text("precious")
    (path / "vectors" / "link").symlink_to(path.parent / "elsewhere")
    return "vectors/link"


def put_link_for_file(path):
    file = next((path / "vectors").iterdir())
    file.rename(path.parent / "elsewhere")
    file.symlink_to(path.parent / "elsewhere")
    return f"vectors/{file.name}"


def put_link_for_folder(path):
    (path / "lexical").rename(path.parent / "elsewhere")
    (path / "lexical").symlink_to(path.parent / "elsewhere")
    return "lexical"


def put_folder(path):
    (path / "lexical" / "empty").mkdir()
    return "lexical/empty"


def put_pipe(path):
    os.mkfifo(path / "pipe")
    return "pipe"


@pytest.mark.parametrize(
    "put",
    [
        put_file("thesis.txt"),
        put_file(".hidden"),
        put_file("vectors/000002.faiss"),
        put_file("lexical/notes.txt"),
        put_file("lexical/deep/down/thesis.txt", told="lexical/deep"),
        put_file("my papers/thesis.txt", told="my papers"),
        put_link,
        put_link_for_file,
        put_link_for_folder,
        put_folder,
        put_pipe,
    ],
)
def test_what_no_index_wrote_is_named_and_nothing_is_removed(path, put):
    name = put(path)
    before = tree(path.parent)
    with pytest.raises(IndexExistsError) as error:
        create(path, "New.", overwrite=True)
    assert f"no index wrote {path / name}; move that elsewhere" in str(error.value)
    assert tree(path.parent) == before


def database_of_another(catalog):
    catalog.unlink()
    with closing(sqlite3.connect(catalog)) as connection:
        connection.execute("CREATE TABLE manifest (key TEXT, value TEXT)")
        connection.execute("INSERT INTO manifest VALUES ('format', '1')")
        connection.commit()


def link_to_an_index(catalog):
    catalog.rename(catalog.parent.parent / "elsewhere")
    catalog.symlink_to(catalog.parent.parent / "elsewhere")


@pytest.mark.parametrize(
    "put",
    [
        database_of_another,
        link_to_an_index,
        lambda catalog: catalog.write_text("My thesis."),
        lambda catalog: catalog.write_bytes(b""),
    ],
)
def test_a_catalog_that_is_not_ours_is_not_replaced(path, put):
    put(path / "catalog.sqlite")
    before = tree(path.parent)
    with pytest.raises(IndexExistsError, match=r"exists and is no index.* or choose another place"):
        create(path, "New.", overwrite=True)
    assert tree(path.parent) == before


def test_a_database_of_another_program_is_no_index(path):
    database_of_another(path / "catalog.sqlite")
    with pytest.raises(IndexMissingError, match="is of another program or of an early version"):
        SentenceIndex.open(path)


def test_an_index_that_is_damaged_or_in_use_can_be_replaced(path):
    def short(path):
        next((path / "vectors").iterdir()).write_bytes(b"")

    def missing(path):
        (path / "lexical" / "meta.json").unlink()

    def without_folder(path):
        shutil.rmtree(path / "vectors")

    def unreadable(path):  # but for the mark, which stands in the first hundred bytes
        header = (path / "catalog.sqlite").read_bytes()[:100]
        (path / "catalog.sqlite").write_bytes(header + b"\xff" * 20_000)

    def in_use(path):
        (path / "catalog.sqlite-journal").write_bytes(b"")

    for damage in (short, missing, without_folder, unreadable, in_use):
        damage(path)
        create(path, damage.__name__, overwrite=True)
        assert text_at(path) == damage.__name__
        assert left_in(path.parent) == ["an.index"]


def test_what_comes_between_the_check_and_the_exchange_is_left_and_named(path, monkeypatch, caplog):
    exchange = index.place.exchange

    def late(new, old):
        (old / "thesis.txt").write_text("precious")
        (old / "lexical" / "more").mkdir()
        return exchange(new, old)

    monkeypatch.setattr("index.place.exchange", late)
    create(path, "New.", overwrite=True)
    (hidden, _) = left_in(path.parent)
    assert text_at(path) == "New."
    left = path.parent / hidden
    assert tree(left) == {"thesis.txt": b"precious", "lexical": None, "lexical/more": None}
    for name in ("thesis.txt", "lexical/more"):
        assert f"{left / name} was left there, for no index wrote it." in caplog.messages
    monkeypatch.undo()
    create(path, "Newer.", overwrite=True)  # does not take it for a leftover
    assert (left / "thesis.txt").read_text() == "precious"


@pytest.mark.parametrize("what", ["file", "link"])
def test_what_takes_the_place_of_an_index_in_that_moment_is_left(path, monkeypatch, caplog, what):
    exchange, elsewhere = index.place.exchange, path.with_name("elsewhere")

    def late(new, old):
        old.rename(elsewhere)
        old.write_text("precious") if what == "file" else old.symlink_to(elsewhere)
        return exchange(new, old)

    monkeypatch.setattr("index.place.exchange", late)
    create(path, "New.", overwrite=True)
    assert text_at(path) == "New."
    assert text_at(elsewhere) == "Old."
    (hidden, *_) = left_in(path.parent)
    assert f"{path.with_name(hidden)} was left there" in caplog.text


# -- a process that is killed

KILLED = """
import os, signal, sys
from pathlib import Path
import index.place, index.contents
from index import SentenceIndex
from test_sentence_index import HashedWords, document

def kill(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def kill_at(owner, name, call, after=False):
    calls, real = [], getattr(owner, name)
    def counted(*values, **options):
        calls.append(1)
        if len(calls) == call and not after:
            kill()
        done = real(*values, **options)
        if len(calls) == call:
            kill()
        return done
    setattr(owner, name, counted)

path, steps = sys.argv[1:]
if steps == "steps":
    index.place.exchange = lambda *_: False
PATCH
SentenceIndex.create(path, [document("New.")], embedder=HashedWords(), overwrite=True)
"""


def run(code: str, *words: object, before: Sequence[object] = ()) -> subprocess.Popen[str]:
    """A process of our own code, with a command before it that starts it."""
    return subprocess.Popen(
        [*map(str, before), sys.executable, "-c", code, *map(str, words)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        stderr=subprocess.PIPE,
        text=True,
    )


def killed(path: Path, patch: str, steps: str = "") -> None:
    process = run(KILLED.replace("PATCH", patch), path, steps)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (-9, "")


@pytest.mark.parametrize(
    ("patch", "stands"),
    [
        ("kill_at(index.place, 'lock', 1)", "Old."),
        ("kill_at(HashedWords, 'embed_passages', 1)", "Old."),
        ("kill_at(index.place, 'keep', 1)", "Old."),
        ("kill_at(index.place, 'exchange', 1)", "Old."),
        ("kill_at(index.place, 'exchange', 1, after=True)", "New."),
        ("kill_at(Path, 'unlink', 1)", "New."),
        ("kill_at(Path, 'unlink', 3)", "New."),
        ("kill_at(Path, 'rmdir', 1)", "New."),
        ("kill_at(Path, 'rmdir', 3)", "New."),
    ],
)
def test_killed_at_any_step(path, patch, stands):
    killed(path, patch)
    assert text_at(path) == stands
    assert len(left_in(path.parent)) == 2
    create(path, "Newer.", overwrite=True)
    assert text_at(path) == "Newer."
    assert left_in(path.parent) == ["an.index"]


@pytest.mark.parametrize(
    ("patch", "stands"),
    [
        ("kill_at(Path, 'rename', 1)", "Old."),
        ("kill_at(Path, 'rename', 1, after=True)", "New."),
        ("kill_at(Path, 'rename', 2, after=True)", "New."),
        ("kill_at(Path, 'unlink', 3)", "New."),
    ],
)
def test_killed_where_folders_cannot_be_exchanged(path, patch, stands):
    killed(path, patch, "steps")
    for name in ("creating", "replacing"):
        shutil.copytree(path.parent, path.parent.with_name(name))
    assert text_at(path) == stands
    creating = path.parent.with_name("creating") / path.name
    with pytest.raises(IndexExistsError, match="exists already"):
        create(creating, "Newer.")
    assert text_at(creating) == stands
    replacing = path.parent.with_name("replacing") / path.name
    for one in (path, creating, replacing):
        create(one, "Newer.", overwrite=True)
        assert text_at(one) == "Newer."
        assert left_in(one.parent) == ["an.index"]


def test_killed_with_a_first_index_leaves_none(tmp_path):
    path = tmp_path / "an.index"
    killed(path, "kill_at(Path, 'rename', 1)")
    with pytest.raises(IndexMissingError):
        SentenceIndex.open(path)
    create(path, "New.")
    assert left_in(tmp_path) == ["an.index"]


# -- leftovers

WAITING = """
import sys, time
from pathlib import Path
from index import SentenceIndex
from test_sentence_index import HashedWords, document

class Slow(HashedWords):
    def embed_passages(self, texts):
        Path(sys.argv[2], "started").touch()
        while not Path(sys.argv[2], "go").exists():
            time.sleep(0.02)
        return super().embed_passages(texts)

SentenceIndex.create(sys.argv[1], [document("Slow.")], embedder=Slow(), overwrite=True)
"""


def waiting(path: Path, signs: Path) -> subprocess.Popen[str]:
    """A process in the middle of building an index, until there is a file signs/go."""
    process = run(WAITING, path, signs)
    until = time.monotonic() + 60
    while not (signs / "started").exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    return process


def test_a_living_build_is_not_swept(path, tmp_path):
    process = waiting(path, tmp_path)
    (building, _) = left_in(path.parent)
    create(path, "New.", overwrite=True)
    assert left_in(path.parent) == [building, "an.index"]
    (tmp_path / "go").touch()
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")
    assert text_at(path) == "Slow."
    assert left_in(path.parent) == ["an.index"]


def test_a_dead_build_is_swept(path, tmp_path):
    process = waiting(path, tmp_path)
    assert (path.parent / left_in(path.parent)[0] / "catalog.sqlite").exists()
    process.kill()
    process.communicate()
    create(path.with_name("another.index"), "New.")
    assert len(left_in(path.parent)) == 3  # a build at another path leaves it alone
    create(path, "New.", overwrite=True)
    assert left_in(path.parent) == ["an.index", "another.index"]


def test_only_what_is_surely_a_leftover_is_swept(path):
    beside = path.parent
    for name in (".an.index.backup", ".other.index.01234567", ".an.index.0123456", "an.index.old"):
        shutil.copytree(path, beside / name)
    for name in (".an.index.00000001", ".an.index.00000002.old"):
        shutil.copytree(path, beside / name)
        (beside / name / "lexical" / "notes.txt").write_text("precious")
    shutil.copytree(path, beside / ".an.index.00000003")
    database_of_another(beside / ".an.index.00000003" / "catalog.sqlite")
    (beside / ".an.index.00000004").write_text("precious")
    (beside / ".an.index.00000005").symlink_to(beside / ".other.index.01234567")
    before = {name: value for name, value in tree(beside).items() if not name.startswith("an.ind")}
    for name in (".an.index.00000006", ".an.index.00000007.old"):
        shutil.copytree(path, beside / name)
    (beside / ".an.index.00000008").mkdir()
    create(path, "New.", overwrite=True)
    after = {name: value for name, value in tree(beside).items() if not name.startswith("an.ind")}
    assert after == before
    assert (beside / "an.index.old" / "catalog.sqlite").exists()


def test_nothing_is_swept_where_folders_cannot_be_locked(path, monkeypatch):
    left = path.with_name(".an.index.00000001")
    shutil.copytree(path, left)
    monkeypatch.setattr("index.place.lock", lambda folder: None)
    create(path, "New.", overwrite=True)
    assert left_in(path.parent) == [left.name, "an.index"]


def test_a_lock_goes_with_its_folder(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    held = lock(folder)
    with pytest.raises(BlockingIOError):
        lock(folder)
    folder.rename(tmp_path / "moved")
    with pytest.raises(BlockingIOError):
        lock(tmp_path / "moved")
    os.close(held)
    os.close(lock(tmp_path / "moved"))
    with pytest.raises(FileNotFoundError):
        lock(folder)


# -- at every moment


@pytest.mark.parametrize("at_once", [True, False])
def test_at_every_moment_one_whole_index_can_be_opened(path, monkeypatch, at_once):
    """The number of sentences and the text tell whether two indexes were mixed."""
    if not at_once:
        monkeypatch.setattr("index.place.exchange", lambda *_: False)
    done = threading.Event()
    wrong: list[object] = []
    opened = 0

    def read():
        nonlocal opened
        while not done.is_set():
            try:
                index = SentenceIndex.open(path)
                text = next(index.documents()).text
                if not len(index) == len(index._vectors.rows()[0]) == str(text).count("."):
                    wrong.append((len(index), text))
                opened += 1
            except Exception as error:
                wrong.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(1, 20):
            create(path, f"Sentence {number}. " * number, overwrite=True)
    finally:
        done.set()
        reader.join()
    assert not wrong
    assert opened > 19


def test_an_index_knows_whether_it_is_current(path):
    catalog = path / "catalog.sqlite"
    os.utime(catalog, ns=(1, 1))
    opened = SentenceIndex.open(path)
    assert opened.is_current()
    with closing(sqlite3.connect(catalog)) as connection:
        connection.execute("UPDATE manifest SET value = value || ' '  WHERE key = 'created'")
        assert opened.is_current()  # nothing is committed
        connection.commit()
    os.utime(catalog, ns=(1, 1))
    assert not opened.is_current()
    opened = SentenceIndex.open(path)
    create(path, "New.", overwrite=True)
    os.utime(catalog, ns=(1, 1))
    assert not opened.is_current()
    opened = SentenceIndex.open(path)
    shutil.rmtree(path)
    assert not opened.is_current()


def test_a_commit_that_leaves_the_file_as_it_is_is_noticed(path):
    catalog = path / "catalog.sqlite"
    with closing(sqlite3.connect(catalog)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")  # a commit goes to another file at first
        connection.commit()
        opened = SentenceIndex.open(path)
        before = catalog.stat()
        connection.execute("UPDATE manifest SET value = value || ' '  WHERE key = 'created'")
        assert opened.is_current()
        connection.commit()
        assert catalog.stat() == before
        assert not opened.is_current()


# -- why it could not be written


@pytest.mark.parametrize(
    ("error", "reason", "remedy"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left", "make room on the"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "Disk quota exceeded", "make room on the"),
        (OSError(errno.EACCES, "Permission denied"), "Permission denied", "get the permission"),
        (OSError(errno.EPERM, "Not permitted"), "Not permitted", "get the permission"),
        (OSError(errno.EROFS, "Read-only file system"), "Read-only", "that can be written to"),
        (OSError(errno.EMFILE, "Too many open files"), "Too many open", "allow more open files"),
        (OSError(errno.EFBIG, "File too large"), "File too large", "allow larger files"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error", "name another place"),
        (OSError("database or disk is full"), "No space left on device", "make room on the disk"),
        (OSError("attempt to write a readonly database"), "Permission denied", "get the permis"),
        (OSError("disk I/O error"), "disk I/O error", "name another place"),
        (OSError("An IO error: 'No space left on device (os error 28)'"), "No space", "make room"),
        (OSError('Os { code: 13, kind: PermissionDenied, message: "…" }'), "Permission", "get the"),
    ],
)
def test_reasons_and_remedies(error, reason, remedy):
    told = reason_and_remedy(error)
    assert reason in told[0]
    assert remedy in told[1]


def test_a_name_too_long_for_what_stands_beside(tmp_path):
    with pytest.raises(SentenceIndexError, match=r"too long.*: choose a shorter name\.$"):
        create(tmp_path / ("x" * 250), "New.")
    assert left_in(tmp_path) == []


FULL = """
import resource, sys
from index import SentenceIndex
from index.errors import SentenceIndexError
from test_sentence_index import HashedWords, document

if len(sys.argv) > 2:
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
try:
    text = " ".join(f"Sentence {number}." for number in range(2_000))
    SentenceIndex.create(sys.argv[1], [document(text)], embedder=HashedWords())
except SentenceIndexError as error:
    print(error, file=sys.stderr)
"""


def test_too_many_open_files(tmp_path):
    _, said = run(FULL, tmp_path / "an.index", "few").communicate(timeout=60)
    assert "could not be written (Too many open files). Nothing was kept: allow more open" in said
    assert left_in(tmp_path) == []


def where_mounted(options: str, place: Path) -> str:
    """What is said of an index that is made on a file system of its own at `place`; then what the
    file system holds."""
    script = f'mount -t tmpfs -o {options} none "$1" || exit 77; shift; "$@"; ls -A "$0" >&2'
    done = run(
        FULL, place / "an.index", before=["unshare", "-Urm", "sh", "-c", script, place, place]
    )
    _, said = done.communicate(timeout=60)
    if done.returncode == 77 or said.startswith("unshare"):
        pytest.skip("no file system can be mounted here")
    return said


@pytest.mark.skipif(not shutil.which("unshare"), reason="unshare is not installed")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("size=50k", "(No space left on device). Nothing was kept: make room on the disk"),
        ("size=150k", "(No space left on device). Nothing was kept: make room on the disk"),
        ("size=250k", "(No space left on device). Nothing was kept: make room on the disk"),
        ("ro", "(Read-only file system). Nothing was kept: name a place that can be written to"),
    ],
)
def test_a_disk_that_cannot_be_written_to(tmp_path, options, said):
    lines = where_mounted(options, tmp_path).splitlines()
    assert len(lines) == 1, lines
    assert said in lines[0]
