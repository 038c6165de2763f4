"""Files that nobody should have: each is read, or named with the reason; the good ones are read."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import pytest
from bad_files import GOOD, files_below, names_it, write_bad_files
from test_loader_conformance import check

from index.loaders import find_files, load_folder
from index.loaders.apart import Outcome
from index.loaders.process import Process

pytestmark = pytest.mark.slow

SECONDS = 60  # for a file, on a machine that has much else to do; most take a hundredth of one
MAX_MEMORY = 1_500_000  # kilobytes of a process that reads files
LONG = 4_000  # characters; places are looked at one by one only in shorter texts
HARM = ("stopped the program", "was not read within", "too much memory", "nested too deeply")


@pytest.fixture
def folder(tmp_path):
    """A new folder; what is closed in it is opened at last, so that it can be removed."""
    yield tmp_path / "documents"
    for closed in tmp_path.glob("documents/odd/closed*"):
        closed.chmod(0o700)


@pytest.fixture
def peaks(monkeypatch):
    """The most memory that each process took which read files, in kilobytes."""
    found: list[int] = []
    stop = Process.stop

    def noting(self: Process) -> None:
        if self._process is not None and Path("/proc/self/status").exists():
            status = Path(f"/proc/{self._process.pid}/status").read_text()
            found.extend(int(one.split()[1]) for one in status.split("\n") if "VmHWM" in one)
        stop(self)

    monkeypatch.setattr(Process, "stop", noting)
    return found


def is_good(outcome: Outcome) -> bool:
    return outcome.name in GOOD and not outcome.reason and bool(outcome.documents)


def test_every_file_is_read_or_skipped_with_a_sentence_that_names_it(folder, monkeypatch, peaks):
    monkeypatch.setattr("index.loaders.apart.SECONDS", SECONDS)
    write_bad_files(folder)
    met = find_files(folder)
    outcomes = list(load_folder(folder, met))
    passed = [path for path, _ in met.passed]
    closed = [one.path for one in met.closed]
    found = Counter([*(one.path for one in outcomes), *passed, *closed])
    below = set(files_below(folder)) | set(closed)
    assert found == Counter(below)
    assert len(below) > 900
    for outcome in outcomes:
        became = (bool(outcome.documents), bool(outcome.reason), bool(outcome.same_as))
        assert became.count(True) == 1, outcome.name
        assert not outcome.reason or names_it(outcome.reason, outcome.path), outcome.reason
        assert not any(harm in outcome.reason for harm in HARM), outcome.reason
        if outcome.documents and all(len(one.text) < LONG for one in outcome.documents):
            check(outcome.documents, outcome.name)
    assert {one.name for one in outcomes if is_good(one)} == GOOD.keys()
    assert all(peak < MAX_MEMORY for peak in peaks)


def test_files_that_change_or_vanish_while_they_are_read(tmp_path):
    for number in range(20):
        for name, data in GOOD.items():
            (tmp_path / f"{number}{Path(name).suffix}").write_bytes(data)
    met = find_files(tmp_path)
    (tmp_path / "7.pdf").unlink()
    stopped = threading.Event()

    def change() -> None:
        while not stopped.is_set():
            for path in met.files[::3]:
                with path.open("ab") as file:
                    file.write(b"more")
            for path in met.files[1::9]:
                path.unlink(missing_ok=True)

    changing = threading.Thread(target=change)
    changing.start()
    outcomes = list(load_folder(tmp_path, met))
    stopped.set()
    changing.join()
    assert [one.path for one in outcomes] == met.files
    for one in outcomes:
        assert one.documents or one.same_as or names_it(one.reason, one.path)
    assert not any(harm in one.reason for one in outcomes for harm in HARM)
