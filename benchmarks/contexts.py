"""Which vector a sentence should have: alone, with its paragraph, pooled late, with its title.

    python -m benchmarks.contexts --data DIR --indexes FOLDER

Late pooling encodes a stretch of a paragraph once and takes the mean of the tokens inside each
sentence. Every mix is ranked twice: all sentences by cosine alone, and what both searches find
(200 sentences each) by cosine and BM25 with the weight in use.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.answers import every_nth, percent
from benchmarks.data import BenchmarkSet, load, open_index
from benchmarks.report import Cell, write_section
from index import Candidates, Hit, Paragraph, SentenceIndex, Span
from index.embed import DEFAULT_EMBEDDER, SentenceTransformerEmbedder, load_model, unit
from index.prepare import prepare
from index.vectors import Vectors
from qa.calibration import read_calibration
from qa.evaluate import first_right
from qa.gold import GoldQuestion
from qa.metrics import hit_at
from qa.retrieve import SEARCH_DEPTH, scaled
from qa.windows import windows

SETS = ("shift_newwiki", "shift_reddit")
RANKED = 100
STRETCH = 800  # characters encoded at once for late pooling: no more than the model reads
MIXES: tuple[Mapping[str, float], ...] = (
    {"sentence": 1},
    {"paragraph": 1},
    {"late": 1},
    {"sentence": 1, "mean": 0.5},
    {"sentence": 1, "paragraph": 0.5},
    {"sentence": 1, "late": 0.5},
    {"sentence": 1, "late": 1},
    {"sentence": 1, "late": 0.5, "mean": 0.3},
    {"late": 1, "mean": 0.5, "title": 0.3},
    {"sentence": 1, "late": 0.5, "title": 0.3},
    {"sentence": 1, "late": 0.5, "mean": 0.3, "title": 0.3},
    {"sentence": 1, "mean": 0.5, "title": 0.3},  # that in use
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--indexes", type=Path, required=True, help="folder for the indexes")
    parser.add_argument("--questions", type=int, default=1000, help="of each set")
    parser.add_argument("--sets", nargs="*", default=SETS)
    arguments = parser.parse_args()
    rows: list[list[Cell]] = [[_name(mix)] for mix in MIXES]
    for name in arguments.sets:
        one = load(arguments.data, name)
        pool = Pool(one, open_index(one, arguments.indexes))
        questions = every_nth([q for q in one.questions if q.gold], arguments.questions)
        for row, mix in zip(rows, MIXES, strict=True):
            row += pool.measure(mix, questions)
    columns = ["vector"]
    for name in arguments.sets:
        columns += [f"{name} by cosine, P@1", "MRR@100", "hit@100"]
        columns += ["by cosine and words, P@1", "MRR@100", "hit@100"]
    write_section(
        "contexts",
        columns,
        rows,
        [
            "*late*: the paragraph is encoded once; a sentence takes the mean of its tokens. "
            "*mean*: the mean of the paragraph's sentences, which costs no further pass.",
            "The last row is in use.",
        ],
    )


class Pool:
    """The sentences of a set with every kind of vector, and an index that knows their words."""

    def __init__(self, one: BenchmarkSet, index: SentenceIndex) -> None:
        self._index = index
        paragraphs = [
            paragraph
            for document in one.documents
            for paragraph in prepare(document, language="english", splitter=one.splitter)
        ]
        self._sentences = [sentence for p in paragraphs for sentence in p.sentences]
        self._rows = {(s.document.id, s.start): row for row, s in enumerate(self._sentences)}
        self._embedder = SentenceTransformerEmbedder()
        self._vectors = self._embed(paragraphs)

    def measure(self, mix: Mapping[str, float], questions: Sequence[GoldQuestion]) -> list[float]:
        """P@1, MRR and hit@100 by cosine alone, then by cosine and words."""
        parts = [weight * self._vectors[part] for part, weight in mix.items()]
        vectors = unit(np.sum(parts, axis=0))
        texts = [question.question for question in questions]
        cosines = self._embedder.embed_questions(texts)[0] @ vectors.T
        found = self._index.search(texts, depth=SEARCH_DEPTH)
        alone, both = [], []
        for question, row, candidates in zip(questions, cosines, found, strict=True):
            order = np.argsort(-row, kind="stable")[:RANKED]
            alone.append(first_right([self._hit(i, row[i]) for i in order], question))
            both.append(first_right(self._with_words(row, candidates), question))
        figures: list[float] = []
        for ranks in (alone, both):
            figures += [*percent(ranks), round(100 * hit_at(ranks, RANKED), 1)]
        return figures

    def _with_words(self, cosines: np.ndarray, candidates: Candidates) -> list[Hit]:
        spans = self._index.sentences(candidates.ids.tolist())
        rows = [
            self._rows[(span := spans[number][0]).document.id, span.start]
            for number in candidates.ids.tolist()
        ]
        weights = read_calibration()
        weight = weights.weight("search", "bm25") / weights.weight("search", "cosine")
        scores = cosines[rows] + weight * scaled(candidates.bm25, len(self._index))
        order = np.argsort(-scores, kind="stable")[:RANKED]
        return [self._hit(rows[i], scores[i]) for i in order]

    def _hit(self, row: int, score: float) -> Hit:
        return Hit(self._sentences[row], float(score))

    def _embed(self, paragraphs: Sequence[Paragraph]) -> dict[str, Vectors]:
        embed = self._embedder.embed_passages
        owner = np.repeat(np.arange(len(paragraphs)), [len(p.sentences) for p in paragraphs])
        sentence = embed([one.text for one in self._sentences])
        lengths = np.sqrt([len(one.text) for one in self._sentences])[:, None]
        mean = np.zeros((len(paragraphs), sentence.shape[1]), dtype=np.float32)
        np.add.at(mean, owner, sentence * lengths)
        titles = list(dict.fromkeys(p.span.document.title for p in paragraphs))
        title = dict(zip(titles, embed(titles), strict=True))
        return {
            "sentence": sentence,
            "mean": unit(mean)[owner],
            "paragraph": embed([p.span.text for p in paragraphs])[owner],
            "title": np.stack([title[p.span.document.title] for p in paragraphs])[owner],
            "late": self._late(paragraphs),
        }

    def _late(self, paragraphs: Sequence[Paragraph]) -> Vectors:
        """The mean of a sentence's tokens where its stretch of the paragraph was encoded whole."""
        model = load_model(DEFAULT_EMBEDDER)
        stretches = [w for p in paragraphs for w in windows(p, STRETCH)]
        texts = [w[0].document.text[w[0].start : w[-1].end] for w in stretches]
        encoded = model.encode(texts, output_value="token_embeddings", show_progress_bar=False)
        vectors = np.zeros((len(self._sentences), encoded[0].shape[1]), dtype=np.float32)
        for stretch, text, tokens in zip(stretches, texts, encoded, strict=True):
            offsets = model.tokenizer(
                text, truncation=True, max_length=model.max_seq_length, return_offsets_mapping=True
            )["offset_mapping"]
            places = np.array(offsets)
            states = tokens.float().numpy()[: len(places)]
            for one in stretch:
                vectors[self._row(one)] = _inside(one, stretch[0].start, places, states)
        return unit(vectors)

    def _row(self, sentence: Span) -> int:
        return self._rows[sentence.document.id, sentence.start]


def _inside(sentence: Span, base: int, places: np.ndarray, states: Vectors) -> Vectors:
    """The mean of the states of a sentence's tokens; of all, where it lies beyond what was read."""
    start, end = sentence.start - base, sentence.end - base
    inside = (places[:, 1] > start) & (places[:, 0] < end) & (places[:, 1] > places[:, 0])
    mean: Vectors = (states[inside] if inside.any() else states).mean(axis=0)
    return mean


def _name(mix: Mapping[str, float]) -> str:
    return " + ".join(part if weight == 1 else f"{weight} × {part}" for part, weight in mix.items())


if __name__ == "__main__":
    main()
