"""Celery, prefork with one process, over Redis.

A message can be lost: BRPOP takes it off its list (kombu/transport/redis.py, _brpop_read), and only then is it written
where a restore would find it (QoS.append).

Order: celery/app/trace.py: mark_as_done stores the result, then task_success; the message is acknowledged later, by the
parent process (worker/request.py, on_success).
"""

import os
import sys
from collections.abc import Iterable
from typing import Any

from celery import Celery  # type: ignore[import-not-found]
from celery.signals import task_success  # type: ignore[import-not-found]

from tests.benchmarks.peers.orders import KEPT_S, orders
from tests.benchmarks.peers.side import body, ledger

# kombu looks for messages that were never acknowledged every 10 * 10 s; where it is to be quick, every second.
QUICK = {"visibility_timeout": 5, "unacked_restore_interval": 1, "unacked_restore_throttle": 1}

app = Celery("noop", broker=orders().redis, backend=orders().redis)
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_transport_options=QUICK if orders().quick else {},
    result_expires=KEPT_S,
)


@app.task(bind=True, name="noop")  # type: ignore[misc, untyped-decorator, unused-ignore]
def noop(self: Any, job: int) -> dict[str, object]:
    return body(job, lambda percent: self.update_state(state="PROGRESS", meta={"progress": percent}))


@task_success.connect  # type: ignore[misc, untyped-decorator, unused-ignore]
def success(sender: Any, **_: object) -> None:
    ledger().end(sender.request.args[0])


def prepare() -> None:
    """Redis needs nothing made."""


def send(job: int) -> None:
    noop.apply_async(args=(job,), task_id=f"job-{job}")


def work(module: str = __name__) -> None:
    options = ["--pool", "prefork", "--concurrency", "1", "--without-mingle", "--without-gossip"]
    os.execv(sys.executable, [sys.executable, "-m", "celery", "--app", module, "worker", *options])


def recorded(jobs: Iterable[int]) -> dict[int, int]:
    return {job: int(app.AsyncResult(f"job-{job}").state == "SUCCESS") for job in jobs}
