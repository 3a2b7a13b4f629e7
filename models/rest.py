"""The pause before another child is started, after those that ended badly."""

import random

from models.stage import Deadline

FIRST_S = 1.0
LONGEST_S = 30.0  # a failing driver or disk may come back; a job waits no longer than that for the try


class Rest:
    """Counts bad ends with no finished stage in between. The first restart is at once; each rest after it is longer."""

    def __init__(self) -> None:
        self._bad_ends = 0
        self._over = Deadline.after(0)

    def ended_badly(self) -> float:
        """Rest from now on; for so many seconds."""
        self._bad_ends += 1
        rest_s = pause_s(self._bad_ends)
        self._over = Deadline.after(rest_s)
        return rest_s

    def finished(self) -> None:
        """A stage was finished: the next bad end is the first again."""
        self._bad_ends = 0

    def left_s(self) -> float:
        return max(0.0, self._over.left_s())


def pause_s(bad_ends: int) -> float:
    """0, then 1 s, 2 s, 4 s up to 30 s, with half of it jitter."""
    if bad_ends < 2:
        return 0.0
    full_s = min(FIRST_S * 2 ** min(bad_ends - 2, 16), LONGEST_S)
    return random.uniform(full_s / 2, full_s)  # noqa: S311 (spreads load; guards no secret)
