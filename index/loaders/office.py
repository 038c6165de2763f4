"""What the formats of Office since 2007 share: how parts name others, and what a file says of
itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from index.errors import DocumentError
from index.loaders.archive import Archive, resolved
from index.loaders.characters import fold
from index.loaders.elements import child, children, parse_xml, text_in
from index.loaders.html import MAX_AUTHOR, day_of
from index.metadata import Value

CORE = "docProps/core.xml"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part calls another, its kind and its name in the archive."""

    id: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Properties:
    """What a file says of itself."""

    title: str
    metadata: Mapping[str, Value]


def part(archive: Archive, name: str) -> Element:
    """The outermost element of a part."""
    return parse_xml(archive.read(name), archive.file)


def optional_part(archive: Archive, name: str) -> Element | None:
    """The outermost element of a part; None for one that is not there."""
    return part(archive, name) if name in archive else None


def relations(archive: Archive, name: str) -> dict[str, Relation]:
    """The parts that a part names, by what it calls them."""
    folder, _, base = name.rpartition("/")
    root = optional_part(archive, f"{folder}/_rels/{base}.rels".lstrip("/"))
    return {
        one.get("Id", ""): Relation(
            one.get("Id", ""),
            one.get("Type", "").rpartition("/")[2],
            resolved(name, one.get("Target", "")),
        )
        for one in children(root, "Relationship")
        if one.get("TargetMode") != "External"
    }


def main_part(archive: Archive, default: str) -> str:
    """The name of the part that the others belong to."""
    for relation in relations(archive, "").values():
        if relation.kind == "officeDocument":
            return relation.target
    return default


def properties(archive: Archive) -> Properties:
    """The title, author and day of a file; nothing where they are damaged."""
    try:
        root = optional_part(archive, CORE)
    except DocumentError:
        root = None
    if root is None:
        return Properties("", {})
    return properties_of(
        text_in(root, "dc:title"), text_in(root, "dc:creator"), text_in(root, "dcterms:created")
    )


def properties_of(title: str, author: str, created: str) -> Properties:
    """What is known of a file, without what nobody has filled in."""
    metadata: dict[str, Value] = {}
    if author := fold(author)[:MAX_AUTHOR].strip():
        metadata["author"] = author
    if (day := day_of(created)) is not None:
        metadata["created"] = day
    return Properties(fold(title), metadata)


def is_on(element: Element | None, *path: str) -> bool:
    """Whether a property is there and not switched off."""
    found = child(element, *path)
    return found is not None and found.get("w:val", "1") not in ("0", "false", "off", "none")
