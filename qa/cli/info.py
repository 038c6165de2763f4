"""`underline info`."""

from __future__ import annotations

from index import SentenceIndex
from qa.cli.options import IndexArgument, JsonOption
from qa.terminal import json_text, line


def info(index: IndexArgument, as_json: JsonOption = False) -> None:
    """Say what an index holds and what it was made with."""
    opened = SentenceIndex.open(index)
    facts = {
        "path": str(index),
        "documents": opened.document_count,
        "copies": len(opened.copies()),
        "sentences": len(opened),
        **{key: opened.manifest[key] for key in ("embedder", "language", "created", "format")},
        "bytes": sum(file.stat().st_size for file in index.rglob("*") if file.is_file()),
    }
    if as_json:
        print(json_text(facts, indent=2))
    else:
        for name, value in facts.items():
            shown = f"{value:,}" if isinstance(value, int) else line(str(value))
            print(f"{name:10} {shown}")
