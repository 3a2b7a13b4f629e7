"""Talking to a host as the pipeline does, and looking at its child as no pipeline may."""

import threading
from collections.abc import Callable

import pytest

from models.host import Host
from models.stage import Deadline, Files, Params
from tests.support_stages import acting
from tests.waiting import PATIENCE_S


class Enough(Exception):
    """What a test interrupts a stage with."""


def patience() -> Deadline:
    return Deadline.after(PATIENCE_S)


def pid_of(craft: Host) -> int:
    assert craft._child is not None
    return craft._child.process.pid


def do(
    craft: Host,
    name: str,
    given: Files | None = None,
    params: Params | None = None,
    *,
    budget_s: float = PATIENCE_S,
    interrupted: Callable[[], Exception | None] = lambda: None,
    on_step: Callable[[int, int, str], None] = lambda done, total, message: None,
    deadline: Deadline | None = None,
) -> dict[str, bytes]:
    stage = acting(name, budget_s=budget_s)
    deadline = deadline or patience()
    made = craft.run(stage, given or {}, params or {}, deadline=deadline, on_step=on_step, interrupted=interrupted)
    return made.files


class Interrupter:
    """Wants the stage to end once it has stepped: then it runs for certain. `of`: at which step."""

    def __init__(self, of: int | None = None) -> None:
        self._of = of
        self.steps = 0
        self.stepped = threading.Event()

    def on_step(self, done: int, total: int, message: str) -> None:
        self.steps += 1
        if self._of in {None, done}:
            self.stepped.set()

    def __call__(self) -> Exception | None:
        return Enough("enough") if self.stepped.is_set() else None


def interrupt(craft: Host, name: str) -> int:
    """How many steps of the stage were heard of."""
    enough = Interrupter()
    with pytest.raises(Enough):
        do(craft, name, on_step=enough.on_step, interrupted=enough)
    return enough.steps
