"""Wake-ups at one instant, twice, late and in any order: each job is made once."""

import gc
import multiprocessing
import os
import random
from collections import Counter
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path
from shutil import rmtree

import pytest

from jobs.job import Job
from jobs.job_store import JobQuery
from jobs.queue import Message, wake_up
from jobs.settings import Settings
from jobs.status import JobStatus
from jobs.wiring import wire
from tests.builders import a_request
from tests.chaos.history import gather, record
from tests.chaos.invariants import violations
from tests.chaos.light_host import LightHost
from tests.chaos.small_house import DATABASE, fast_folder
from worker.main import Worker, worker_over

TIMES = 1_000
PATIENCE_S = 60.0  # only a failing test waits that long
FORKED = multiprocessing.get_context("fork")


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = fast_folder()
    yield folder
    gc.collect()  # a connection that is closed during the removal takes a file of its own along
    rmtree(folder)


def a_worker(folder: Path, name: str) -> Worker:
    # Rare beats: what contends here are the claims.
    worker = worker_over(wire(Settings(data=folder, beat_s=14, progress_s=14)), LightHost({}), holder=name)
    worker.door.warm.set()
    return worker


def deliver_each(folder: Path, name: str, jobs: list[str], at_once: Barrier) -> None:
    """In a process of its own: take each wake-up in the same instant as the other does."""
    worker = a_worker(folder, name)
    for job_id in jobs:
        at_once.wait(PATIENCE_S)
        worker.door.take(wake_up(job_id), "1")
    os._exit(0)


def succeeded(folder: Path, count: int) -> list[Job]:
    store = wire(Settings(data=folder)).store
    return [job for job in store.find(JobQuery(status=JobStatus.SUCCEEDED), limit=count + 1) if isinstance(job, Job)]


def test_of_two_deliveries_at_one_instant_one_makes_the_job_a_thousand_times(folder: Path) -> None:
    record(folder / DATABASE)
    client = wire(Settings(data=folder)).client()
    jobs = [client.submit(a_request(f"thing {n}")).id for n in range(TIMES)]
    at_once = FORKED.Barrier(2)
    workers = [FORKED.Process(target=deliver_each, args=(folder, name, jobs, at_once)) for name in ("one", "two")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE_S)
        assert worker.exitcode == 0
    finish(folder, jobs)
    done = succeeded(folder, TIMES)
    assert [(job.claims, job.attempt) for job in done] == [(1, 1)] * TIMES
    shares = Counter(job.attempts[0].worker for job in done)
    assert min(shares["one"], shares["two"]) > TIMES / 10, "both were there"
    assert violations(gather(folder / DATABASE, client.bucket, jobs, late_s=PATIENCE_S)) == []


def finish(folder: Path, jobs: list[str]) -> None:
    """Whoever lost a race took the next job, or none: what is left is done by one."""
    worker = a_worker(folder, "three")
    while worker.platform.store.count(JobQuery(status=JobStatus.QUEUED), limit=1):
        worker.door.take(wake_up(jobs[0]), "1")


@pytest.mark.parametrize("seed", range(5))
def test_late_repeated_and_shuffled_deliveries_change_nothing(folder: Path, seed: int) -> None:
    chance, worker = random.Random(seed), a_worker(folder, "one")
    client = worker.platform.client()
    jobs = [client.submit(a_request(f"thing {n}")).id for n in range(12)]
    client.cancel(jobs[3])
    messages: list[Message] = [wake_up(job_id) for job_id in jobs for _ in range(3)]
    chance.shuffle(messages)
    for message in messages:
        worker.door.take(message, "1")
    before = {job_id: worker.platform.store.get(job_id) for job_id in jobs}
    for message in messages:  # once more, long after
        worker.door.take(message, "1")
    assert {job_id: worker.platform.store.get(job_id) for job_id in jobs} == before
    assert Counter(job.status for job in before.values()) == {JobStatus.SUCCEEDED: 11, JobStatus.CANCELED: 1}
    assert {job.claims for job in before.values()} == {0, 1}
