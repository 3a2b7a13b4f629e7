"""Huey over SQLite. It has no recovery: a task is deleted from its table before it begins (storage.py, dequeue).

Order: huey/api.py, _execute: put_result, then SIGNAL_COMPLETE.
"""

import logging
from collections.abc import Iterable
from pathlib import Path

from huey import SqliteHuey  # type: ignore[import-not-found]
from huey.signals import SIGNAL_COMPLETE  # type: ignore[import-not-found]

from tests.benchmarks.peers.orders import orders
from tests.benchmarks.peers.side import body, ledger

POLL_S = 0.002  # so that its idle figure is not that of a wait; Huey comes with 0.1 s, and 10 s after a long rest
FSYNC = True if orders().lasting else False if orders().loose else None

huey = SqliteHuey("noop", filename=str(Path(orders().folder) / "huey.db"), fsync=FSYNC)


@huey.task()  # type: ignore[misc, untyped-decorator, unused-ignore]
def noop(job: int) -> dict[str, object]:
    return body(job, lambda percent: huey.put(f"progress-{job}", percent))


@huey.signal(SIGNAL_COMPLETE)  # type: ignore[misc, untyped-decorator, unused-ignore]
def complete(_signal: str, task: object, *_: object) -> None:
    ledger().end(task.args[0])  # type: ignore[attr-defined]


def prepare() -> None:
    """The tables are made by the import."""


def send(job: int) -> None:
    task = noop.s(job)
    task.id = f"job-{job}"
    huey.enqueue(task)


def work() -> None:
    logging.basicConfig(level=logging.WARNING)
    huey.create_consumer(workers=1, initial_delay=POLL_S, max_delay=POLL_S).run()


def recorded(jobs: Iterable[int]) -> dict[int, int]:
    return {job: int(huey.storage.has_data_for_key(f"job-{job}")) for job in jobs}
