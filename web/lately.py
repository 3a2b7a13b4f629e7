"""What was found a moment ago serves for another moment."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from jobs.clock import Clock

T = TypeVar("T")


class Lately(Generic[T]):
    """Looks again only when the last look is old enough. Of many who ask at once, one looks and all are answered."""

    def __init__(self, clock: Clock, good_for_s: float) -> None:
        self._clock = clock
        self._good_for_s = good_for_s
        self._lock = threading.Lock()
        self._found: tuple[float, T] | None = None

    def get(self, look: Callable[[], T]) -> T:
        """Raises: what `look` raises; then the next who asks looks again."""
        with self._lock:
            now = self._clock.monotonic()
            if self._found is None or now - self._found[0] >= self._good_for_s:
                self._found = now, look()
            return self._found[1]
