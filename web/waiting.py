"""Waiting for a job within a request: bounded in seconds, and in threads."""

import re
from collections.abc import Callable
from typing import Any

from jobs.job import Job
from web.endpoint import Asked
from web.seats import LOOK_EVERY_S

WAIT_S_MAX = 30  # proxies cut off what is silent for a minute
PREFERRED = re.compile(r'(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=[,;]|$)', re.IGNORECASE)


def waited_for(asked: Asked[Any, Any], job: Job, over: Callable[[Job], bool], wait_s: float) -> tuple[Job, bool]:
    """The job as soon as it is `over`, or as it is after `wait_s`; and whether there was a seat to wait in.

    It holds a thread as an event stream does, so both take their seats from the same. Where all are taken nobody
    waits: whoever asked is told how things are, and polls.

    Raises: JobMissing when it is deleted meanwhile; BackendDown.
    """
    seats, clock = asked.house.seats, asked.house.platform.clock
    seat = seats.take(asked.house.settings.event_streams_max)
    if seat is None:
        return job, False
    with seat:
        until = clock.monotonic() + min(wait_s, WAIT_S_MAX)
        while not over(job) and clock.monotonic() < until and not seats.closed:
            clock.sleep(LOOK_EVERY_S)
            job = asked.client.get(job.id)
    return job, True


def preferred_wait_s(header: str | None) -> int:
    """The seconds of `Prefer: wait=N` (RFC 7240), 0 for none. What is wrong is passed over: it is only a wish.

    >>> preferred_wait_s("respond-async, wait=10"), preferred_wait_s("wait=999"), preferred_wait_s("wait=soon")
    (10, 30, 0)
    """
    found = PREFERRED.search(header or "")
    return min(int(found[1]), WAIT_S_MAX) if found else 0
