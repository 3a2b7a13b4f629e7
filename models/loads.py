"""Which stages are loaded in this process, when the others are, and why one is not.

A route can be used once all its stages are loaded. When that happens is the craft's `load`:

- eager: all routes before the process says that it is ready; no job ever waits for a model.
- background: the first route that can be loaded before, the others while there is nothing else to do.
- lazy: one route at a time, when it is needed; what it does not need is released before. For a small GPU.

A stage that could not be loaded is tried again after a rest, TRIES_MAX times, while nothing else is to do.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf

from models.errors import LoadFailed
from models.faults import load_failed
from models.stage import Stage
from models.wire import Failed, Load, Ready

TRIES_MAX = 5  # a mount that comes late is there by then; broken weights stay broken
REST_S = 5.0  # before the second try; doubles


@dataclass(slots=True)
class Trial:
    """How often a stage was tried in vain, and when it may be tried again."""

    tries: int = 0
    again_at: float = 0.0
    why: str = ""


class Loads:
    """The stages of a process, by the routes that need them."""

    def __init__(
        self,
        routes: Mapping[str, tuple[Stage, ...]],
        when: str = "eager",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._routes = routes
        self._when = when
        self._monotonic = monotonic
        self._stages = {stage.name: stage for stages in routes.values() for stage in stages}
        self._loaded: set[str] = set()
        self._trials: dict[str, Trial] = {}

    @property
    def stages(self) -> tuple[Stage, ...]:
        return tuple(self._stages.values())

    def begin(self) -> Ready | Failed:
        """Load what has to be there before the first job. Failed when not a single route can be used."""
        loads: list[Load] = []
        failures: dict[str, Failed] = {}
        for stages in self._routes.values():
            for stage in stages:
                if stage.name not in self._loaded and stage.name not in failures:
                    load, failed = self._try(stage)
                    loads.append(load)
                    failures |= {stage.name: failed} if failed else {}
            if self._when != "eager" and self._complete(stages):
                break
        if not any(self._complete(stages) for stages in self._routes.values()):
            whys = "; ".join(failed.message for failed in failures.values())
            return replace(next(iter(failures.values())), message=whys)
        return Ready(tuple(loads))

    def need(self, name: str) -> Stage:
        """A stage that is loaded. Raises: LoadFailed."""
        stage = self._stages[name]
        if name in self._loaded:
            return stage
        trial = self._trials.get(name, Trial())
        if self._monotonic() < trial.again_at:
            raise LoadFailed(f"{name}: {trial.why}")
        if self._when == "lazy":
            self._make_room(stage)
        _, failed = self._try(stage)
        if failed:
            raise LoadFailed(failed.message, detail=failed.detail)
        return stage

    def rest_s(self) -> float:
        """In how many seconds a stage shall be loaded if nothing else is to do; infinite when none is missing."""
        waits = [self._wait_s(name) for name in self._missing()]
        return max(min(waits, default=inf), 0.0)

    def next(self) -> Load:
        """Load the stage that `rest_s` spoke of."""
        return self._try(self._stages[min(self._missing(), key=self._wait_s)])[0]

    def _missing(self) -> list[str]:
        return [] if self._when == "lazy" else [name for name in self._stages if name not in self._loaded]

    def _wait_s(self, name: str) -> float:
        trial = self._trials.get(name, Trial())
        return inf if trial.tries >= TRIES_MAX else trial.again_at - self._monotonic()

    def _complete(self, stages: Iterable[Stage]) -> bool:
        return all(stage.name in self._loaded for stage in stages)

    def _try(self, stage: Stage) -> tuple[Load, Failed | None]:
        begun = self._monotonic()
        try:
            stage.load()
        except Exception as error:  # noqa: BLE001 (whatever it is, the parent decides)
            failed = load_failed(stage.name, error)
            tries = self._trials.get(stage.name, Trial()).tries + 1
            self._trials[stage.name] = Trial(tries, self._monotonic() + REST_S * 2 ** (tries - 1), str(error))
            return Load(stage.name, self._monotonic() - begun, {}, why=failed.message), failed
        self._loaded.add(stage.name)
        self._trials.pop(stage.name, None)
        return Load(stage.name, self._monotonic() - begun, _seconds_of(stage)), None

    def _make_room(self, stage: Stage) -> None:
        """Release the models that no route with this stage needs, before it takes their place."""
        needed = {each.name for stages in self._routes.values() if stage in stages for each in stages}
        kept = {model.id for name in needed for model in self._stages[name].models}
        others = [name for name in self._loaded if {model.id for model in self._stages[name].models} - kept]
        if others:
            from models.nets.held import release

            release(keep=kept)
            self._loaded.difference_update(others)


def _seconds_of(stage: Stage) -> dict[str, float]:
    """How long each of the stage's models took."""
    if not stage.models:
        return {}
    from models.nets.held import load_seconds

    seconds = load_seconds()
    return {model.id: seconds[model.id] for model in stage.models if model.id in seconds}
