"""How often and how patiently a client asks the API again."""

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Any

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    Retrying,
    before_sleep_log,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from jobs.http_client.errors import ComeBack, NoAnswer
from jobs.http_client.wire import Call

log = logging.getLogger(__name__)

TRIES_MAX = 4
PATIENCE_S = 30.0  # what somebody at a terminal waits for; a Retry-After beyond it is the caller's to decide about
SPREAD_S = 0.5  # after a Retry-After that many others were told, too


def asking_again(call: Call, sleep: Callable[[float], None]) -> Retrying:
    """At most 4 tries within 30 s, full jitter, never before Retry-After; once for what is not asked twice."""
    return Retrying(**_policy(call), sleep=sleep)


def asking_again_async(call: Call) -> AsyncRetrying:
    """The same for a coroutine."""
    return AsyncRetrying(**_policy(call), sleep=asyncio.sleep)


def may_pass(error: BaseException) -> bool:
    """Whether it is over after a while: the network, a limit, a server that restarts."""
    return isinstance(error, NoAnswer | ComeBack) and error.retryable


def _policy(call: Call) -> dict[str, Any]:
    return {
        "retry": retry_if_exception(may_pass),
        "stop": stop_after_attempt(TRIES_MAX if call.again else 1) | stop_before_delay(PATIENCE_S),
        "wait": _pause,
        "before_sleep": before_sleep_log(log, logging.INFO),
        "reraise": True,
    }


_jitter = wait_random_exponential(multiplier=0.2, max=5.0)


def _pause(state: RetryCallState) -> float:
    """As long as the API asks for, or a jittered moment that doubles."""
    error = state.outcome.exception() if state.outcome else None
    said_s = error.retry_after_s if isinstance(error, ComeBack) else None
    if said_s is None:
        return _jitter(state)
    return said_s + random.uniform(0, SPREAD_S)  # noqa: S311 (spreads load; guards no secret)
