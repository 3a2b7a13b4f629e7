"""Where a network runs, in which numbers, and how much of the GPU it takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from models.craft import Craft
from models.errors import LoadFailed


def device_of(craft: Craft) -> torch.device:
    """Raises: LoadFailed when a GPU was asked for and there is none."""
    there = torch.cuda.is_available()
    if craft.device == "cuda" and not there:
        raise LoadFailed("LUMEN_DEVICE=cuda, and torch finds no GPU")
    return torch.device("cuda" if there and craft.device != "cpu" else "cpu")


def try_device(craft: Craft) -> None:
    """Allocate and compute a little, because a GPU may be listed and not work. Raises: LoadFailed."""
    device = device_of(craft)
    try:
        ones = torch.ones(64, 64, device=device, dtype=dtype_on(device))
        works = bool((ones @ ones).sum().item() == 64**3)
    except RuntimeError as error:
        raise LoadFailed(f"self-test: {device} does not work: {error}") from error
    if not works:
        raise LoadFailed(f"self-test: {device} computes wrongly")


def dtype_on(device: torch.device) -> torch.dtype:
    """Half precision is what the published weights were run in on a GPU; most of its kernels do not exist on a CPU."""
    return torch.float16 if device.type == "cuda" else torch.float32


@contextmanager
def at_work(model: Any, craft: Craft) -> Iterator[Any]:
    """The model on its device; with LUMEN_OFFLOAD=model for as long as this lasts, and in main memory otherwise.

    `model` has a method `to`, as modules and pipelines have.
    """
    if craft.offload == "none":
        yield model
        return
    model.to(device_of(craft))
    try:
        yield model
    finally:
        model.to("cpu")


def placed(model: Any, craft: Craft) -> Any:
    """A model that was just loaded, where it is to wait for work."""
    model.to("cpu" if craft.offload == "model" else device_of(craft))  # hy3dgen's `to` returns None
    return model


def generator(seed: int) -> torch.Generator:
    """On the CPU, whatever the device: the same seed begins with the same noise everywhere."""
    return torch.Generator("cpu").manual_seed(seed)
