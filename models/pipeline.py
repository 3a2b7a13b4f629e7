"""From a brief to an object: what every route begins with, the first usable route, what every route ends with."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from models.breaker import Breaker, Circuit
from models.errors import CircuitOpen, NoUsableMesh, Refused, RouteFailed
from models.host import Host
from models.report import Made, made_by
from models.routes import FIRST, LAST, Route
from models.run import Run
from models.shelf import Shelf
from models.stage import Brief, Deadline, Watcher


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Knows the order of things; `Run` does them. Made once per process: the circuits outlive a job."""

    host: Host
    shelf: Shelf
    routes: tuple[Route, ...]
    breakers: dict[str, Breaker] = field(default_factory=dict)  #: by route

    def make(self, brief: Brief, *, deadline: Deadline, watcher: Watcher, known: frozenset[str] = frozenset()) -> Made:
        """Make it. `known`: the shelf keys that earlier attempts have reached.

        Raises: NoUsableMesh, OutOfTime, HandOver, another CraftError, or what `watcher.interrupted()` returns.
        """
        cost_s, stages = _total_cost(self.routes), _longest(self.routes)
        run = Run(self.host, self.shelf, brief, deadline, watcher, known, cost_s, stages)
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
        passable = [route for route in self.routes if self._breaker(route).state is not Circuit.OPEN]
        failures: list[RouteFailed] = []
        for route in self.routes:
            try:
                if passable and route not in passable:
                    raise CircuitOpen(f"its circuit is open: {self._breaker(route).why}")
                for stage in route.stages:
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
        elif not isinstance(error, CircuitOpen):
            self._breaker(route).failed(brief, str(error))

    def _breaker(self, route: Route) -> Breaker:
        return self.breakers.setdefault(route.name, Breaker())


def _of_all(failures: Sequence[RouteFailed]) -> RouteFailed | NoUsableMesh:
    """The error of an attempt whose routes are all out: an accident rather than a refusal, the last one first."""
    accidents = [failure for failure in failures if not isinstance(failure, Refused)]
    if not accidents:
        return NoUsableMesh(_said(failures))
    last = accidents[-1]
    last.refusals = _said(failures)
    last.refused = len(accidents) < len(failures)
    return last


def _said(failures: Sequence[RouteFailed]) -> tuple[str, ...]:
    return tuple(f"{failure.route}: {failure}" for failure in failures)


def _total_cost(routes: tuple[Route, ...]) -> float:
    """Of the first route's way through; a fallback shows as progress that stands still, not one that goes back."""
    return sum(stage.cost_s for stage in (*FIRST, *routes[0].stages, *LAST))


def _longest(routes: tuple[Route, ...]) -> int:
    return len(FIRST) + sum(len(route.stages) for route in routes) + len(LAST)
