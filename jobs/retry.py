"""How often, how long and how patiently we ask again."""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    before_sleep_log,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from jobs.errors import BackendDown, Outrun

log = logging.getLogger(__name__)

RETRY_BASE_S = 2.0  # a transient GPU fault is gone after a second or two
RETRY_MAX_S = 600.0  # Pub/Sub's longest redelivery delay; beyond it a wake-up would not come by itself
TRIES_MAX, TRIES_S = 4, 10.0
RACES_MAX = 40

Sleep = Callable[[float], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks once; only what fails is asked again, by a policy.

    To make a policy takes longer than SQLite takes to answer, so it is made when there is something to try again.
    """

    passes: Callable[[BaseException], bool]  #: whether this error may be gone the next time
    policy: Callable[[float], Retrying]  #: of when the first try began, on the monotonic clock

    def __call__(self, ask: Callable[..., T], *args: object) -> T:
        begun = time.monotonic()
        try:
            return ask(*args)
        except Exception as error:
            if not self.passes(error):
                raise
            first = [error]

        @wraps(ask)
        def again() -> T:
            if first:
                raise first.pop()  # the policy's first try is the one that was made
            return ask(*args)

        return self.policy(begun)(again)


def asking_again(sleep: Sleep) -> Asking:
    """At most 4 tries and 10 s, full jitter (AWS, "Exponential Backoff and Jitter", 2015).

    Bounded both ways on purpose: a push lives 600 s, and this may run ten times in it.
    Google's clients bring a retry of their own; adapters switch it off, or the two would multiply.
    A lost race is not an outage and is not asked again here.
    """
    return asking_until(lambda: True, sleep)


def asking_until(over: Callable[[], bool], sleep: Sleep) -> Asking:
    """As `asking_again`, but not given up before `over()`: for what would be a pity to lose, as finished work is."""

    def policy(begun: float) -> Retrying:
        def patience_ends(state: RetryCallState) -> bool:
            enough = state.attempt_number >= TRIES_MAX or time.monotonic() - begun >= TRIES_S
            return enough and over()

        return Retrying(
            retry=retry_if_exception(_is_outage),
            stop=patience_ends,
            wait=wait_random_exponential(multiplier=0.2, max=3.0),
            before_sleep=before_sleep_log(log, logging.WARNING),
            reraise=True,
            sleep=sleep,
        )

    return Asking(_is_outage, policy)


def racing(sleep: Sleep) -> Asking:
    """Up to 40 compare-and-sets until one wins, a few jittered milliseconds apart.

    With n writers at least one wins each round, so 40 rounds let 40 writers through; a document
    that is written more often than that is a design fault and may surface as an outage.
    """
    return Asking(
        _is_lost_race,
        lambda _begun: Retrying(
            retry=retry_if_exception(_is_lost_race),
            stop=stop_after_attempt(RACES_MAX),
            wait=wait_random_exponential(multiplier=0.002, max=0.05),
            reraise=True,
            sleep=sleep,
        ),
    )


def _is_outage(error: BaseException) -> bool:
    return isinstance(error, BackendDown) and not _is_lost_race(error)


def _is_lost_race(error: BaseException) -> bool:
    return isinstance(error, Outrun)


def backoff(attempt: int) -> timedelta:
    """When attempt `attempt` (from 1) has failed: how long until the next, doubling, with half of it jitter."""
    full = min(RETRY_BASE_S * 2 ** (attempt - 1), RETRY_MAX_S)
    return timedelta(seconds=random.uniform(full / 2, full))  # noqa: S311 (spreads load; guards no secret)
