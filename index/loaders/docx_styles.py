"""What the styles and numberings of a Word document make of its paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from index.loaders.elements import child, children, value
from index.loaders.marks import mark

MAX_BASES = 20  # styles that one is based on, each on the next
MAX_LEVEL = 9  # outline levels are 0 to 8; 9 is body text
NAMED = re.compile(r"heading ([1-9])", re.IGNORECASE)
PLACEHOLDER = re.compile(r"%([1-9])")
BULLETS = ("bullet", "none")


@dataclass(frozen=True, slots=True)
class Level:
    """How the items of a level are counted and shown."""

    start: int
    style: str
    text: str
    restart: int | None
    paragraph_style: str
    legal: bool


@dataclass(slots=True)
class Numbers:
    """The numberings of a document, and how far each has counted."""

    root: Element | None
    _levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    _abstract: dict[str, str] = field(default_factory=dict)
    _starts: dict[str, dict[int, int]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        links = {}
        for one in children(self.root, "w:abstractNum"):
            key = one.get("w:abstractNumId", "")
            self._levels[key] = {
                _int(lvl.get("w:ilvl")): _level(lvl) for lvl in children(one, "w:lvl")
            }
            if link := value(one, "w:styleLink"):
                links[link] = key
        for one in children(self.root, "w:abstractNum"):
            linked = links.get(value(one, "w:numStyleLink") or "")
            if linked:
                self._levels[one.get("w:abstractNumId", "")] = self._levels[linked]
        for one in children(self.root, "w:num"):
            number = one.get("w:numId", "")
            self._abstract[number] = value(one, "w:abstractNumId") or ""
            self._starts[number] = {
                _int(over.get("w:ilvl")): _int(value(over, "w:startOverride"))
                for over in children(one, "w:lvlOverride")
                if child(over, "w:startOverride") is not None
            }

    def level_of(self, number: str, style: str) -> int:
        """The level that a style stands for."""
        levels = self._levels.get(self._abstract.get(number, ""), {})
        return next((at for at, one in levels.items() if one.paragraph_style == style), 0)

    def next(self, number: str, at: int) -> str | None:
        """What is shown before the next item of a level: "" for a bullet; None where there is no
        such numbering."""
        key = self._abstract.get(number)
        levels = self._levels.get(key or "", {})
        if key is None or at not in levels:
            return None
        counts = self._counts.setdefault(key, {})
        if number not in self._begun:
            self._begun.add(number)
            for level, start in self._starts.get(number, {}).items():
                counts[level] = start - 1
        counts[at] = counts.get(at, levels[at].start - 1) + 1
        for deeper in [level for level in counts if level > at]:
            if levels.get(deeper) is None or levels[deeper].restart != 0:
                del counts[deeper]
        if levels[at].style in BULLETS:
            return "" if levels[at].style == "bullet" else levels[at].text.partition("%")[0]
        return PLACEHOLDER.sub(
            lambda found: self._shown(found, levels, counts, at), levels[at].text
        )

    @staticmethod
    def _shown(
        found: re.Match[str], levels: dict[int, Level], counts: dict[int, int], at: int
    ) -> str:
        number = int(found[1]) - 1
        if number not in levels:
            return ""
        legal = levels[at].legal and number != at
        count = counts.setdefault(number, levels[number].start)
        return mark(count, "decimal" if legal else levels[number].style)


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says by itself and by those that it is based on."""

    heading: int | None = None
    number: str | None = None
    level: int | None = None
    first_row: bool = False
    hidden: bool = False


@dataclass(slots=True)
class Styles:
    """The styles of a document by their ids."""

    root: Element | None
    default: str = ""
    _elements: dict[str, Element] = field(default_factory=dict)
    _known: dict[str, Style] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in children(self.root, "w:style"):
            self._elements[one.get("w:styleId", "")] = one
            if one.get("w:type") == "paragraph" and one.get("w:default") in ("1", "true"):
                self.default = one.get("w:styleId", "")

    def of(self, name: str) -> Style:
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def _read(self, name: str) -> Style:
        heading, number, level, first_row, hidden = None, None, None, False, False
        for _ in range(MAX_BASES):
            one = self._elements.get(name)
            if one is None:
                break
            heading = heading if heading is not None else _heading_of(one)
            given = value(one, "w:pPr", "w:numPr", "w:numId")
            number = number if number is not None else given
            if level is None and (given_level := value(one, "w:pPr", "w:numPr", "w:ilvl")):
                level = _int(given_level)
            first_row |= any(
                row.get("w:type") == "firstRow" for row in children(one, "w:tblStylePr")
            )
            hidden |= child(one, "w:rPr", "w:vanish") is not None
            name = value(one, "w:basedOn") or ""
        return Style(heading, number, level, first_row, hidden)


def _heading_of(style: Element) -> int | None:
    """The level of a heading from 1 on, 0 for what is none; None where a style does not say."""
    outline = value(style, "w:pPr", "w:outlineLvl")
    if outline is not None:
        return (_int(outline) + 1) if _int(outline) < MAX_LEVEL else 0
    name = (value(style, "w:name") or "").strip().lower()
    if found := NAMED.fullmatch(name):
        return int(found[1])
    return 1 if name == "title" else None


def _level(element: Element) -> Level:
    restart = value(element, "w:lvlRestart")
    return Level(
        _int(value(element, "w:start"), 1),
        value(element, "w:numFmt") or "decimal",
        value(element, "w:lvlText") or "",
        None if restart is None else _int(restart),
        value(element, "w:pStyle") or "",
        child(element, "w:isLgl") is not None,
    )


def _int(text: str | None, default: int = 0) -> int:
    """A small whole number that is not negative."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else default
