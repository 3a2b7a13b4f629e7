"""How fast something goes."""

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobs.clock import Clock

LATELY_S = 120.0  # a pace is measured over this long: it follows a worker that came or went


class Speed:
    """How many a second lately, from what is said to be done."""

    def __init__(self, clock: "Clock") -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def saw(self, done: int) -> None:
        now = self._clock.monotonic()
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[1][0] > LATELY_S:  # noqa: PLR2004 (two make a pace)
            self._seen.popleft()

    def left_s(self, left: int) -> float | None:
        """Seconds until so many more are done; None while nothing was."""
        (since, before), (now, done) = self._seen[0], self._seen[-1]
        return left * (now - since) / (done - before) if done > before else None
