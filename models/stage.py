"""What a stage is: it reads files and makes files, and keeps nothing.

A stage is a pure function of its name, version, parameters and input files. That one fact is what
makes checkpoint, resume and cache the same mechanism (`models/shelf.py`), and lets a stage run in a
process that may be killed at any moment (`models/host.py`).
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from models.model import Model
from models.policy import Policy, Value

Files = Mapping[str, bytes]  #: name with its ending -> content
Params = Mapping[str, Value]
SEEDS = 2**31  # a request's seed is below (DESIGN section 4)

OnStep = Callable[[int, int, str], None]  #: done, total, message; raises when the work shall stop


@dataclass(frozen=True, slots=True)
class Brief:
    """What shall be made."""

    prompt: str = ""
    verb: str = ""
    quality: str = "standard"  #: draft, standard or high
    num_parts: int | None = None  #: None: as many as the template has
    seed: int = 0
    reseed: int = 0  #: how often before parts of this job were refused: equal seeds would give them again
    points: int = 2048
    image: bytes | None = None  #: a picture instead of a prompt, as it was uploaded

    @property
    def attempt_seed(self) -> int:
        """What stages use. It runs on from the seed that was asked for, and stays within its bounds."""
        return (self.seed + self.reseed) % SEEDS


class Stage(Protocol):
    """`load` once per process, `run` once per job. A stage keeps no state between runs."""

    @property
    def name(self) -> str:
        """Unique in a pipeline; the parent asks the child for a stage by it."""

    @property
    def label(self) -> str:
        """What a person reads while it runs."""

    @property
    def version(self) -> int:
        """Another number whenever equal inputs may give other outputs: old shelf entries are passed by."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The files it needs."""

    @property
    def models(self) -> tuple[Model, ...]:
        """The weights it uses."""

    @property
    def policy(self) -> Policy:
        """For how long, how often, and what when memory runs out."""

    @property
    def cost_s(self) -> float:
        """What it usually takes, from tests/benchmarks; weighs its share of the progress."""

    def params(self, brief: Brief) -> Params:
        """The part of the brief that its output depends on, and no more: the rest must not miss the shelf."""

    def load(self) -> None:
        """Import and warm up whatever is slow. Called in the child only."""

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
        """Raises: CraftError; anything else is reported as StageFailed."""


class Watcher(Protocol):
    """Whoever wants to know how it goes, and may want it to stop."""

    def started(self, stage: Stage, index: int, total: int, overall: int) -> None: ...

    def stepped(self, within: int, overall: int, message: str) -> None:
        """Percent within the stage and of the whole."""

    def finished(self, stage: Stage, *, key: str, seconds: float, hit: bool) -> None: ...

    def interrupted(self) -> Exception | None:
        """The error to stop with, or None to go on. Asked many times a second; must be cheap."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on this machine's monotonic clock."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        return cls(time.monotonic() + seconds)

    def left_s(self) -> float:
        return self.at - time.monotonic()

    def passed(self) -> bool:
        return self.left_s() <= 0

    def or_after(self, seconds: float) -> "Deadline":
        """Whichever comes first: this one, or `seconds` from now."""
        return min(self, Deadline.after(seconds), key=lambda deadline: deadline.at)
