"""A job that had to be started by then, and was not."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.deadletter import DeadLetters
from jobs.errors import Reason
from jobs.job import Job
from jobs.job_store import JOBS, JobStore
from jobs.queue import JobQueue
from jobs.status import JobStatus
from jobs.stores.sqlite import SqliteDocumentStore
from jobs.sweep import EACH_MAX, Sweep, Swept
from tests.builders import LEASE_S, a_failure, a_job, a_request, claim, claimed, failed, lease_of
from tests.fakes import START, FakeClock, Flaky
from worker.claim import Claims

PATIENCE_S = 10
BY = START + timedelta(seconds=PATIENCE_S)
INSTANT = timedelta(microseconds=1)  # the least that two times in a document can differ by


def impatient(job_id: str = "a") -> Job:
    return a_job(job_id, request=a_request(f"bird {job_id}", start_by=BY))


def test_the_request_says_it_and_the_document_has_it(store: JobStore, documents: Flaky) -> None:
    store.create(impatient())
    store.create(a_job("b"))
    assert store.get("a").start_by == documents.read(JOBS, "a").fields["start_by"] == BY
    assert documents.read(JOBS, "b").fields["start_by"] is None, "there, or a query would pass it over"


# --- the move -----------------------------------------------------------------------------------------


def test_a_claim_at_the_last_moment_is_in_time() -> None:
    assert claimed(impatient(), now=BY).status is JobStatus.RUNNING


def test_a_claim_a_moment_later_finds_it_failed_and_spends_no_attempt() -> None:
    job = claimed(impatient(), now=BY + INSTANT)
    assert (job.status, job.attempts_left, job.claims, job.lease) == (JobStatus.FAILED, 3, 0, None)
    assert job.error is not None
    assert (job.error.reason, job.error.retryable) == (Reason.START_DEADLINE_PASSED, True)
    assert str(BY) in job.error.message
    assert job.dead_letter is not None
    assert job.dead_letter.published_at is None


@pytest.mark.parametrize(
    "end",
    [
        lambda job: job.hand_back(lease_of(job), now=BY),
        lambda job: job.retry(lease_of(job), a_failure(now=BY), not_before=BY, now=BY),
        lambda job: job.lapse(now=START + timedelta(seconds=LEASE_S)),
    ],
    ids=["handed back", "tried again", "lost"],
)
def test_what_was_started_once_in_time_is_not_failed_by_it_later(end: Callable[[Job], Job]) -> None:
    waiting = end(claimed(impatient()))
    later = BY + timedelta(days=1)
    assert waiting.give_up(now=later) == waiting
    assert claimed(waiting, now=later).status is JobStatus.RUNNING


def test_a_replay_is_in_no_hurry() -> None:
    job = impatient().give_up(now=BY + INSTANT)
    again = job.again(attempts=2, by="ops", reason="a GPU is back", now=BY + timedelta(hours=1))
    assert again.start_by is None
    assert claimed(again, now=BY + timedelta(hours=2)).status is JobStatus.RUNNING


@pytest.mark.parametrize("move", [Job.give_up, lambda job, now: claimed(job, now=now)], ids=["sweep", "claim"])
def test_who_wanted_it_canceled_gets_that(move: Callable[..., Job]) -> None:
    flagged = impatient().model_copy(update={"cancel_requested": True})
    assert move(flagged, now=BY + INSTANT).status is JobStatus.CANCELED


def test_what_is_over_stays_as_it_is() -> None:
    over = failed(claimed(impatient()))
    assert over.give_up(now=BY + INSTANT) == over


# --- who performs it ----------------------------------------------------------------------------------


def test_sweep_fails_what_is_too_late_and_says_so_once(
    sweep: Sweep, store: JobStore, queue: JobQueue, topic: JobQueue, clock: FakeClock
) -> None:
    store.create(impatient())
    store.create(a_job("patient"))
    clock.advance(PATIENCE_S)
    assert not sweep.run(), "at that moment it may still be started"
    clock.advance(INSTANT.total_seconds())
    assert sweep.run() == Swept(late=1, drained=1)
    job = store.get("a")
    assert job.dead_letter is not None
    assert (job.status, job.dead_letter.published_at) == (JobStatus.FAILED, clock.now())
    assert store.get("patient").status is JobStatus.QUEUED
    assert (queue.pull(0), topic.pull(0)) == (None, None)
    assert not sweep.run()


def test_sweep_leaves_what_was_started(sweep: Sweep, store: JobStore, clock: FakeClock) -> None:
    store.create(impatient())
    lease = lease_of(claim(store, "a"))
    clock.advance(PATIENCE_S + 1)
    store.update("a", lambda job, now: job.hand_back(lease, now=now))
    assert not sweep.run()
    assert store.get("a").status is JobStatus.QUEUED


def test_a_claim_that_came_first_is_respected(
    sweep: Sweep, store: JobStore, documents: Flaky, clock: FakeClock, tmp_path: Path
) -> None:
    store.create(impatient())
    in_time = FakeClock()
    other = JobStore(SqliteDocumentStore(tmp_path / "lumen.db", in_time), in_time)
    clock.advance(PATIENCE_S + 1)
    documents.overtake("read", lambda: claim(other, "a", lease_s=3600))
    assert not sweep.run()
    assert store.get("a").status is JobStatus.RUNNING


def test_one_sweep_is_bounded_and_the_next_goes_on(sweep: Sweep, store: JobStore, clock: FakeClock) -> None:
    for n in range(EACH_MAX + 1):
        store.create(impatient(f"j{n}"))
    clock.advance(PATIENCE_S + 1)
    assert [sweep.run().late for _ in range(3)] == [EACH_MAX, 1, 0]


def test_a_worker_fails_it_and_goes_on_to_the_next(
    store: JobStore, letters: DeadLetters, topic: JobQueue, clock: FakeClock
) -> None:
    store.create(impatient())
    store.create(a_job("b"))
    clock.advance(PATIENCE_S + 1)
    job = Claims(store, letters, "x", LEASE_S).claim("a")
    assert job is not None
    assert (job.id, store.get("a").status) == ("b", JobStatus.FAILED)
    letter = topic.pull(0)
    assert letter is not None
    assert letter.message.attributes["reason"] == "START_DEADLINE_PASSED"
