"""One attempt at a brief: its stages, each from the shelf or from the host, with patience and a remedy."""

import logging
import time
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field

from models.errors import CraftError, Exhausted, HandOver, OutOfTime, Refused, StageTimeout
from models.host import Host
from models.model import Model
from models.process import LOOK_EVERY_S
from models.shelf import Shelf, shelf_key
from models.stage import Brief, Deadline, Files, Params, Stage, Watcher
from models.vram import Vram
from models.wire import Made

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Got:
    """A stage's files, where they lie on the shelf, and whether they were found there."""

    key: str
    files: Mapping[str, bytes]
    hit: bool


@dataclass(slots=True)
class Run:
    """The files so far, and what it took to get them."""

    host: Host
    shelf: Shelf
    brief: Brief
    deadline: Deadline
    watcher: Watcher
    known: frozenset[str]  #: keys that earlier attempts have reached: getting there again is no progress
    total_cost_s: float
    total: int
    files: dict[str, bytes] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    params: dict[str, Params] = field(default_factory=dict)
    models: dict[str, Model] = field(default_factory=dict)  #: by id: what the stages so far were made with
    vram: dict[str, Vram] = field(default_factory=dict)
    made: dict[str, Mapping[str, bytes]] = field(default_factory=dict)  #: by key: a shelf may fail, and a route repeat
    refused: dict[str, Refused] = field(default_factory=dict)  #: by key: what would only be refused again
    remedies: list[str] = field(default_factory=list)  #: faults that were overcome, and at what price
    cost_s: float = 0.0
    fresh: int = 0  #: stages that this attempt put on the shelf first
    reached: int = 0  #: percent of the whole, as it was last shown

    def do(self, stage: Stage) -> None:
        """One stage. Its files join the others. Raises: CraftError, or what the watcher wants it to end with."""
        self.watcher.started(stage, len(self.seconds), self.total, self._overall(0))
        begun, params = time.monotonic(), stage.params(self.brief)
        try:
            got = self._get(stage, params)
        except Exhausted as error:
            got = self._get_with_less(stage, params, error)
        self.files |= got.files
        self.models |= {model.id: model for model in stage.models}
        self.seconds[stage.name] = self.seconds.get(stage.name, 0) + time.monotonic() - begun
        self.cost_s += stage.cost_s
        self.watcher.finished(stage, key=got.key, seconds=self.seconds[stage.name], hit=got.hit)

    def _get(self, stage: Stage, params: Params) -> Got:
        """From the shelf, or made and put there."""
        given = {name: self.files[name] for name in stage.reads if name in self.files}
        key = shelf_key(stage, params, given)
        self.params[stage.name] = params
        if (found := self.made.get(key) or self.shelf.get(key)) is not None:
            return Got(key, found, hit=True)
        if key in self.refused:
            raise copy(self.refused[key])  # each route writes its own name on it
        try:
            made = stage.policy.trying(self._pause)(self._make, stage, given, params)
        except Refused as error:
            self.refused[key] = error
            raise
        self.made[key] = made.files
        self.vram |= {stage.name: made.vram} if made.vram else {}
        if self.shelf.put(key, made.files) and key not in self.known:
            self.fresh += 1
        return Got(key, made.files, hit=False)

    def _get_with_less(self, stage: Stage, params: Params, error: Exhausted) -> Got:
        """Once more, with smaller settings, where there are any. The host has a fresh child by now."""
        less = stage.policy.smaller(params)
        if less is None:
            raise error
        changed = ", ".join(f"{name} {value}" for name, value in less.items() if value != params[name])
        log.warning("%s: %s; made with %s", stage.name, error, changed)
        self.remedies.append(f"{stage.name}: {error}; made with {changed}")
        return self._get(stage, less)

    def _make(self, stage: Stage, given: Files, params: Params) -> Made:
        """One try."""
        if self.deadline.passed():
            raise self._out_of_time(stage)
        try:
            return self.host.run(
                stage,
                given,
                params,
                deadline=self.deadline,
                on_step=lambda done, total, message: self._stepped(stage, done, total, message),
                interrupted=self.watcher.interrupted,
            )
        except CraftError as error:
            error.stage = stage.name
            if isinstance(error, StageTimeout) and self.deadline.passed():
                raise self._out_of_time(stage) from error
            if isinstance(error, stage.policy.transient):
                self.remedies.append(f"{stage.name}: {error}; tried again")
            raise

    def _pause(self, seconds: float) -> None:
        """Between two tries: whoever wants it to end need not wait for the next."""
        until = self.deadline.or_after(seconds)
        while not until.passed():
            if (problem := self.watcher.interrupted()) is not None:
                raise problem
            time.sleep(min(LOOK_EVERY_S, max(until.left_s(), 0)))

    def _out_of_time(self, stage: Stage) -> CraftError:
        """Whether the next attempt can go on from something new decides which of the two it is."""
        kind = HandOver if self.fresh else OutOfTime
        error = kind(f"the time for one attempt ran out in {stage.name}; new stages on the shelf: {self.fresh}")
        error.stage = stage.name
        return error

    # --- progress ------------------------------------------------------------------------------

    def _stepped(self, stage: Stage, done: int, total: int, message: str) -> None:
        share = min(max(done / total, 0.0), 1.0) if total > 0 else 0.0  # a stage may not be able to count
        self.watcher.stepped(round(100 * share), self._overall(share * stage.cost_s), message)

    def _overall(self, more_s: float) -> int:
        """Percent of the whole, 99 at most: 100 is for a job that is kept. After a fallback it stands still."""
        percent = round(100 * (self.cost_s + more_s) / self.total_cost_s)
        self.reached = max(self.reached, min(99, percent))
        return self.reached
