"""LaTeX → a tree of elements, named as in HTML. Mathematics stays as it is written.

Nothing is run: a command that is not known is left out, and what stands in its braces is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from index.loaders import tex_names as names
from index.loaders.tex_open import QUOTATION, TABLE, Opened
from index.loaders.tex_source import Source, plain

LETTER = r"(\\[ij](?![a-zA-Z])|[^\W\d_])"
ACCENTED = re.compile(rf"\s*(?:\{{\s*{LETTER}\s*\}}|{LETTER})")
EMPTY = re.compile(r"\{\}")
LABEL = re.compile(r"\\(?:label|tag)\*?\{[^{}]*\}|\\(?:nonumber|notag)\b")
MAX_NESTED = 3  # notes and macros in each other
MAX_MACRO = 200  # characters of a macro that is put in place of its name
CLOSING = {"(": "\\)", "[": "\\]"}


@dataclass(slots=True)
class Body:
    """Turns source into a tree."""

    title: str = ""
    author: str = ""
    macros: dict[str, str] = field(default_factory=dict)
    opened: Opened = field(default_factory=Opened)
    _source: Source = field(default_factory=lambda: Source(""))
    _notes: list[str] = field(default_factory=list)
    _depth: int = 0

    def add(self, text: str) -> None:
        """Add all that is read in a source."""
        around, self._source = self._source, Source(text)
        while (found := self._source.token()) is not None:
            self._token(found)
        self._source = around

    def finish(self) -> None:
        """End all that is open."""
        self._unwind(0, 0)
        self.opened.tree.unlist()

    def _unwind(self, groups: int, environments: int) -> None:
        """End what was opened since there were so many groups and environments."""
        while len(self.opened.groups) > groups:
            self.opened.end_group()
        self._end_paragraph()
        while len(self.opened.around) > environments:
            self.opened.end_last()

    def _token(self, found: re.Match[str]) -> None:
        kind, text = found.lastgroup, found[0]
        if kind == "text":
            self.opened.text(" " if text in "\n~" else text)
        elif kind == "dashes":
            self.opened.text(names.PUNCTUATION.get(text, text))
        elif kind == "word":
            self._word(found["word"].rstrip("*"))
        elif kind == "sign":
            self._sign(found["sign"])
        elif kind == "end":
            self._end_paragraph()
        elif kind == "math":
            self._formula(text, text)
        elif kind == "open":
            self.opened.groups.append("")
        elif kind == "close" and self.opened.groups:
            self.opened.end_group()
        elif kind == "cell":
            self._cell()

    def _end_paragraph(self) -> None:
        """End the paragraph, and write the notes to it."""
        self.opened.end_paragraph()
        if self.opened.in_table or self.opened.headings or self._depth >= MAX_NESTED:
            return
        notes, self._notes = self._notes, []
        for note in notes:
            groups, environments = len(self.opened.groups), len(self.opened.around)
            self._depth += 1
            self.opened.tree.begin("aside")
            self.add(note)
            self._unwind(groups, environments)
            self.opened.tree.finish("aside")
            self._depth -= 1

    def _sign(self, sign: str) -> None:
        if sign in names.ACCENTS and (letter := self._source.matched(ACCENTED)):
            self.opened.text(names.accented(letter[1] or letter[2], sign))
        elif sign == "\\":
            self._source.option()
            self._break()
        elif sign in CLOSING:
            self._formula(f"\\{sign}", CLOSING[sign])
        else:
            self.opened.text(names.ESCAPED.get(sign, ""))

    def _break(self, _: str = "") -> None:
        self.opened.end_line()

    def _formula(self, opening: str, closing: str) -> None:
        """Write a formula as it is written."""
        inside = self._source.until(closing)
        if inside is None:
            self.opened.text(opening)
        elif opening in ("$", "\\("):
            self.opened.text(f"${inside.strip()}$")
        else:
            self.opened.text(f" {LABEL.sub('', inside).strip()} ")

    def _word(self, name: str) -> None:
        if name in names.SECTIONS:
            self._heading(name)
        elif name in names.SIGNS:
            self.opened.text(names.SIGNS[name])
            self._source.matched(EMPTY)
        elif name in names.ACCENTS and (letter := self._source.matched(ACCENTED)):
            self.opened.text(names.accented(letter[1] or letter[2], name))
        elif name in names.BREAKS:
            self._source.option()
            self._end_paragraph()
        elif name in HANDLED:
            HANDLED[name](self, name)
        elif name in self.macros and self._depth < MAX_NESTED:
            self._depth += 1
            self.add(self.macros[name])
            self._depth -= 1
        else:
            self._drop(name)

    def _author(self, _: str) -> None:
        self.author = self.author or plain(self._source.argument())

    def _url(self, _: str) -> None:
        self.opened.text(self._source.argument())

    def _note(self, _: str) -> None:
        self._source.option()
        self._notes.append(self._source.argument())

    def _drop(self, name: str) -> None:
        """Pass over what is no text after a command."""
        self._source.option()
        for _ in range(names.DROPPED.get(name, 0)):
            self._source.name()
            self._source.option()

    def _define(self, _: str) -> None:
        """Note what a command without arguments stands for."""
        name, takes = self._source.name(), self._source.option()
        self._source.option()
        body = self._source.argument()
        if name and takes is None and len(body) <= MAX_MACRO:
            self.macros[name] = body

    def _heading(self, name: str) -> None:
        self._end_paragraph()
        self._source.option()
        if name == "title":
            self.title = self.title or plain(self._source.argument())
        elif not self.opened.headings and self._source.brace():
            self.opened.begin_heading(f"h{names.SECTIONS[name]}")

    def _begin(self, _: str) -> None:
        name = self._source.argument().strip()
        bare = name.rstrip("*")
        if self.opened.headings:
            return
        if bare in names.RAW:
            self._raw(name, bare)
            return
        self._end_paragraph()
        told = self._source.option()
        if bare in names.LISTS:
            if bare == "thebibliography":
                self._source.argument()
            self.opened.begin(bare)
        elif bare in names.TABLES:
            for _number in range(names.TABLES[bare] + (name == "tabular*")):
                self._source.argument()
            self.opened.begin(TABLE)
        elif bare in names.QUOTATIONS:
            self.opened.begin(QUOTATION)
        elif bare in names.NAMED:
            self.opened.text(
                f"{bare.capitalize()} ({told}). " if told else f"{bare.capitalize()}. "
            )

    def _end(self, _: str) -> None:
        """End an environment, and those in it that were not ended."""
        name = self._source.argument().strip().rstrip("*")
        kind = TABLE if name in names.TABLES else name
        kind = QUOTATION if name in names.QUOTATIONS else kind
        if self.opened.headings:
            return
        self._end_paragraph()
        if kind in self.opened.around[-names.MAX_DEPTH :]:
            while self.opened.end_last() != kind:
                pass

    def _raw(self, name: str, bare: str) -> None:
        """Write what stands in an environment as it is, or leave it out."""
        inside = self._source.until(f"\\end{{{name}}}", bounded=False)
        inside = self._source.rest() if inside is None else inside
        if bare in names.VERBATIM:
            self._end_paragraph()
            self.opened.raw(inside)
        elif bare in names.MATHEMATICS:
            self.opened.text(f" {LABEL.sub('', inside).strip()} ")

    def _verb(self, _: str) -> None:
        """Write what stands between two marks as it is."""
        mark = self._source.text[self._source.at : self._source.at + 1]
        self._source.at += 1
        self.opened.text(self._source.until("}" if mark == "{" else mark or "}") or "")

    def _item(self, name: str) -> None:
        told = self._source.option()
        if name == "bibitem":
            self._source.argument()
        if self.opened.headings or not self.opened.items or self.opened.in_table:
            return
        self._end_paragraph()
        self.opened.items[-1] += 1
        kind = next(one for one in reversed(self.opened.around) if one in names.LISTS)
        marker = plain(told or "")
        if not told and kind in names.NUMBERED:
            marker = names.NUMBERED[kind].format(self.opened.items[-1])
        self.opened.item(marker)

    def _cell(self) -> None:
        if self.opened.in_table:
            self.opened.next_cell()
        else:
            self.opened.text("&")


HANDLED: dict[str, Callable[[Body, str], None]] = {
    "begin": Body._begin,
    "end": Body._end,
    "item": Body._item,
    "bibitem": Body._item,
    "author": Body._author,
    "url": Body._url,
    "tabularnewline": Body._break,
    **dict.fromkeys(("verb", "lstinline"), Body._verb),
    **dict.fromkeys(names.NOTES, Body._note),
    **dict.fromkeys(names.DEFINES, Body._define),
}
