"""A route's circuit: whoever fails again and again is left alone for a while.

    closed ──── failures of FAILURES_MAX different briefs in a row ───▶ open
    open ────── OPEN_S later ──────────────────────────────────────────▶ half-open
    half-open ─ the next brief is the probe: works ▶ closed, fails ▶ open

One circuit per route and process: a worker with a sick GPU says nothing about the others.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from models.stage import Brief

FAILURES_MAX = 3  # a passing fault has been tried three times already when it counts once (models/policy.py)
OPEN_S = 60.0  # a new child has loaded by then, a driver has been reset; a probe costs one stage's budget


class Circuit(StrEnum):
    """Whether a route may be tried. The comment says who moves it on."""

    CLOSED = "closed"  #: it is tried; failures in a row open it
    OPEN = "open"  #: it is passed over; time makes it half-open
    HALF_OPEN = "half-open"  #: it is tried; what becomes of that closes or opens it


@dataclass(slots=True)
class Breaker:
    """One route's circuit. Not for threads: a worker has one job at a time.

    Only different briefs count: one input that kills its child five times says nothing about the route.
    """

    monotonic: Callable[[], float] = time.monotonic
    why: str = ""  #: the last failure
    _failed: set[Brief] = field(default_factory=set)
    _opened_at: float | None = None

    @property
    def state(self) -> Circuit:
        if self._opened_at is None:
            return Circuit.CLOSED
        return Circuit.HALF_OPEN if self.monotonic() >= self._opened_at + OPEN_S else Circuit.OPEN

    def worked(self) -> None:
        """The route gave parts, be they good or bad."""
        self._failed.clear()
        self._opened_at, self.why = None, ""

    def failed(self, brief: Brief, why: str) -> None:
        """The route gave no parts."""
        probe = self.state is Circuit.HALF_OPEN
        self._failed.add(brief)
        self.why = why
        if probe or len(self._failed) >= FAILURES_MAX:
            self._opened_at = self.monotonic()
            self._failed.clear()
