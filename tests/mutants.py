"""Good files → broken ones that are nearly good, by chance: for fuzzing, see tests/fuzz.py."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from random import Random
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from bad_archives import members, repacked

TOKEN = re.compile(rb"<[^<>]{1,60}>|\\[a-z]{1,20}|[A-Za-z:-]{3,20}=?|\d+|\n[^\w\s]{1,4}|[^\w\s]")
# What programs stumble over, in any format.
NUMBERS = [
    *(b"0", b"-1", b"1", b"65536", b"2147483648", b"-9999999999", b"99999999999999999999"),
    *(b"1e999", b"nan", b"1.5", b"\xd9\xa3", b"\xc2\xb2"),
]
STRANGE = [
    *NUMBERS,
    *(b"\0", b"\r", b"\r\n", b"\n\n", b"\t", b" " * 40, b"\xef\xbb\xbf", b"\xff\xfe", b"\xff"),
    *(b"\xed\xa0\x80", b"\xe2\x80\xa8", b"\xcc\x81", b"\xf0\x9f\x98\x80", b"\xc2\x85"),
    *(b"\xe2\x80\xae", b"&#0;", b"&#xD800;", b"&#1114112;", b"&nbsp;", b"&x;", b"%s", b"../"),
    *(b"\\", b"'", b'"', b"]]>", b"<!--", b"-->", b"<![CDATA[", b"<?", b"{", b"}", b"[", b"]"),
]
MOST = 200_000  # bytes of a mutant
REPEATED = 400  # times
CHANGES = 6  # of one mutant, at most


def tokens_of(samples: Sequence[bytes]) -> list[bytes]:
    """The words and signs of a format, as its good files have them."""
    found: dict[bytes, None] = {}
    for sample in samples:
        parts = members(sample).values() if sample.startswith(b"PK") else [sample]
        for part in parts:
            found.update(dict.fromkeys(TOKEN.findall(part)[:3_000]))
    return [*found]


class Mutants:
    """Makes files that are nearly like good ones; `random` decides which."""

    def __init__(self, samples: Sequence[bytes], tokens: Sequence[bytes], random: Random) -> None:
        self.pool = [*samples]
        self._tokens = [*tokens, *tokens_of(samples)] or [b"a"]
        self._random = random

    def next(self) -> bytes:
        """The next mutant."""
        data = self._random.choice(self.pool)
        if data.startswith(b"PK") and self._random.random() < 0.9:
            return self._archive(data)
        change = self._tree if data.startswith(b"<") else self._changed
        return change(data)[:MOST]

    def _archive(self, data: bytes) -> bytes:
        """An archive of which some parts are changed: other changes its own checks would find."""
        try:
            parts = members(data)
        except Exception:  # a mutant itself
            return self._changed(data)[:MOST]
        changed: dict[str, bytes] = {}
        for name in self._random.choices([*parts], k=self._random.randint(1, 2)):
            if self._random.random() < 0.05:
                other = self._random.choice([*parts.values()])
                changed[name] = other[:MOST]
            else:
                change = self._tree if self._random.random() < 0.7 else self._changed
                changed[name] = change(parts[name])[:MOST]
        return repacked(data, changed)

    def _tree(self, data: bytes) -> bytes:
        """XML with other elements: nearly any other change makes it something else."""
        try:
            root = ElementTree.fromstring(data)
        except (ElementTree.ParseError, ValueError, LookupError):
            return self._changed(data)
        for _ in range(self._random.randint(1, CHANGES)):
            self._graft([*root.iter()])
        return ElementTree.tostring(root)

    def _graft(self, elements: Sequence[Element]) -> None:
        """Change an element, or put a copy of one into another."""
        random = self._random
        one, other = random.choices(elements, k=2)
        match random.randrange(7):
            case 0 if len(one):
                one.remove(random.choice([*one]))
            case 1:
                one.tag = other.tag
            case 2:
                one.text = random.choice([*STRANGE, *self._tokens]).decode("utf-8", "replace")
            case 3 if one.attrib:
                value = random.choice([*STRANGE, *self._tokens]).decode("utf-8", "replace")
                one.set(random.choice([*one.attrib]), value)
            case 4:
                one.attrib = {**one.attrib, **other.attrib}
            case _ if sum(1 for _ in other.iter()) < 500:
                times = random.choice([1, 1, 1, 3, 30])
                copies = [copy.deepcopy(other) for _ in range(times)]
                at = random.randint(0, len(one))
                for inner in copies:
                    one.insert(at, inner)
                    one, at = (inner, 0) if random.random() < 0.5 else (one, at)

    def _changed(self, data: bytes) -> bytes:
        for _ in range(self._random.randint(1, CHANGES)):
            data = self._random.choice(CHANGE)(self, data)
        return data

    def _cut(self, data: bytes) -> tuple[int, int]:
        """A stretch of some bytes: most are short, and many end with what is a token."""
        random = self._random
        start = random.randint(0, len(data))
        longest = random.choice([1, 4, 16, 64, 256, len(data)])
        return start, min(len(data), start + random.randint(0, longest))

    def _flip(self, data: bytes) -> bytes:
        if not data:
            return data
        at = self._random.randrange(len(data))
        return data[:at] + bytes([data[at] ^ 1 << self._random.randrange(8)]) + data[at + 1 :]

    def _delete(self, data: bytes) -> bytes:
        start, end = self._cut(data)
        return data[:start] + data[end:]

    def _repeat(self, data: bytes) -> bytes:
        start, end = self._cut(data)
        times = self._random.choice([1, 1, 2, 9, REPEATED])
        return (
            data[:start] + data[start:end] * min(times, 1 + MOST // (end - start + 1)) + data[end:]
        )

    def _insert(self, data: bytes) -> bytes:
        start, end = self._cut(data)
        many = self._random.choice([1, 1, 1, 2, 5])
        put = b"".join(self._random.choices(self._random.choice([STRANGE, self._tokens]), k=many))
        put *= self._random.choice([1, 1, 1, 1, REPEATED])
        return data[:start] + put + data[self._random.choice([start, end]) :]

    def _number(self, data: bytes) -> bytes:
        """Another number in the place of one."""
        numbers = [*re.finditer(rb"\d+", data)]
        if not numbers:
            return self._insert(data)
        found = self._random.choice(numbers)
        return data[: found.start()] + self._random.choice(NUMBERS) + data[found.end() :]

    def _token(self, data: bytes) -> bytes:
        """Another token in the place of one."""
        found = TOKEN.search(data, self._random.randint(0, len(data)))
        if found is None:
            return self._insert(data)
        return data[: found.start()] + self._random.choice(self._tokens) + data[found.end() :]

    def _splice(self, data: bytes) -> bytes:
        """A stretch of another file in the place of one."""
        other = self._random.choice(self.pool)
        if other.startswith(b"PK") and not data.startswith(b"PK"):
            try:
                other = self._random.choice([*members(other).values()])
            except Exception:
                return data
        start, end = self._cut(data)
        first, last = self._cut(other)
        return data[:start] + other[first:last] + data[end:]

    def _swap(self, data: bytes) -> bytes:
        """Two stretches in each other's place."""
        (a, b), (c, d) = sorted([self._cut(data), self._cut(data)])
        return data if c < b else data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


CHANGE = (
    *(Mutants._flip, Mutants._delete, Mutants._repeat, Mutants._insert, Mutants._insert),
    *(Mutants._number, Mutants._token, Mutants._token, Mutants._splice, Mutants._swap),
)
