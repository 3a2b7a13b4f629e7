"""So many a second."""

from types import TracebackType

from jobs.clock import Clock

CATCH_UP_S = 1.0  # who was held up for longer goes on from there: no burst behind an outage


class Pace:
    """The n-th time it is entered is n / rps seconds after the first, however long the blocks take."""

    def __init__(self, clock: Clock, rps: float) -> None:
        self._clock = clock
        self._every_s = 1 / rps
        self._due_at: float | None = None

    def __enter__(self) -> None:
        now = self._clock.monotonic()
        due_at = now if self._due_at is None else max(self._due_at + self._every_s, now - CATCH_UP_S)
        if due_at > now:
            self._clock.sleep(due_at - now)
        self._due_at = due_at

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The next is due by the schedule, not by when this one was through."""
