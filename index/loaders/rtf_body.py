"""The tokens of an RTF file → a tree of elements, named as in HTML, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from index.loaders.growing import Growing
from index.loaders.rtf_tokens import Close, Open, Text, Token, Word

MAX_TABLES = 8  # in each other
HEADINGS = 6
OUTLINES = 9  # levels of headings; more is body text
# What stands in groups that are not read: how things look, pictures, what programs need.
UNREAD = {
    *("fonttbl", "colortbl", "pict", "objdata", "fldinst", "sp", "shprslt", "nonesttables"),
    *("xe", "tc", "rxe", "bkmkstart", "bkmkend", "listtable", "listoverridetable", "revtbl"),
    *("rsidtbl", "generator", "datafield", "ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "filetbl"),
    *(
        "themedata",
        "colorschememapping",
        "latentstyles",
        "xmlnstbl",
        "mmathPr",
        "template",
        "pgptbl",
    ),
    *("keywords", "subject", "doccomm", "operator", "company", "manager", "category", "revtim"),
    *("printim", "atnid", "atnauthor", "atnref", "atndate", "atnicn", "atrfstart", "atrfend"),
    *("pntxtb", "pntxta", "pnseclvl", "nesttableprops", "userprops", "fldtype", "ftncn", "private"),
}
# What may begin with a star and is read all the same.
STARRED = {"shpinst", "shptxt", "annotation", "pntext", "listtext"}
REPEATED = {
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "header"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "footer"),
}
ASIDES = {"footnote", "annotation", "shptxt"}
APART = {*ASIDES, "header", "footer"}
TOLD = ("title", "author")
# What the text of a group is for that begins with these.
PLACES = {
    **REPEATED,
    **{one: one for one in (*ASIDES, *TOLD, "stylesheet", "creatim")},
    **{"listtext": "marker", "pntext": "marker"},
}
DATE = ("yr", "mo", "dy")
FORMATS = {"pard", "s", "outlinelevel", "ilvl", "intbl", "itap"}
ENDS = {"par", "sect", "page", "column"}  # of a paragraph


@dataclass(slots=True)
class Paragraph:
    """The text of a paragraph while it is written: None is a break between two lines."""

    pieces: list[tuple[str | None, bool]] = field(default_factory=list)  # and whether it is bold
    marker: list[tuple[str | None, bool]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join("\n" if one is None else one for one, _ in self.pieces)

    @property
    def bold(self) -> bool:
        return all(bold for one, bold in self.pieces if one and one.strip())


@dataclass(frozen=True, slots=True)
class _Group:
    """What a group keeps to itself."""

    place: str = ""  # what its text is for; "" for the body
    hidden: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class _Format:
    """What is said of paragraphs until it is said otherwise."""

    style: int = 0
    outline: int | None = None
    table: int = 0  # how many tables it stands in
    level: int = 0  # of lists

    def after(self, name: str, number: int) -> _Format:
        """What holds after a control word."""
        if name == "pard":
            return _Format()
        if name == "s":
            return replace(self, style=number)
        if name == "outlinelevel":
            return replace(self, outline=number)
        if name == "ilvl":
            return replace(self, level=number)
        return replace(self, table=min(max(number, name == "intbl"), MAX_TABLES))


@dataclass(slots=True)
class Body:
    """Turns tokens into a tree. Notes follow the paragraph or the table of each."""

    tree: Growing = field(default_factory=Growing)
    told: dict[str, str] = field(default_factory=dict)
    repeated: dict[str, list[str]] = field(default_factory=dict)  # headers and footers
    _group: _Group = field(default_factory=_Group)
    _groups: list[_Group] = field(default_factory=list)
    # What notes stand in, by how many groups are around these.
    _around: list[tuple[int, Paragraph, _Format]] = field(default_factory=list)
    _format: _Format = field(default_factory=_Format)
    _outlines: dict[int, int] = field(default_factory=dict)  # of styles
    _paragraph: Paragraph = field(default_factory=Paragraph)
    _asides: list[str] = field(default_factory=list)
    _tables: list[list[str]] = field(default_factory=list)  # what is open in each: row, cell
    _head: bool = False  # whether the row that is described names the columns
    _starred: bool = False
    _style: int = 0  # that is being described

    def add(self, tokens: Iterable[Token]) -> None:
        for token in tokens:
            if isinstance(token, Text):
                self._text(token.text)
            elif isinstance(token, Open):
                self._groups.append(self._group)
            elif isinstance(token, Close):
                self._close()
            elif isinstance(token, Word):
                self._word(token)
            self._starred = isinstance(token, Word) and token.name == "*"
        while self._groups:
            self._close()
        self._end_paragraph()
        self._end_tables(0)
        self._add_asides()

    def _text(self, text: str) -> None:
        group = self._group
        if group.hidden or group.place in ("unread", "stylesheet"):
            return
        if group.place == "marker":
            self._paragraph.marker.append((text, False))
        elif group.place in TOLD:
            self.told[group.place] = self.told.get(group.place, "") + text
        else:
            self._paragraph.pieces.append((text, group.bold))

    def _close(self) -> None:
        """End a group; a note ends with it, and the paragraph around it goes on."""
        if self._around and self._around[-1][0] == len(self._groups):
            self._end_paragraph()
            _, self._paragraph, self._format = self._around.pop()
        if self._groups:
            self._group = self._groups.pop()

    def _word(self, word: Word) -> None:
        name, on = word.name, word.number != 0
        if self._group.place == "unread":
            return
        if name in UNREAD or (self._starred and name not in STARRED):
            self._group = replace(self._group, place="unread")
        elif name in PLACES:
            self._group = replace(self._group, place=PLACES[name])
            if PLACES[name] in APART:
                self._around.append((len(self._groups), self._paragraph, self._format))
                self._paragraph = Paragraph()
        elif name in DATE and self._group.place == "creatim":
            self.told[name] = f"{word.number or 0:02}"
        elif name in ("v", "deleted"):
            self._group = replace(self._group, hidden=on)
        elif name == "b":
            self._group = replace(self._group, bold=on)
        elif name == "plain":
            self._group = replace(self._group, hidden=False, bold=False)
        else:
            (self._describe if self._group.place == "stylesheet" else self._layout)(word)

    def _describe(self, word: Word) -> None:
        """Note what a style says of paragraphs."""
        if word.name == "s":
            self._style = word.number or 0
        elif word.name == "outlinelevel" and word.number is not None:
            self._outlines[self._style] = word.number

    def _layout(self, word: Word) -> None:
        """Note what is said of paragraphs and tables, and where these end."""
        name = word.name
        if name in FORMATS:
            self._format = self._format.after(name, word.number or 0)
        elif name in ("trowd", "trhdr"):
            self._head = name == "trhdr"
        elif name in ENDS:
            self._end_paragraph()
        elif name in ("line", "lbr"):
            self._paragraph.pieces.append((None, False))
        elif not self._group.place:
            self._table(name)

    def _table(self, name: str) -> None:
        """End a cell or a row of the table that is open."""
        level = 1 if name in ("cell", "row") else max(self._format.table, 2)
        if name in ("cell", "nestcell"):
            self._format = replace(self._format, table=level)
            self._end_paragraph()
            self._end_tables(level)
            self._open(level)
            self._end_in(self._tables[level - 1], 1)
        elif name in ("row", "nestrow") and len(self._tables) >= level:
            self._end_tables(level)
            self._end_in(self._tables[level - 1], 0)

    def _open(self, level: int) -> None:
        """Open the tables, rows and cells that a paragraph stands in."""
        while len(self._tables) < level or (level and not self._tables[level - 1][1:]):
            if self._tables and len(self._tables[-1]) < 2:
                opened = self._tables[-1]
                if not opened:
                    opened.append("tr")
                    self.tree.start("tr")
                opened.append("th" if self._head else "td")
                self.tree.begin(opened[-1])
                continue
            self.tree.unlist()
            self.tree.begin("table")
            self._tables.append([])

    def _end_in(self, opened: list[str], kept: int) -> None:
        """End the cell of a row, and the row itself unless it is kept."""
        while len(opened) > kept:
            tag = opened.pop()
            if tag == "tr":
                self.tree.end(tag)
            else:
                self.tree.finish(tag)

    def _end_tables(self, level: int) -> None:
        """End the tables that are deeper than a level, and write the notes to them."""
        while len(self._tables) > level:
            self._end_in(self._tables.pop(), 0)
            self.tree.finish("table")
            if not self._tables:
                self._add_asides()

    def _add_asides(self) -> None:
        """Write the notes that were met."""
        for one in self._asides:
            self.tree.block("aside", one)
        self._asides.clear()

    def _end_paragraph(self) -> None:
        """Write the paragraph, and begin the next one."""
        done, place = self._paragraph, self._group.place
        text, marker = done.text.strip(), "".join(one or "" for one, _ in done.marker).strip()
        self._paragraph = Paragraph()
        if place in ASIDES:
            self._asides += [text] if text else []
            return
        if place in ("header", "footer"):
            told = self.repeated.setdefault(place, [])
            if text and text not in told:
                told.append(text)
            return
        if place or not text:
            return
        self._end_tables(self._format.table)
        self._open(self._format.table)
        self._write(done, text, marker if any(one.isalnum() for one in marker) else "")
        if not self._tables:
            self._add_asides()

    def _write(self, paragraph: Paragraph, text: str, marker: str) -> None:
        outline = self._format.outline
        outline = self._outlines.get(self._format.style) if outline is None else outline
        heading = outline is not None and 0 <= outline < OUTLINES
        tag = f"h{min((outline or 0) + 1, HEADINGS)}" if heading else "p"
        if paragraph.marker and not heading:
            self.tree.item(self._format.level, marker)
        else:
            self.tree.unlist()
        self.tree.start(tag)
        if heading and marker:
            self.tree.text(f"{marker} ")
        bold = paragraph.bold
        if bold:
            self.tree.start("b")
        for number, line in enumerate(text.split("\n")):
            if number:
                self.tree.empty("br")
            self.tree.text(line)
        if bold:
            self.tree.end("b")
        self.tree.end(tag)
