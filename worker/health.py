"""Alive is not ready: alive means this process answers, ready means a job would be served."""

from dataclasses import dataclass
from typing import Any

from jobs.drain import mark_of
from jobs.errors import BackendDown, NotFound
from jobs.job_store import JobStore
from jobs.pause import CLAIMS, CONTROL
from jobs.records import Record
from models.host import Host, HostState
from models.routes import Route
from worker.door import Door

SERVING = frozenset({HostState.READY, HostState.STARTING})


@dataclass(frozen=True, slots=True)
class Health:
    """What the probes ask."""

    host: Host
    routes: tuple[Route, ...]
    store: JobStore
    door: Door
    busy_max_s: float  #: an attempt hands over before that; a push has been cut off by then

    def alive(self) -> tuple[bool, dict[str, Any]]:
        """False only for a real hang: the child is past its deadline and cannot be killed, or an attempt never ends."""
        if (busy_s := self.door.busy_s()) > self.busy_max_s:
            return False, {"status": "stuck", "why": f"a job has been at work for {busy_s:.0f} s"}
        return self.host.state is not HostState.STUCK, {"status": self.host.state, "why": self.host.why}

    def ready(self) -> tuple[bool, dict[str, Any]]:
        """True when a job would be served: the models were loaded, and the store answers.

        While a new child takes the place of one that was killed, a job is served: it waits for the models. During a
        pause none is, but that is nothing another instance would do better. A drained worker is not ready: another may
        take its place.
        """
        backend, record = self._backend()
        drained = mark_of(record, self.door.runner.holder)
        ready = self.door.warm.is_set() and self.host.state in SERVING and backend == "ok" and drained is None
        return ready, {
            "status": "ready" if ready else "not ready",
            "models": self.host.state,
            "why": self.host.why,
            "store": backend,
            "paused": record.get("paused") is True,
            **({"drained": drained.reason} if drained else {}),
            "routes": {route.name: self._route(route) for route in self.routes},
            "load_seconds": {
                model: round(s, 2) for load in self.host.loads().values() for model, s in load.models.items()
            },
        }

    def _route(self, route: Route) -> str:
        """ready, loading, or why it cannot be used."""
        if route.unavailable:
            return f"unavailable: {route.unavailable}"
        loads = self.host.loads()
        whys = [loads[stage.name].why for stage in route.all_stages if stage.name in loads and loads[stage.name].why]
        if whys:
            return f"failed: {'; '.join(whys)}"
        return "ready" if all(stage.name in loads for stage in route.all_stages) else "loading"

    def _backend(self) -> tuple[str, Record]:
        """How the store is, and the record that every claim reads, which is what it is asked for.

        Asked once, not again and again: a probe has little patience, and comes again by itself.
        """
        try:
            return "ok", self.store.documents.read(CONTROL, CLAIMS).fields
        except NotFound:
            return "ok", {}
        except BackendDown as error:
            return str(error), {}
