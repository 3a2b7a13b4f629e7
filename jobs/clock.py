"""Time comes in as an argument; this is the one place that reads it from the machine."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the core may ask of time."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that only grow, for measuring how long something took."""

    def sleep(self, seconds: float, how: Callable[[float], object] = time.sleep) -> None:
        """Let time pass: so much, or less where `how` is a way to be woken."""


class SystemClock:
    """The machine's own."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float, how: Callable[[float], object] = time.sleep) -> None:
        how(seconds)
