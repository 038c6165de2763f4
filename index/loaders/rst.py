"""reStructuredText (.rst) → its text, without its marks."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from xml.etree.ElementTree import Element, TreeBuilder

from index.document import Document
from index.loaders.marks import mark
from index.loaders.rst_parse import Node, parse, title_of
from index.loaders.source import SourceFile
from index.loaders.text import load_text, read_decoded
from index.loaders.tree import write_tree
from index.loaders.writer import Writer

logger = logging.getLogger(__name__)

MAX_PARSED = 4 * 1024 * 1024  # characters; more take minutes and are read as plain text
# The elements of docutils, as HTML calls them; those that are named nowhere are read as their text.
BLOCKS = {
    **{"paragraph": "p", "section": "div", "bullet_list": "ul", "list_item": "li", "term": "dt"},
    **{"definition_list": "dl", "definition": "dd", "field_list": "dl", "field_name": "dt"},
    **{"field_body": "dd", "option_list": "dl", "option_group": "dt", "description": "dd"},
    **{"literal_block": "pre", "doctest_block": "pre", "math_block": "pre", "line_block": "div"},
    **{"block_quote": "blockquote", "attribution": "p", "table": "table", "thead": "thead"},
    **{"tbody": "tbody", "row": "tr", "entry": "td", "footnote": "aside", "citation": "aside"},
    **{"figure": "div", "caption": "p", "legend": "div", "rubric": "p", "topic": "div"},
    **{"sidebar": "div", "line": "p", "transition": "hr", "compound": "div", "container": "div"},
    **{"admonition": "div", "enumerated_list": "ul", "glossary": "div", "header": "p"},
    **{"footer": "p", "docinfo": "dl"},
}
ADMONITIONS = {
    *("attention", "caution", "danger", "error", "hint", "important", "note", "tip", "warning"),
}
ABOUT = {
    *("author", "authors", "organization", "contact", "version", "revision", "status", "date"),
    *("copyright", "address"),
}
SKIPPED = {
    *("comment", "system_message", "substitution_definition", "pending", "raw", "meta", "colspec"),
    *("decoration", "image", "generated", "label"),
}
STYLES = {
    **{"loweralpha": "lowerLetter", "upperalpha": "upperLetter"},
    **{"lowerroman": "lowerRoman", "upperroman": "upperRoman"},
}


def load_rst(file: SourceFile) -> Iterator[Document]:
    """The document in a file of reStructuredText, which is read as plain text where it is none.
    Raises DocumentError for bytes that are not text."""
    decoded = read_decoded(file)
    text = decoded.text
    try:
        root = None if len(text) > MAX_PARSED else rst_tree(text)
    except Exception:
        root = None
    if root is None:
        logger.warning("%s is no proper reStructuredText; read as plain text.", file)
        yield from load_text(file)
        return
    writer = Writer(file)
    write_tree(writer, root)
    yield writer.document(title=root.get("title", ""), metadata=decoded.metadata, dated=True)


def rst_tree(text: str) -> Element:
    """The tree of a text, named as in HTML."""
    document = parse(text)
    tree = _Tree()
    tree.builder.start("body", {"title": title_of(document)})
    open_: list[tuple[Node, Iterator[Node], str]] = [(document, iter(document.children), "")]
    while open_:
        node, inside, tag = open_[-1]
        child = next(inside, None)
        if child is None:
            open_.pop()
            tree.end(node, tag)
        elif (name := child.__class__.__name__) == "Text":
            tree.builder.data(child.astext())
        elif name not in SKIPPED and not _is_contents(child):
            open_.append((child, iter(child.children), tree.begin(child, name)))
    tree.builder.end("body")
    return tree.builder.close()


def _is_first_of_note(paragraph: Node) -> bool:
    """Whether a paragraph follows the mark of a note."""
    around = paragraph.parent
    labelled = around.__class__.__name__ in ("footnote", "citation")
    return labelled and around.index(paragraph) == 1 and around[0].__class__.__name__ == "label"


def _is_contents(node: Node) -> bool:
    return node.__class__.__name__ == "topic" and "contents" in node.get("classes", ())


class _Tree:
    """The tree while it grows."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self._sections = 0
        self._counts: list[tuple[int, str, str, str]] = []  # of open lists: number, style, around

    def begin(self, node: Node, name: str) -> str:
        """Begin what a node stands for; its name, "" for what is only text."""
        if name == "title":
            in_table = node.parent.__class__.__name__ == "table"
            titled = in_table or node.parent.__class__.__name__ in ("section", "document")
            tag = "caption" if in_table else f"h{min(self._sections + 1, 6)}" if titled else "p"
        elif name == "subtitle":
            tag = "h2"
        elif name in ADMONITIONS:
            tag = "div"
        else:
            tag = BLOCKS.get(name, "p" if name in ABOUT else "")
        self._sections += name == "section"
        if tag:
            self.builder.start(tag, self._attributes(node, name))
        self._say(node, name)
        return tag

    def end(self, node: Node, tag: str) -> None:
        name = node.__class__.__name__
        self._sections -= name == "section"
        if name in ("bullet_list", "enumerated_list"):
            self._counts.pop()
        if name in ("footnote_reference", "citation_reference"):
            self.builder.data("]")
        if tag:
            self.builder.end(tag)

    def _say(self, node: Node, name: str) -> None:
        """Write what is shown before the text of a node."""
        if name in ("footnote_reference", "citation_reference"):
            self.builder.data("[")
        elif name == "paragraph" and _is_first_of_note(node):
            self.builder.data(f"[{node.parent[0].astext()}] ")
        elif name in ADMONITIONS:
            self.builder.start("p", {})
            self.builder.data(name.capitalize())
            self.builder.end("p")
        elif name in ABOUT and node.parent.__class__.__name__ != "authors":
            self.builder.data(f"{name.capitalize()}: ")
        elif name == "classifier":
            self.builder.data(" : ")
        elif name == "option" and node.parent.index(node):
            self.builder.data(", ")
        elif name == "option_argument":
            self.builder.data(node.get("delimiter", " "))

    def _attributes(self, node: Node, name: str) -> dict[str, str]:
        if name == "bullet_list":
            self._counts.append((0, "", "", ""))
        elif name == "enumerated_list":
            style = STYLES.get(node.get("enumtype", ""), "decimal")
            start = int(node.get("start", 1))
            self._counts.append((start, style, node.get("prefix", ""), node.get("suffix", "")))
        elif name == "list_item" and self._counts:
            number, style, before, after = self._counts[-1]
            self._counts[-1] = number + 1, style, before, after
            return {"marker": before + mark(number, style) + after} if style else {}
        elif name == "entry":
            across, down = node.get("morecols", 0) + 1, node.get("morerows", 0) + 1
            return {"colspan": str(across), "rowspan": str(down)}
        return {}
