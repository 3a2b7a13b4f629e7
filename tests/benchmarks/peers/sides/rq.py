"""RQ. An abandoned job is enqueued again if it has retries left, by the worker's maintenance (registry.py, cleanup).

It counts as abandoned 60 s after its timeout; that is RQ's own constant (worker, get_heartbeat_ttl).

Order: rq/worker/base.py, handle_job_success: one transaction with the result, the registries and the end of the
execution; behind it, our line.
"""

import os
from collections.abc import Iterable
from functools import cache
from typing import Any

from redis import Redis  # type: ignore[import-not-found]
from rq import Queue, Retry, SimpleWorker, Worker, get_current_job  # type: ignore[import-not-found]
from rq.job import Job  # type: ignore[import-not-found]

from tests.benchmarks.peers.orders import KEPT_S, orders
from tests.benchmarks.peers.side import body, ledger

RETRIES = 5
TIMEOUT_S = 5  # of a job, where recovery is to be quick; RQ comes with 180
MAINTENANCE_S = 1  # between two runs of it, where recovery is to be quick; RQ comes with 600
# Maintenance runs between two waits for a job, and a wait lasts 15 s less than this; RQ comes with 420.
WORKER_TTL_S = 17


@cache
def redis() -> Redis:
    return Redis.from_url(orders().redis)


@cache
def queue() -> Queue:
    return Queue("noop", connection=redis())


def noop(job: int) -> dict[str, object]:
    current = get_current_job()

    def tell(percent: int) -> None:
        current.meta["progress"] = percent
        current.save_meta()

    return body(job, tell)


def prepare() -> None:
    """Redis needs nothing made."""


def send(job: int) -> None:
    quick = {"retry": Retry(max=RETRIES), "job_timeout": TIMEOUT_S} if orders().quick else {}
    queue().enqueue(noop, job, job_id=f"job-{job}", result_ttl=KEPT_S, **quick)


class Telling:
    """Writes the ledger's line when a success is recorded, in whichever process does that."""

    def handle_job_success(self, job: Any, *args: Any, **named: Any) -> None:
        super().handle_job_success(job, *args, **named)  # type: ignore[misc]
        ledger().end(job.args[0])


class Simple(Telling, SimpleWorker):  # type: ignore[misc]
    """Runs a job in its own process."""


class Forking(Telling, Worker):  # type: ignore[misc]
    """Forks for each job, as `rq worker` does."""


def work(kind: type[Simple] | type[Forking] = Simple) -> None:
    ledger()
    quick = {"maintenance_interval": MAINTENANCE_S, "worker_ttl": WORKER_TTL_S} if orders().quick else {}
    kind([queue()], connection=redis(), name=f"worker-{os.getpid()}", **quick).work(logging_level="WARNING")


def recorded(jobs: Iterable[int]) -> dict[int, int]:
    found = Job.fetch_many([f"job-{job}" for job in jobs], connection=redis())
    return {job: int(each is not None and each.is_finished) for job, each in zip(jobs, found, strict=True)}
