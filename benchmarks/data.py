"""The public sets, in the one format benchmarks/README.md describes, as documents and gold."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from index import Document, SentenceIndex, Span
from index.split import Paragraph, Splitter
from qa.gold import GoldQuestion, GoldSpan


@dataclass(frozen=True, slots=True)
class BenchmarkSet:
    """Documents, questions, and the official sentence boundaries where a set has them."""

    name: str
    documents: list[Document]
    questions: list[GoldQuestion]
    splitter: Splitter | None
    relevant: dict[str, list[str]]  # question id → relevant documents, where a set says so


def load(folder: Path, name: str) -> BenchmarkSet:
    """One set. Raises FileNotFoundError when it is not in the folder."""
    if name == "reqa_squad_dev":
        return load_reqa(folder / name)
    documents = []
    official = False
    for row in rows(folder / name / "docs.jsonl.gz"):
        bounds = row.get("sentences") or _extents(row.get("sentence_starts"), len(row["text"]))
        official = official or bool(bounds)
        documents.append(
            Document(
                row["doc_id"],
                row["title"],
                row["text"],
                row["doc_id"],
                {"bounds": json.dumps(bounds)},
            )
        )
    questions, relevant = [], {}
    for row in rows(folder / name / "qa.jsonl.gz"):
        gold = [GoldSpan(span["doc_id"], span["start"], span["end"]) for span in row["gold"]]
        questions.append(
            GoldQuestion(row["id"], row["question"], tuple(row["answers"]), tuple(gold))
        )
        relevant[row["id"]] = row.get("cited_doc_ids", [])
    return BenchmarkSet(
        name, documents, questions, split_officially if official else None, relevant
    )


def open_index(one: BenchmarkSet, folder: Path) -> SentenceIndex:
    """The index of a set in a folder of indexes, made if it is not there yet."""
    path = folder / f"{one.name}.index"
    if path.exists():
        return SentenceIndex.open(path)
    folder.mkdir(parents=True, exist_ok=True)
    return SentenceIndex.create(
        path, one.documents, splitter=one.splitter, progress=bar(one.documents)
    )


def bar(documents: Sequence[Document]) -> Callable[[Span], object]:
    """A bar for the characters of documents that are indexed."""
    total = sum(len(document.text) for document in documents)
    shown = tqdm(total=total, desc="Indexing", unit=" characters", unit_scale=True)
    return lambda paragraph: shown.update(len(paragraph))


def load_reqa(folder: Path) -> BenchmarkSet:
    """ReQA SQuAD: a document a paragraph, put together from the official sentences."""
    corpus = list(rows(folder / "corpus.jsonl.gz"))
    paragraphs: dict[int, list[dict[str, Any]]] = {}
    for row in corpus:
        paragraphs.setdefault(row["para"], []).append(row)
    documents = []
    for number, sentences in sorted(paragraphs.items()):
        sentences.sort(key=lambda row: row["start"])
        text = ""
        for row in sentences:
            text = text.ljust(row["start"]) + row["text"]
        bounds = [[row["start"], row["end"]] for row in sentences]
        title = sentences[0]["title"].replace("_", " ")
        documents.append(
            Document(str(number), title, text, str(number), {"bounds": json.dumps(bounds)})
        )
    questions = [
        GoldQuestion(
            row["id"],
            row["question"],
            tuple(row["answers"]),
            tuple(
                GoldSpan(str(corpus[i]["para"]), corpus[i]["start"], corpus[i]["end"])
                for i in row["gold_any"]
            ),
        )
        for row in rows(folder / "questions.jsonl.gz")
    ]
    return BenchmarkSet(folder.name, documents, questions, split_officially, {})


def split_officially(document: Document) -> list[Paragraph]:
    """The sentences that came with a document, all in one paragraph."""
    bounds = json.loads(str(document.metadata["bounds"]))
    sentences = tuple(Span(document, start, end) for start, end in bounds if start < end)
    if not sentences:
        return []
    return [Paragraph(Span(document, sentences[0].start, sentences[-1].end), sentences)]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON objects of a gzipped file, one a line."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _extents(starts: list[int] | None, length: int) -> list[list[int]]:
    """Starts → extents: each sentence reaches to the next one, without white space between."""
    return [
        list(extent) for extent in zip(starts or [], [*(starts or [])[1:], length], strict=False)
    ]
