"""The model routes with networks that fail on order: the factory of a child whose tests write the orders.

A file that FILE names says which module of which model does what at which of its calls:
`{"partcrafter": ["vae.decoder", 2, "oom"]}`. The routes, the stages and what they call are the product's own.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

from models.craft import Craft
from models.routes import stages_by_route as the_products_own
from models.stage import Files, OnStep, Params, Stage
from tests.wrapped_stage import Wrapped

FACTORY = "tests.tiny.faults:stages_by_route"
FILE = "TINY_FAULTS"  # environment: the file with the orders
SLOW_S = 0.05
Orders = dict[str, tuple[str, int, str]]


def order(path: Path, orders: Orders) -> None:
    path.write_text(json.dumps(orders))


def drawn(path: Path) -> int:
    """How often a picture was drawn, by the child's own count."""
    log = path.with_suffix(".drawn")
    return len(log.read_text().splitlines()) if log.exists() else 0


def stages_by_route(craft: Craft) -> dict[str, tuple[Stage, ...]]:
    rows = the_products_own(craft)
    return {name: tuple(Ordered(stage) if stage.models else stage for stage in row) for name, row in rows.items()}


@dataclass(frozen=True, slots=True)
class Ordered(Wrapped):
    """A stage whose networks do as they are told."""

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
        path = Path(os.environ[FILE])
        if self.name == "text_to_image":
            with path.with_suffix(".drawn").open("a") as log:
                log.write("drawn\n")
        with ExitStack() as stack:
            for model_id, (module, call, what) in json.loads(path.read_text()).items():
                if model_id in {model.id for model in self.models}:
                    stack.enter_context(failing(model_id, module, call, what))
            return self.stage.run(given, params, step)


@contextmanager
def failing(model_id: str, module: str, call: int, what: str) -> Iterator[None]:
    """Have that module of a model do `what` from its `call`-th call on."""
    from models.nets.held import hold

    held = hold(model_id, lambda: None)
    kind = type(reduce(getattr, module.split("."), held))
    forward, calls = kind.forward, 0

    def ordered(self: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        answer = forward(self, *args, **kwargs)
        return DEEDS[what](answer, kwargs) if calls >= call else answer

    kind.forward = ordered
    try:
        yield
    finally:
        kind.forward = forward


def out_of_memory(answer: Any, asked: dict[str, Any]) -> Any:
    import torch

    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 8.00 GiB.")


def wrong(answer: Any, asked: dict[str, Any]) -> Any:
    raise ValueError("tensors of different sizes")


def nothing(answer: Any, asked: dict[str, Any]) -> Any:
    """A field that nowhere changes its sign has no surface. Whatever comes back is in one tensor or a tuple of them."""
    if hasattr(answer, "abs"):
        return -1 - answer.abs()
    if isinstance(answer, tuple):
        return tuple(nothing(each, asked) for each in answer)
    answer.sample = nothing(answer.sample, asked)
    return answer


def slow(answer: Any, asked: dict[str, Any]) -> Any:
    time.sleep(SLOW_S)
    return answer


def hung(answer: Any, asked: dict[str, Any]) -> Any:
    time.sleep(3600)
    return answer


def boxes(answer: Any, asked: dict[str, Any]) -> Any:
    """SAM 2's masks are the boxes it was asked for: random weights draw noise, of which no thing can be cut out."""
    import torch

    side = answer.pred_masks.shape[-1]
    cells = torch.arange(side) + 0.5
    left, top, right, bottom = (asked["input_boxes"][0] * side / (4 * side)).T[..., None]  # its masks are a quarter
    across, down = (cells > left) & (cells < right), (cells > top) & (cells < bottom)
    inside = across[:, None, :] & down[:, :, None]
    answer.pred_masks = torch.where(inside, 5.0, -5.0)[None, :, None].to(answer.pred_masks)
    return answer


DEEDS: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "oom": out_of_memory,
    "error": wrong,
    "nothing": nothing,
    "slow": slow,
    "hang": hung,
    "boxes": boxes,
}
