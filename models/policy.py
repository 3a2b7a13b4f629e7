"""How a stage is tried, as data: for how long, how often, after what, and with what when memory runs out."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from tenacity import Retrying, before_sleep_log, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from models.errors import CraftError, GpuFault

log = logging.getLogger(__name__)

Value = str | int | float | None
Ladders = Mapping[str, tuple[Value, ...]]

TRIES_MAX = 3  # 1 to 2 % of calls meet a passing GPU fault: of three in a row, a few in a million are lost
WAIT_S, WAIT_MAX_S = 0.5, 4.0  # the fresh child has to load anyway, which takes longer


@dataclass(frozen=True, slots=True)
class Policy:
    """One stage's row.

    Whatever is not `transient` ends the route at the first try: the next route, or the next attempt, may do better.
    Out of memory has a remedy of its own, taken once: a fresh child, and each parameter that has a ladder one rung
    further down.
    """

    budget_s: float = 60.0  #: one try is stopped after this long
    tries_max: int = TRIES_MAX
    transient: tuple[type[CraftError], ...] = (GpuFault,)
    ladders: Ladders = field(default_factory=dict)  #: a parameter's values, from the one that needs most memory down

    def smaller(self, params: Mapping[str, Value]) -> dict[str, Value] | None:
        """The parameters that need less memory, or None when there are none.

        Examples
        --------
        >>> Policy(ladders={"quality": ("high", "standard", "draft")}).smaller({"quality": "high", "seed": 3})
        {'quality': 'standard', 'seed': 3}
        >>> Policy(ladders={"quality": ("high", "standard", "draft")}).smaller({"quality": "draft"})
        """
        lower = {name: _below(params[name], ladder) for name, ladder in self.ladders.items() if name in params}
        less = {**params, **lower}
        return None if less == dict(params) else less

    def trying(self, sleep: Callable[[float], None]) -> Retrying:
        """Full jitter (AWS, "Exponential Backoff and Jitter", 2015). `sleep` may raise, which ends it."""
        return Retrying(
            retry=retry_if_exception_type(self.transient),
            stop=stop_after_attempt(self.tries_max),
            wait=wait_random_exponential(multiplier=WAIT_S, max=WAIT_MAX_S),
            before_sleep=before_sleep_log(log, logging.WARNING),
            reraise=True,
            sleep=sleep,
        )


def _below(value: Value, ladder: tuple[Value, ...]) -> Value:
    """One rung down; a number between two rungs goes to the lower one. At the foot it stays, and so does a word that
    is on no rung.

    Examples
    --------
    >>> [_below(value, (512, 256, 128)) for value in (512, 300, 128, 64)]
    [256, 256, 128, 64]
    """
    if isinstance(value, (int, float)):
        return next((rung for rung in ladder if isinstance(rung, (int, float)) and rung < value), value)
    return next((lower for rung, lower in pairwise(ladder) if rung == value), value)
