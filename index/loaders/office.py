"""What the formats of Office since 2007 share: how parts name others, and what a file says of
itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from index.errors import DocumentError
from index.loaders.archive import Archive, resolved
from index.loaders.elements import child, children, parse_xml, text_in, value
from index.loaders.stated import Stated, stated

CORE, APP, META = "docProps/core.xml", "docProps/app.xml", "meta.xml"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part calls another, its kind and its name in the archive."""

    id: str
    kind: str
    target: str


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


def properties(archive: Archive, languages: Iterable[str | None] = ()) -> Stated:
    """What a file says of itself; nothing where that is damaged. `languages` are those of parts of
    its text; the most frequent is that of the file.

    Its date is that when it was saved last: a presentation or a spreadsheet often is a changed copy
    of one that was created years before.
    """
    counts = Counter(one for one in languages if one)
    core, app = _undamaged(archive, CORE), _undamaged(archive, APP)
    return stated(
        text_in(core, "dc:title"),
        text_in(core, "dc:creator"),
        dates=[
            ("modified", text_in(core, "dcterms:modified")),
            ("created", text_in(core, "dcterms:created")),
        ],
        pages=text_in(app, "Pages"),
        language=max(counts, key=counts.__getitem__, default=""),
    )


def open_properties(archive: Archive) -> Stated:
    """What a file of OpenDocument says of itself, as `properties` does."""
    meta = child(_undamaged(archive, META), "office:meta")
    return stated(
        text_in(meta, "dc:title"),
        text_in(meta, "meta:initial-creator") or text_in(meta, "dc:creator"),
        dates=[
            ("modified", text_in(meta, "dc:date")),
            ("created", text_in(meta, "meta:creation-date")),
        ],
        pages=value(meta, "meta:document-statistic", name="meta:page-count") or "",
        language=text_in(meta, "dc:language"),
    )


def _undamaged(archive: Archive, name: str) -> Element | None:
    try:
        return optional_part(archive, name)
    except DocumentError:
        return None


def is_on(element: Element | None, *path: str) -> bool:
    """Whether a property is there and not switched off."""
    found = child(element, *path)
    return found is not None and found.get("w:val", "1") not in ("0", "false", "off", "none")
