"""Of a batch that may run so many jobs at a time no more are worked on, however many workers choose at one instant."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jobs.clock import SystemClock
from jobs.deadletter import DeadLetters
from jobs.job_store import JobQuery, JobStore
from jobs.queues.sqlite import SqliteJobQueue
from jobs.records import Records
from jobs.request import JobRequest
from jobs.status import JobStatus
from jobs.stores.sqlite import SqliteDocumentStore
from tests.builders import a_job, a_request, claim, finish, lease_of
from tests.fakes import Flaky
from tests.unit.worker.conftest import Craft
from worker.claim import Claims
from worker.fate import Fate
from worker.runner import JobRunner

WORKERS, JOBS, MOST = 6, 12, 2


def in_batch(words: str) -> JobRequest:
    return a_request(words, batch_id="b_1")


def of_batch(store: JobStore, *ids: str, most: int = 1) -> None:
    for job_id in ids:
        store.create(a_job(job_id, request=in_batch(f"bird {job_id}"), batch_inflight_max=most))


def test_whoever_claims_beyond_what_may_run_steps_aside(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft
) -> None:
    of_batch(store, "a", "b")
    documents.overtake("write", lambda: claim(store, "b", holder="the other"))
    assert runner.serve("a") is Fate.IDLE, "the other's end wakes somebody up"
    job = store.get("a")
    assert (job.status, job.attempt, job.attempts_left) == (JobStatus.QUEUED, 0, 3)
    assert job.attempts[0].event == "hand_back"
    assert craft.made == []


def test_while_there_is_room_nobody_steps_aside(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft
) -> None:
    of_batch(store, "a", "b", most=2)
    documents.overtake("write", lambda: claim(store, "b", holder="the other"))
    assert runner.serve("a") is Fate.FINISH
    assert [job.id for job in craft.made] == ["a"]


def test_when_the_batch_is_full_another_job_is_made(runner: JobRunner, store: JobStore, craft: Craft) -> None:
    of_batch(store, "a", "b")
    claim(store, "a", holder="the other")
    store.create(a_job("c", turn=1))
    assert runner.serve("b") is Fate.FINISH
    assert [job.id for job in craft.made] == ["c"]


def test_many_workers_at_once_never_run_more_than_may_and_finish_all(tmp_path: Path) -> None:
    file, clock, lock = tmp_path / "lumen.db", SystemClock(), threading.Lock()
    working: set[str] = set()
    peak: list[int] = []

    def a_store() -> JobStore:
        return JobStore(SqliteDocumentStore(file, clock), clock)

    def work(n: int) -> None:
        store = a_store()
        letters = DeadLetters(store, Records(store.documents, clock), SqliteJobQueue(file, "dead", clock))
        claims = Claims(store, letters, f"worker {n}", lease_s=60)
        while store.count(JobQuery(JobStatus.SUCCEEDED), limit=JOBS) < JOBS:
            job = claims.claim(None)
            if job is None:
                continue
            with lock:
                working.add(job.id)
                peak.append(len(working))
            store.get(job.id)
            with lock:
                working.remove(job.id)
            finish(store, job.id, lease_of(job))

    of_batch(a_store(), *(f"j{n:02}" for n in range(JOBS)), most=MOST)
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))
    assert max(peak) <= MOST
    assert len(peak) == JOBS
