"""Models of transformers and its kin: from this machine first, from the hub only if allowed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from index.errors import ModelError

T = TypeVar("T")


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
    try:
        return str(Path(name).absolute()) if name and Path(name).is_dir() else name
    except OSError:  # what no folder can be called
        return name


def fastest(model: Any) -> Any:
    """The torch model in bfloat16 where the CPU has matrix units for it (AMX): that is two to
    three times as fast there, and slower elsewhere."""
    import torch

    amx = torch.cpu.get_capabilities().get("amx_bf16", False)
    return model.to(torch.bfloat16) if amx and model.device.type == "cpu" else model


def check_weights(path: Path, sha256: str, *, what: str, remedy: str) -> None:
    """Raise ModelError unless these weights are the ones that were shipped; `what` they are."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{what} cannot be read ({path}: {error.strerror}). {remedy}") from error
    if digest != sha256:
        raise ModelError(
            f"{what} is not the one that was shipped ({path} has another SHA-256). {remedy}"
        )


def _refused(what: str, error: Exception, remedy: str) -> ModelError:
    reason = (str(error).strip() or type(error).__name__).split("\n")[0]
    return ModelError(f"{what} cannot be loaded: {reason} {remedy}")
