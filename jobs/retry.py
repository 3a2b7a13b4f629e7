"""How often, how long and how patiently we ask again."""

import logging
import random
from collections.abc import Callable
from datetime import timedelta

from tenacity import (
    Retrying,
    before_sleep_log,
    retry_if_exception_type,
    retry_if_not_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from jobs.errors import BackendDown, Outrun

log = logging.getLogger(__name__)

RETRY_BASE_S = 2.0  # a transient GPU fault is gone after a second or two
RETRY_MAX_S = 600.0  # Pub/Sub's longest redelivery delay; beyond it a wake-up would not come by itself

Sleep = Callable[[float], None]
PATIENCE = stop_after_attempt(4) | stop_after_delay(10.0)


def asking_again(sleep: Sleep) -> Retrying:
    """At most 4 tries and 10 s, full jitter (AWS, "Exponential Backoff and Jitter", 2015).

    Bounded both ways on purpose: a push lives 600 s, and this may run ten times in it.
    Google's clients bring a retry of their own; adapters switch it off, or the two would multiply.
    A lost race is not an outage and is not asked again here.
    """
    return Retrying(
        retry=retry_if_exception_type(BackendDown) & retry_if_not_exception_type(Outrun),
        stop=PATIENCE,
        wait=wait_random_exponential(multiplier=0.2, max=3.0),
        before_sleep=before_sleep_log(log, logging.WARNING),
        reraise=True,
        sleep=sleep,
    )


def asking_until(over: Callable[[], bool], sleep: Sleep) -> Retrying:
    """As `asking_again`, but not given up before `over()`: for what would be a pity to lose, as finished work is."""
    policy: Retrying = asking_again(sleep).copy(stop=lambda state: PATIENCE(state) and over())
    return policy


def racing(sleep: Sleep) -> Retrying:
    """Up to 40 compare-and-sets until one wins, a few jittered milliseconds apart.

    With n writers at least one wins each round, so 40 rounds let 40 writers through; a document
    that is written more often than that is a design fault and may surface as an outage.
    """
    return Retrying(
        retry=retry_if_exception_type(Outrun),
        stop=stop_after_attempt(40),
        wait=wait_random_exponential(multiplier=0.002, max=0.05),
        reraise=True,
        sleep=sleep,
    )


def backoff(attempt: int) -> timedelta:
    """When attempt `attempt` (from 1) has failed: how long until the next, doubling, with half of it jitter."""
    full = min(RETRY_BASE_S * 2 ** (attempt - 1), RETRY_MAX_S)
    return timedelta(seconds=random.uniform(full / 2, full))  # noqa: S311 (spreads load; guards no secret)
