"""Which elements of a page a person does not read: hidden ones, menus, what programs need."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

UNSEEN = {
    *("head", "script", "style", "template", "noscript", "title", "meta", "link", "iframe"),
    *("object", "svg", "canvas", "audio", "video", "map", "select", "datalist", "noembed", "rp"),
    *("annotation", "annotation-xml", "ix:hidden", "ix:header", "nav", "colgroup", "rt"),
}
NAVIGATION = {"navigation", "menu", "menubar", "search", "toolbar", "tablist", "doc-toc"}
PAGE_NUMBERS = {"pagenum", "pageno", "pagebreak", "page-number"}  # of a printed book, in its text
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# What a class or an id calls a menu.
MENU = re.compile(
    r"(?:^|[\s_-])(?:nav|navi|navbar|navigation|menu|menus|submenu|dropdown|breadcrumbs?|toolbar"
    r"|sitemap|skip|pagination|pager|navbox|catlinks|social|share|sharing|langlinks|interwiki"
    r"|editsection|mw-editsection|headerlink|globalnav\w*|wikianav\w*)(?:$|[\s_-])",
    re.IGNORECASE,
)
MENU_PARTS = {"ul", "ol", "div", "section", "header", "footer", "aside", "table", "td", "p", "span"}
LINKED = 0.8  # of the letters of a menu stand in links
NOTE = re.compile(r"\d{1,3}|[a-z]|[*†‡]+")
LETTERS = re.compile(r"\w")


def is_unseen(element: Element) -> bool:
    """Whether nothing in an element is read, as far as itself says."""
    if element.tag in UNSEEN:
        return True
    given = element.attrib
    if not given:
        return element.tag == "dialog"
    return (
        "hidden" in given
        or given.get("role", "").lower() in NAVIGATION
        or ("style" in given and HIDDEN_STYLE.search(given["style"]) is not None)
        or given.get("role") == "doc-pagebreak"
        or given.get("epub:type") == "pagebreak"
        or given.get("class") in PAGE_NUMBERS
        or (element.tag == "dialog" and "open" not in given)
        or (given.get("aria-hidden") == "true" and _is_icon(element))
    )


def _is_icon(element: Element) -> bool:
    """Whether what is hidden from those who do not see is no text for those who do."""
    return element.tag != "img" and len(element) == 0 and not LETTERS.search(element.text or "")


def steps(
    root: Element, *, without: Callable[[Element], bool] = lambda _: False
) -> Iterator[tuple[Element, bool]]:
    """The elements of a tree, each when it begins (True) and when it ends, however deep it is; not
    those that are left out, nor what is in them."""
    open_: list[tuple[Element, Iterator[Element]]] = []
    element: Element | None = root
    while True:
        if element is not None and not without(element):
            open_.append((element, iter(element)))
            yield element, True
        if not open_:
            return
        element = next(open_[-1][1], None)
        if element is None:
            yield open_.pop()[0], False


def menus(root: Element) -> set[Element]:
    """The elements that are called menus and hold hardly anything but links."""
    found: set[Element] = set()
    counts: list[tuple[int, int]] = [(0, 0)]  # letters, and those in links, of what is open
    for element, begins in steps(root):
        if begins:
            counts.append((_letters(element.text), 0))
            continue
        letters, linked = counts.pop()
        linked = letters if element.tag == "a" else linked
        if letters and linked >= LINKED * letters and _is_called_menu(element):
            found.add(element)
        around, around_linked = counts[-1]
        tail = _letters(element.tail)
        counts[-1] = around + letters + tail, around_linked + linked
    return found


def note_mark(raised: Element) -> str:
    """The number of a note that a raised link leads to; "" for what is raised but no such link.
    Unlike on a page, in a text it would be one with the word before it."""
    text = "".join(raised.itertext()).strip()
    links = sum(1 for _ in raised.iter("a"))
    return text if links == 1 and NOTE.fullmatch(text) else ""


def _letters(text: str | None) -> int:
    return sum(1 for _ in LETTERS.finditer(text)) if text else 0


def _is_called_menu(element: Element) -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return element.tag in MENU_PARTS and MENU.search(names) is not None
