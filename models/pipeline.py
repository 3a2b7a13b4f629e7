"""From a brief to files: the stages in order, each looked for on the shelf before it is run."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from models.errors import CraftError, HandOver, NoUsableMesh, OutOfTime, Refused, RouteFailed, StageTimeout
from models.host import Host
from models.palette import colour, hexadecimal
from models.routes import FIRST, LAST, Route
from models.shelf import Shelf, shelf_key
from models.stage import Brief, Deadline, Files, Stage, Watcher
from models.stages import COUNTS, FACTS, PLAN, RESULT, as_json

REPORT = "report.json"
Corner = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class MadePart:
    """One part of the result."""

    id: int
    name: str
    color: str
    faces: int
    vertices: int
    points: int


@dataclass(frozen=True, slots=True)
class Made:
    """A finished object: its files, and what is in them."""

    files: Files
    template: str
    route: str
    parts: tuple[MadePart, ...]
    refusals: tuple[str, ...]
    bounds: tuple[Corner, Corner]  #: the low and the high one
    watertight: bool


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Knows the order of things; the host does them."""

    host: Host
    shelf: Shelf
    routes: tuple[Route, ...]

    def make(self, brief: Brief, *, deadline: Deadline, watcher: Watcher) -> Made:
        """Make it.

        Raises: NoUsableMesh, OutOfTime, HandOver, another CraftError, or what `watcher.interrupted()` returns.
        """
        run = _Run(self.host, self.shelf, brief, deadline, watcher, _total_cost(self.routes), _longest(self.routes))
        for stage in FIRST:
            run.do(stage)
        route, refusals = first_usable(self.routes, run)
        for stage in LAST:
            run.do(stage)
        return _made(run, route, refusals)


def first_usable(routes: tuple[Route, ...], run: "_Run") -> tuple[Route, tuple[str, ...]]:
    """Try the routes in order and keep the first whose parts nothing can be said against.

    A route that fails is not papered over: no dummy triangle, no empty part. Every refusal is kept,
    and if all routes are out they are all in the error.

    Raises: NoUsableMesh when every route gave parts that were refused, so that trying again would
    give the same; otherwise the last route's own failure, for the next attempt may do better.
    """
    failures: list[RouteFailed] = []
    for route in routes:
        try:
            for stage in route.stages:
                run.do(stage)
        except RouteFailed as error:
            error.route = route.name
            failures.append(error)
            continue
        return route, _said(failures)
    if all(isinstance(failure, Refused) for failure in failures):
        raise NoUsableMesh(_said(failures))
    last = next(failure for failure in reversed(failures) if not isinstance(failure, Refused))
    last.refusals = _said(failures)
    raise last


def _said(failures: list[RouteFailed]) -> tuple[str, ...]:
    return tuple(f"{failure.route}: {failure}" for failure in failures)


@dataclass(slots=True)
class _Run:
    """One attempt: the files so far, and what it took to get them."""

    host: Host
    shelf: Shelf
    brief: Brief
    deadline: Deadline
    watcher: Watcher
    total_cost_s: float
    total: int
    files: dict[str, bytes] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    cost_s: float = 0.0
    fresh: int = 0  #: stages that this attempt put on the shelf
    reached: int = 0  #: percent of the whole, as it was last shown

    def do(self, stage: Stage) -> None:
        """One stage, from the shelf or from the host. Its files join the others."""
        self.watcher.started(stage, len(self.seconds), self.total, self._overall(0))
        given = {name: self.files[name] for name in stage.reads}
        key = shelf_key(stage, stage.params(self.brief), given)
        begun = time.monotonic()
        found = self.shelf.get(key)
        self.files |= self._run(stage, given, key) if found is None else found
        self.seconds[stage.name] = time.monotonic() - begun
        self.cost_s += stage.cost_s
        self.watcher.finished(stage, key=key, seconds=self.seconds[stage.name], hit=found is not None)

    def _run(self, stage: Stage, given: Files, key: str) -> dict[str, bytes]:
        if self.deadline.passed():
            raise self._out_of_time(stage)
        try:
            made = self.host.run(
                stage,
                given,
                stage.params(self.brief),
                deadline=self.deadline,
                on_step=lambda done, total, message: self._stepped(stage, done, total, message),
                interrupted=self.watcher.interrupted,
            )
        except CraftError as error:
            error.stage = stage.name
            if isinstance(error, StageTimeout) and self.deadline.passed():
                raise self._out_of_time(stage) from error
            raise
        self.fresh += self.shelf.put(key, made)
        return made

    def _out_of_time(self, stage: Stage) -> CraftError:
        """Whether the next attempt can go on from something new decides which of the two it is."""
        kind = HandOver if self.fresh else OutOfTime
        error = kind(f"the time for one attempt ran out in {stage.name}; new stages on the shelf: {self.fresh}")
        error.stage = stage.name
        return error

    def _stepped(self, stage: Stage, done: int, total: int, message: str) -> None:
        share = min(max(done / total, 0.0), 1.0) if total > 0 else 0.0  # a stage may not be able to count
        self.watcher.stepped(round(100 * share), self._overall(share * stage.cost_s), message)

    def _overall(self, more_s: float) -> int:
        """Percent of the whole, 99 at most: 100 is for a job that is kept. After a fallback it stands still."""
        percent = round(100 * (self.cost_s + more_s) / self.total_cost_s)
        self.reached = max(self.reached, min(99, percent))
        return self.reached


def _total_cost(routes: tuple[Route, ...]) -> float:
    """Of the first route's way through; a fallback shows as progress that stands still, not one that goes back."""
    return sum(stage.cost_s for stage in (*FIRST, *routes[0].stages, *LAST))


def _longest(routes: tuple[Route, ...]) -> int:
    return len(FIRST) + sum(len(route.stages) for route in routes) + len(LAST)


def _made(run: _Run, route: Route, refusals: tuple[str, ...]) -> Made:
    plan, facts, counts = (json.loads(run.files[name]) for name in (PLAN, FACTS, COUNTS))
    parts = tuple(
        MadePart(at, part["name"], hexadecimal(colour(at)), part["faces"], part["vertices"], counts[at])
        for at, part in enumerate(facts["parts"])
    )
    report = _report(run, plan, facts, parts) | {"route": route.name, "refusals": list(refusals)}
    files = {name: run.files[name] for name in RESULT} | {REPORT: as_json(report)}
    low, high = (tuple(corner) for corner in facts["bounds"])
    return Made(files, plan["template"], route.name, parts, refusals, (low, high), facts["watertight"])


def _report(run: _Run, plan: dict[str, Any], facts: dict[str, Any], parts: tuple[MadePart, ...]) -> dict[str, Any]:
    """Everything somebody may ask about this object later."""
    brief = run.brief
    return {
        "concept": {name: plan[name] for name in ("concept", "matched", "score", "how", "verb")},
        "template": plan["template"],
        "parts": [{"id": part.id, "name": part.name, "color": part.color, "points": part.points} for part in parts],
        "mesh": facts,
        "points": sum(part.points for part in parts),
        "settings": {
            "quality": brief.quality,
            "seed": brief.seed,
            "points": brief.points,
            "num_parts": brief.num_parts,
        },
        "seconds": {name: round(seconds, 4) for name, seconds in run.seconds.items()},
        "models": [],
        "licences": [],
    }
