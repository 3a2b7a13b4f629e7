"""From a brief to an object: what every route begins with, the first usable route, what every route ends with."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from models.breaker import Breaker, Circuit
from models.errors import BadInput, CircuitOpen, NotTried, NoUsableMesh, Refused, RouteFailed, Unavailable
from models.host import Host
from models.report import Made, made_by
from models.routes import FIRST, LAST, Route
from models.run import Run
from models.shelf import Shelf
from models.stage import Brief, Deadline, Stage, Watcher
from models.stages import UPLOAD


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Knows the order of things; `Run` does them. Made once per process: the circuits outlive a job."""

    host: Host
    shelf: Shelf
    routes: tuple[Route, ...]
    breakers: dict[str, Breaker] = field(default_factory=dict)  #: by route

    def make(self, brief: Brief, *, deadline: Deadline, watcher: Watcher, known: frozenset[str] = frozenset()) -> Made:
        """Make it. `known`: the shelf keys that earlier attempts have reached.

        Raises: BadInput, NoUsableMesh, OutOfTime, HandOver, another CraftError, or what `watcher.interrupted()`
        returns.
        """
        rows = [stages for route in self.routes if not route.unavailable and (stages := route.stages_for(brief))]
        if not rows:
            raise BadInput("no route of this worker reads pictures")
        run = Run(self.host, self.shelf, brief, deadline, watcher, known, _cost_s(rows[0]), len(_all(rows)))
        if brief.image is not None:
            run.files[UPLOAD] = brief.image
        try:
            for stage in FIRST:
                run.do(stage)
            route, refusals = self._first_usable(run)
            for stage in LAST:
                run.do(stage)
        finally:
            self.host.job_over()
        return made_by(run, route, refusals)

    def _first_usable(self, run: Run) -> tuple[Route, tuple[str, ...]]:
        """Try the routes in order and keep the first whose parts nothing can be said against.

        A route that fails is not papered over: no dummy triangle, no empty part. Every refusal is kept,
        and if all routes are out they are all in the error. A route whose circuit is open is passed over,
        unless there is no other.

        Raises: NoUsableMesh when every route gave parts that were refused; otherwise the last route's own failure.
        """
        passable = [
            route
            for route in self.routes
            if not route.unavailable and route.stages_for(run.brief) and self._breaker(route).state is not Circuit.OPEN
        ]
        failures: list[RouteFailed] = []
        for route in self.routes:
            try:
                stages = route.stages_for(run.brief)
                if route.unavailable or not stages:
                    raise Unavailable(route.unavailable or "it reads no pictures")
                if passable and route not in passable:
                    raise CircuitOpen(f"its circuit is open: {self._breaker(route).why}")
                for stage in stages:
                    run.do(stage)
            except RouteFailed as error:
                error.route = route.name
                failures.append(error)
                self._note(route, run.brief, error)
                continue
            self._breaker(route).worked()
            return route, _said(failures)
        raise _of_all(failures)

    def _note(self, route: Route, brief: Brief, error: RouteFailed) -> None:
        """Parts that were refused say nothing against the route that made them; what was not tried says nothing."""
        if isinstance(error, Refused):
            self._breaker(route).worked()
        elif not isinstance(error, NotTried):
            self._breaker(route).failed(brief, str(error))

    def _breaker(self, route: Route) -> Breaker:
        return self.breakers.setdefault(route.name, Breaker())


def _of_all(failures: Sequence[RouteFailed]) -> RouteFailed | NoUsableMesh:
    """The error of an attempt whose routes are all out.

    An accident rather than a refusal, the last one first. A route that cannot be used here has nothing to say while
    another has.
    """
    refused = [failure for failure in failures if isinstance(failure, Refused)]
    accidents = [failure for failure in failures if not isinstance(failure, Refused | Unavailable)]
    if refused and not accidents:
        return NoUsableMesh(_said(failures))
    last = (accidents or failures)[-1]
    last.refusals = _said(failures)
    last.refused = bool(refused)
    return last


def _said(failures: Sequence[RouteFailed]) -> tuple[str, ...]:
    return tuple(f"{failure.route}: {failure}" for failure in failures)


def _cost_s(row: tuple[Stage, ...]) -> float:
    """Of the first route's way through; a fallback shows as progress that stands still, not one that goes back."""
    return sum(stage.cost_s for stage in (*FIRST, *row, *LAST))


def _all(rows: Sequence[tuple[Stage, ...]]) -> set[str]:
    """The stages that all routes together may need."""
    return {stage.name for row in (FIRST, *rows, LAST) for stage in row}
