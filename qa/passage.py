"""A sentence of the ranking → the passage around it that is shown, and what of it answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from index import Hit, Paragraph, Span
from index.rows import named_table
from qa.answer import Passage
from qa.calibration import probability
from qa.rank import Ranked, answer_words

NEAR = 0.7  # in log-odds: other sentences of a passage this near to its best are marked too
PART = 0.5  # probability of one as near that makes it part of the answer; or of another place
PLACE = 0.25  # the same for another place alone, where it is as near as that to the best
LEAD = 200  # characters shown before the sentence, so that "it" and "the country" can be resolved
TABLE_LEAD = 1_000  # characters of a table shown before the paragraph, with the names of columns


class Neighbours(Protocol):
    """What knows the paragraph before another one. A SentenceIndex does."""

    def paragraph_before(self, paragraph: Span) -> Paragraph | None: ...


def by_paragraph(ranking: Iterable[Ranked], k: int) -> list[list[Ranked]]:
    """The first `k` different paragraphs of a ranking, each with its sentences, best first. Of
    copies the first one stands for all."""
    groups: dict[Span, list[Ranked]] = {}
    for one in ranking:
        groups.setdefault(one.paragraph.span, []).append(one)
    different: dict[tuple[str, str], list[Ranked]] = {}
    for group in groups.values():
        if len(different) == k:
            break
        once = {one.sentence: one for one in group}  # the lead comes twice
        different.setdefault(copied(group[0].paragraph), list(once.values()))
    return list(different.values())


def passage_of(
    group: Sequence[Ranked], confidence: float, index: Neighbours, *, answers: bool
) -> Passage:
    """The paragraph of some sentences, the best of them first, with those that are marked, and
    what they answer, if they do."""
    first = group[0]
    span, structure = first.paragraph.span, first.paragraph.structure
    quoted = _parts(group) if answers else ()
    items = _goes_on(first) if answers else ()
    marked = [Hit(item, first.odds) for item in items] + [
        one.hit
        for one in group
        if (one.odds >= first.odds - NEAR or (quoted and one.parts[0] in quoted))
        and not any(_overlap(one.sentence, item) for item in items)
    ]
    return Passage(
        _with_lead(first, [*items, *quoted], index),
        tuple(sorted(marked, key=lambda hit: hit.sentence.start)),
        first.odds,
        quoted,
        confidence,
        in_lines=not any(
            "\n" in span.document.text[block.start : block.end] for block in structure.leaves
        ),
    )


def is_shown(paragraph: Span, passages: Sequence[Passage]) -> bool:
    """Whether the list that a passage introduces reaches over all of a later paragraph."""
    return any(
        paragraph in passage.span and paragraph.start > passage.best.sentence.start
        for passage in passages
    )


def supports(one: Ranked, lead: Ranked) -> bool:
    """Whether a sentence with the same quote answers as well, and does not just hold its words."""
    if copied(one.paragraph) == copied(lead.paragraph):
        return True
    probable = probability(one.odds)
    return probable >= PART or (probable >= PLACE and one.odds >= lead.odds - NEAR)


def copied(paragraph: Paragraph) -> tuple[str, str]:
    """What copies of a paragraph have in common; the same words may be about another thing where
    the title is another."""
    return paragraph.span.document.title, paragraph.span.text


def bounded(quote: Span) -> str:
    """Its words with a space around each: "18" is no part of "2018"."""
    return f" {answer_words(quote.text)} "


def _parts(group: Sequence[Ranked]) -> tuple[Span, ...]:
    """What to quote of a paragraph: of its best sentence, then of others that answer as well."""
    best, *others = group
    parts = [*best.parts]
    for one in others:
        if probability(one.odds) >= PART and one.odds >= best.odds - NEAR:
            said = {bounded(part) for part in parts}
            parts += [
                part
                for part in one.parts
                if bounded(part) not in said and not any(_overlap(part, known) for known in parts)
            ]
    return tuple(parts)


def _goes_on(ranked: Ranked) -> tuple[Span, ...]:
    """The items of the list in which a sentence goes on, or that it introduces."""
    ends = ranked.sentence.text.rstrip("*_").endswith(":")
    return ranked.items if ends or ranked.parts == ranked.items else ()


def _with_lead(ranked: Ranked, shown: Sequence[Span], index: Neighbours) -> Span:
    """The paragraph, and of the one before it what a sentence near its start may refer to; of a
    table that is no long one, from its head on; to the end of a list that is introduced."""
    span = ranked.paragraph.span
    table = named_table(ranked.sentence, ranked.paragraph)
    start, end = span.start, max(span.end, *(one.end for one in shown), 0)
    if table is not None and start - table.start <= TABLE_LEAD:
        start = min(start, table.start)
    span = Span(span.document, start, end)
    missing = LEAD - (ranked.sentence.start - start)
    before = index.paragraph_before(span) if missing > 0 else None
    if before is None:
        return span
    starts = [one.start for one in before.sentences if before.span.end - one.start >= missing]
    return Span(span.document, min(max(starts, default=before.span.start), start), end)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
