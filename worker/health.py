"""Alive is not ready: alive means this process answers, ready means a job would be served."""

import threading
from dataclasses import dataclass
from typing import Any

from jobs.errors import BackendDown
from jobs.job_store import JobStore
from models.host import Host, HostState

SERVING = frozenset({HostState.READY, HostState.STARTING})


@dataclass(frozen=True, slots=True)
class Health:
    """What the probes ask."""

    host: Host
    store: JobStore
    warm: threading.Event  #: set once the models were loaded

    def alive(self) -> tuple[bool, dict[str, Any]]:
        """False only for a real hang: the child is past its deadline and cannot be killed."""
        return self.host.state is not HostState.STUCK, {"status": self.host.state, "why": self.host.why}

    def ready(self) -> tuple[bool, dict[str, Any]]:
        """True when a job would be served: the models were loaded, and the store answers.

        While a new child takes the place of one that was killed, a job is served: it waits for the models.
        """
        backend = self._backend()
        ready = self.warm.is_set() and self.host.state in SERVING and backend == "ok"
        return ready, {
            "status": "ready" if ready else "not ready",
            "models": self.host.state,
            "why": self.host.why,
            "store": backend,
        }

    def _backend(self) -> str:
        try:
            next(self.store.queued(due_by=self.store.now(), limit=1), None)
        except BackendDown as error:
            return str(error)
        return "ok"
