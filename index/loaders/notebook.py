"""Notebooks of Jupyter: text, code, and what the code printed, cell by cell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from index.document import Document
from index.errors import DocumentError
from index.layout import Section
from index.loaders.characters import allowed
from index.loaders.markdown_blocks import find_blocks
from index.loaders.source import SourceFile
from index.loaders.text import LINE_END, read_decoded
from index.loaders.writer import Writer

MAX_OUTPUT = 20_000  # characters of what one cell printed
COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")  # of a terminal


def load_notebook(file: SourceFile) -> Iterator[Document]:
    """The document in a notebook. Raises DocumentError for what is none."""
    decoded = read_decoded(file)
    cells = _cells(file, decoded.text)
    writer = Writer(file)
    for number, cell in enumerate(cells, 1):
        writer.stands(Section(f"cell {number}"))
        _write_cell(writer, cell)
    yield writer.document(metadata=decoded.metadata)


def _cells(file: SourceFile, text: str) -> list[Mapping[str, object]]:
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{file} is no notebook: it is not valid JSON; mend it.") from error
    notebook = notebook if isinstance(notebook, dict) else {}
    cells = _listed(notebook.get("cells"))
    for sheet in _listed(notebook.get("worksheets")):  # as they were written before 2015
        cells = [*cells, *(_listed(sheet.get("cells")) if isinstance(sheet, dict) else ())]
    if not cells and "cells" not in notebook:
        raise DocumentError(f"{file} is no notebook: it has no cells; give it the suffix .json.")
    return [cell for cell in cells if isinstance(cell, dict)]


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []


def _write_cell(writer: Writer, cell: Mapping[str, object]) -> None:
    kind = cell.get("cell_type")
    source = _joined(cell.get("source", cell.get("input")))
    if kind == "code":
        writer.code(source)
        for output in _listed(cell.get("outputs")):
            if isinstance(output, dict):
                writer.code(_printed(output)[:MAX_OUTPUT])
    elif kind == "heading":
        level = cell.get("level")
        writer.heading(source, level if isinstance(level, int) else 1)
    else:
        text = allowed(LINE_END.sub("\n", source)).strip("\n")
        writer.text(text, find_blocks(text))


def _printed(output: Mapping[str, object]) -> str:
    """What a cell shows for its code, as plain text."""
    data = output.get("data")
    shown = data.get("text/plain") if isinstance(data, dict) else output.get("text")
    if output.get("output_type") in ("error", "pyerr"):
        shown = f"{output.get('ename', '')}: {output.get('evalue', '')}"
    return COLOUR.sub("", _joined(shown))


def _joined(value: object) -> str:
    """A text, which a notebook has as one string or as its lines."""
    if isinstance(value, str):
        return value
    return "".join(line for line in _listed(value) if isinstance(line, str))
