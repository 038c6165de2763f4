"""Loaders, given files that are broken by chance.

    python -m tests.fuzz [--minutes 5] [--format .docx] [--seed 1]

Each loader has its minutes, in a process of its own. What breaks a promise of the loaders, or takes
too long, is written to build/fuzz/ as a file, with the reason beside it; the exit status is then 1.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import multiprocessing
import re
import resource
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random, SystemRandom

sys.path.append(str(Path(__file__).parent))  # as pytest has it

from bad_archives import WHOLE
from bad_files import SUFFIXES
from bad_pdfs import one_page
from mutants import Mutants
from pdf_files import PROSE, page, pdf
from test_hostile_markup import HTML, RST, RTF, TEX
from test_loader_conformance import PIECES, SAMPLES, check, loaded

from index.errors import DocumentError
from index.loaders import LOADERS
from index.loaders.wire import DOCUMENT, Parts, pack_document
from index.loaders.worker import DEEPEST, MAX_MEMORY

FOUND = Path("build/fuzz")
SECONDS = 10  # for a file of at most 200 kB
HANGING = 60  # seconds until a process is ended that answers nothing more
SHRINKING = 5  # seconds
MAX_FOUND = 20  # of one loader, in one run
MAX_POOL, SMALL = 600, 8_000  # files that are changed further, and bytes of one
LONG = 4_000  # characters; places are looked at one by one only in shorter texts
TOKENS = {".html": HTML, ".epub": HTML, ".mhtml": HTML, ".rtf": RTF, ".tex": TEX, ".rst": RST}
TEXT = "BT /F1 12 Tf 10 100 Td (The bridge of Lodi) Tj 0 -14 Td (was built.) Tj ET"
# Beside the samples, whose streams are packed, so that a changed byte makes them unreadable.
MORE = {".pdf": [one_page(TEXT), pdf(page(*PROSE), page("Two."), pageCompression=0)]}
VARYING = re.compile(r"['\"“].*['\"”]|\d[\d,]*|(?<=: ).*")


def samples_of(suffix: str) -> list[bytes]:
    """The good files of a format and of others with the same loader."""
    alike = [one for one, loader in LOADERS.items() if loader is LOADERS[suffix]]
    found = [sample for one in alike for sample in SAMPLES[one]]
    return [*dict.fromkeys([*found, *MORE.get(suffix, []), WHOLE.get(suffix, found[0])])]


def mutants_of(suffix: str, random: Random) -> Mutants:
    tokens = [piece.encode("utf-8", "surrogatepass") for piece in TOKENS.get(suffix, PIECES)]
    return Mutants(samples_of(suffix), tokens, random)


def outcome(suffix: str, data: bytes) -> str:
    """What became of a file, in words that are the same for files that are alike.

    Raises AssertionError for a broken promise, or whatever else comes out of a loader.
    """
    name = f"folder/a{suffix}"
    started = time.thread_time()
    try:
        documents = loaded(suffix, data)
    except DocumentError as error:
        reason = str(error)
        assert reason.startswith(name), reason
        assert reason.endswith("."), reason
        assert "\n" not in reason, reason
        said = VARYING.sub("", reason)
    else:
        if sum(len(one.text) for one in documents) < LONG:
            check(documents, name, beside=suffix == ".csv")
        for one in documents:
            packed, parts = list(pack_document(one)), Parts()
            for what, content in packed[:-1]:
                parts.add(what, content)
            assert packed[-1][0] == DOCUMENT
            assert list(pack_document(parts.document(packed[-1][1]))) == packed
        kinds = Counter(block.kind.value for one in documents for block in one.blocks or ())
        said = str(sorted((kind, many.bit_length()) for kind, many in kinds.items()))
    took = time.thread_time() - started
    assert took < SECONDS, f"it took {took:.0f} seconds"
    return said


def failure(suffix: str, data: bytes) -> tuple[str, str]:
    """Where a file breaks a promise, and the whole traceback; '' where it breaks none."""
    try:
        outcome(suffix, data)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)
        ours = next((one for one in reversed(last) if "/index/" in one.filename), last[-1])
        where = f"{type(error).__name__} {Path(ours.filename).name}:{ours.lineno}"
        promised = f" {last[-1].line}" if isinstance(error, AssertionError) else ""
        return where + promised, traceback.format_exc()
    return "", ""


def shrunk(suffix: str, data: bytes, where: str) -> bytes:
    """A smaller file that fails in the same way."""
    until = time.monotonic() + SHRINKING
    size = len(data) // 2
    while size and time.monotonic() < until:
        at = 0
        while at < len(data) and time.monotonic() < until:
            less = data[:at] + data[at + size :]
            if failure(suffix, less)[0] == where:
                data = less
            else:
                at += size
        size //= 2
    return data


def fuzz(suffix: str, seconds: float, seed: int) -> None:
    """Fuzz the loader of a format. The file that is read stands in build/fuzz meanwhile."""
    logging.disable(logging.CRITICAL)
    sys.setrecursionlimit(DEEPEST)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    mutants, known, found, tried = mutants_of(suffix, Random(seed)), set[str](), set[str](), 0
    until = time.monotonic() + seconds
    while time.monotonic() < until and len(found) < MAX_FOUND:
        data, tried = mutants.next(), tried + 1
        current(suffix).write_bytes(data)
        try:
            said = outcome(suffix, data)
        except Exception:
            where, trace = failure(suffix, data)
            if where not in found:
                found.add(where)
                keep(suffix, shrunk(suffix, data, where), where, trace)
            continue
        if said not in known and len(data) < SMALL and len(mutants.pool) < MAX_POOL:
            known.add(said)
            mutants.pool.append(data)
    current(suffix).unlink()
    print(f"{suffix}: {tried:,} files, {len(known):,} kinds of outcomes, {len(found)} found")


def current(suffix: str) -> Path:
    return FOUND / f"current{suffix}"


def keep(suffix: str, data: bytes, where: str, trace: str) -> None:
    """Write what breaks a promise, and why."""
    path = FOUND / f"{hashlib.sha256(data).hexdigest()[:8]}{suffix}"
    path.write_bytes(data)
    path.with_name(f"{path.name}.reason.txt").write_text(f"{where}\n\n{trace}")
    print(f"{path}: {where}", flush=True)


def fuzz_apart(suffix: str, seconds: float, seed: int) -> None:
    """Fuzz a format in a process of its own, and keep the file that crashes or hangs it."""
    process = multiprocessing.Process(target=fuzz, args=(suffix, seconds, seed))
    process.start()
    while process.is_alive():
        process.join(1)
        path = current(suffix)
        if path.exists() and time.time() - path.stat().st_mtime > HANGING:
            process.kill()
            process.join()
    if process.exitcode:
        why = f"ended with status {process.exitcode} (-9: no answer in {HANGING} seconds)"
        keep(suffix, current(suffix).read_bytes(), why, "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=5, help="for each format")
    parser.add_argument("--format", choices=sorted(LOADERS), help="the only one to try")
    parser.add_argument("--seed", type=int, help="of what is done by chance")
    arguments = parser.parse_args()
    FOUND.mkdir(parents=True, exist_ok=True)
    before = {*FOUND.iterdir()}
    seed = arguments.seed if arguments.seed is not None else SystemRandom().getrandbits(32)
    print(f"--seed {seed}", flush=True)
    for suffix in [arguments.format] if arguments.format else SUFFIXES:
        fuzz_apart(suffix, 60 * arguments.minutes, seed)
    return 1 if {*FOUND.iterdir()} - before else 0


if __name__ == "__main__":
    sys.exit(main())
