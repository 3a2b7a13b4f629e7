"""A clock that lets something happen while somebody waits."""

import time
from collections import deque
from collections.abc import Callable

from tests.fakes import FakeClock


class ActingClock(FakeClock):
    """Each sleep is the occasion for the next act; then, as with any fake clock, time has passed."""

    def __init__(self) -> None:
        super().__init__()
        self.acts: deque[Callable[[], object]] = deque()
        self.slept = 0

    def sleep(self, seconds: float, how: Callable[[float], object] = time.sleep) -> None:
        self.slept += 1
        if self.acts:
            self.acts.popleft()()
        super().sleep(seconds)
