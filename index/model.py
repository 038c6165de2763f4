"""Models of transformers and its kin: from this machine first, from the hub only if allowed; each
loaded once a process, and run one pass at a time."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from index.errors import ModelError

T = TypeVar("T")

# One for all models: a pass uses all cores, a tokenizer keeps state between calls, and the number
# of threads is a setting of the process.
_models = threading.RLock()
_loaded: dict[Hashable, Any] = {}


@contextmanager
def one_pass(*, threads: int | None = None) -> Iterator[None]:
    """The right to run a model to see what it says, with so many threads if that is given."""
    import torch

    with _models:
        before = torch.get_num_threads()
        if threads is not None:
            torch.set_num_threads(threads)
        try:
            with torch.inference_mode():
                yield
        finally:
            if threads is not None:
                torch.set_num_threads(before)


def once(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` returns, read once a process for a key that says what it is."""
    with _models:
        if key not in _loaded:
            _loaded[key] = read()
        found: T = _loaded[key]
        return found


def identity(place: str | Path) -> Hashable:
    """What tells a model from others: in a folder, the hashes of its weights; else its name."""
    weights = [
        file
        for pattern in ("*.safetensors", "*/*.safetensors")  # of the model, and of its modules
        for file in (sorted(Path(place).glob(pattern)) if _is_folder(place) else ())
    ]
    return str(place), *map(_digest, weights)


def load(read: Callable[[bool], T], *, what: str, remedy: str, fetch: bool) -> T:
    """What `read(only_local)` returns. It may use the network with `fetch` only, and only after it
    has failed without.

    Raises ModelError when it fails: `what` it was ("The embedder 'x'"), why, and the `remedy`; one
    that `read` raises is passed on.
    """
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # loading weights is not worth a bar
    try:
        return read(True)
    except ModelError:
        raise
    except Exception as error:  # the libraries below raise whatever they like
        if not fetch:
            raise _refused(what, error, remedy) from error
    try:
        return read(False)
    except ModelError:
        raise
    except Exception as error:
        raise _refused(what, error, remedy) from error


def place_of(name: str) -> str:
    """The full path of a model in a folder, which another folder to work in does not change; of
    any other, its name."""
    return str(Path(name).absolute()) if _is_folder(name) else name


def to_fast_dtype(model: Any) -> Any:
    """The torch model in bfloat16 where the CPU has matrix units for it (AMX): that is two to
    three times as fast there, and slower elsewhere."""
    import torch

    amx = torch.cpu.get_capabilities().get("amx_bf16", False)
    return model.to(torch.bfloat16) if amx and model.device.type == "cpu" else model


def check_weights(path: Path, sha256: str, *, what: str, remedy: str) -> None:
    """Raise ModelError unless these weights are the ones that were shipped; `what` they are."""
    try:
        digest = _sha256(path)
    except OSError as error:
        raise ModelError(f"{what} cannot be read ({path}: {error.strerror}). {remedy}") from error
    if digest != sha256:
        raise ModelError(
            f"{what} is not the one that was shipped ({path} has another SHA-256). {remedy}"
        )


def _is_folder(place: str | Path) -> bool:
    try:
        return bool(str(place)) and Path(place).is_dir()
    except OSError:  # what no folder can be called
        return False


def _digest(weights: Path) -> str | None:
    try:
        return _sha256(weights)
    except OSError:  # whoever loads them says why
        return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refused(what: str, error: Exception, remedy: str) -> ModelError:
    reason = (str(error).strip() or type(error).__name__).split("\n")[0]
    return ModelError(f"{what} cannot be loaded: {reason} {remedy}")
