"""Lumen on SQLite: the worker of the product, with a craft that makes nothing instead of the models' process.

Order: worker/runner.py, serve: its fate is FINISH after the document was written; behind it, our line. Where workers
are killed, triggers in the SQLite file count how often a document became done.
"""

import logging
import sqlite3
import threading
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import cast

from jobs.client import JobClient
from jobs.fields import Output
from jobs.job import Job
from jobs.job_store import JOBS
from jobs.logs import log_without_waiting
from jobs.request import parse_request
from jobs.settings import Settings
from jobs.store import Query
from jobs.stores.sqlite import SqliteDocumentStore
from jobs.wiring import Platform, wire
from models.host import Host
from models.report import Made
from models.stage import Deadline, Watcher
from tests.benchmarks.peers.orders import orders
from tests.benchmarks.peers.side import body, ledger
from tests.footprint import DATABASE
from tests.soak import COUNTERS
from worker.door import Door
from worker.fate import Fate
from worker.health import Health
from worker.main import Worker, holder_name
from worker.runner import JobRunner

QUICK: dict[str, float] = {"lease_s": 5, "beat_s": 1, "sweep_s": 1}
SUCCEEDED = """
SELECT fields ->> '$.input.seed', {ends} FROM documents {counters}
WHERE collection = 'jobs' AND fields ->> '$.status' = 'succeeded'
"""
RECORDED = SUCCEEDED.format(ends="1", counters="")
COUNTED = SUCCEEDED.format(ends="ends", counters="JOIN written USING (collection, key)")


@cache
def platform() -> Platform:
    quick = QUICK if orders().quick else {}
    return wire(Settings.model_validate({"data": Path(orders().folder), "progress_s": 0, **quick}))


@cache
def client() -> JobClient:
    return platform().client()


def prepare() -> None:
    """The tables are made; where what is recorded will be asked, its triggers as well."""
    database = platform().settings.data / DATABASE
    SqliteDocumentStore(database).count(Query(JOBS, 1))
    platform().queue.pull(0)
    if orders().quick:
        with closing(sqlite3.connect(database)) as connection:
            connection.executescript(COUNTERS)


def send(job: int) -> None:
    client().submit(parse_request({"input": {"prompt": "cat", "seed": job}}))


@dataclass(slots=True)
class Nothing:
    """A craft that makes nothing, step by step."""

    kept: list[int] = field(default_factory=list)  #: jobs whose end is not in the ledger yet

    def make(self, job: Job, watcher: Watcher) -> Made:
        body(job.input.seed, lambda percent: watcher.stepped(percent, percent, "noop"))
        return cast("Made", None)

    def keep(self, job: Job, made: Made, watcher: Watcher) -> Output:
        self.kept[:] = [job.input.seed]
        return Output(files={}, template="object", route="noop", parts=())


class Telling(JobRunner):
    """Writes the ledger's line when a success is recorded."""

    def serve(self, hint: str | None = None) -> Fate:
        fate = super().serve(hint)
        if fate is Fate.FINISH:
            ledger().end(cast("Nothing", self.maker).kept.pop())
        return fate


class NoModels:
    """In the place of the models' process: loaded at once, and always well."""

    def wait_ready(self, deadline: Deadline) -> dict[str, float]:
        return {}

    def look_after(self) -> None:
        return


def work() -> None:
    log_without_waiting(logging.WARNING)
    here, stopping = platform(), threading.Event()
    holder = holder_name({})
    runner = Telling(here.store, here.records, here.queue, here.letters, Nothing(), holder, here.settings, stopping)
    door = Door(runner, here.letters, threading.Event())
    worker = Worker(here, cast("Host", NoModels()), runner, door, cast("Health", None), stopping)
    worker.start()
    worker.pull().run()


def recorded(jobs: Iterable[int]) -> dict[int, int]:
    with closing(sqlite3.connect(platform().settings.data / DATABASE)) as connection:
        rows = connection.execute(COUNTED if orders().quick else RECORDED)
        found = {int(job): int(ends) for job, ends in rows}
    return {job: found.get(job, 0) for job in jobs}
