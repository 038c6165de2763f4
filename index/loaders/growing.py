"""A tree that grows piece by piece, for formats that say of each paragraph how deep in lists it is.

All elements of it are named as in HTML; see `index.loaders.tree` for what is made of them.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, TreeBuilder

MAX_LISTS = 12  # in each other


class Growing:
    """The tree of a document, which is built from its start to its end."""

    def __init__(self) -> None:
        self._tree = TreeBuilder()
        self._tree.start("body", {})
        self._lists: list[list[int]] = [[]]  # the levels of the open lists, by what they stand in

    def start(self, tag: str, attributes: dict[str, str] | None = None) -> None:
        self._tree.start(tag, attributes or {})

    def text(self, text: str) -> None:
        self._tree.data(text)

    def end(self, tag: str) -> None:
        self._tree.end(tag)

    def empty(self, tag: str) -> None:
        self._tree.start(tag, {})
        self._tree.end(tag)

    def block(self, tag: str, text: str) -> None:
        """A block that stands in no list."""
        self.unlist()
        self.start(tag)
        self.text(text)
        self.end(tag)

    def begin(self, tag: str, attributes: dict[str, str] | None = None) -> None:
        """Begin what has lists of its own: a table, a cell."""
        self.start(tag, attributes)
        self._lists.append([])

    def finish(self, tag: str) -> None:
        """End what was begun."""
        self.unlist()
        self._lists.pop()
        self.end(tag)

    def item(self, level: int, marker: str = "") -> None:
        """Begin an item at a level of lists: the last one there, and those in it, end."""
        levels = self._lists[-1]
        level = min(max(level, 0), MAX_LISTS)
        while levels and levels[-1] > level:
            self._end_list()
        if levels and levels[-1] == level:
            self.end("li")
        else:
            self.start("ul")
            levels.append(level)
        self.start("li", {"marker": marker} if marker else {})

    def unlist(self) -> None:
        """End all lists: what follows stands in none."""
        while self._lists[-1]:
            self._end_list()

    def root(self) -> Element:
        """The whole tree."""
        self.unlist()
        self._tree.end("body")
        return self._tree.close()

    def _end_list(self) -> None:
        self._lists[-1].pop()
        self.end("li")
        self.end("ul")
