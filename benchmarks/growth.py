"""Whether a score keeps its meaning as an index grows, and what an answer costs then.

    python -m benchmarks.growth --data DIR --sizes 100000 1000000

The same questions of qed_nq are asked among its own sentences, and among as many others as make up
each size. The others are sentences of six other sets in which three words in ten are replaced, and
the vector of each is that of the sentence it was made of, with noise: so words and vectors compete
in earnest, and a million need not be embedded. They are false by construction only: whatever is
found among them counts as wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from benchmarks.answers import every_nth
from benchmarks.data import BenchmarkSet, load, split_officially
from benchmarks.report import Row, write_section
from index import Document, SentenceIndex
from index.embed import SentenceTransformerEmbedder, unit
from index.vectors import Vectors
from qa import Answerer
from qa.answerer import NO_READER
from qa.cross_encoder import BUNDLED
from qa.evaluate import first_right
from qa.gold import GoldQuestion
from qa.metrics import mean, percentile

OTHERS = (
    "shift_newwiki",
    "shift_reddit",
    "shift_amazon",
    "scifact",
    "squad11_dev",
    "chroma_chunk_eval",
)
POOL = 10_000  # sentences that the others are made of
REPLACED = 0.3  # of the words of each
NOISE = 0.7  # length of what is added to a unit vector
A_DOCUMENT = 20  # sentences
QUESTIONS = 150

COLUMNS = (
    "sentences",
    "right first, search alone, %",
    "with the reader, %",
    "log-odds of the first, search alone",
    "with the reader",
    "refused, %",
    "p50, search alone, ms",
    "with the reader, ms",
    "index, GB",
    "built in, s",
)
NOTE = (
    "Questions of qed_nq, among its own sentences and among made ones. A made sentence has three "
    "words in ten replaced, and the vector of a real sentence with noise."
)


class Made:
    """Embeds what is real, and gives a made sentence the vector of its origin, with noise."""

    name = "growth"

    def __init__(self, pool: Sequence[str]) -> None:
        self._model = SentenceTransformerEmbedder()
        self._origins = self._model.embed_passages(pool)
        self._of: dict[str, int] = {}
        self._random = np.random.default_rng(0)

    def note(self, text: str, origin: int) -> None:
        """Say what a made text was made of."""
        self._of[text] = origin

    def embed_questions(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        return self._model.embed_questions(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        origins = [self._of.get(text) for text in texts]
        real = [row for row, origin in enumerate(origins) if origin is None]
        vectors = np.zeros((len(texts), self._origins.shape[1]), np.float32)
        if real:
            vectors[real] = self._model.embed_passages([texts[row] for row in real])
        for row, origin in enumerate(origins):
            if origin is not None:
                noise = self._random.standard_normal(vectors.shape[1], dtype=np.float32)
                vectors[row] = self._origins[origin] + NOISE * noise / np.linalg.norm(noise)
        return unit(vectors)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    arguments = parser.parse_args()
    asked = load(arguments.data, "qed_nq")
    pool = _pool(arguments.data)
    embedder = Made(pool)
    table: list[Row] = []
    for size in (0, *arguments.sizes):
        with tempfile.TemporaryDirectory() as folder:
            table.append(_row(Path(folder, "grown.index"), asked, pool, embedder, size))
            print(*table[-1], flush=True)
    write_section("growth", COLUMNS, table, [NOTE])


def _row(path: Path, asked: BenchmarkSet, pool: Sequence[str], embedder: Made, size: int) -> Row:
    started = time.perf_counter()
    own = sum(len(p.sentences) for d in asked.documents for p in split_officially(d))
    documents = chain(asked.documents, _made(pool, embedder, max(0, size - own)))
    index = SentenceIndex.create(path, documents, embedder=embedder, splitter=split_officially)
    built = time.perf_counter() - started
    stored = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    questions = every_nth([q for q in asked.questions if q.gold], QUESTIONS)
    search, both = (_ask(Answerer(index, reader=name), questions) for name in (NO_READER, BUNDLED))
    return (
        len(index),
        *(round(100 * one[0], 1) for one in (search, both)),
        *(round(one[1], 2) for one in (search, both)),
        round(100 * both[2], 1),
        *(round(one[3]) for one in (search, both)),
        round(stored / 1e9, 2),
        round(built),
    )


def _ask(
    answerer: Answerer, questions: Sequence[GoldQuestion]
) -> tuple[float, float, float, float]:
    """The share with the right sentence first, the mean score of the first, the share refused, and
    the median of the milliseconds."""
    answerer.ask("Warm up?")
    right, scores, refused, times = [], [], [], []
    for question in questions:
        started = time.perf_counter()
        answer = answerer.ask(question.question)
        times.append(1000 * (time.perf_counter() - started))
        hits = answerer.retrieve(question.question, 1)
        right.append(float(first_right(hits, question) == 1))
        scores.append(hits[0].score)
        refused.append(float(answer.quote is None))
    return mean(right), statistics.mean(scores), mean(refused), percentile(times, 0.5)


def _pool(data: Path) -> list[str]:
    """Sentences of other sets, roughly."""
    sentences = [
        sentence
        for name in OTHERS
        for document in load(data, name).documents
        for sentence in str(document.text).replace("\n", " ").split(". ")
        if 30 < len(sentence) < 300
    ]
    return random.Random(0).sample(sentences, POOL)


def _made(pool: Sequence[str], embedder: Made, count: int) -> Iterator[Document]:
    """So many sentences that no question is about, in documents."""
    chance = random.Random(1)
    words = [word for sentence in pool for word in sentence.split()]
    for number in range(count // A_DOCUMENT):
        text, bounds = "", []
        for _ in range(A_DOCUMENT):
            origin = chance.randrange(len(pool))
            replaced = (
                chance.choice(words) if chance.random() < REPLACED else word
                for word in pool[origin].split()
            )
            sentence = " ".join(replaced) + "."
            embedder.note(sentence, origin)
            bounds.append([len(text), len(text) + len(sentence)])
            text += sentence + " "
        yield Document(f"made{number}", "Made", text, "made", {"bounds": json.dumps(bounds)})


if __name__ == "__main__":
    main()
