"""What is open in the tree of a LaTeX document while it grows: a paragraph, lists, tables."""

from __future__ import annotations

from dataclasses import dataclass, field

from index.loaders.growing import Growing

CLOSE = tuple(",.;:)!?")  # what no space stands before
TABLE, QUOTATION = "table", "blockquote"


@dataclass(slots=True)
class Opened:
    """The tree, and what must still be ended in it, in whatever order commands end it."""

    tree: Growing = field(default_factory=Growing)
    groups: list[str] = field(default_factory=list)  # what each open brace ends
    headings: int = 0  # of the groups
    around: list[str] = field(default_factory=list)  # environments, the outermost first
    items: list[int] = field(default_factory=list)  # how many each of the lists has
    paragraph: bool = False
    _held: bool = False  # whether a space is still to be written

    @property
    def in_table(self) -> bool:
        """Whether a cell ends with the next mark for it."""
        return self.around[-1:] == [TABLE] and not self.headings

    def text(self, text: str) -> None:
        """Add to the paragraph or the heading; a space before what was left out is none before a
        comma."""
        if not self.paragraph and not self.headings and text.strip():
            self.tree.start("p")
            self.paragraph = True
        if self.paragraph or self.headings:
            held = self._held and text[:1] not in CLOSE
            kept = text.rstrip(" ")
            self._held = kept != text or (self._held and not kept)
            self.tree.text(f" {kept}" if held else kept)

    def end_paragraph(self) -> None:
        if self.paragraph:
            self.tree.end("p")
            self.paragraph = False
        self._held = False

    def begin_heading(self, tag: str) -> None:
        """Begin a heading, which the end of its group ends. It stands in no environment."""
        while self.around:
            self.end_last()
        self.tree.start(tag)
        self.groups.append(tag)
        self.headings += 1

    def end_group(self) -> None:
        tag = self.groups.pop()
        if tag:
            self.tree.end(tag)
            self.headings -= 1

    def begin(self, kind: str) -> None:
        """Begin a table, a quotation or a list."""
        self.around.append(kind)
        if kind == QUOTATION:
            self.tree.begin(kind)
        elif kind == TABLE:
            self.tree.unlist()
            self.tree.begin(kind)
            self.tree.start("tr")
            self.tree.begin("td")
        else:
            self.items.append(0)

    def end_last(self) -> str:
        """End the innermost environment; its kind."""
        self.end_paragraph()
        kind = self.around.pop()
        if kind == TABLE:
            self.tree.finish("td")
            self.tree.end("tr")
            self.tree.finish(kind)
        elif kind == QUOTATION:
            self.tree.finish(kind)
        else:
            self.items.pop()
            if not self.items:
                self.tree.unlist()
        return kind

    def next_cell(self) -> None:
        self.end_paragraph()
        self.tree.finish("td")
        self.tree.begin("td")

    def end_line(self) -> None:
        """End a row of a table, or a line of a paragraph."""
        if self.in_table:
            self.end_paragraph()
            self.tree.finish("td")
            self.tree.end("tr")
            self.tree.start("tr")
            self.tree.begin("td")
        elif self.paragraph:
            self.tree.empty("br")

    def item(self, marker: str) -> None:
        """Begin an item of the innermost list."""
        self.tree.item(len(self.items) - 1, marker)

    def raw(self, text: str) -> None:
        """Lines as they are."""
        self.tree.start("pre")
        self.tree.text(text)
        self.tree.end("pre")
