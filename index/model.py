"""Models of transformers and its kin: from this machine first, from the hub only if allowed."""

from __future__ import annotations

from collections.abc import Callable
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


def fastest(model: Any) -> Any:
    """The torch model in bfloat16 where the CPU has matrix units for it (AMX): that is two to
    three times as fast there, and slower elsewhere."""
    import torch

    amx = torch.cpu.get_capabilities().get("amx_bf16", False)
    return model.to(torch.bfloat16) if amx and model.device.type == "cpu" else model


def _refused(what: str, error: Exception, remedy: str) -> ModelError:
    reason = (str(error).strip() or type(error).__name__).split("\n")[0]
    return ModelError(f"{what} cannot be loaded: {reason} {remedy}")
