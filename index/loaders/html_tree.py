"""HTML → a tree of elements, however its tags are nested.

Where a tag is left out, it is put where the order of the text does not change.
"""

from __future__ import annotations

from collections import Counter
from xml.etree.ElementTree import Element, TreeBuilder

from index.loaders.html_tags import End, Start, Tags, Text

MAX_OPEN = 256  # elements in each other; a deeper one stands beside the last
VOID = {
    *("area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input"),
    *("keygen", "link", "meta", "param", "source", "track", "wbr"),
}
BLOCKS = {
    *("address", "article", "aside", "blockquote", "center", "details", "dialog", "dir", "div"),
    *("dl", "dt", "dd", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup"),
    *("hr", "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "ul"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "body", "html", "legend", "option", "optgroup"),
    *("table", "caption", "colgroup", "tbody", "thead", "tfoot", "tr", "td", "th"),
}
ROWS = {"tbody", "thead", "tfoot"}
CELLS = {"td", "th", "caption"}
# What ends nothing but itself: a block that begins in it goes on.
INLINE = {
    *("a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "ins", "label", "mark"),
    *("nobr", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "tt", "u"),
}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
# What a tag ends when it begins, and what that may not reach beyond.
FENCES = {"table", "td", "th", "caption", "body", "html"}
NO_PARAGRAPH = BLOCKS - {"td", "th", "tr", "caption", *ROWS, "html", "body"}
ENDS: dict[str, tuple[set[str], set[str]]] = {
    "li": ({"li"}, {"ul", "ol", "menu", "dir", *FENCES}),
    "dt": ({"dt", "dd"}, {"dl", *FENCES}),
    "dd": ({"dt", "dd"}, {"dl", *FENCES}),
    "option": ({"option"}, {"select", *FENCES}),
    "tr": ({"tr", *CELLS, "colgroup"}, {"table"}),
    "td": (CELLS, {"tr", "table"}),
    "th": (CELLS, {"tr", "table"}),
    **dict.fromkeys(ROWS, ({"tr", *CELLS, *ROWS, "colgroup"}, {"table"})),
    **dict.fromkeys(HEADINGS, (HEADINGS, {"div", "section", *FENCES})),
    "a": ({"a"}, BLOCKS),
}
# What may stand in the head of a page; all else ends it.
IN_HEAD = {
    *("head", "meta", "link", "title", "script", "style", "base", "noscript", "template", "object"),
    *("basefont", "bgsound", "isindex"),
}


class _Builder:
    """The elements that are open, the outermost first."""

    def __init__(self, *, xml: bool) -> None:
        self._tree = TreeBuilder()
        self._xml = xml
        self._open: list[str] = []
        self._counts: Counter[str] = Counter()
        self._language = ""
        self._beside: Counter[str] = Counter()  # those that were too deep to be opened

    def start(self, tag: Start) -> None:
        ends: tuple[tuple[set[str], set[str]], ...] = ()
        if not self._xml:
            paragraph = [({"p"}, FENCES)] if tag.name in NO_PARAGRAPH else []
            head = [({"head"}, {"body"})] if tag.name not in IN_HEAD else []
            ends = (*head, *paragraph, *([ENDS[tag.name]] if tag.name in ENDS else []))
        for names, fences in ends:
            self._end_open(names, fences)
        closed = tag.name in VOID or (tag.closed and self._may_close(tag.name))
        if not self._xml and tag.name in ("html", "body") and self._counts[tag.name]:
            self._language = self._language or tag.attributes.get("lang", "")
            return
        if closed or len(self._open) >= MAX_OPEN:
            self._tree.start(tag.name, tag.attributes)
            self._tree.end(tag.name)
            self._beside[tag.name] += not closed
            return
        self._tree.start(tag.name, tag.attributes)
        self._open.append(tag.name)
        self._counts[tag.name] += 1

    def end(self, name: str) -> None:
        if self._beside[name]:
            self._beside[name] -= 1
            self._empty(name)
        elif self._counts[name]:
            within = FENCES - {"body", "html"} if name not in FENCES | ROWS | {"tr"} else {"table"}
            fences = within - {name}
            self._end_open({name}, fences | BLOCKS if name in INLINE else fences)
        elif name in ("p", "br"):
            self._empty(name)

    def text(self, text: str) -> None:
        self._tree.data(text)

    def close(self) -> Element:
        while self._open:
            self._tree.end(self._open.pop())
        root = self._tree.close()
        if self._language:
            root.set("lang", self._language)
        return root

    def _empty(self, name: str) -> None:
        self._tree.start(name, {})
        self._tree.end(name)

    def _may_close(self, name: str) -> bool:
        """Whether "/>" ends an element: in XML, and in what HTML takes from it."""
        return self._xml or ":" in name or self._counts["svg"] > 0 or self._counts["math"] > 0

    def _end_open(self, names: set[str], fences: set[str]) -> None:
        """End the outermost open element of these names that no fence stands around."""
        if not any(self._counts[name] for name in names):
            return
        depth = None
        for number in range(len(self._open) - 1, -1, -1):
            if self._open[number] in names:
                depth = number
                if len(names) == 1:
                    break
            elif self._open[number] in fences:
                break
        if depth is not None:
            for name in reversed(self._open[depth:]):
                self._tree.end(name)
                self._counts[name] -= 1
            del self._open[depth:]


def html_tree(text: str, *, xml: bool = False) -> Element:
    """The element that holds all of a page. In `xml`, tags are as they are written."""
    builder = _Builder(xml=xml)
    builder.start(Start("html", {}))
    for token in Tags(text, xml).tokens():
        if isinstance(token, Text):
            builder.text(token.text)
        elif isinstance(token, Start):
            builder.start(token)
        elif isinstance(token, End) and token.name not in ("html", "body"):
            builder.end(token.name)
    return builder.close()
