"""Dramatiq over Redis, one process with one thread, results kept. It has no progress of its own: a hash in its Redis.

Order: dramatiq/broker.py, emit_after: middleware is called from last to first, so ours, added before Results, comes
after it has stored the result; the message is acknowledged later (worker.py, process_message).
"""

import os
import sys
from collections.abc import Iterable
from typing import Any

import dramatiq  # type: ignore[import-not-found]
from dramatiq import Message, Middleware
from dramatiq.brokers.redis import DEFAULT_HEARTBEAT_TIMEOUT, RedisBroker  # type: ignore[import-not-found]
from dramatiq.results import Results  # type: ignore[import-not-found]
from dramatiq.results.backends import RedisBackend  # type: ignore[import-not-found]
from dramatiq.results.errors import ResultMissing  # type: ignore[import-not-found]

from tests.benchmarks.peers.orders import KEPT_S, orders
from tests.benchmarks.peers.side import body, ledger

QUICK_MS = 5000
ALWAYS, SELDOM = 1_000_000, 1000  # of a million commands, how many look for dead workers; Dramatiq comes with 1000


class Telling(Middleware):  # type: ignore[misc]
    def after_process_message(
        self, broker: Any, message: Any, *, result: Any = None, exception: BaseException | None = None
    ) -> None:
        if exception is None:
            ledger().end(message.args[0])


backend = RedisBackend(url=orders().redis)
broker = RedisBroker(
    url=orders().redis,
    heartbeat_timeout=QUICK_MS if orders().quick else DEFAULT_HEARTBEAT_TIMEOUT,
    maintenance_chance=ALWAYS if orders().quick else SELDOM,
)
broker.add_middleware(Results(backend=backend, store_results=True, result_ttl=1000 * KEPT_S))
broker.add_middleware(Telling(), before=Results)
dramatiq.set_broker(broker)


@dramatiq.actor  # type: ignore[misc, untyped-decorator, unused-ignore]
def noop(job: int) -> dict[str, object]:
    return body(job, lambda percent: broker.client.hset(f"progress-{job}", "percent", percent))


def prepare() -> None:
    """Redis needs nothing made."""


def message_of(job: int) -> Message:
    return noop.message(job).copy(message_id=f"job-{job}")


def send(job: int) -> None:
    broker.enqueue(message_of(job))


def work() -> None:
    os.execv(sys.executable, [sys.executable, "-m", "dramatiq", "--processes", "1", "--threads", "1", __name__])


def recorded(jobs: Iterable[int]) -> dict[int, int]:
    return {job: int(_has_result(job)) for job in jobs}


def _has_result(job: int) -> bool:
    try:
        backend.get_result(message_of(job))
    except ResultMissing:
        return False
    return True
