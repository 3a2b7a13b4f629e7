"""The models that this process holds, each loaded once."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Collection
from typing import Any, TypeVar, cast

import torch

T = TypeVar("T")

_held: dict[str, Any] = {}
_seconds: dict[str, float] = {}


def hold(model_id: str, load: Callable[[], T]) -> T:
    """The model, from `load` when this process does not hold it yet."""
    if model_id not in _held:
        begun = time.monotonic()
        _held[model_id] = load()
        _seconds[model_id] = time.monotonic() - begun
    return cast(T, _held[model_id])


def load_seconds() -> dict[str, float]:
    """How long each model that is held took to load."""
    return {model_id: _seconds[model_id] for model_id in _held}


def release(keep: Collection[str] = ()) -> tuple[str, ...]:
    """Forget all models but those, and give their memory back; which ones went.

    What a library still refers to stays in memory: only the end of the process is certain.
    """
    gone = tuple(model_id for model_id in _held if model_id not in keep)
    for model_id in gone:
        del _held[model_id]
    if gone:
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
    return gone
